"""The reader an installation uses unless its settings name another: forms by PaddleOCR's recogniser."""

from __future__ import annotations

from ocr.types import SheetReader


def make_reader() -> SheetReader:
    """A new reader; call it after any fork, once a process: the model is loaded at the first reading."""
    from ocr.paddle import PaddleEngine
    from ocr.reader import FormReader

    return FormReader(PaddleEngine())
