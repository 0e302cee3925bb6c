"""Signed checkpoints of the audit chains, kept outside the database: what a rewritten database cannot agree with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import ClassVar

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from storage.durable import make_folder, write_once
from storage.errors import TodokeError
from storage.keys import Keyring
from storage.session import Database
from storage.tables import AuditHead, canonical
from storage.tables.base import moment_text

A_FOLDER = 1000  # anchors
FIRST = "0" * 64  # `prev` of the first anchor


class BadAnchor(TodokeError):
    """A checkpoint is missing, unreadable, out of order, or not signed by this installation."""

    code: ClassVar[str] = "bad_anchor"
    status: ClassVar[int] = 500
    ja = "監査の署名付き記録 {number} を信用できません({why})。"
    en = "The signed audit checkpoint {number} cannot be trusted ({why})."
    remedy_ja = "別に保管した写しと比べ、管理者に知らせてください。"
    remedy_en = "Compare it with the copy kept elsewhere, and tell the administrator."


@dataclass(frozen=True, slots=True)
class Anchor:
    """The heads of all chains at a moment: [seq, hash] by chain. `digest` is the sha256 of the file."""

    number: int
    at: str
    heads: tuple[tuple[int, str], ...]
    prev: str
    digest: str

    @property
    def entries(self) -> int:
        """Entries of all chains together."""
        return sum(seq for seq, _ in self.heads)


class Anchors:
    """The checkpoints in a folder, one file each, numbered from 1, each naming the hash of the one before.

    Due every `entries` entries or `seconds` seconds, whichever is first, if anything was written at all.
    """

    def __init__(self, folder: Path, keys: Keyring, *, entries: int = 1000, seconds: int = 600) -> None:
        self.folder = folder
        self._key = Ed25519PrivateKey.from_private_bytes(keys.signing_seed())
        self._entries, self._seconds = entries, timedelta(seconds=seconds)

    @property
    def public_key(self) -> str:
        """The Ed25519 public key, hex: whoever holds it can verify the checkpoints without any secret."""
        return self._key.public_key().public_bytes_raw().hex()

    def keep_anchored(self, database: Database, now: datetime) -> Anchor | None:
        """Write a checkpoint if one is due; cheap enough for every turn of a loop."""
        last, heads = self.last(), _heads_of(database)
        written = sum(seq for seq, _ in heads) - (last.entries if last else 0)
        if written <= 0:
            return None
        since = now - datetime.fromisoformat(last.at) if last else self._seconds
        return self._write(last, heads, now) if written >= self._entries or since >= self._seconds else None

    def write(self, database: Database, now: datetime) -> Anchor | None:
        """Write a checkpoint now, unless nothing happened since the last one (at shutdown, and on demand)."""
        last, heads = self.last(), _heads_of(database)
        return None if last is not None and last.heads == heads else self._write(last, heads, now)

    def last(self) -> Anchor | None:
        """The newest checkpoint. Raises BadAnchor."""
        path = self._newest()
        return None if path is None else self._read(path)

    def all(self) -> Iterator[Anchor]:
        """Every checkpoint, oldest first. Raises BadAnchor at the first that does not follow from the one before."""
        newest = self._newest()
        count, before = 0 if newest is None else int(newest.stem), FIRST
        heads: tuple[tuple[int, str], ...] = ()
        for number in range(1, count + 1):
            anchor = self._read(self._path(number))
            if anchor.number != number or anchor.prev != before:
                raise BadAnchor(
                    number=number, why_ja="前の記録に続いていない", why_en="it does not follow the one before"
                )
            if any(seq < earlier for (seq, _), (earlier, _) in zip(anchor.heads, heads, strict=False)):
                raise BadAnchor(number=number, why_ja="鎖が短くなった", why_en="a chain became shorter")
            before, heads = anchor.digest, anchor.heads
            yield anchor

    def _write(self, last: Anchor | None, heads: tuple[tuple[int, str], ...], now: datetime) -> Anchor | None:
        number = last.number + 1 if last else 1
        if last is not None and any(new[0] < old[0] for new, old in zip(heads, last.heads, strict=True)):
            raise BadAnchor(
                number=number,
                why_ja="データベースの記録が最後の署名時より少ない",
                why_en="the database holds fewer entries than the last checkpoint",
            )
        body = {
            "v": 1, "number": number, "at": moment_text(now), "heads": [list(head) for head in heads],
            "prev": last.digest if last else FIRST,
        }  # fmt: skip
        signature = self._key.sign(canonical(body).encode()).hex()
        path = self._path(number)
        make_folder(path.parent)
        try:
            write_once(path, [_file(body | {"signature": signature})])
        except FileExistsError:
            return None  # another process wrote this one a moment ago
        return self._read(path)

    def _read(self, path: Path) -> Anchor:
        number = path.stem.lstrip("0")
        try:
            raw = path.read_bytes()
            body = json.loads(raw)
            if _file(body) != raw:
                raise ValueError("written by something else")
            signature = bytes.fromhex(body.pop("signature"))
            signed = canonical(body).encode()
            heads = tuple((int(seq), str(last)) for seq, last in body["heads"])
            anchor = Anchor(body["number"], body["at"], heads, body["prev"], hashlib.sha256(raw).hexdigest())
        except FileNotFoundError:
            raise BadAnchor(number=number, why_ja="なくなっている", why_en="it is missing") from None
        except (ValueError, KeyError, TypeError, AttributeError):
            raise BadAnchor(number=number, why_ja="読めない", why_en="it cannot be read") from None
        try:
            self._key.public_key().verify(signature, signed)
        except InvalidSignature:
            raise BadAnchor(
                number=number, why_ja="署名がここのものではない", why_en="its signature is not ours"
            ) from None
        return anchor

    def _newest(self) -> Path | None:
        folders = sorted(self.folder.glob("[0-9]" * 6))
        for folder in reversed(folders):
            files = sorted(folder.glob("[0-9]" * 9 + ".json"))
            if files:
                return files[-1]
        return None

    def _path(self, number: int) -> Path:
        return self.folder / f"{number // A_FOLDER:06d}" / f"{number:09d}.json"


def _file(body: dict[str, object]) -> bytes:
    return canonical(body).encode() + b"\n"


def heads(session: Session) -> tuple[tuple[int, str], ...]:
    """(seq, hash) of every chain, by chain."""
    rows = session.execute(select(AuditHead.seq, AuditHead.hash).order_by(AuditHead.chain))
    return tuple((row.seq, row.hash) for row in rows)


def _heads_of(database: Database) -> tuple[tuple[int, str], ...]:
    with database.reading() as session:
        return heads(session)
