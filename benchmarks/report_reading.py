"""Reads labelled sheets; keeps of every field what stood there, what was read, and a picture where it is wrong."""

from __future__ import annotations

import base64
import dataclasses
import json
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from forms import catalogue
from forms.model import Field
from forms.policy import field_class
from forms.values import equal
from intake.decode.file import decode_file
from intake.decode.limits import Limits
from intake.decode.page import PageFailure
from ocr.calibration.judge import Judge
from ocr.types import FieldReading, Pixels, SheetReader, SheetReading
from storage.settings import load_settings

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf")
_PX = 7  # a millimetre of a crop
_MARGIN = 1.5  # mm round a field
_CHOICES = 4  # candidates shown


@dataclass(slots=True)
class Outcome:
    """One field: `truth` None where its marks contradict each other; `said` None where the reader stands by nothing."""

    sheet: str
    style: str
    degrade: str
    layout: str  # KIND/VERSION
    writer: str
    field: str
    type: str
    group: str  # of forms/policy.py, by the truth
    truth: str | None
    said: str | None
    raw: str
    right: bool
    struck: bool = False
    said_struck: bool = False
    unseen: bool = False
    lost: bool = False  # its sheet was not registered: a person will place it
    score: float = 0.0
    confidence: float | None = None
    accepted: bool = False
    candidates: list[str] = dataclasses.field(default_factory=list)
    uses: list[str] = dataclasses.field(default_factory=list)
    picture: str = ""  # JPEG in base64, of wrong ones


@dataclass(slots=True)
class SheetOutcome:
    """One sheet: `told` and `read` are statuses; `seconds` its share of its file's reading."""

    name: str
    style: str
    degrade: str
    layout: str
    told: str
    read: str
    same_form: bool
    turned_right: bool
    residual_mm: float | None
    seconds: float


@dataclass(slots=True)
class Read:
    """All that was read."""

    fields: list[Outcome] = dataclasses.field(default_factory=list)
    sheets: list[SheetOutcome] = dataclasses.field(default_factory=list)


def truths(directory: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each picture with its truth."""
    for path in sorted(directory.iterdir()):
        told = path.with_suffix(".json")
        if path.suffix.lower() in PICTURES and told.is_file():
            yield path, json.loads(told.read_text(encoding="utf-8"))


def read_folder(reader: SheetReader, folder: Path, into: Read, judge: Judge | None = None) -> None:
    """Read every picture of the folder."""
    limits = Limits.from_settings(load_settings())
    for number, (path, told) in enumerate(truths(folder), 1):
        begun = time.perf_counter()
        found: dict[tuple[int, int], tuple[SheetReading, Pixels]] = {}
        for page in decode_file(path, limits):
            if isinstance(page, PageFailure):
                continue
            for sheet in reader.read(page.image):
                judged = judge.sheet(sheet) if judge else sheet
                found[page.number, sheet.number] = (judged, page.image.pixels)
        seconds = (time.perf_counter() - begun) / max(1, len(told["pages"]))
        for written in told["pages"]:
            name = f"{folder.name}/{path.name}:{written['page']}.{written['sheet']}"
            met = found.get((written["page"], written["sheet"]))
            _sheet(into, name, told, written, met, seconds, judge)
        if number % 10 == 0:
            sys.stderr.write(f"{folder.name}: {number} files read\n")


def _sheet(
    into: Read,
    name: str,
    told: dict[str, Any],
    written: dict[str, Any],
    met: tuple[SheetReading, Pixels] | None,
    seconds: float,
    judge: Judge | None,
) -> None:
    sheet = met[0] if met else None
    layout = f"{written.get('kind')}/{written.get('version')}"
    same = bool(sheet and (sheet.kind, sheet.version) == (written.get("kind"), written.get("version")))
    into.sheets.append(
        SheetOutcome(
            name, told["style"], told["degrade"], layout, written["status"], sheet.status if sheet else "missing",
            same, bool(sheet and sheet.turned == written.get("turned")), sheet.residual_mm if sheet else None, seconds,
        )
    )  # fmt: skip
    if written["status"] != "form":
        return
    readings = {each.id: each for each in sheet.fields} if sheet and same else {}
    form = catalogue.form(written["kind"], written["version"])
    writers: dict[str, str] = written.get("writers", {})
    for key, value in written["fields"].items():
        each = form.field(key)
        one = _field(each, value, readings.get(key), key in written.get("struck", ()))
        one.sheet, one.style, one.degrade, one.layout = name, told["style"], told["degrade"], layout
        one.writer = writers.get(each.block) or written.get("writer") or name
        one.unseen = key in written.get("unseen", ())
        one.lost = not readings
        one.accepted = _accepted(judge, each, readings.get(key))
        if not one.right and met is not None and readings:
            one.picture = crop(met[1], met[0], each)
        into.fields.append(one)


def _field(each: Field, value: str | None, reading: FieldReading | None, struck: bool) -> Outcome:
    """Compare one field; its place is filled in by the caller."""
    said = reading.value if reading else None
    if value is None:
        right = reading is not None and said is None
    elif value == "":
        right = said == ""
    else:
        right = equal(each.type, said, value)
    one = Outcome(
        "", "", "", "", "", each.id, each.type, field_class(each, value, "ocr"), value, said, "", right, struck
    )
    if reading is not None:
        one.raw, one.score, one.confidence, one.said_struck = (
            reading.raw, reading.score, reading.confidence, reading.struck,
        )  # fmt: skip
        best = reading.candidates[:_CHOICES]
        one.candidates = [f"{'' if c.value is None else c.value} {c.probability:.3f}" for c in best]
        one.uses = [str(use) for use in reading.uses] if not right else []
    return one


def _accepted(judge: Judge | None, each: Field, reading: FieldReading | None) -> bool:
    """True if the calibration lets the reading stand without a person."""
    if judge is None or reading is None or reading.value is None or reading.confidence is None:
        return False
    least = judge.calibration.thresholds.get(field_class(each, reading.value, reading.basis))
    return least is not None and reading.confidence >= least


def crop(page: Pixels, sheet: SheetReading, each: Field) -> str:
    """The field as it lies on the page, upright, as a JPEG in base64; "" where the sheet has no place."""
    if sheet.transform is None:
        return ""
    box = each.box.grown(_MARGIN)
    to_page = np.array(sheet.transform) @ np.array([[1 / _PX, 0, box.x], [0, 1 / _PX, box.y], [0, 0, 1]])
    size = (max(1, round(box.w * _PX)), max(1, round(box.h * _PX)))
    flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
    cut = cv2.warpPerspective(page, to_page, size, flags=flags, borderValue=(255, 255, 255))
    if cut.ndim == 3:
        cut = cv2.cvtColor(cut, cv2.COLOR_RGB2BGR)
    return base64.b64encode(cv2.imencode(".jpg", cut, [cv2.IMWRITE_JPEG_QUALITY, 72])[1].tobytes()).decode()
