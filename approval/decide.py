"""Decisions on a filing: approve, send back, return to the filer, hold and resume."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from approval import fields, findings, pairs, people, returns, tasks, trail, values
from approval.errors import (
    NoSuchPart,
    NothingToApprove,
    NothingToRead,
    NotSettled,
    OpenFindings,
    ReasonMissing,
    WrongState,
)
from approval.notices.prepare import prepare
from approval.posting.post import post
from approval.states import bump, lock, move
from storage.queue import enqueue
from storage.tables import Decision, Entry, Filing, Task
from storage.work import Work


def approve(work: Work, task_id: str, token: str, n: int, override: str = "") -> Decision:
    """Approve the open entries and post them to the register, once, in this transaction.

    `n` is the filing's version on the page. `override` is the written reason for going on although blocking
    findings stand open, or although the register shows something that a person may overrule.
    NotSettled while a duplicate of an open entry is undecided, in this filing or the other; OpenFindings,
    PostingConflict, RegisterChanged, NothingToApprove; those of tasks.hold. On any of them the caller's
    transaction is rolled back and nothing is posted.
    """
    filing, task, user = tasks.hold(work, task_id, token, "approve", n=n)
    open_entries = [entry for entry in values.entries(work, filing.id) if entry.state == "open"]
    if not open_entries:
        raise NothingToApprove
    if pairs.undecided(work, filing, open_entries):  # no reason overrides this: the other one may be approved too
        raise NotSettled(what_ja="重複の判断", what_en="a duplicate")
    blocking = findings.blocking(work, filing, frozenset(e.number for e in open_entries))
    if blocking and not override.strip():
        raise OpenFindings(rules=", ".join(sorted({f.rule for f in blocking})))
    people.act(work, filing.id, "approve", user)
    decision = record(work, filing, "approve", "approve", user, reason=override.strip() or None)
    tasks.finish(work, task)
    post(work, filing, open_entries, decision, overruled=bool(override.strip()))
    move(work, filing, "decided", decided_at=work.now)
    prepare(work, filing)
    onward(work, filing)
    return decision


def send_back(work: Work, task_id: str, token: str, n: int, field_ids: Iterable[str], reason: str) -> None:
    """Have fields read again, blind, by someone who has not read them; the filing comes back to the review.

    NothingToRead for an e-filing; NoSuchPart, ReasonMissing; those of tasks.hold.
    """
    filing, task, user = tasks.hold(work, task_id, token, "review", "approve", n=n)
    asked = frozenset(field_ids)
    form = fields.form_of(filing)
    order = [f.id for f in fields.captured(form) if f.id in asked]
    if filing.channel == "efiling":
        raise NothingToRead
    if not order or len(order) != len(asked):
        unknown = ", ".join(sorted(asked - set(order)))
        raise NoSuchPart(part_ja=unknown or "項目の指定", part_en=unknown or "field")
    people.act(work, filing.id, task.step, user)
    record(work, filing, task.step, "send_back", user, reason=_reason(reason), field_ids=order)
    tasks.finish(work, task)
    _cancel_others(work, filing)
    move(work, filing, "keying", round=filing.round + 1)
    tasks.open_task(work, filing, "key", order)
    onward(work, filing)


def return_to_filer(
    work: Work, task_id: str, token: str, n: int, code: str, text: str, entry_ids: Iterable[str] | None = None
) -> None:
    """Return the filing, or single entries of it, with a reason code and a text.

    Singled-out entries wait for the end of the filing: one notice names them all. When no entry is left open the
    filing ends here. UnknownReason, ReasonMissing, NoSuchPart; those of tasks.hold.
    """
    filing, task, user = tasks.hold(work, task_id, token, "review", "approve", n=n)
    returns.reason(filing.kind, code)
    why = _reason(text)
    known = values.entries(work, filing.id)
    standing = [entry for entry in known if entry.state == "open"]
    chosen = standing if entry_ids is None else _entries(standing, entry_ids)
    people.act(work, filing.id, task.step, user)
    if entry_ids is None:
        record(work, filing, task.step, "return", user, code=code, reason=why)
    for entry in chosen:
        if entry_ids is not None:
            record(work, filing, task.step, "return", user, code=code, reason=why, entry=entry)
        entry.state = "returned"
    work.session.flush()
    if entry_ids is None or len(chosen) == len(standing):
        tasks.finish(work, task)
        _cancel_others(work, filing)
        move(work, filing, "returned", decided_at=work.now)
        prepare(work, filing)
        onward(work, filing)


def put_on_hold(work: Work, task_id: str, token: str, n: int, reason: str) -> None:
    """Put the filing on hold; its task goes back to the queue, out of sight until somebody resumes it."""
    filing, task, user = tasks.hold(work, task_id, token, "review", "approve", n=n)
    people.act(work, filing.id, task.step, user)
    record(work, filing, task.step, "hold", user, reason=_reason(reason))
    tasks.release(work, task_id, token)
    move(work, filing, "held")


def resume(work: Work, filing_id: str, n: int, reason: str = "") -> None:
    """Take the filing off hold, back to the step that held it. WrongState, NotYourStep, ConflictingSide."""
    filing = lock(work, filing_id, n)
    held = work.session.scalars(
        select(Decision).where(Decision.filing_id == filing.id).order_by(Decision.filing_n.desc()).limit(1)
    ).one_or_none()
    if filing.state != "held" or held is None or held.outcome != "hold":
        raise WrongState(state=filing.state)
    user = people.guard(work, filing.id, held.step, None)
    people.act(work, filing.id, held.step, user)
    record(work, filing, held.step, "resume", user, reason=reason or None)
    move(work, filing, tasks.STATE_OF_STEP[held.step])
    onward(work, filing)


def record(
    work: Work, filing: Filing, step: str, outcome: str, user: str, *,
    code: str | None = None, reason: str | None = None, field_ids: list[str] | None = None, entry: Entry | None = None,
) -> Decision:  # fmt: skip
    """Write the decision on the version the person saw, and count the filing on, so that nobody decides on it twice."""
    sealed = work.keys.seal(work.session, filing.key_id, reason, "decision.reason") if reason else None
    decision = Decision(
        filing_id=filing.id, entry_id=entry.id if entry else None, step=step, outcome=outcome, reason_code=code,
        reason=sealed, fields=field_ids, actor_id=user, filing_n=filing.n, at=work.now,
    )  # fmt: skip
    work.session.add(decision)
    work.session.flush()
    trail.record(work, filing, f"decision.{outcome}", "decision", decision.id,
        {"step": step, "n": filing.n, "code": code, "entry": decision.entry_id, "fields": len(field_ids or ())},
        secret=reason,
    )  # fmt: skip
    bump(work, filing)
    return decision


def onward(work: Work, filing: Filing) -> None:
    """Let the flow derive what comes next."""
    enqueue(work.session, "advance", filing.id, now=work.now, priority=filing.priority, due_on=filing.due_on)


def reason_of(work: Work, filing: Filing, decision: Decision) -> str:
    """The text a decision was given with; empty if none."""
    if decision.reason is None:
        return ""
    return work.keys.unseal(work.session, filing.key_id, decision.reason, "decision.reason")


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonMissing
    return text.strip()


def _entries(standing: list[Entry], entry_ids: Iterable[str]) -> list[Entry]:
    wanted = frozenset(entry_ids)
    chosen = [entry for entry in standing if entry.id in wanted]
    if not chosen or len(chosen) != len(wanted):
        raise NoSuchPart(part_ja="届出対象者", part_en="entry")
    return chosen


def _cancel_others(work: Work, filing: Filing) -> None:
    """No task outlives the round or the filing it was made for."""
    for task in work.session.scalars(select(Task).where(Task.filing_id == filing.id, Task.state == "open")):
        task.state = "cancelled"
        trail.record(work, filing, "task.cancelled", "task", task.id, {"step": task.step})
    work.session.flush()
