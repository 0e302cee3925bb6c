"""Twins for tests: a sheet reader that always says the same of the same page, and engines that fail in every way."""

from __future__ import annotations

import hashlib
import json
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Literal

import numpy as np

from forms import catalogue
from forms.model import Field, Form
from forms.values.numbers import my_number_check_digit
from ocr.engine import Crop, LineReading
from ocr.lattice import Lattice
from ocr.types import Corners, EngineReading, FieldReading, PageImage, SheetReading

TWIN = ("twin", "1", "twin")  # engine, version, family


def digest(page: PageImage) -> str:
    """sha256 of the page's size and pixels: by it `DeterministicReader` finds what to say."""
    shape = str(page.pixels.shape).encode()
    return hashlib.sha256(shape + np.ascontiguousarray(page.pixels).tobytes()).hexdigest()


class DeterministicReader:
    """`SheetReader` that looks nothing up but the page's digest.

    If `directory` holds DIGEST.json ({"kind", "version", "fields"}), those are the values; else the sheet is a form
    of `kind` whose header and first entry have well-formed values made from the digest and whose rest is blank.
    """

    def __init__(self, kind: str = "acquisition", directory: Path | None = None, seconds: float = 0.0) -> None:
        self._kind = kind
        self._directory = directory
        self._seconds = seconds

    def read(self, page: PageImage) -> tuple[SheetReading, ...]:
        time.sleep(self._seconds)
        return (self._sheet(digest(page)),)

    def read_placed(self, page: PageImage, kind: str, version: str, corners: Corners) -> SheetReading:
        form = catalogue.form(kind, version)
        return _sheet(form, {f.id: _value(f, digest(page)) for f in form.captured()})

    def _sheet(self, name: str) -> SheetReading:
        path = self._directory / f"{name}.json" if self._directory else None
        if path is not None and path.is_file():
            told = json.loads(path.read_text(encoding="utf-8"))
            return _sheet(catalogue.form(told["kind"], told.get("version")), told["fields"])
        form = catalogue.form(self._kind)
        return _sheet(form, {f.id: _value(f, name) for f in form.captured()})


def _sheet(form: Form, values: dict[str, str]) -> SheetReading:
    fields = tuple(_field(item, values.get(item.id, "")) for item in form.captured())
    flat = ((8.0, 0.0, 0.0), (0.0, 8.0, 0.0), (0.0, 0.0, 1.0))
    return SheetReading(
        number=1, status="form", kind=form.kind, version=form.version, residual_mm=0.0, transform=flat, fields=fields
    )


def _field(item: Field, value: str) -> FieldReading:
    box = (item.box.x, item.box.y, item.box.w, item.box.h)
    engine, version, family = TWIN
    reading = EngineReading(engine, version, family, value, 1.0)
    return FieldReading(item.id, value, value, 1.0, None, value == "", False, box, "ocr", (reading,))


def _value(item: Field, seed: str) -> str:
    """A well-formed value of the field's type, the same for the same seed; blank outside header and first entry."""
    if item.block != "header" and not item.block.startswith("entries[0]"):
        return ""
    number = int(hashlib.sha256(f"{seed}/{item.id}".encode()).hexdigest(), 16)
    codes = [choice.code for choice in item.choices]
    if item.type == "wareki":
        era = item.preprinted or (codes or ["7"])[number % max(1, len(codes))]
        return f"{era}{1 + number % 7:02}{1 + number % 12:02}{1 + number % 28:02}"
    if item.type == "choice":
        return codes[number % len(codes)]
    if item.key == "my_number":
        base = f"{number % 10**11:011}"
        return base + my_number_check_digit(base)
    return {
        "digits": f"{1 + number % 999}", "yen": f"{number % 500 * 1000}", "kana": "テスト\u3000タロウ",
        "kanji": "試験\u3000太郎", "address": f"東京都千代田区丸の内{1 + number % 9}-1", "zip": "1000005",
        "addr_kana": "トウキョウトチヨダクマルノウチ", "telephone": "03-0000-0000", "office_ref": "01-ケイト",
    }.get(item.type, "試験")  # fmt: skip


class FixedEngine:
    """`TextEngine` that reads the same text everywhere."""

    name, version, family = TWIN

    def __init__(self, text: str = "1", score: float = 0.9) -> None:
        self._reading = LineReading(text, score, text, tuple((c, score, 0.5) for c in text))

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        return [self._reading for _ in crops]


class FailingEngine(FixedEngine):
    """Raises, as a model does that cannot allocate or has lost its weights."""

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        raise RuntimeError("the model is broken")


class DyingEngine(FixedEngine):
    """Ends the process without a word, as a crash in native code does."""

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        os._exit(139)


class HangingEngine(FixedEngine):
    """Never answers; only a deadline outside it helps."""

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        while True:
            time.sleep(3600)


class NanEngine(FixedEngine):
    """Answers with a score that is not a number."""

    def __init__(self) -> None:
        super().__init__(score=float("nan"))


class ShortEngine(FixedEngine):
    """Answers one reading too few."""

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        return super().read(crops[1:], charsets[1:])


class GarbageEngine(FixedEngine):
    """Answers with something that is not a reading."""

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        return ["\x00garbage"] * len(crops)  # type: ignore[list-item]


def lattice_of(text: str, others: dict[int, dict[str, float]] | None = None, sure: float = 0.98) -> Lattice:
    """The lattice of a line that says `text`: at place n the characters of `others[n]` have those probabilities, and
    what is left of `sure` goes to the one in the text; between the places is the blank."""
    others = others or {}
    characters = tuple(dict.fromkeys(text + "".join(c for told in others.values() for c in told)))
    rows = np.full((2 * len(text) + 1, len(characters) + 1), 1e-6, dtype=np.float64)
    rows[::2, 0] = 0.999
    for n, character in enumerate(text):
        told = others.get(n, {})
        rows[2 * n + 1, characters.index(character) + 1] = sure - sum(told.values())
        for other, p in told.items():
            rows[2 * n + 1, characters.index(other) + 1] = p
    return Lattice(characters, np.log(rows).astype(np.float32))


class BrokenLatticeEngine(FixedEngine):
    """Answers well, but with a lattice that has no numbers, or columns for other characters."""

    def __init__(self, fault: Literal["nan", "columns", "probabilities"]) -> None:
        super().__init__()
        whole = lattice_of("1").log_probabilities
        rows = {"nan": np.full_like(whole, np.nan), "columns": whole[:, :1], "probabilities": np.exp(whole)}[fault]
        self._reading = replace(self._reading, lattice=Lattice(("1",), rows))


class ScriptedEngine(FixedEngine):
    """Answers with the given readings, one after the other, and remembers what it was asked."""

    def __init__(self, readings: Sequence[LineReading], name: str = "scripted") -> None:
        super().__init__()
        self.name = name
        self.asked: list[str] = []
        self._readings = list(readings)

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        self.asked += charsets
        return [self._readings.pop(0) for _ in crops]
