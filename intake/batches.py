"""Batches at the door: opened with what the sender declares, closed, held or accepted, corrected with a reason."""

from __future__ import annotations

from datetime import date
from typing import Literal

from sqlalchemy import select

from forms import catalogue
from intake import custody
from intake.assemble import Counts, count
from intake.errors import BadIntake, EmptyBatch, ReasonNeeded, StaleBatch, WrongBatchState
from intake.filings import due_on
from intake.pages import complete, lock
from storage import audit
from storage.counter import take
from storage.queue import enqueue
from storage.tables import Batch, BatchFile, Filing, Job, ReceiptDateChange, Task
from storage.work import Work

Channel = Literal["paper", "media", "efiling"]
Basis = Literal["stamp", "entered", "efiled"]
_JUDGED = frozenset({"checking", "reviewing", "approving", "held"})
_OLDEST = date(1942, 1, 1)  # the year of the first Act; anything before is a slip of the keyboard


def open_batch(
    work: Work, *, channel: Channel, received_on: date, basis: Basis, site: str = "", sender: str = "",
    declared_pieces: int | None = None, declared_pages: int | None = None, note: str = "",
) -> Batch:  # fmt: skip
    """A new batch with its key and its receipt number (a running number of the day on which it is given out).

    `received_on` is the date of the stamp or the entered one, never the time of scanning; it is not in the future.
    Raises BadIntake.
    """
    _check_date(work, received_on)
    for declared in (declared_pieces, declared_pages):
        if declared is not None and not 0 < declared <= 100_000:
            raise BadIntake(why_ja="申告の数は1から100,000まで", why_en="a declared count is between 1 and 100,000")
    batch = Batch(
        number=receipt_number(work), channel=channel, state="open", key_id=work.keys.new_key(work.session, "batch"),
        received_on=received_on, received_basis=basis, received_site=site.strip(), sender=sender.strip(),
        declared_pieces=declared_pieces, declared_pages=declared_pages, note=note.strip(),
        created_by=work.actor_id, created_at=work.now,
    )  # fmt: skip
    work.session.add(batch)
    work.session.flush()
    if channel != "efiling":  # data has no paper in anybody's hands
        custody.log(work, batch.id, "received", holder=batch.received_site)
    audit.record(
        work, "batch.opened", "batch", batch.id, batch.id,
        {"number": batch.number, "channel": channel, "received_on": received_on.isoformat(), "basis": basis,
         "pieces": declared_pieces, "pages": declared_pages},
    )  # fmt: skip
    return batch


def receipt_number(work: Work) -> str:
    """YYYYMMDD-NNNNN: the day in Tokyo on which the number is given out, and a running number without gaps."""
    day = work.today.strftime("%Y%m%d")
    return f"{day}-{take(work.session, 'receipt', day):05}"


def close(work: Work, batch_id: str, n: int | None = None) -> Batch:
    """open -> closed: all files are in. Putting together begins as soon as everything is read. Raises EmptyBatch."""
    batch = _locked(work, batch_id, n)
    _require(batch, "open")
    if work.session.scalar(select(BatchFile.id).where(BatchFile.batch_id == batch.id).limit(1)) is None:
        raise EmptyBatch
    batch.state, batch.n = "closed", batch.n + 1
    if batch.channel == "paper":
        custody.log(work, batch.id, "scanned")
    audit.record(work, "batch.closed", "batch", batch.id, batch.id, {})
    again(work, batch)
    return batch


def accept_counts(work: Work, batch_id: str, reason: str, n: int | None = None) -> Batch:
    """held -> closed with the reason why the counts may differ; it is then released. Raises ReasonNeeded."""
    batch = _locked(work, batch_id, n)
    _require(batch, "held")
    found = count(work, batch.id)
    batch.count_accepted, batch.state, batch.n = _reason(reason), "closed", batch.n + 1
    audit.record(
        work, "batch.count_accepted", "batch", batch.id, batch.id,
        {"pieces": found.pieces, "pages": found.pages, "declared_pieces": batch.declared_pieces,
         "declared_pages": batch.declared_pages},
    )  # fmt: skip
    again(work, batch)
    return batch


