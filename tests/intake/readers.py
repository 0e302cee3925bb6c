"""Readers for the ledger's tests: what a page is stands in its first pixels, so that a test says it when it draws."""

from __future__ import annotations

import os
import time
from dataclasses import replace

from forms import catalogue
from forms.values.numbers import my_number_check_digit
from ocr.testing import DeterministicReader
from ocr.types import Corners, EngineReading, FieldReading, PageImage, SheetReader, SheetReading
from tests.approval.world import acquisition, hired


class Scripted:
    """`SheetReader`: form, good, two, blank, attachment, unregistered, sep/CODE/OFFICE; raise, die and hang break.

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
        if word == "good":
            return (_good(int(said.partition("#")[2])),)
        form = self._twin.read(page)[0]
        return (form, replace(form, number=2)) if word == "two" else (form,)

    def read_placed(self, page: PageImage, kind: str, version: str, corners: Corners) -> SheetReading:
        return self._twin.read_placed(page, kind, version, corners)


def hired_number(number: int) -> dict[str, str]:
    """The non-blank values of the good form with that number: one person, no rule broken."""
    base = f"{90000000000 + number}"
    return acquisition(hired(my_number=base + my_number_check_digit(base), birth=f"7{10 + number % 20:02}0115"))


def _good(number: int) -> SheetReading:
    form, values = catalogue.form("acquisition"), hired_number(number)
    told = [(field, values.get(field.id, "")) for field in form.captured()]
    fields = tuple(
        FieldReading(
            field.id, value, value, 0.9, None, value == "", False, (1.0, 1.0, 5.0, 5.0), "ocr",
            (EngineReading("script", "1", "script", value, 0.9),),
        )
        for field, value in told
    )  # fmt: skip
    flat = ((8.0, 0.0, 0.0), (0.0, 8.0, 0.0), (0.0, 0.0, 1.0))
    return SheetReading(
        1, "form", form.kind, form.version, residual_mm=0.0, transform=flat, fields=fields
    )  # fmt: skip


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
