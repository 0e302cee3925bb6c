"""The states of a filing and the moves between them: one table, which every change of state goes through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select, update

from approval import trail
from approval.errors import NoSuchFiling, StaleVersion, WrongState
from storage.tables import Filing
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Move:
    """From one state to another, and what makes it happen."""

    to: str
    when: str


# Who moves: `flow` is advance() in a worker; the others are decisions of people, written in their transaction.
MOVES: Final[dict[str, tuple[Move, ...]]] = {
    # Two independent readings of every field are being made (key tasks), or an e-filing has just come in.
    "keying": (
        Move("adjudicating", "flow: each field has two readings, or two persons tried, and some differ"),
        Move("checking", "flow: every field is settled; the values are written as the next version"),
    ),
    # Somebody who read none of them decides the fields that differ.
    "adjudicating": (Move("checking", "flow: every field is settled; the values are written"),),
    # Rules, matching and duplicates run on the newest version (job `check`).
    "checking": (Move("reviewing", "flow: the check has spoken of the newest version"),),
    "reviewing": (
        Move("approving", "flow: the reviewer passed it"),
        Move("keying", "reviewer: fields sent back; a new round of reading opens"),
        Move("returned", "reviewer: every entry that was left goes back to the filer"),
        Move("withdrawn", "reviewer: every entry that was left is a duplicate of another filing"),
        Move("held", "reviewer: on hold, with a reason"),
    ),
    "approving": (
        Move("decided", "approver: approved; the entries are posted in the same transaction"),
        Move("keying", "approver: fields sent back"),
        Move("returned", "approver: every entry that was left goes back to the filer"),
        Move("held", "approver: on hold, with a reason"),
    ),
    # The task waits too; resume goes back to the step that held it.
    "held": (
        Move("reviewing", "reviewer: resumed"),
        Move("approving", "approver: resumed"),
    ),
    "decided": (Move("noticed", "flow: every notice is issued"),),
    # The ends. A returned filing may be filed anew: another filing, with `refiles`.
    "returned": (),
    "withdrawn": (),
    "noticed": (),
}


def lock(work: Work, filing_id: str, n: int | None = None) -> Filing:
    """The filing as it stands now, locked until the transaction ends (PostgreSQL; SQLite has one writer anyway).

    Every service that writes to a filing locks it first, so that `advance` never decides on half of a submission.
    `n`, where given, is the version the page showed. NoSuchFiling; StaleVersion.
    """
    query = select(Filing).where(Filing.id == filing_id).with_for_update().execution_options(populate_existing=True)
    filing = work.session.scalars(query).one_or_none()
    if filing is None:
        raise NoSuchFiling
    if n is not None and filing.n != n:
        from approval.people import faster

        raise faster(work, filing)
    return filing


def bump(work: Work, filing: Filing, **columns: object) -> int:
    """Compare and set `filing.n`, writing `columns` with it; gives the new n. StaleVersion if someone was faster."""
    work.session.flush()
    seen = filing.n
    done = work.session.execute(
        update(Filing).where(Filing.id == filing.id, Filing.n == seen).values(n=seen + 1, **columns),
        execution_options={"synchronize_session": False},
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleVersion
    work.session.refresh(filing)
    return filing.n


def move(work: Work, filing: Filing, to: str, **columns: object) -> None:
    """Take the filing to the state `to`, if the table allows it, and say so in the audit chain. WrongState."""
    before = filing.state
    if to not in {m.to for m in MOVES[before]}:
        raise WrongState(state=before)
    bump(work, filing, state=to, **columns)
    trail.record(work, filing, "filing.moved", "filing", filing.id, {"from": before, "to": to, "n": filing.n})


def require(filing: Filing, *states: str) -> None:
    """WrongState unless the filing is in one of `states`."""
    if filing.state not in states:
        raise WrongState(state=filing.state)