def reopen(work: Work, batch_id: str, n: int | None = None) -> Batch:
    """held -> open: something was missing and is to be added."""
    batch = _locked(work, batch_id, n)
    _require(batch, "held")
    batch.state, batch.n = "open", batch.n + 1
    audit.record(work, "batch.reopened", "batch", batch.id, batch.id, {})
    return batch


def correct_declared(
    work: Work, batch_id: str, pieces: int | None, pages: int | None, reason: str, n: int | None = None
) -> Batch:
    """The declared counts were written down wrongly; a held batch is counted again. Raises ReasonNeeded."""
    batch = _locked(work, batch_id, n)
    if batch.state == "released":
        raise WrongBatchState(state=batch.state)
    _reason(reason)
    audit.record(
        work, "batch.declared_corrected", "batch", batch.id, batch.id,
        {"before": [batch.declared_pieces, batch.declared_pages], "after": [pieces, pages]},
    )  # fmt: skip
    batch.declared_pieces, batch.declared_pages, batch.n = pieces, pages, batch.n + 1
    if batch.state == "held":
        batch.state = "closed"
    again(work, batch)
    return batch


def correct_receipt_date(work: Work, batch_id: str, after: date, reason: str, n: int | None = None) -> Batch:
    """Correct the receipt date, with a reason; due dates of filings, tasks and jobs follow. Raises ReasonNeeded."""
    batch = _locked(work, batch_id, n)
    _check_date(work, after)
    text = _reason(reason)
    if after == batch.received_on:
        return batch
    actor = work.actor_id
    if actor is None:
        raise BadIntake(why_ja="受付日を直せるのは人だけ", why_en="a receipt date is corrected by a person")
    sealed = work.keys.seal(work.session, batch.key_id, text, "receipt_date_change.reason")
    work.session.add(
        ReceiptDateChange(
            batch_id=batch.id, before=batch.received_on, after=after, reason=sealed, actor_id=actor, at=work.now
        )
    )
    audit.record(
        work, "batch.receipt_date", "batch", batch.id, batch.id,
        {"before": batch.received_on.isoformat(), "after": after.isoformat()},
    )  # fmt: skip
    batch.received_on, batch.received_basis, batch.n = after, "entered", batch.n + 1
    _due_dates(work, batch)
    return batch


def _due_dates(work: Work, batch: Batch) -> None:
    for filing in work.session.scalars(select(Filing).where(Filing.batch_id == batch.id).with_for_update()).all():
        due = due_on(catalogue.form(filing.kind, filing.version), batch)
        filing.received_on, filing.due_on, filing.n = batch.received_on, due, filing.n + 1
        if filing.checked_n and filing.state in _JUDGED:  # rules speak of the receipt date (G2, G9)
            enqueue(work.session, "check", filing.id, now=work.now, priority=filing.priority, due_on=due)
        open_tasks = select(Task).where(Task.filing_id == filing.id, Task.state.in_(("open", "claimed")))
        for task in work.session.scalars(open_tasks).all():
            task.due_on = due
        jobs = select(Job).where(Job.subject_id == filing.id, Job.state == "ready")
        for job in work.session.scalars(jobs).all():
            job.due_on = due


def again(work: Work, batch: Batch) -> None:
    """Put the batch together (anew) if everything in it is read; else its last page will."""
    for event in complete(work, batch):
        enqueue(work.session, "assemble", event.subject_id, now=work.now, priority=event.priority, due_on=event.due_on)


def counts(work: Work, batch_id: str) -> Counts:
    """What was found so far, to stand beside what was declared."""
    return count(work, batch_id)


def _locked(work: Work, batch_id: str, n: int | None) -> Batch:
    batch = lock(work, batch_id)
    if n is not None and n != batch.n:
        raise StaleBatch
    return batch


def _require(batch: Batch, state: str) -> None:
    if batch.state != state:
        raise WrongBatchState(state=batch.state)


def _reason(text: str) -> str:
    if not text.strip():
        raise ReasonNeeded
    return text.strip()


def _check_date(work: Work, day: date) -> None:
    if day > work.today:
        raise BadIntake(why_ja="受付日が未来の日付", why_en="the receipt date is in the future")
    if day < _OLDEST:
        raise BadIntake(why_ja="受付日が古すぎる", why_en="the receipt date is too old")
