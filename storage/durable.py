"""Files that are whole or not there: written aside, synced, then linked to their name, which must be free."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterable
from pathlib import Path


def write_once(path: Path, chunks: Iterable[bytes], *, aside: Path | None = None) -> None:
    """Write `chunks` to `path` (0600). Durable when it returns; nothing at `path` if it raises or the machine stops.

    `aside` is the folder for the unfinished file, on the same file system (default: that of `path`).
    Raises FileExistsError if the name is taken, OSError as the file system says.
    """
    folder = aside or path.parent
    unfinished = folder / f".{path.name}.{secrets.token_hex(8)}.tmp"
    handle = os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with os.fdopen(handle, "wb") as file:
            for chunk in chunks:
                file.write(chunk)
            file.flush()
            os.fsync(file.fileno())
        os.link(unfinished, path)  # unlike rename, it never replaces
    finally:
        unfinished.unlink(missing_ok=True)
    sync_folder(path.parent)


def make_folder(path: Path) -> None:
    """Make a folder and its parents (0700), durably."""
    missing = []
    while not path.exists():
        missing.append(path)
        path = path.parent
    for folder in reversed(missing):
        folder.mkdir(mode=0o700, exist_ok=True)
        sync_folder(folder.parent)


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable."""
    handle = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
