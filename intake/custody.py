"""Custody: who had the paper, where each original is (所在), who asked for it, and what went to the wrong place."""

from __future__ import annotations

from typing import Literal, get_args

from sqlalchemy import select

from intake.errors import BadIntake, NoSuchBatch
from storage import audit
from storage.tables import BatchFile, CustodyEvent, Misdirected, Original, OriginalRequest
from storage.work import Work

Move = Literal["received", "scanned", "stored", "lent", "returned", "forwarded", "destroyed"]
_ORDER = get_args(Move)


def log(
    work: Work, batch_id: str, event: Move, *, box: str = "", shelf: str = "", holder: str = "", note: str = ""
) -> CustodyEvent:
    """Append what happened to the paper of a batch. Never changed afterwards."""
    row = CustodyEvent(
        batch_id=batch_id, event=event, box=box.strip(), shelf=shelf.strip(), holder=holder.strip(), note=note.strip(),
        actor_id=work.actor_id, at=work.now,
    )  # fmt: skip
    work.session.add(row)
    audit.record(work, f"custody.{event}", "batch", batch_id, batch_id, {"box": row.box, "shelf": row.shelf})
    return row


def history(work: Work, batch_id: str) -> list[CustodyEvent]:
    """The custody log of a batch, oldest first; what one act wrote in the order in which such things happen."""
    events = work.session.scalars(select(CustodyEvent).where(CustodyEvent.batch_id == batch_id))
    return sorted(events, key=lambda event: (event.at, _ORDER.index(event.event)))


def place(work: Work, file_id: str, *, box: str = "", shelf: str = "", holder: str = "") -> Original:
    """Where a paper original is from now on; none is without a place."""
    original = work.session.get(Original, file_id)
    if original is None:
        original = Original(file_id=file_id, box=box, shelf=shelf, holder=holder, since=work.now)
        work.session.add(original)
        return original
    original.box, original.shelf, original.holder, original.since = box, shelf, holder, work.now
    return original


def store(work: Work, batch_id: str, *, box: str, shelf: str, holder: str = "", note: str = "") -> int:
    """The paper of the whole batch goes into a box on a shelf; gives the number of originals. Raises BadIntake."""
    if not box.strip() or not shelf.strip():
        raise BadIntake(why="a stored original needs box and shelf")
    files = work.session.scalars(select(BatchFile.id).where(BatchFile.batch_id == batch_id)).all()
    if not files:
        raise NoSuchBatch(what="original")
    for file_id in files:
        place(work, file_id, box=box.strip(), shelf=shelf.strip(), holder=holder.strip())
    log(work, batch_id, "stored", box=box, shelf=shelf, holder=holder, note=note)
    return len(files)


def request(work: Work, file_id: str, purpose: str) -> OriginalRequest:
    """A person asks for a paper original. Raises NoSuchBatch, BadIntake without a purpose or if it is lent out."""
    if work.session.get(Original, file_id) is None:
        raise NoSuchBatch(what="original")
    actor = work.actor_id
    if actor is None or not purpose.strip():
        raise BadIntake(why="a request needs a person and a purpose")
    lent = select(OriginalRequest.id).where(
        OriginalRequest.file_id == file_id,
        OriginalRequest.handed_at.is_not(None),
        OriginalRequest.returned_at.is_(None),
    )
    if work.session.scalar(lent.limit(1)) is not None:
        raise BadIntake(why="the original is lent out")
    row = OriginalRequest(file_id=file_id, requested_by=actor, purpose=purpose.strip(), requested_at=work.now)
    work.session.add(row)
    work.session.flush()
    audit.record(work, "original.requested", "file", file_id, file_id, {"request": row.id})
    return row


def hand_over(work: Work, request_id: str, holder: str) -> OriginalRequest:
    """The original leaves its shelf for `holder`."""
    row, file = _request(work, request_id)
    if row.handed_at is not None:
        raise BadIntake(why="the original was handed over already")
    row.handed_at = work.now
    place(work, row.file_id, holder=holder.strip())
    log(work, file.batch_id, "lent", holder=holder, note=file.name)
    return row


def take_back(work: Work, request_id: str, *, box: str, shelf: str) -> OriginalRequest:
    """The original is back on its shelf."""
    row, file = _request(work, request_id)
    if row.handed_at is None or row.returned_at is not None:
        raise BadIntake(why="the original is not lent out")
    row.returned_at = work.now
    place(work, row.file_id, box=box.strip(), shelf=shelf.strip())
    log(work, file.batch_id, "returned", box=box, shelf=shelf, note=file.name)
    return row


def isolate(work: Work, *, sender: str, addressee: str, batch_id: str | None = None) -> Misdirected:
    """An envelope that was meant for somebody else: set apart, not opened any further."""
    actor = work.actor_id
    if actor is None or not addressee.strip():
        raise BadIntake(why="a misdirected envelope needs a person and its addressee")
    row = Misdirected(
        batch_id=batch_id, sender=sender.strip(), addressee=addressee.strip(), isolated_at=work.now, actor_id=actor
    )
    work.session.add(row)
    work.session.flush()
    audit.record(work, "misdirected.isolated", "misdirected", row.id, batch_id or row.id, {})
    return row


def forward(work: Work, misdirected_id: str, to: str) -> Misdirected:
    """The envelope goes on to where it belongs."""
    row = work.session.get(Misdirected, misdirected_id)
    if row is None:
        raise NoSuchBatch(what="misdirected envelope")
    if row.forwarded_at is not None or not to.strip():
        raise BadIntake(why="it is forwarded once, to a named place")
    row.forwarded_at, row.forwarded_to = work.now, to.strip()
    if row.batch_id:
        log(work, row.batch_id, "forwarded", holder=to)
    audit.record(work, "misdirected.forwarded", "misdirected", row.id, row.batch_id or row.id, {})
    return row


def _request(work: Work, request_id: str) -> tuple[OriginalRequest, BatchFile]:
    row = work.session.get(OriginalRequest, request_id)
    file = work.session.get(BatchFile, row.file_id) if row else None
    if row is None or file is None:
        raise NoSuchBatch(what="request")
    return row, file
