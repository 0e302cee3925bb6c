"""Custody: who had the paper, where each original is (所在), who asked for it, and what went to the wrong place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

from sqlalchemy import select

from intake.errors import BadIntake, NoSuchBatch
from storage import audit
from storage.tables import Batch, BatchFile, CustodyEvent, Misdirected, Original, OriginalRequest
from storage.work import Work

Move = Literal["received", "scanned", "stored", "lent", "returned", "forwarded", "destroyed"]
_ORDER = get_args(Move)


@dataclass(frozen=True, slots=True)
class Event:
    """What happened to paper, opened for a page. `file`: the name of the one original it is about; "": all of them."""

    event: str
    at: datetime
    box: str
    shelf: str
    holder: str
    file: str
    note: str


@dataclass(frozen=True, slots=True)
class Envelope:
    """A misdirected envelope, opened for a page."""

    id: str
    sender: str
    addressee: str
    isolated_at: datetime
    forwarded_at: datetime | None
    forwarded_to: str


def log(
    work: Work, batch_id: str, event: Move, *,
    box: str = "", shelf: str = "", holder: str = "", note: str = "", file_id: str | None = None,
) -> CustodyEvent:  # fmt: skip
    """Append what happened to the paper of a batch (`file_id`: to one original). Never changed afterwards.

    A note is free text, so it is sealed under the batch's key and goes with it.
    """
    sealed = None
    if note.strip():
        key_id = work.session.get_one(Batch, batch_id).key_id
        sealed = work.keys.seal(work.session, key_id, note.strip(), "custody_event.note")
    row = CustodyEvent(
        batch_id=batch_id, event=event, box=box.strip(), shelf=shelf.strip(), holder=holder.strip(), note=sealed,
        file_id=file_id, actor_id=work.actor_id, at=work.now,
    )  # fmt: skip
    work.session.add(row)
    audit.record(work, f"custody.{event}", "batch", batch_id, batch_id, {"box": row.box, "shelf": row.shelf})
    return row


def history(work: Work, batch_id: str) -> list[Event]:
    """The custody log of a batch, oldest first; what one act wrote in the order in which such things happen."""
    rows = work.session.execute(
        select(CustodyEvent, BatchFile.name, Batch.key_id)
        .join(Batch, Batch.id == CustodyEvent.batch_id)
        .outerjoin(BatchFile, BatchFile.id == CustodyEvent.file_id)
        .where(CustodyEvent.batch_id == batch_id)
    )
    events = []
    for row, name, key_id in rows:
        note = work.keys.unseal_if_kept(work.session, key_id, row.note, "custody_event.note")
        events.append(Event(row.event, row.at, row.box, row.shelf, row.holder, name or "", note))
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
        raise BadIntake(why_ja="保管する原本には箱と棚が必要", why_en="a stored original needs box and shelf")
    files = work.session.scalars(select(BatchFile.id).where(BatchFile.batch_id == batch_id)).all()
    if not files:
        raise NoSuchBatch(what_ja="原本", what_en="original")
    for file_id in files:
        place(work, file_id, box=box.strip(), shelf=shelf.strip(), holder=holder.strip())
    log(work, batch_id, "stored", box=box, shelf=shelf, holder=holder, note=note)
    return len(files)


def request(work: Work, file_id: str, purpose: str) -> OriginalRequest:
    """A person asks for a paper original. Raises NoSuchBatch, BadIntake without a purpose or if it is lent out."""
    if work.session.get(Original, file_id) is None:
        raise NoSuchBatch(what_ja="原本", what_en="original")
    actor = work.actor_id
    if actor is None or not purpose.strip():
        raise BadIntake(why_ja="請求には請求者と目的が必要", why_en="a request needs a person and a purpose")
    lent = select(OriginalRequest.id).where(
        OriginalRequest.file_id == file_id,
        OriginalRequest.handed_at.is_not(None),
        OriginalRequest.returned_at.is_(None),
    )
    if work.session.scalar(lent.limit(1)) is not None:
        raise BadIntake(why_ja="原本は貸出中", why_en="the original is lent out")
    row = OriginalRequest(file_id=file_id, requested_by=actor, purpose=purpose.strip(), requested_at=work.now)
    work.session.add(row)
    work.session.flush()
    audit.record(work, "original.requested", "file", file_id, file_id, {"request": row.id})
    return row


def hand_over(work: Work, request_id: str, holder: str) -> OriginalRequest:
    """The original leaves its shelf for `holder`."""
    row, file = _request(work, request_id)
    if row.handed_at is not None:
        raise BadIntake(why_ja="原本はすでに渡されている", why_en="the original was handed over already")
    row.handed_at = work.now
    place(work, row.file_id, holder=holder.strip())
    log(work, file.batch_id, "lent", holder=holder, file_id=file.id)
    return row


def take_back(work: Work, request_id: str, *, box: str, shelf: str) -> OriginalRequest:
    """The original is back on its shelf."""
    row, file = _request(work, request_id)
    if row.handed_at is None or row.returned_at is not None:
        raise BadIntake(why_ja="原本は貸出中ではない", why_en="the original is not lent out")
    row.returned_at = work.now
    place(work, row.file_id, box=box.strip(), shelf=shelf.strip())
    log(work, file.batch_id, "returned", box=box, shelf=shelf, file_id=file.id)
    return row


def isolate(work: Work, *, sender: str, addressee: str, batch_id: str | None = None) -> Misdirected:
    """An envelope that was meant for somebody else: set apart, not opened any further."""
    actor = work.actor_id
    if actor is None or not addressee.strip():
        raise BadIntake(
            why_ja="誤配の封筒には担当者と本来の宛先が必要",
            why_en="a misdirected envelope needs a person and its addressee",
        )
    row = Misdirected(
        batch_id=batch_id, sender=_sealed(work, "sender", sender), addressee=_sealed(work, "addressee", addressee),
        isolated_at=work.now, actor_id=actor,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    audit.record(work, "misdirected.isolated", "misdirected", row.id, batch_id or row.id, {})
    return row


def forward(work: Work, misdirected_id: str, to: str) -> Misdirected:
    """The envelope goes on to where it belongs."""
    row = work.session.get(Misdirected, misdirected_id)
    if row is None:
        raise NoSuchBatch(what_ja="誤配の封筒", what_en="misdirected envelope")
    if row.forwarded_at is not None or not to.strip():
        raise BadIntake(why_ja="転送は一度だけで、転送先が必要", why_en="it is forwarded once, to a named place")
    row.forwarded_at, row.forwarded_to = work.now, _sealed(work, "forwarded_to", to)
    if row.batch_id:
        log(work, row.batch_id, "forwarded", note=to)  # whose it is may be a person's name: sealed here, too
    audit.record(work, "misdirected.forwarded", "misdirected", row.id, row.batch_id or row.id, {})
    return row


def envelopes(work: Work) -> list[Envelope]:
    """Every envelope that went to the wrong place, the newest first."""

    def opened(row: Misdirected, column: str) -> str:
        sealed = getattr(row, column)
        key_id = work.keys.installation(work.session)
        return work.keys.unseal_if_kept(work.session, key_id, sealed, f"misdirected.{column}")

    rows = work.session.scalars(select(Misdirected).order_by(Misdirected.isolated_at.desc(), Misdirected.id))
    return [
        Envelope(
            row.id, opened(row, "sender"), opened(row, "addressee"), row.isolated_at, row.forwarded_at,
            opened(row, "forwarded_to"),
        )
        for row in rows
    ]  # fmt: skip


def _sealed(work: Work, column: str, text: str) -> bytes:
    key_id = work.keys.installation(work.session)
    return work.keys.seal(work.session, key_id, text.strip(), f"misdirected.{column}")


def _request(work: Work, request_id: str) -> tuple[OriginalRequest, BatchFile]:
    row = work.session.get(OriginalRequest, request_id)
    file = work.session.get(BatchFile, row.file_id) if row else None
    if row is None or file is None:
        raise NoSuchBatch(what_ja="原本の請求", what_en="request")
    return row, file
