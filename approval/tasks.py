"""Tasks: the queue of a person, claims under a lease, drafts. Two people never hold the same task."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from typing import Any, Final

from sqlalchemy import Select, and_, exists, or_, select, update

from approval import people, trail
from approval.errors import LeaseLost, NoSuchTask, NotYourStep, ReasonMissing, TaskClosed, TaskTaken
from approval.states import lock, require
from storage.tables import Filing, FilingActor, MachineSeen, Task
from storage.work import TOKYO, Work

LEASE: Final = timedelta(minutes=10)
# The state a filing is in while a task of the step can be done; a filing on hold keeps its task out of sight.
STATE_OF_STEP: Final = {"key": "keying", "adjudicate": "adjudicating", "review": "reviewing", "approve": "approving"}
_OPEN = ("open", "claimed")
_PAGE = 50


@dataclass(frozen=True, slots=True)
class Claim:
    """What a person holds: the token goes with every call until the task is done, released or taken back."""

    task_id: str
    filing_id: str
    step: str
    token: str
    lease_until: datetime


@dataclass(frozen=True, slots=True)
class Waiting:
    """A line of the queue; nothing personal."""

    task_id: str
    filing_id: str
    number: str
    kind: str
    step: str
    round: int
    priority: int
    due_on: date
    fields: int | None  # how many fields it asks for; None: all
    mine: bool
    held_by: str | None  # name, in the supervisor's list
    lease_until: datetime | None


def open_task(work: Work, filing: Filing, step: str, fields: Iterable[str] | None) -> Task:
    """The open task of that step in the filing's round; made if there is none. `fields` None: every field."""
    found = work.session.scalars(
        select(Task).where(
            Task.filing_id == filing.id, Task.step == step, Task.round == filing.round, Task.state.in_(_OPEN)
        )
    ).one_or_none()
    if found is not None:
        return found
    task = Task(
        filing_id=filing.id, step=step, round=filing.round, state="open",
        fields=None if fields is None else list(fields),
        priority=filing.priority, due_on=filing.due_on, created_at=work.now,
    )  # fmt: skip
    work.session.add(task)
    work.session.flush()
    trail.record(work, filing, "task.opened", "task", task.id, {"step": step, "round": filing.round})
    return task


def queue(work: Work, steps: Iterable[str] | None = None, limit: int = _PAGE) -> list[Waiting]:
    """What waits for the actor, own claims first, then by priority, due date and age.

    Hides what the actor may not take: a conflicting side, fields already read, machine values seen.
    """
    return [_waiting(work, task, filing) for task, filing in _eligible(work, steps, limit)]


def in_hand(work: Work) -> list[Waiting]:
    """Every claimed task with its holder, oldest lease first: the supervisor's list."""
    rows = work.session.execute(
        select(Task, Filing).join(Filing).where(Task.state == "claimed").order_by(Task.lease_until)
    )
    return [_waiting(work, task, filing, named=True) for task, filing in rows]


def claim_next(work: Work, step: str, lease: timedelta = LEASE) -> Claim | None:
    """Claim the first task of that step which the actor may take; None if there is none."""
    for task, filing in _eligible(work, (step,), None):
        token = _take(work, task.id, lease)
        if token is not None:
            return Claim(task.id, filing.id, step, token, work.now + lease)
    return None


def claim(work: Work, task_id: str, lease: timedelta = LEASE) -> Claim:
    """Claim this one. Claiming one's own again gives a new token (the other tab loses its hold).

    NoSuchTask, TaskClosed, TaskTaken, WrongState, NotYourStep, ConflictingSide, AlreadyRead.
    """
    task = _fresh(work, task_id)
    if task.state not in _OPEN:
        raise _closed(work, task)
    filing = work.session.get_one(Filing, task.filing_id)
    require(filing, STATE_OF_STEP[task.step])
    people.guard(work, filing.id, task.step, asked(task))
    token = _take(work, task_id, lease)
    if token is not None:
        return Claim(task_id, filing.id, task.step, token, work.now + lease)
    task = _fresh(work, task_id)
    if task.state not in _OPEN:
        raise _closed(work, task)
    raise TaskTaken(who=people.name_of(work, task.claimed_by), at=clock_time(task.claimed_at))


