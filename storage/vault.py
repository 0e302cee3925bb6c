"""The vault: streams in, encrypted under a key of its own, durable before its row; streams out, verified.

Stored bytes: "TDK1", then chunks of up to 1 MiB, each AES-256-GCM under the blob's random data key. The nonce of a
chunk is its index and whether it is the last, the additional data is the blob's name: a chunk that is changed, left
out, moved, taken from another blob, or missing at the end does not decrypt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage import crypto
from storage.blobs import BlobStore
from storage.errors import TodokeError
from storage.keys import Keyring
from storage.session import LedgerSession
from storage.tables import Blob, new_id

MAGIC = b"TDK1"
CHUNK = 1024 * 1024  # bytes of plaintext


class BlobCorrupt(TodokeError):
    """The stored bytes are not those that were written."""

    code: ClassVar[str] = "blob_corrupt"
    status: ClassVar[int] = 500
    ja = "保管されているデータ {name} が壊れているか、改変されています。"
    en = "The stored object {name} is damaged or was changed."
    remedy_ja = "使わずに `todoke reconcile` を実行し、バックアップから戻してください。"
    remedy_en = "Do not use it; run `todoke reconcile` and restore it from the backup."


class BlobTooLarge(TodokeError):
    """More bytes came than the limit allows; nothing was kept."""

    code: ClassVar[str] = "upload_too_large"
    status: ClassVar[int] = 413
    ja = "ファイルが上限({max_bytes} バイト)を超えています。"
    en = "The file is larger than the limit of {max_bytes} bytes."
    remedy_ja = "ファイルを分けて、もう一度送ってください。"
    remedy_en = "Split it into smaller files and send them again."


@dataclass(frozen=True, slots=True)
class Staged:
    """An object that is stored and durable, but has no row yet. Without its row nobody can ever decrypt it."""

    name: str
    data_key: bytes
    size: int  # bytes of plaintext
    digest: str  # sha256 of the plaintext
    sha256: str  # of the stored bytes


class Vault:
    """Blobs by id. Raises BlobMissing, BlobCorrupt, StoreUnavailable, and the Keyring's errors."""

    def __init__(self, store: BlobStore, keys: Keyring) -> None:
        self.store = store
        self.keys = keys

    def stage(self, chunks: Iterable[bytes], *, max_bytes: int | None = None) -> Staged:
        """Take a stream in without a transaction, so that a slow sender holds no lock. Raises BlobTooLarge."""
        name, data_key = new_id(), crypto.new_secret()
        plain, stored, size = hashlib.sha256(), hashlib.sha256(), 0

        def measured() -> Iterator[bytes]:
            nonlocal size
            for chunk in chunks:
                size += len(chunk)
                if max_bytes is not None and size > max_bytes:
                    raise BlobTooLarge(max_bytes=max_bytes)
                plain.update(chunk)
                yield chunk

        def encrypted() -> Iterator[bytes]:
            for piece in _encrypt(data_key, name, measured()):
                stored.update(piece)
                yield piece

        self.store.put(name, encrypted())
        return Staged(name, data_key, size, plain.hexdigest(), stored.hexdigest())

    def keep(self, session: Session, key_id: str, staged: Staged, media_type: str) -> Blob:
        """Give a staged object its row, its data key wrapped by `key_id`. A rollback removes the object again."""
        if isinstance(session, LedgerSession):
            session.on_rollback.append(lambda: self.store.remove(staged.name))
        blob = Blob(
            id=staged.name,
            key_id=key_id,
            wrapped_dek=self.keys.seal_bytes(session, key_id, staged.data_key, f"blob:{staged.name}"),
            size=staged.size,
            media_type=media_type,
            fingerprint=self.fingerprint(session, staged.digest),
            sha256=staged.sha256,
            created_at=self.keys.clock(),
        )
        session.add(blob)
        session.flush()
        return blob

    def put(
        self, session: Session, key_id: str, chunks: Iterable[bytes], media_type: str, max_bytes: int | None = None
    ) -> Blob:
        """`stage` and `keep` in one, for bytes that are at hand; what a sender streams is staged first."""
        return self.keep(session, key_id, self.stage(chunks, max_bytes=max_bytes), media_type)

    def fingerprint(self, session: Session, digest: str) -> str:
        """What `Blob.fingerprint` says of a plaintext with this sha256 (hex): finds a re-scan."""
        return self.keys.token(session, "sha256", digest)

    def read(self, session: Session, blob_id: str) -> bytes:
        """The whole plaintext, verified."""
        return b"".join(self.stream(session, blob_id))

    def stream(self, session: Session, blob_id: str) -> Iterator[bytes]:
        """The plaintext in chunks, each verified before it is given; the session is not needed after the call.

        BlobCorrupt may come after some chunks, when the end was cut off: a reader keeps nothing until it is done.
        """
        blob = self._row(session, blob_id)
        data_key = self.keys.unseal_bytes(session, blob.key_id, blob.wrapped_dek, f"blob:{blob.id}")
        size, stored = blob.size, self.store.get(blob_id)

        def verified() -> Iterator[bytes]:
            given = 0
            for chunk in _decrypt(data_key, blob_id, stored):
                given += len(chunk)
                yield chunk
            if given != size:
                raise BlobCorrupt(name=blob_id)

        return verified()

    def check(self, session: Session, blob_id: str) -> None:
        """Compare the stored bytes with the row's sha256, without any key. Raises BlobMissing or BlobCorrupt."""
        expected = self._row(session, blob_id).sha256
        found = hashlib.sha256()
        for piece in self.store.get(blob_id):
            found.update(piece)
        if found.hexdigest() != expected:
            raise BlobCorrupt(name=blob_id)

    def orphans(self, session: Session, before: datetime) -> list[str]:
        """Objects stored before `before` that no row names: left by a writer that died, unreadable for ever."""
        old = [name for name, stored in self.store.names() if stored < before.timestamp()]
        known: set[str] = set()
        for start in range(0, len(old), 500):
            known.update(session.scalars(select(Blob.id).where(Blob.id.in_(old[start : start + 500]))))
        return [name for name in old if name not in known]

    def sweep(self, session: Session, before: datetime) -> list[str]:
        """Remove `orphans`; returns their names."""
        swept = self.orphans(session, before)
        for name in swept:
            self.store.remove(name)
        return swept

    def _row(self, session: Session, blob_id: str) -> Blob:
        blob = session.get(Blob, blob_id)
        if blob is None:
            raise UnknownBlob(blob_id=blob_id)
        return blob


