"""The jobs ledger: claim with a lease and a token, renew, commit fenced by the token, fail, set aside, reap.

Leases are not audited and do not touch the audit chains; what a job changes is (intake/stages.py).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from intake.errors import LeaseLost, WorkerLost
from storage import audit
from storage.errors import TodokeError
from storage.session import Database
from storage.tables import Job, new_id
from storage.tables.jobs import OPEN
from storage.work import Work

# Seconds before attempt 2, 3, 4 ... of a job that failed; a lost worker is not the job's fault, so it waits less.
BACKOFF = (2.0, 10.0, 60.0, 300.0)
GiveUp = Callable[[Work, Job], None]


@dataclass(frozen=True, slots=True)
class Lease:
    """A claimed job. Only a commit with this token counts."""

    job_id: str
    stage: str
    subject_id: str
    token: str
    attempt: int


@dataclass(frozen=True, slots=True)
class Reaped:
    """A job whose lease ran out: `worker` had it; `poison` if it was set aside."""

    job_id: str
    stage: str
    worker: str
    poison: bool


@dataclass(slots=True)
class Ledger:
    """Transactions on the jobs table. `open_work` makes a Work for the give-up of a poisoned job's subject."""

    database: Database
    open_work: Callable[[Session, datetime, str], Work]
    give_up: GiveUp
    lease: timedelta
    attempts: int

    def claim(self, worker: str, now: datetime, stages: Sequence[str] = ()) -> Lease | None:
        """The most urgent ready job: by priority, then due date, then age. None if there is none.

        On SQLite an idle worker only reads: it takes the write lock when there is something to take.
        """
        query = _ready(now, stages).limit(1)
        if self.database.is_sqlite:
            with self.database.reading() as session:
                if session.scalar(query.with_only_columns(Job.id)) is None:
                    return None
        with self.database.writing() as session:
            job: Job | None = session.scalars(query.with_for_update(skip_locked=True)).first()
            return None if job is None else self._take(job, worker, now)

    def claim_one(self, job_id: str, worker: str, now: datetime) -> Lease | None:
        """The named job, if it is ready (a broker rang for it). None if it is done, leased, or not due yet."""
        with self.database.writing() as session:
            query = _ready(now, ()).where(Job.id == job_id).with_for_update(skip_locked=True)
            job: Job | None = session.scalars(query).first()
            return None if job is None else self._take(job, worker, now)

    def _take(self, job: Job, worker: str, now: datetime) -> Lease:
        job.state, job.token, job.worker = "leased", new_id(), worker
        job.lease_until, job.attempts = now + self.lease, job.attempts + 1
        return Lease(job.id, job.stage, job.subject_id, job.token, job.attempts)

    def renew(self, lease: Lease, now: datetime) -> None:
        """Push the end of the lease. Raises LeaseLost if it is not ours any more."""
        with self.database.writing() as session:
            done = session.execute(
                update(Job)
                .where(Job.id == lease.job_id, Job.token == lease.token)
                .values(lease_until=now + self.lease),
                execution_options={"synchronize_session": False},
            )
            if done.rowcount != 1:  # type: ignore[attr-defined]
                raise LeaseLost

    def fail(self, lease: Lease, now: datetime, error: TodokeError, *, final: bool = False) -> None:
        """The attempt failed: ready again after a pause, or set aside with its evidence. A lost lease is let go."""
        with self.database.writing() as session:
            job = self._mine(session, lease)
            if job is None:
                return
            evidence = {**error.as_dict(), "worker": job.worker, "attempts": job.attempts, "at": now.isoformat()}
            if final or job.attempts >= self.attempts:
                self._poison(session, job, now, evidence)
            else:
                pause = BACKOFF[min(job.attempts, len(BACKOFF)) - 1]
                _release(job, now + timedelta(seconds=pause))
                job.error = evidence

    def hand_back(self, lease: Lease) -> None:
        """The worker is stopping and has not begun: the attempt does not count."""
        with self.database.writing() as session:
            job = self._mine(session, lease)
            if job is not None:
                _release(job, None)
                job.attempts -= 1

    def reap(self, now: datetime) -> list[Reaped]:
        """Take back every lease that ran out. Reads first: usually there is none."""
        late = select(Job).where(Job.state == "leased", Job.lease_until < now).order_by(Job.id)
        with self.database.reading() as session:
            if session.scalar(late.with_only_columns(Job.id).limit(1)) is None:
                return []
        found = []
        with self.database.writing() as session:
            for job in session.scalars(late.with_for_update(skip_locked=True)).all():
                worker = job.worker or ""
                poison = job.attempts >= self.attempts
                evidence = {**WorkerLost(attempts=job.attempts).as_dict(), "worker": worker,
                            "attempts": job.attempts, "at": now.isoformat()}  # fmt: skip
                if poison:
                    self._poison(session, job, now, evidence)
                else:
                    _release(job, None)
                    job.error = evidence
                found.append(Reaped(job.id, job.stage, worker, poison))
        return found

    def retry(self, work: Work, job_id: str) -> None:
        """poison -> ready: an operator has looked at it. Does nothing to a job in another state.

        Where the same stage of the subject was enqueued anew meanwhile, that job does it, and this one is done.
        """
        job = work.session.get(Job, job_id, with_for_update=True)
        if job is None or job.state != "poison":
            return
        newer = work.session.scalar(
            select(Job.id).where(Job.stage == job.stage, Job.subject_id == job.subject_id, OPEN)
        )
        if newer is not None:
            job.state = "done"
        else:
            job.state, job.attempts, job.not_before, job.done_at = "ready", 0, None, None
        detail = {"stage": job.stage} | ({"instead": newer} if newer else {})
        audit.record(work, "job.retried", "job", job.id, job.subject_id, detail)

    def _poison(self, session: Session, job: Job, now: datetime, evidence: dict[str, Any]) -> None:
        job.state, job.token, job.lease_until, job.done_at, job.error = "poison", None, None, now, evidence
        session.flush()  # `again` stays: what was asked for meanwhile is still to be done when it is tried again
        work = self.open_work(session, now, f"system:{job.worker or 'reaper'}")
        try:
            with session.begin_nested():
                self.give_up(work, job)
        except TodokeError as error:  # the job is set aside all the same, or it would be claimed for ever
            job.error = {**evidence, "give_up": error.as_dict()}
        audit.record(
            work, "job.poisoned", "job", job.id, job.subject_id,
            {"stage": job.stage, "attempts": job.attempts, "code": evidence["code"]},
        )  # fmt: skip

    @staticmethod
    def _mine(session: Session, lease: Lease) -> Job | None:
        query = select(Job).where(Job.id == lease.job_id, Job.token == lease.token).with_for_update()
        return session.scalars(query).one_or_none()


def hold(session: Session, lease: Lease) -> Job:
    """The job of the lease, locked, before anything is applied in this transaction. Raises LeaseLost.

    This is the fence: a worker that was slow, or thought dead, finds another token (or none) and writes nothing.
    """
    query = select(Job).where(Job.id == lease.job_id, Job.token == lease.token).with_for_update()
    job = session.scalars(query).one_or_none()
    if job is None:
        raise LeaseLost
    return job


def finish(job: Job, now: datetime) -> None:
    """leased -> done; or -> ready, if the subject was enqueued again while the job ran."""
    if job.again:
        _release(job, None)
        job.attempts, job.error = 0, None
    else:
        job.state, job.token, job.lease_until, job.done_at = "done", None, None, now


def _release(job: Job, not_before: datetime | None) -> None:
    job.state, job.token, job.lease_until, job.not_before, job.again = "ready", None, None, not_before, False


def _ready(now: datetime, stages: Sequence[str]) -> Any:
    query = select(Job).where(Job.state == "ready", (Job.not_before.is_(None)) | (Job.not_before <= now))
    if stages:
        query = query.where(Job.stage.in_(stages))
    return query.order_by(Job.priority, Job.due_on.nulls_last(), Job.created_at)