def heartbeat(work: Work, task_id: str, token: str, lease: timedelta = LEASE) -> datetime:
    """Hold on for another lease; gives its end. LeaseLost."""
    done = work.session.execute(_held(task_id, token, work.actor_id).values(lease_until=work.now + lease))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost
    return work.now + lease


def release(work: Work, task_id: str, token: str) -> None:
    """Give the task back to the queue; the draft stays for its author. LeaseLost."""
    done = work.session.execute(_held(task_id, token, work.actor_id).values(**_FREE, n=Task.n + 1))
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost
    _fresh(work, task_id)


def steal(work: Work, task_id: str, reason: str) -> None:
    """A supervisor takes a task back from its holder, whose token no longer counts. NotYourStep, ReasonMissing."""
    if work.actor_id is None or "supervisor" not in people.roles_of(work, work.actor_id):
        raise NotYourStep(who_ja="管理", who_en="supervisor")
    if not reason.strip():
        raise ReasonMissing
    task = _fresh(work, task_id)
    if task.state not in _OPEN:
        raise _closed(work, task)
    holder = task.claimed_by
    work.session.execute(update(Task).where(Task.id == task_id).values(**_FREE, n=Task.n + 1), execution_options=_PLAIN)
    _fresh(work, task_id)
    filing = work.session.get_one(Filing, task.filing_id)
    trail.record(work, filing, "task.taken_back", "task", task_id, {"from": holder}, secret=reason)


def save_draft(work: Work, task_id: str, token: str, draft: Any) -> None:
    """Keep what was typed so far (JSON), sealed and for its author alone. LeaseLost."""
    task = _fresh(work, task_id)
    if task.state != "claimed" or task.token != token or task.claimed_by != work.actor_id:
        raise LeaseLost
    filing = work.session.get_one(Filing, task.filing_id)
    task.draft = work.keys.seal_json(work.session, filing.key_id, {"by": work.actor_id, "draft": draft}, "task.draft")
    work.session.flush()


def draft_of(work: Work, task: Task) -> Any:
    """The actor's own draft; None if there is none, or if it is somebody else's (it is a reading of theirs)."""
    if task.draft is None:
        return None
    filing = work.session.get_one(Filing, task.filing_id)
    kept = work.keys.unseal_json(work.session, filing.key_id, task.draft, "task.draft")
    return kept["draft"] if kept["by"] == work.actor_id else None


def hold(work: Work, task_id: str, token: str, *steps: str, n: int | None = None) -> tuple[Filing, Task, str]:
    """For a submission: the filing, locked, the task, held by the actor under this token, and the actor's id.

    A lease that ran out while nobody else took the task still counts. `n` is the filing's version on the page.
    NoSuchTask, TaskClosed, LeaseLost, StaleVersion, WrongState, ConflictingSide, AlreadyRead.
    """
    filing = lock(work, _fresh(work, task_id).filing_id, n)
    task = _fresh(work, task_id)
    if task.state not in _OPEN:
        raise _closed(work, task)
    if task.step not in steps:
        raise NoSuchTask
    if task.state != "claimed" or task.token != token or task.claimed_by != work.actor_id:
        raise LeaseLost
    require(filing, STATE_OF_STEP[task.step])
    user = people.guard(work, filing.id, task.step, asked(task))
    return filing, task, user


def finish(work: Work, task: Task) -> None:
    """The task is done by the actor; exactly one finisher wins. LeaseLost."""
    work.session.flush()
    done = work.session.execute(
        _held(task.id, task.token or "", work.actor_id).values(
            state="done", done_by=work.actor_id, done_at=work.now, claimed_by=None, claimed_at=None, token=None,
            lease_until=None,
            draft=None, n=Task.n + 1,
        )
    )  # fmt: skip
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise LeaseLost
    _fresh(work, task.id)


def asked(task: Task) -> frozenset[str] | None:
    """The fields a key or adjudicate task asks for; None: every captured field (or not a task of fields)."""
    return None if task.fields is None else frozenset(task.fields)


def get(work: Work, task_id: str) -> Task:
    """The task as it stands. NoSuchTask."""
    return _fresh(work, task_id)


def clock_time(at: datetime | None) -> str:
    """Tokyo time for a sentence."""
    return at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M") if at else "-"


