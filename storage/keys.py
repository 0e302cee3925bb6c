"""Keys: one master key outside the data wraps one key a batch, a filing, the installation and the search index."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from storage import crypto
from storage.errors import TodokeError
from storage.master import create_master, load_master
from storage.tables import WrappedKey, new_id
from storage.tables.base import canonical
from storage.upsert import insert

__all__ = ["KeyDestroyed", "Keyring", "WrongMaster", "canonical", "create_master", "load_master"]


class KeyDestroyed(TodokeError):
    """The filing or batch was disposed of: its key is gone, and with it every value under it."""

    code: ClassVar[str] = "key_destroyed"
    status: ClassVar[int] = 410
    ja = "廃棄済みのため読めません。鍵は破棄されています。"
    en = "This was disposed of and can no longer be read: its key was destroyed."
    remedy_ja = "廃棄の記録を監査ログで確認してください。"
    remedy_en = "Look the disposal up in the audit log."


class UnknownKey(TodokeError):
    """No such key in this database."""

    code: ClassVar[str] = "unknown_key"
    status: ClassVar[int] = 500
    ja = "鍵 {key_id} がこのデータベースにありません。"
    en = "There is no key {key_id} in this database."
    remedy_ja = "データベースとオブジェクト保管庫が同じ時点のものか確認してください。"
    remedy_en = "Check that database and blob store are of the same moment."


class WrongMaster(TodokeError):
    """The keys of this database were wrapped by another master key."""

    code: ClassVar[str] = "wrong_master_key"
    status: ClassVar[int] = 500
    ja = "鍵ファイルがこのデータベースのものではありません(必要: {wanted}、指定: {given})。"
    en = "This key file does not belong to this database (wanted {wanted}, given {given})."
    remedy_ja = "TODOKE_KEY_FILE に正しい鍵ファイルを指定してください。"
    remedy_en = "Point TODOKE_KEY_FILE at the right key file."


class Keyring:
    """Seals and unseals under named keys; looked up once a session, so that a destroyed one is gone at once."""

    def __init__(self, master: bytes, *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        if len(master) != crypto.KEY_BYTES:
            raise ValueError("a master key has 32 bytes")
        self._wrapping = crypto.derive(master, "wrap")
        self._signing = crypto.derive(master, "anchor")
        self.fingerprint = crypto.mac(crypto.derive(master, "fingerprint"), "master")[:16]
        self.clock = clock

    # keys

    def new_key(self, session: Session, scope: str) -> str:
        """A new random key, wrapped and stored; `scope` is batch or filing. Returns its id."""
        key_id, key = new_id(), crypto.new_secret()
        row = self._row(key_id, scope, key)
        session.add(WrappedKey(**row))
        session.flush()
        _held(session)[key_id] = key
        return key_id

    def installation(self, session: Session) -> str:
        """The id of the key of register columns and whatever belongs to no batch or filing; made if it is missing."""
        return self._single(session, "installation")

    def destroy(self, session: Session, key_id: str) -> None:
        """Forget a key for ever (disposal). The row stays and says when."""
        session.execute(
            update(WrappedKey)
            .where(WrappedKey.id == key_id, WrappedKey.destroyed_at.is_(None))
            .values(wrapped=None, destroyed_at=self.clock())
        )
        _held(session).pop(key_id, None)

    def prepare(self, session: Session) -> None:
        """Make the installation's key and the index key unless they exist; checks the master. Needs `writing()`."""
        for scope in ("installation", "index"):
            self._key(session, self._single(session, scope))

    # values

    def seal(self, session: Session, key_id: str, text: str, context: str) -> bytes:
        """`text` under the key; `context` (e.g. "reading:value") must be the same when it is unsealed."""
        return self.seal_bytes(session, key_id, text.encode(), context)

    def unseal(self, session: Session, key_id: str, sealed: bytes, context: str) -> str:
        """What `seal` was given. Raises KeyDestroyed, UnknownKey, WrongMaster, Unsealable."""
        return self.unseal_bytes(session, key_id, sealed, context).decode()

    def unseal_if_kept(self, session: Session, key_id: str, sealed: bytes | None, context: str) -> str:
        """As `unseal`; "" where nothing was written, or where it was disposed of with its key."""
        try:
            return "" if sealed is None else self.unseal(session, key_id, sealed, context)
        except KeyDestroyed:
            return ""

    def seal_bytes(self, session: Session, key_id: str, data: bytes, context: str) -> bytes:
        """As `seal`, for bytes."""
        return crypto.seal(self._key(session, key_id), data, f"{key_id}:{context}")

    def unseal_bytes(self, session: Session, key_id: str, sealed: bytes, context: str) -> bytes:
        """As `unseal`, for bytes."""
        return crypto.unseal(self._key(session, key_id), sealed, f"{key_id}:{context}")

    def seal_json(self, session: Session, key_id: str, value: Any, context: str) -> bytes:
        """`value` as canonical JSON under the key."""
        return self.seal(session, key_id, canonical(value), context)

    def unseal_json(self, session: Session, key_id: str, sealed: bytes, context: str) -> Any:
        """What `seal_json` was given."""
        return json.loads(self.unseal(session, key_id, sealed, context))

    def token(self, session: Session, kind: str, value: str) -> str:
        """HMAC-SHA256 in hex of a normalised value under the index key; the same value of another kind differs."""
        return crypto.mac(self._key(session, self._single(session, "index")), kind, value)

    def signing_seed(self) -> bytes:
        """The 32-byte Ed25519 seed that signs audit checkpoints."""
        return self._signing

    # inside

    def _row(self, key_id: str, scope: str, key: bytes) -> dict[str, Any]:
        return {
            "id": key_id, "scope": scope, "master": self.fingerprint, "created_at": self.clock(),
            "wrapped": crypto.seal(self._wrapping, key, f"key:{scope}:{key_id}"),
        }  # fmt: skip

    def _single(self, session: Session, scope: str) -> str:
        held = _held(session)
        if scope in held:
            return held[scope].decode()
        found = session.scalar(select(WrappedKey.id).where(WrappedKey.scope == scope))
        if found is None:
            # Two processes may open a new database at once: the unique index lets one in, the other takes its key.
            row = self._row(new_id(), scope, crypto.new_secret())
            session.execute(insert(session, WrappedKey).values(row).on_conflict_do_nothing())
            found = session.scalars(select(WrappedKey.id).where(WrappedKey.scope == scope)).one()
        held[scope] = found.encode()
        return found

    def _key(self, session: Session, key_id: str) -> bytes:
        held = _held(session)
        if key_id not in held:
            columns = select(WrappedKey.scope, WrappedKey.master, WrappedKey.wrapped).where(WrappedKey.id == key_id)
            row = session.execute(columns).one_or_none()
            if row is None:
                raise UnknownKey(key_id=key_id)
            if row.wrapped is None:
                raise KeyDestroyed
            if row.master != self.fingerprint:
                raise WrongMaster(wanted=row.master, given=self.fingerprint)
            held[key_id] = crypto.unseal(self._wrapping, row.wrapped, f"key:{row.scope}:{key_id}")
        return held[key_id]


def _held(session: Session) -> dict[str, bytes]:
    held: dict[str, bytes] = session.info.setdefault("keys", {})
    return held
