"""Private folders for plaintext that a worker needs for a moment; what a killed worker left is removed by the next."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def place(data_dir: Path) -> Path:
    """The folder that holds them, 0700."""
    path = data_dir / "scratch"
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    return path


@contextmanager
def scratch(data_dir: Path) -> Iterator[Path]:
    """A folder of this process, gone when the block ends."""
    path = Path(tempfile.mkdtemp(prefix=f"{os.getpid()}-", dir=place(data_dir)))
    try:
        yield path
    finally:
        shutil.rmtree(path, ignore_errors=True)


def sweep(data_dir: Path) -> int:
    """Remove the folders of processes that are gone; returns how many."""
    swept = 0
    for path in place(data_dir).iterdir():
        pid = path.name.partition("-")[0]
        if pid.isdigit() and not _alive(int(pid)):
            shutil.rmtree(path, ignore_errors=True)
            swept += 1
    return swept


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