_PLAIN: Final = {"synchronize_session": False}
_FREE: Final[dict[str, Any]] = {
    "state": "open", "claimed_by": None, "claimed_at": None, "token": None, "lease_until": None,
}  # fmt: skip


def _eligible(work: Work, steps: Iterable[str] | None, limit: int | None) -> Iterator[tuple[Task, Filing]]:
    user = work.actor_id
    if user is None:
        return
    roles = people.roles_of(work, user)
    wanted = [s for s in (steps or people.ROLES) if roles & people.ROLES[s]]
    given = 0
    for task, filing in _in_pages(work, _takeable(work, user, wanted)):
        if task.step in {"key", "adjudicate"} and people.obstacle(work, filing.id, task.step, asked(task), user):
            continue
        yield task, filing
        given += 1
        if limit is not None and given >= limit:
            return


def _in_pages(work: Work, query: Select[Task, Filing]) -> Iterator[tuple[Task, Filing]]:
    """The rows a page at a time: who takes the first task does not load a hundred thousand."""
    for start in count(0, _PAGE):
        rows = work.session.execute(query.limit(_PAGE).offset(start)).all()
        yield from rows
        if len(rows) < _PAGE:
            return


def _takeable(work: Work, user: str, steps: list[str]) -> Select[Task, Filing]:
    """Tasks open, or claimed by the actor, or claimed under a lease that ran out; sides and machine seen apart."""
    free = or_(
        Task.state == "open",
        and_(Task.state == "claimed", or_(Task.claimed_by == user, Task.lease_until < work.now)),
    )
    fits = or_(*(and_(Task.step == s, Filing.state == STATE_OF_STEP[s]) for s in steps)) if steps else Task.id.is_(None)
    other_side = exists().where(
        FilingActor.filing_id == Task.filing_id,
        FilingActor.user_id == user,
        or_(*(and_(Task.step == s, FilingActor.side != side) for s, side in people.SIDES.items())),
    )
    seen = exists().where(MachineSeen.filing_id == Task.filing_id, MachineSeen.user_id == user, Task.step == "key")
    mine = and_(Task.state == "claimed", Task.claimed_by == user)
    return (
        select(Task, Filing)
        .join(Filing, Filing.id == Task.filing_id)
        .where(free, fits, ~other_side, ~seen)
        .order_by(mine.desc(), Task.priority, Task.due_on, Task.created_at, Task.id)
    )


def _take(work: Work, task_id: str, lease: timedelta) -> str | None:
    """Compare and set: of two at the same moment the schema lets one through. None: somebody else holds it."""
    token = secrets.token_hex(16)
    free = or_(
        Task.state == "open",
        and_(Task.state == "claimed", or_(Task.claimed_by == work.actor_id, Task.lease_until < work.now)),
    )
    done = work.session.execute(
        update(Task).where(Task.id == task_id, free).values(
            state="claimed", claimed_by=work.actor_id, claimed_at=work.now, token=token,
            lease_until=work.now + lease, n=Task.n + 1,
        ),
        execution_options=_PLAIN,
    )  # fmt: skip
    if done.rowcount != 1:  # type: ignore[attr-defined]
        return None
    _fresh(work, task_id)
    return token


def _fresh(work: Work, task_id: str) -> Task:
    task = work.session.get(Task, task_id, populate_existing=True)
    if task is None:
        raise NoSuchTask
    return task


def _held(task_id: str, token: str, user: str | None) -> Any:
    return update(Task).where(
        Task.id == task_id, Task.state == "claimed", Task.token == token, Task.claimed_by == user
    ).execution_options(**_PLAIN)  # fmt: skip


def _closed(work: Work, task: Task) -> TaskClosed:
    return TaskClosed(who=people.name_of(work, task.done_by), at=clock_time(task.done_at))


def _waiting(work: Work, task: Task, filing: Filing, named: bool = False) -> Waiting:
    return Waiting(
        task_id=task.id, filing_id=filing.id, number=filing.number, kind=filing.kind, step=task.step,
        round=task.round, priority=task.priority, due_on=task.due_on,
        fields=None if task.fields is None else len(task.fields),
        mine=task.state == "claimed" and task.claimed_by == work.actor_id,
        held_by=people.name_of(work, task.claimed_by) if named else None,
        lease_until=task.lease_until,
    )  # fmt: skip
