"""Readers for the ledger's tests: what a page is stands in its first pixels, so that a test says it when it draws."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from ocr.testing import DeterministicReader
from ocr.types import Corners, PageImage, SheetReader, SheetReading


class Scripted:
    """`SheetReader`: form, two, blank, attachment, unregistered, sep/CODE/OFFICE, or what breaks: raise, die, hang.

    Anything else is a form. The values are those of the deterministic twin: the same page, the same readings.
    """

    def __init__(self) -> None:
        self._twin = DeterministicReader("acquisition")

    def read(self, page: PageImage) -> tuple[SheetReading, ...]:
        said = _said(page)
        word = said.partition("#")[0]
        if word.startswith("sep/"):
            _, code, office = word.split("/")
            return (SheetReading(1, "separator", separator=f"SEP/EPI/{code}/{office}"),)
        if word in {"blank", "attachment", "unregistered"}:
            return (SheetReading(1, word),)  # type: ignore[arg-type]
        if word == "raise":
            raise RuntimeError("the reader is broken")
        if word == "die":
            os._exit(139)
        if word == "hang":
            time.sleep(3600)
        form = self._twin.read(page)[0]
        return (form, replace(form, number=2)) if word == "two" else (form,)

    def read_placed(self, page: PageImage, kind: str, version: str, corners: Corners) -> SheetReading:
        return self._twin.read_placed(page, kind, version, corners)


def _said(page: PageImage) -> str:
    pixels = page.pixels
    if pixels.ndim != 2 or pixels[0, 0] > 60:
        return "form"
    return bytes(pixels[1, : int(pixels[0, 0])].tolist()).decode("ascii", "replace")


def scripted() -> Scripted:
    """The factory the settings name."""
    return Scripted()


class Mixed:
    """Small pictures are read by the script, whole pages by the real engine: the ledger is what is tested."""

    def __init__(self) -> None:
        self._script = Scripted()
        self._real: SheetReader | None = None

    def read(self, page: PageImage) -> tuple[SheetReading, ...]:
        if max(page.pixels.shape) < 1000:
            return self._script.read(page)
        if self._real is None:
            from ocr.paddle import PaddleEngine
            from ocr.reader import FormReader

            self._real = FormReader(PaddleEngine(threads=1))
        return self._real.read(page)

    def read_placed(self, page: PageImage, kind: str, version: str, corners: Corners) -> SheetReading:
        return self._script.read_placed(page, kind, version, corners)


def mixed() -> Mixed:
    """The factory the settings name."""
    return Mixed()
