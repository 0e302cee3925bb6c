"""The reader of the browser tests: pages that carry a number in their first pixels are read as the test said."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np

from forms import catalogue
from forms.model import Form
from ocr.types import Corners, EngineReading, FieldReading, PageImage, Pixels, SheetReader, SheetReading

FOLDER = "TEST_BROWSER_READINGS"  # environment: where NUMBER.json says {"kind", "fields", "status"}
PX_PER_MM = 8.0
_MAGIC = (201, 17, 88)


def stamp(pixels: Pixels, number: int) -> None:
    """Write a page's number into its first pixels."""
    pixels[0, :3] = _MAGIC
    pixels[0, 3:5] = divmod(number, 256)


def stamped(pixels: Pixels) -> int | None:
    """The number of a stamped page, however it is turned."""
    for quarter in range(4):
        head = np.rot90(pixels if pixels.ndim == 2 else pixels[..., 0], quarter)[0, :5].tolist()
        if tuple(head[:3]) == _MAGIC:
            return int(head[3]) * 256 + int(head[4])
    return None


class Told:
    """`SheetReader`: stamped pages as told, all others by the default reader, which is made when it is needed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._real: SheetReader | None = None

    def read(self, page: PageImage) -> tuple[SheetReading, ...]:
        number = stamped(np.asarray(page.pixels))
        if number is None:
            return self._engine().read(page)
        told = json.loads((self._folder / f"{number}.json").read_text(encoding="utf-8"))
        if told["status"] != "form":
            return (SheetReading(1, told["status"]),)
        return (_sheet(catalogue.form(told["kind"]), told["fields"]),)

    def read_placed(self, page: PageImage, kind: str, version: str, corners: Corners) -> SheetReading:
        number = stamped(np.asarray(page.pixels))
        told = {} if number is None else json.loads((self._folder / f"{number}.json").read_text(encoding="utf-8"))
        return _sheet(catalogue.form(kind, version), told.get("fields", {}))

    def _engine(self) -> SheetReader:
        if self._real is None:
            from ocr.default import make_reader

            self._real = make_reader()
        return self._real


def _sheet(form: Form, values: dict[str, str | None]) -> SheetReading:
    fields = []
    for field in form.captured():
        value = values.get(field.id, "")
        box = (field.box.x, field.box.y, field.box.w, field.box.h)
        said = EngineReading("twin", "1", "twin", value, 0.97)
        fields.append(FieldReading(field.id, value, value or "", 0.97, None, value == "", False, box, "ocr", (said,)))
    flat = ((PX_PER_MM, 0.0, 0.0), (0.0, PX_PER_MM, 0.0), (0.0, 0.0, 1.0))
    return SheetReading(
        1, "form", form.kind, form.version, residual_mm=0.0, transform=flat, fields=tuple(fields)
    )  # fmt: skip


def told() -> Told:
    """The factory that the settings name."""
    return Told(Path(os.environ[FOLDER]))
