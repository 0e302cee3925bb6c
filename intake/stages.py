"""The stages of the flow: the one table of what follows what, and `execute`, which alone commits in a worker."""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from intake import assemble, pages, sheets
from intake.errors import LeaseLost, StageFailed
from intake.ledger import Lease, finish, hold
from intake.runtime import Runtime
from intake.step import Event, Last, Stage, Step, Steps
from storage.errors import TodokeError
from storage.queue import enqueue
from storage.session import DatabaseBusy
from storage.tables import Filing, Job
from storage.work import Work

# What follows what. (stage, what it brought about) -> the next stage, on the subject the event names.
#
#   file     -> decode  each page it yields .............. page_decoded   -> read
#                       its last page, all others read .... batch_complete -> assemble
#   page     -> read    the last page of a closed batch ... batch_complete -> assemble
#   sheet    -> place   a person named kind and corners ... batch_complete -> assemble
#   batch    -> assemble  counts agree (or are accepted): each form sheet .. filing_made -> advance
#                         counts differ: the batch is held, nothing follows until reception decides
#   filing   -> advance derives the step from what stands (approval/flow.py), opens tasks for people, and asks for
#                       `check` or `notice` itself, in the same transaction
#   filing   -> check   rules, match, duplicates spoke .... checked -> advance
#   filing   -> notice  the letters are issued ............ noticed -> advance
#
# People's acts (closing or accepting a batch, keying, deciding) enqueue `assemble` or `advance`, nothing else.
FOLLOWS: Final[dict[tuple[str, str], str]] = {
    ("decode", "page_decoded"): "read",
    ("decode", "batch_complete"): "assemble",
    ("read", "batch_complete"): "assemble",
    ("place", "batch_complete"): "assemble",
    ("assemble", "filing_made"): "advance",
    ("check", "checked"): "advance",
    ("notice", "noticed"): "advance",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A stage: how it runs, how many seconds one step of it may take before its worker counts as hung, and what is
    done to its subject when the attempts are used up."""

    run: Stage
    seconds: float
    give_up: Callable[[Work, str, dict[str, Any]], Iterable[Event]] | None = None


def _advance(runtime: Runtime, filing_id: str) -> Steps:
    from approval import filed
    from approval.flow import advance

    with runtime.reading() as work:
        portions = filed.portions(work, filing_id)  # of an e-filing: some 50,000 rows, which no writer waits for
    for rows in portions:
        yield _part(filed.settle, filing_id, rows)

    def apply(work: Work) -> Iterable[Event]:
        advance(work, filing_id)
        return []

    yield Last(apply)


def _part(act: Callable[..., None], *given: Any) -> Step:
    """A step of its own transaction after which nothing follows yet."""

    def apply(work: Work) -> Iterable[Event]:
        act(work, *given)
        return []

    return apply


def _check(runtime: Runtime, filing_id: str) -> Steps:
    from validators.check import check_filing, portions, write_persons
    from validators.judge import judge

    with runtime.reading() as work:  # the long part: no writer waits for it
        judgement = judge(work, filing_id)
    for some in portions(judgement):
        yield _part(write_persons, judgement, some)

    def apply(work: Work) -> Iterable[Event]:
        check_filing(work, filing_id, judgement)
        return [_about(work, filing_id, "checked")]

    yield Last(apply)


def _notice(runtime: Runtime, filing_id: str) -> Steps:
    from approval.notices.issue import issue, load
    from approval.notices.letter import typeset

    with runtime.writing() as work:  # it locks the filing, which a reading transaction may not
        letters = load(work, filing_id)
    pdfs = {letter.notice_id: typeset(letter) for letter in letters}

    def apply(work: Work) -> Iterable[Event]:
        issue(work, runtime.vault, filing_id, pdfs)
        return [_about(work, filing_id, "noticed")]

    yield Last(apply)


def _about(work: Work, filing_id: str, event: str) -> Event:
    filing = work.session.get(Filing, filing_id)
    return Event(event, filing_id, filing.priority, filing.due_on) if filing else Event(event, filing_id)


STAGES: Final[dict[str, Kind]] = {
    "decode": Kind(
        pages.decode, 90, lambda work, subject, error: pages.refuse_file(work, subject, pages.rebuild(error))
    ),
    "read": Kind(sheets.read, 120, lambda work, subject, _: sheets.give_up_reading(work, subject)),
    "place": Kind(sheets.place, 120, lambda work, subject, _: sheets.give_up_placing(work, subject)),
    "assemble": Kind(assemble.assemble, 120),
    "advance": Kind(_advance, 60),
    "check": Kind(_check, 120),
    "notice": Kind(_notice, 120),
}


def execute(runtime: Runtime, lease: Lease, deadline: Callable[[float], None] = lambda _: None) -> str:
    """Run a claimed job: `done`, `late` (somebody else has it, nothing was written) or `failed`.

    Each step is applied in one transaction with the token check, the jobs that follow and its audit entries; the last
    step ends the job in that same transaction. `deadline(seconds)` is called before each step: whoever watches the
    worker may end it when that time is over. Coded errors and crashes of a stage become the job's evidence.
    """
    kind = STAGES.get(lease.stage)
    if kind is None:
        runtime.ledger.fail(
            lease,
            runtime.clock(),
            StageFailed(stage=lease.stage, why_ja="そのような処理はない", why_en="no such stage"),
            final=True,
        )
        return "failed"
    try:
        with _renewing(runtime, lease, kind.seconds) as begin:
            _run(runtime, lease, kind, begin, deadline)
        return "done"
    except LeaseLost:
        return "late"
    except TodokeError as error:
        runtime.ledger.fail(lease, runtime.clock(), error)
    except Exception as error:
        why = _place(error)
        runtime.ledger.fail(lease, runtime.clock(), StageFailed(stage=lease.stage, why=why))
    return "failed"


def _place(error: Exception) -> str:
    """The kind of an error and where it was raised: its own words may quote what stood on a sheet."""
    frames = traceback.extract_tb(error.__traceback__)
    last = f" at {Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else ""
    return f"{type(error).__name__}{last}"


def _run(
    runtime: Runtime, lease: Lease, kind: Kind, begin: Callable[[], None], deadline: Callable[[float], None]
) -> None:
    deadline(kind.seconds)
    steps = kind.run(runtime, lease.subject_id)
    try:
        for step in steps:
            if isinstance(step, Last):
                _commit(runtime, lease, step.step, last=True)
                return
            _commit(runtime, lease, step, last=False)
            begin()
            deadline(kind.seconds)
        _commit(runtime, lease, None, last=True)
    finally:
        if isinstance(steps, Generator):
            steps.close()  # a stage that was stopped lets go of its decoder and its plaintext


def _commit(runtime: Runtime, lease: Lease, step: Step | None, *, last: bool) -> None:
    with runtime.writing() as work:
        job = hold(work.session, lease)
        events = list(step(work)) if step is not None else []
        if last:
            finish(job, work.now)
            work.session.flush()  # done before the next is enqueued: it may be the same stage of the same subject
        follow(work, lease.stage, events)


def follow(work: Work, stage: str, events: Iterable[Event]) -> None:
    """Enqueue what the table says."""
    for event in events:
        enqueue(
            work.session, FOLLOWS[stage, event.name], event.subject_id,
            now=work.now, priority=event.priority, due_on=event.due_on,
        )  # fmt: skip


def give_up(work: Work, job: Job) -> None:
    """The job is set aside: what its subject becomes, so that nothing waits for it in silence."""
    kind = STAGES.get(job.stage)
    if kind is not None and kind.give_up is not None:
        follow(work, job.stage, kind.give_up(work, job.subject_id, dict(job.error or {})))


@contextmanager
def _renewing(runtime: Runtime, lease: Lease, seconds: float) -> Iterator[Callable[[], None]]:
    """Renew the lease every third of it, but never beyond the step's deadline: a hung step loses its lease.

    Yields the function that says that a step begins.
    """
    third = runtime.ledger.lease.total_seconds() / 3
    stopped = threading.Event()
    began = [runtime.clock()]

    def beat() -> None:
        while not stopped.wait(third):
            now = runtime.clock()
            if (now - began[0]).total_seconds() > seconds:
                return
            try:
                runtime.ledger.renew(lease, now)
            except LeaseLost:
                return
            except (DatabaseBusy, OSError):
                continue

    def begin() -> None:
        began[0] = runtime.clock()

    thread = threading.Thread(target=beat, name=f"lease-{lease.job_id[:8]}", daemon=True)
    thread.start()
    try:
        yield begin
    finally:
        stopped.set()
        thread.join()
