"""Labelled readings for a calibration: synthetic sets with their truth, and the inspections of an installation."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from api.services import Services
from approval import inspection
from forms import catalogue
from forms.errors import TodokeError
from forms.policy import field_class
from forms.values import equal
from intake.decode.file import decode_file
from intake.decode.limits import Limits
from intake.decode.page import PageFailure
from ocr.calibration import features
from ocr.calibration.judge import engines_of
from ocr.calibration.labels import Labelled
from ocr.types import SheetReader, SheetReading
from storage.settings import Settings


class NoTruth(TodokeError):
    """A folder was given as a labelled set and holds no truth files."""

    code = "no_truth"
    status = 422
    ja = "正解のファイル(todoke.truth/1)がありません({folder})。"
    en = "There are no truth files (todoke.truth/1) in {folder}."
    remedy_ja = "todoke synth --out で作ったフォルダーを指定してください。"
    remedy_en = "Name a folder that `todoke synth --out` has written."


def of_folder(reader: SheetReader, folder: Path, settings: Settings) -> Iterator[Labelled]:
    """Every field of every sheet of a synthetic set, read and compared with its truth. NoTruth.

    A sheet that could not be registered has no readings and gives no labels: nothing of it can be accepted.
    """
    found = sorted(path for path in folder.glob("*.json") if path.name != "manifest.json")
    if not found:
        raise NoTruth(folder=folder)
    limits = Limits.from_settings(settings)
    for number, path in enumerate(found, start=1):
        yield from _of_file(reader, path, limits)
        if number % 25 == 0:
            sys.stderr.write(f"{folder}: {number} of {len(found)} files read\n")


def _of_file(reader: SheetReader, path: Path, limits: Limits) -> Iterator[Labelled]:
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    image = next(p for p in sorted(path.parent.glob(f"{path.stem}.*")) if p.suffix != ".json")
    truth = {(page["page"], page["sheet"]): page for page in told["pages"]}
    group = f"{told['style']}/{told['degrade']}"
    for page in decode_file(image, limits):
        if isinstance(page, PageFailure):
            continue
        for sheet in reader.read(page.image):
            written = truth.get((page.number, sheet.number))
            if written is None or sheet.status != "form" or sheet.kind != written["kind"]:
                continue
            yield from of_sheet(sheet, written, f"{path.parent.name}/{path.stem}/{sheet.number}", group)


def of_sheet(sheet: SheetReading, written: dict[str, Any], place: str, group: str) -> Iterator[Labelled]:
    """The labelled readings of one sheet; `written` is its page of a truth file.

    The writer is who the truth says wrote the block; where it says nothing, each sheet counts as a hand of its own.
    """
    form = catalogue.form(sheet.kind or "", version=sheet.version)
    writers: dict[str, str] = written.get("writers", {})
    for reading in sheet.fields:
        if reading.value is None or reading.id not in written["fields"]:
            continue
        field = form.field(reading.id)
        yield Labelled(
            cls=field_class(field, reading.value, reading.basis),
            facts=features.facts(reading, sheet),
            right=equal(field.type, reading.value, written["fields"][reading.id]),
            writer=writers.get(field.block) or written.get("writer") or place,
            engines=engines_of(reading),
            form=f"{form.kind}/{form.version}",
            group=group,
        )


def of_inspections(services: Services, reader: str) -> Iterator[Labelled]:
    """Every reading of the installation whose truth is known by keying, with the chance at which it was drawn.

    Only readings by `reader` (fingerprint.digest): what another reader was worth says nothing. The writer is the
    sender: the office that the filing is from.
    """
    with services.reading("system:calibrate") as work:
        for known in inspection.outcomes(work):
            if known.reader != reader:
                continue
            yield Labelled(
                cls=known.cls, facts=known.facts, right=known.right, writer=known.writer,
                probability=known.probability, engines=known.engines, form=known.form, group="inspection",
                adjudicated=known.adjudicated,
            )  # fmt: skip
