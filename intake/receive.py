"""Files arrive: streamed to the vault while they are hashed, durable before their row, and never dropped in silence."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import func, select

from intake import custody
from intake.decode.sniff import HEAD, sniff
from intake.errors import BadIntake, BatchNotOpen
from intake.pages import lock
from storage import audit
from storage.queue import enqueue
from storage.tables import BatchFile, Blob
from storage.vault import Staged, Vault
from storage.work import Work

_LONGEST_NAME = 200
_READ = 1024 * 1024


@dataclass(slots=True)
class Arrival:
    """A file whose bytes are durable and that has no row yet."""

    name: str
    staged: Staged
    media_type: str


@dataclass(slots=True)
class _Head:
    """Lets a stream through and remembers its first bytes."""

    chunks: Iterable[bytes]
    head: bytearray = field(default_factory=bytearray)

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self.chunks:
            if len(self.head) < HEAD:
                self.head += chunk[: HEAD - len(self.head)]
            yield chunk


def take_in(vault: Vault, name: str, chunks: Iterable[bytes], max_bytes: int) -> Arrival:
    """Stream a file into the vault, without a transaction: a slow sender holds no lock. Raises BlobTooLarge.

    The limit holds for the bytes that are counted, not for what a header says; the type is what the bytes say.
    """
    stream = _Head(chunks)
    staged = vault.stage(stream, max_bytes=max_bytes)
    return Arrival(clean_name(name), staged, sniff(bytes(stream.head)))


def add_file(work: Work, vault: Vault, batch_id: str, arrival: Arrival) -> BatchFile:
    """The row of a file that arrived, and its job. The same bytes as an earlier file: linked by `rescan_of`.

    Raises BatchNotOpen; the caller's rollback then removes the staged object.
    """
    batch = lock(work, batch_id)
    blob = vault.keep(work.session, batch.key_id, arrival.staged, arrival.media_type)
    if batch.state != "open":
        raise BatchNotOpen(state=batch.state)
    taken = work.session.scalar(select(func.max(BatchFile.seq)).where(BatchFile.batch_id == batch.id)) or 0
    earlier = earlier_copy(work, blob.fingerprint)
    file = BatchFile(
        batch_id=batch.id, seq=taken + 1, name=arrival.name, blob_id=blob.id, media_type=arrival.media_type,
        state="received", rescan_of=earlier.id if earlier else None, created_at=work.now,
    )  # fmt: skip
    work.session.add(file)
    work.session.flush()
    if batch.channel == "paper":
        custody.place(work, file.id, holder=batch.received_site)
    enqueue(work.session, "decode", file.id, now=work.now, due_on=batch.received_on)
    audit.record(
        work, "file.received", "file", file.id, batch.id,
        {"seq": file.seq, "bytes": blob.size, "type": file.media_type, "rescan_of": file.rescan_of,
         "fingerprint": blob.fingerprint},
    )  # fmt: skip
    return file


def earlier_copy(work: Work, fingerprint: str) -> BatchFile | None:
    """The first file that was received with these bytes, in any batch."""
    query = (
        select(BatchFile)
        .join(Blob, Blob.id == BatchFile.blob_id)
        .where(Blob.fingerprint == fingerprint)
        .order_by(BatchFile.created_at, BatchFile.id)
        .limit(1)
    )
    return work.session.scalars(query).one_or_none()


def read_chunks(path: Path) -> Iterator[bytes]:
    """A local file in pieces."""
    with path.open("rb") as file:
        while chunk := file.read(_READ):
            yield chunk


def clean_name(name: str) -> str:
    """The last part of a sender's file name, printable and of bounded length: a label, never a path."""
    last = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(itertools.islice((c for c in last if c.isprintable()), _LONGEST_NAME)).strip()
    if kept in {".", ".."}:
        raise BadIntake(why_ja="ファイル名がない", why_en="the file has no name")
    return kept or "unnamed"
