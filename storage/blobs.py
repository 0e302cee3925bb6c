"""Where blobs lie: the BlobStore Protocol, its errors, and the directory store. Objects are written once."""

from __future__ import annotations

import re
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import ClassVar, Protocol

from storage.durable import make_folder, sync_folder, write_once
from storage.errors import TodokeError
from storage.faults import of_system
from storage.settings import Settings

READ_BYTES = 1024 * 1024
_NAME = re.compile(r"[0-9a-f]{32}")


def check_name(name: str) -> str:
    """The name, if it is one of ours; anything else never becomes a path (ValueError)."""
    if not _NAME.fullmatch(name):
        raise ValueError(f"not the name of an object: {name!r}")
    return name


class BlobMissing(TodokeError):
    """The ledger knows the object, the store does not."""

    code: ClassVar[str] = "blob_missing"
    status: ClassVar[int] = 500
    ja = "保管されているはずのデータ {name} がありません。"
    en = "The stored object {name} is missing."
    remedy_ja = "`todoke reconcile` で範囲を確かめ、バックアップから戻してください。"
    remedy_en = "See how far it goes with `todoke reconcile`, then restore it from the backup."


class BlobExists(TodokeError):
    """An object is never overwritten."""

    code: ClassVar[str] = "blob_exists"
    status: ClassVar[int] = 409
    ja = "データ {name} は既に保管されています。上書きはできません。"
    en = "The object {name} is already stored; it is never overwritten."
    remedy_ja = "新しい名前で保管し直してください。"
    remedy_en = "Store it again under a new name."


class StoreUnavailable(TodokeError):
    """The store could not take or give the object: full, read-only, or not answering."""

    code: ClassVar[str] = "blob_store_unavailable"
    status: ClassVar[int] = 503
    ja = "データ保管庫を利用できません({why})。"
    en = "The blob store is not available ({why})."
    remedy_ja = "空き容量と接続を確認し、もう一度実行してください。"
    remedy_en = "Check its free space and connection, then try again."


class BlobStore(Protocol):
    """Objects under names of 32 hex digits. Everything raises StoreUnavailable when the store does not work."""

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        """Store the object; durable when this returns. Raises BlobExists; what `chunks` raises goes through."""

    def get(self, name: str) -> Iterator[bytes]:
        """The bytes as stored, in pieces of any size. Raises BlobMissing before the first piece."""

    def names(self) -> Iterator[tuple[str, float]]:
        """Every stored object: name and time of storing (seconds of the epoch)."""

    def remove(self, name: str) -> None:
        """Disposal of an object, or of one that no row names; nothing happens if it is not there."""

    def owner(self, mine: str) -> str:
        """The installation the store belongs to: `mine`, for ever, if nobody was here before."""


class DirectoryStore:
    """Objects as files `ab/cd/NAME` under `root`; unfinished ones in `unfinished/`, never visible under a name."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self._unfinished = root / "unfinished"
        make_folder(self._unfinished)

    def put(self, name: str, chunks: Iterable[bytes]) -> None:
        path = self._path(name)
        try:
            make_folder(path.parent)
            write_once(path, chunks, aside=self._unfinished)
        except FileExistsError:
            raise BlobExists(name=name) from None
        except OSError as error:
            raise StoreUnavailable(**of_system(error)) from error

    def get(self, name: str) -> Iterator[bytes]:
        try:
            file = self._path(name).open("rb")
        except FileNotFoundError:
            raise BlobMissing(name=name) from None
        except OSError as error:
            raise StoreUnavailable(**of_system(error)) from error

        def pieces() -> Iterator[bytes]:
            with file:
                while piece := file.read(READ_BYTES):
                    yield piece

        return pieces()

    def names(self) -> Iterator[tuple[str, float]]:
        for path in self.root.glob("[0-9a-f][0-9a-f]/[0-9a-f][0-9a-f]/*"):
            yield path.name, path.stat().st_mtime

    def remove(self, name: str) -> None:
        path = self._path(name)
        try:
            path.unlink()
        except FileNotFoundError:
            return
        except OSError as error:
            raise StoreUnavailable(**of_system(error)) from error
        sync_folder(path.parent)

    def owner(self, mine: str) -> str:
        path = self.root / "owner"
        try:
            write_once(path, [mine.encode()], aside=self._unfinished)
        except FileExistsError:
            return path.read_text(encoding="utf-8")
        except OSError as error:
            raise StoreUnavailable(**of_system(error)) from error
        return mine

    def sweep(self, older_than_seconds: float) -> int:
        """Remove what writers left unfinished when they died; returns how many files."""
        before, swept = time.time() - older_than_seconds, 0
        for path in self._unfinished.iterdir():
            if path.stat().st_mtime < before:
                path.unlink(missing_ok=True)
                swept += 1
        return swept

    def _path(self, name: str) -> Path:
        check_name(name)
        return self.root / name[:2] / name[2:4] / name


def open_store(settings: Settings) -> BlobStore:
    """The store that the settings name."""
    if settings.blob_store == "dir":
        return DirectoryStore(settings.blobs_dir)
    from storage.s3 import S3Store

    return S3Store.of(settings)