class UnknownBlob(TodokeError):
    """No such blob in the ledger."""

    code: ClassVar[str] = "unknown_blob"
    status: ClassVar[int] = 404
    ja = "データ {blob_id} はありません。"
    en = "There is no object {blob_id}."
    remedy_ja = "一覧から開き直してください。"
    remedy_en = "Open it again from the list."


def _nonce(index: int, last: bool) -> bytes:
    return index.to_bytes(11, "big") + bytes([last])


def _encrypt(key: bytes, name: str, chunks: Iterable[bytes]) -> Iterator[bytes]:
    cipher, index, waiting = AESGCM(key), 0, bytearray()
    yield MAGIC
    for chunk in chunks:
        waiting += chunk
        while len(waiting) > CHUNK:  # never the last one: that is known only at the end
            yield cipher.encrypt(_nonce(index, False), bytes(waiting[:CHUNK]), name.encode())
            del waiting[:CHUNK]
            index += 1
    yield cipher.encrypt(_nonce(index, True), bytes(waiting), name.encode())


def _decrypt(key: bytes, name: str, pieces: Iterable[bytes]) -> Iterator[bytes]:
    cipher, index, waiting, whole = AESGCM(key), 0, bytearray(), CHUNK + crypto.TAG_BYTES
    try:
        for piece in _after_magic(pieces):
            waiting += piece
            while len(waiting) > whole:
                yield cipher.decrypt(_nonce(index, False), bytes(waiting[:whole]), name.encode())
                del waiting[:whole]
                index += 1
        yield cipher.decrypt(_nonce(index, True), bytes(waiting), name.encode())
    except (InvalidTag, ValueError):
        raise BlobCorrupt(name=name) from None


def _after_magic(pieces: Iterable[bytes]) -> Iterator[bytes]:
    head = b""
    for piece in pieces:
        if len(head) == len(MAGIC):
            yield piece
            continue
        missing = len(MAGIC) - len(head)
        head += piece[:missing]
        if not MAGIC.startswith(head):
            raise ValueError("not a stored object")
        yield piece[missing:]
