"""The watched folder: what a scanner drops there is taken in file by file, each once, each by itself.

The receipt date is never the time of scanning: it is the name of the folder a file lies in (`2026-11-20/scan.pdf`),
or the date the operator gave for the whole folder. A file is taken when it has stopped changing; it is moved to
`done/` after its receipt is durable, or to `refused/` with the reason beside it. What dies in between is found again:
the same bytes then stand in the ledger twice, the second shown as a re-scan of the first.
"""

from __future__ import annotations

import json
import os
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Literal

from intake import batches, receive
from intake.errors import NoReceiptDate, Quarantined
from intake.runtime import Runtime
from storage.blobs import StoreUnavailable
from storage.errors import TodokeError
from storage.session import DatabaseBusy
from storage.tables import BatchFile
from storage.work import TOKYO

DONE, REFUSED = "done", "refused"
_OURS = {DONE, REFUSED}


@dataclass(frozen=True, slots=True)
class Seen:
    """What a file looked like at the last look."""

    size: int
    mtime_ns: int
    since: float  # seconds of the monotonic clock


@dataclass(slots=True)
class Watcher:
    """Looks into `folder`. `settle_seconds`: how long size and time must stand still."""

    runtime: Runtime
    folder: Path
    received_on: date | None = None
    settle_seconds: float = 3.0
    channel: Literal["paper", "media"] = "paper"
    ticks: Callable[[], float] = time.monotonic
    _seen: dict[Path, Seen] = field(default_factory=dict)

    def look(self) -> list[tuple[Path, TodokeError | None]]:
        """One look: what was taken in (None) or refused (why). A fault of one file never stops the others."""
        answered: list[tuple[Path, TodokeError | None]] = []
        waiting = dict(self._seen)
        self._seen = {}
        for path in self._candidates():
            try:
                if not self._settled(path, waiting.get(path)):
                    continue
                self._take(path)
                answered.append((path, None))
            except (DatabaseBusy, StoreUnavailable):
                continue  # nothing is wrong with the file: the next look takes it
            except TodokeError as error:
                self._put_aside(path, REFUSED, error)
                answered.append((path, error))
            except OSError:
                continue  # gone, or being written: the next look sees it
        return answered

    def _candidates(self) -> Iterator[Path]:
        """Entries of the folder and of its folders, in order; hidden ones and ours are left out."""
        for entry in sorted(self.folder.iterdir()):
            if entry.name in _OURS or entry.name.startswith("."):
                continue
            if entry.is_dir() and not entry.is_symlink():
                yield from (inner for inner in sorted(entry.iterdir()) if not inner.name.startswith("."))
            else:
                yield entry

    def _settled(self, path: Path, before: Seen | None) -> bool:
        """True if the file is whole as far as one can see. Raises Quarantined for what is not a plain file."""
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            raise Quarantined(why_ja="通常のファイルではない", why_en="not a regular file")
        same = before is not None and (before.size, before.mtime_ns) == (found.st_size, found.st_mtime_ns)
        since = before.since if same and before is not None else self.ticks()
        self._seen[path] = Seen(found.st_size, found.st_mtime_ns, since)
        return same and self.ticks() - since >= self.settle_seconds

    def _take(self, path: Path) -> BatchFile:
        """One file is one batch: opened, filled and closed in one transaction."""
        runtime, day = self.runtime, self._receipt_date(path)
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
        with os.fdopen(handle, "rb") as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Quarantined(why_ja="通常のファイルではない", why_en="not a regular file")
            chunks = iter(lambda: file.read(1024 * 1024), b"")
            arrival = receive.take_in(runtime.vault, path.name, chunks, runtime.settings.max_file_bytes)
        with runtime.writing() as work:
            batch = batches.open_batch(
                work, channel=self.channel, received_on=day, basis="entered", note="watched folder"
            )
            taken = receive.add_file(work, runtime.vault, batch.id, arrival)
            batches.close(work, batch.id)
        self._seen.pop(path, None)
        self._put_aside(path, DONE, None)
        return taken

    def _receipt_date(self, path: Path) -> date:
        if path.parent != self.folder:
            try:
                return date.fromisoformat(path.parent.name[:10])
            except ValueError as error:
                raise NoReceiptDate(
                    why_ja=f"フォルダー「{path.parent.name}」は受付日ではない",
                    why_en=f"the folder {path.parent.name} is no receipt date",
                    example=_today(self.runtime),
                ) from error
        if self.received_on is None:
            raise NoReceiptDate(
                why_ja="日付のフォルダーに入っていない",
                why_en="it lies in no dated folder",
                example=_today(self.runtime),
            )
        return self.received_on

    def _put_aside(self, path: Path, where: str, error: TodokeError | None) -> None:
        """Move within the file system, never over something that is there already."""
        target_dir = self.folder / where
        target_dir.mkdir(exist_ok=True)
        target, number = target_dir / path.name, 1
        while target.exists() or target.is_symlink():
            number += 1
            target = target_dir / f"{path.stem}-{number}{path.suffix}"
        path.rename(target)
        if error is not None:
            told = json.dumps(error.as_dict(), ensure_ascii=False, indent=1)
            target.with_name(f"{target.name}.reason.json").write_text(told + "\n", encoding="utf-8")


def _today(runtime: Runtime) -> str:
    return runtime.clock().astimezone(TOKYO).date().isoformat()


def watch(watcher: Watcher, stopped: Callable[[], bool], say: Callable[[str], None], every: float = 1.0) -> None:
    """Look again and again until `stopped`."""
    while not stopped():
        for path, error in watcher.look():
            say(f"{path.name}: taken in" if error is None else f"{path.name}: refused [{error.code}]")
        time.sleep(every)
