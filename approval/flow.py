"""The flow: derives what comes next for a filing from its readings, settlements, tasks and decisions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from typing import Final

from sqlalchemy import select

from approval import acceptance, compare, fields, filed, inspection, trail, values
from approval.states import lock, move
from approval.tasks import open_task
from storage.queue import enqueue
from storage.tables import Decision, Filing, Inspection, Notice, Reading, Settlement, Task
from storage.work import Work

_OPEN = ("open", "claimed")


def advance(work: Work, filing_id: str) -> str:
    """Take the filing as far as it goes without a person, and give the state it stops in. Idempotent.

    Enqueues the job that the filing waits for (`check`, `notice`); the moves themselves are the table in
    states.py. NoSuchFiling.
    """
    filing = lock(work, filing_id)
    while True:
        before = filing.state
        STEPS.get(before, _wait)(work, filing)
        if filing.state == before:
            return before


def _wait(work: Work, filing: Filing) -> None:
    """Held, withdrawn, noticed: nothing happens by itself."""


def _keying(work: Work, filing: Filing) -> None:
    if filing.channel == "efiling" and filing.round == 1:
        _filed(work, filing)
        return
    if _open_task(work, filing, "key") is not None:
        return
    if not _tasks(work, filing, "key") and _keyed(work, filing):
        return
    again, differing = settle_equal(work, filing)
    if again:
        open_task(work, filing, "key", again)
    elif differing:
        open_task(work, filing, "adjudicate", differing)
        move(work, filing, "adjudicating")
    else:
        _write(work, filing)


def _keyed(work: Work, filing: Filing) -> bool:
    """Open the key task of the round for what no machine may settle; False if nothing is left to key."""
    if filing.round > 1:
        open_task(work, filing, "key", sorted(_asked(work, filing)))
        return True
    done = acceptance.accept(work, filing).settled
    left = [f.id for f in fields.captured(fields.form_of(filing)) if f.id not in done]
    if left:
        open_task(work, filing, "key", left if done else None)
    return bool(left)


def _filed(work: Work, filing: Filing) -> None:
    """An e-filing stands as it came in (filed.py): straight to the check."""
    filed.settle_rest(work, filing)
    move(work, filing, "checking")


def _adjudicating(work: Work, filing: Filing) -> None:
    if _open_task(work, filing, "adjudicate") is not None:
        return
    again, differing = settle_equal(work, filing)
    if again or differing:
        open_task(work, filing, "adjudicate", again + differing)
    else:
        _write(work, filing)


def _checking(work: Work, filing: Filing) -> None:
    if (filing.checked_n or 0) < values.version(work, filing.id):
        enqueue(work.session, "check", filing.id, now=work.now, priority=filing.priority, due_on=filing.due_on)
        return
    open_task(work, filing, "review", None)
    move(work, filing, "reviewing")


def _reviewing(work: Work, filing: Filing) -> None:
    if _open_task(work, filing, "review") is not None:
        return
    last = work.session.scalars(
        select(Decision).where(Decision.filing_id == filing.id, Decision.entry_id.is_(None)).order_by(Decision.filing_n)
    ).all()
    if not last or last[-1].outcome != "pass":
        open_task(work, filing, "review", None)
        return
    open_task(work, filing, "approve", None)
    move(work, filing, "approving")


def _approving(work: Work, filing: Filing) -> None:
    if _open_task(work, filing, "approve") is None:
        open_task(work, filing, "approve", None)


def _decided(work: Work, filing: Filing) -> None:
    """Also for returned: the notice goes out by a job of its own, and the next advance sees that it did."""
    waiting = work.session.scalars(select(Notice).where(Notice.filing_id == filing.id, Notice.issued_at.is_(None)))
    if waiting.first() is not None:
        enqueue(work.session, "notice", filing.id, now=work.now, priority=filing.priority, due_on=filing.due_on)
    elif filing.state == "decided":
        move(work, filing, "noticed")


# What happens in each state without a person; a state that is not named waits.
STEPS: Final[dict[str, Callable[[Work, Filing], None]]] = {
    "keying": _keying,
    "adjudicating": _adjudicating,
    "checking": _checking,
    "reviewing": _reviewing,
    "approving": _approving,
    "decided": _decided,
    "returned": _decided,
}


def settle_equal(work: Work, filing: Filing) -> tuple[list[str], list[str]]:
    """Settle what the readings of this round agree on; gives the fields to key again and those that differ.

    Both lists are in paper order.
    """
    form = fields.form_of(filing)
    asked = _asked(work, filing)
    stand = values.settled(work, filing)
    reads, waiting = _reads(work, filing), inspection.pending(work, filing)
    again: list[str] = []
    differing: list[str] = []
    count = 0
    for f in fields.captured(form):
        standing = stand.get(f.id)
        if f.id not in asked or (standing is not None and standing.round == filing.round):
            continue
        verdict = (
            compare.later_round(f.type, reads[f.id], _standing(work, filing, standing))
            if standing is not None
            else compare.first_round(f.type, reads[f.id])
        )
        if verdict.kind == "settled":
            _settle(work, filing, f.id, verdict, standing, waiting)
            count += 1
        else:
            (again if verdict.kind == "key" else differing).append(f.id)
    if count:
        trail.record(work, filing, "filing.compared", "filing", filing.id,
            {"round": filing.round, "equal": count, "again": len(again), "differ": len(differing)},
        )  # fmt: skip
    work.session.flush()
    return again, differing


def _settle(
    work: Work, filing: Filing, field: str, verdict: compare.Verdict, standing: Settlement | None,
    waiting: Mapping[str, Inspection],
) -> None:  # fmt: skip
    """In a later round the value stands on what it stood on, and on one reading more."""
    # what was accepted and has now been read by a person too stands on two readings
    basis = standing.basis if standing and standing.basis != "accepted" else "two_readings"
    stood = Settlement(
        filing_id=filing.id,
        field=field,
        round=filing.round,
        basis=basis,
        value=values.seal_value(work, filing, verdict.value, "settlement.value"),
        readings=list(verdict.readings),
        actor_id=standing.actor_id if standing else None,
        at=work.now,
    )
    work.session.add(stood)
    inspection.settled(work, filing, stood, waiting)


def _write(work: Work, filing: Filing) -> None:
    """Every field is settled: the values become the next version, and the check speaks of them."""
    stand = values.settled(work, filing)
    cause = "settled" if filing.round == 1 else "corrected"
    values.write(work, filing, {f: values.settled_value(work, filing, s) for f, s in stand.items()}, cause)
    move(work, filing, "checking")


def _standing(work: Work, filing: Filing, row: Settlement) -> compare.Standing:
    return compare.Standing(values.settled_value(work, filing, row), row.basis, row.actor_id, tuple(row.readings))


def _reads(work: Work, filing: Filing) -> dict[str, list[compare.Read]]:
    found: dict[str, list[compare.Read]] = defaultdict(list)
    rows = work.session.scalars(
        select(Reading)
        .where(Reading.filing_id == filing.id, Reading.round == filing.round, Reading.stands)
        .order_by(Reading.at)
    )
    for row in rows:
        reader = f"user:{row.user_id}" if row.user_id else f"family:{row.family or row.engine}"
        value = None if row.value is None else work.keys.unseal(work.session, filing.key_id, row.value, "reading.value")
        found[row.field].append(compare.Read(row.id, reader, value, row.score))
    return found


def _asked(work: Work, filing: Filing) -> frozenset[str]:
    """The fields that are read in this round: all, or those that were sent back."""
    if filing.round == 1:
        return frozenset(f.id for f in fields.captured(fields.form_of(filing)))
    back = work.session.scalars(
        select(Decision.fields)
        .where(Decision.filing_id == filing.id, Decision.outcome == "send_back")
        .order_by(Decision.filing_n.desc())
        .limit(1)
    ).one_or_none()
    return frozenset(back or ())


def _tasks(work: Work, filing: Filing, step: str) -> list[Task]:
    rows = work.session.scalars(
        select(Task).where(Task.filing_id == filing.id, Task.step == step, Task.round == filing.round)
    )
    return [task for task in rows if task.state != "cancelled"]


def _open_task(work: Work, filing: Filing, step: str) -> Task | None:
    return next((task for task in _tasks(work, filing, step) if task.state in _OPEN), None)
