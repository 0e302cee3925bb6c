"""What was filed as data: every value stands as it was sent, with the basis `filed`; nothing is read or keyed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import func, insert, select

from approval import fields, people, trail, values
from approval.errors import WrongState
from approval.states import lock
from storage.queue import enqueue
from storage.tables import Entry, Filing, Settlement, new_id
from storage.work import Work

PORTION = 2000  # settlements a transaction: 500 entries of 2202 are 52,500, and one writer must not wait for them all
Row = dict[str, Any]


def settle_filed(work: Work, filing: Filing, sent: Mapping[str, str | None]) -> None:
    """Keep an e-filing's values (whole field ids, normalised, blanks included) as they were sent; the flow goes on.

    The filing is of channel `efiling`, in state `keying`, and without a version; else WrongState. Its values are
    whole with this; the settlement of each, which says on what it stands, follows in portions before anything else.
    Who sent it has acted on the input side: nobody reviews or approves a filing of one's own.
    """
    if filing.channel != "efiling" or filing.state != "keying" or values.version(work, filing.id):
        raise WrongState(state=filing.state)
    if work.actor_id is not None:
        people.act(work, filing.id, "key", work.actor_id)
    values.write(work, filing, sent, "filed")
    trail.record(work, filing, "filing.filed", "filing", filing.id, {"fields": len(sent)})
    enqueue(work.session, "advance", filing.id, now=work.now, priority=filing.priority, due_on=filing.due_on)


def portions(work: Work, filing_id: str) -> list[list[Row]]:
    """The settlements that an e-filing still lacks, sealed and ready to be written; needs no writer. [] if none."""
    filing = work.session.get(Filing, filing_id)
    if filing is None or not _lacks(work, filing):
        return []
    stand = set(work.session.scalars(select(Settlement.field).where(Settlement.filing_id == filing.id)))
    rows: list[Row] = [
        {
            "id": new_id(), "filing_id": filing.id, "field": field, "round": filing.round, "basis": "filed",
            "value": values.seal_value(work, filing, value, "settlement.value"), "readings": [], "actor_id": None,
            "at": work.now,
        }
        for field, value in values.newest(work, filing).items()
        if field not in stand
    ]  # fmt: skip
    return [rows[start : start + PORTION] for start in range(0, len(rows), PORTION)]


def settle(work: Work, filing_id: str, rows: Sequence[Row]) -> None:
    """Write a portion. The schema has one settlement a field; the filing is locked, and gone on if it has left."""
    if rows and lock(work, filing_id).state == "keying":
        work.session.execute(insert(Settlement), rows)


def settle_rest(work: Work, filing: Filing) -> None:
    """Whatever is left, in this transaction; nothing where the portions were written."""
    for rows in portions(work, filing.id):
        settle(work, filing.id, rows)


def _lacks(work: Work, filing: Filing) -> bool:
    """True if a field of the filing has no settlement yet; counted, so that the answer costs little."""
    if filing.channel != "efiling" or filing.state != "keying" or not values.version(work, filing.id):
        return False
    named = [fields.entry_of(f.id) for f in fields.captured(fields.form_of(filing))]
    entries = work.session.scalar(select(func.count()).where(Entry.filing_id == filing.id)) or 0
    wanted = named.count(None) + named.count(0) * entries
    return (work.session.scalar(select(func.count()).where(Settlement.filing_id == filing.id)) or 0) < wanted
