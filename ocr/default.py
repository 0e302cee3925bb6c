"""The reader an installation uses unless its settings name another: forms by PaddleOCR's recogniser, and what is known
of names and places."""

from __future__ import annotations

from pathlib import Path

from ocr.types import SheetReader


def make_reader(threads: int | None = None, directory: Path | None = None) -> SheetReader:
    """A new reader; call it after any fork, once a process: the model is loaded at the first reading.

    `threads` of the recogniser (default: as many as there are cores, at most 4); `directory` of the models.
    """
    from ocr import knowledge, models
    from ocr.paddle import PaddleEngine
    from ocr.reader import FormReader

    place = directory or models.default_dir()
    return FormReader(PaddleEngine(place, threads), knowledge.usual(place))
