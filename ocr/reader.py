"""The reading path: a page image becomes its sheets, each registered and its fields read, or a status that says why
not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from forms.errors import UnknownForm
from forms.model import Choice, Field
from ocr.align import Transform, by_print
from ocr.ask import Ask, Asking, settle
from ocr.codes import glanced
from ocr.digital import DigitalLayer, is_born_digital
from ocr.engine import LineReading, TextEngine
from ocr.errors import CornersUnusable, NotRegistered, UnknownFormVersion
from ocr.facts import of_others
from ocr.fields import read_field
from ocr.find import Found, find_sheets
from ocr.heard import hear
from ocr.ink import Ink, writing
from ocr.knowledge.port import Knowledge, Together
from ocr.knowledge.register import Register, RegisterHints
from ocr.page import grey, is_blank
from ocr.reference import Reference, reference
from ocr.register import LIMIT_MM, Registered, fitted
from ocr.second import SecondOpinion
from ocr.stamped import beside_stamps
from ocr.streaks import without_streaks
from ocr.types import Corners, FieldReading, Matrix, PageImage, SheetReading
from ocr.view import view


class FormReader:
    """`SheetReader` over the forms of the catalogue, one text engine, what is known, and a second opinion."""

    def __init__(
        self, engine: TextEngine, knowledge: Knowledge | None = None, second: SecondOpinion | None = None
    ) -> None:
        self._engine = engine
        self._knowledge = knowledge
        self._second = second

    def identity(self) -> dict[str, str]:
        """What a calibration of this reader is of, besides the code: engines and lexicons."""
        return {
            "engine": f"{self._engine.name} {self._engine.version}",
            "known": self._knowledge.version if self._knowledge is not None else "-",
            "second": self._second.version if self._second is not None else "-",
        }

    def with_hints(self, hints: RegisterHints) -> FormReader:
        """The same reader, engines and all, that also knows whom the senders have insured."""
        pieces = [self._knowledge] if self._knowledge is not None else []
        return FormReader(self._engine, Together([*pieces, Register(hints)]), self._second)

    def read(self, page: PageImage) -> tuple[SheetReading, ...]:
        page = replace(page, pixels=without_streaks(page.pixels))
        seen = view(page.pixels)
        if not glanced(seen) and is_blank(seen.grey):
            return (SheetReading(1, "blank"),)
        found = find_sheets(seen)
        if not found:
            return (SheetReading(1, "attachment"),)
        return tuple(self._sheet(page, sheet, number) for number, sheet in enumerate(found, start=1))

    def read_placed(self, page: PageImage, kind: str, version: str, corners: Corners) -> SheetReading:
        """Raises UnknownFormVersion, or CornersUnusable if the corners make no sheet."""
        sheet = _known(kind, version)
        guess = _from_corners(sheet, corners)
        transform, _ = by_print(grey(page.pixels), guess, sheet)
        best = fitted(page.pixels, transform, sheet)
        if not best.good:  # the print led astray: trust the person's corners
            best = fitted(page.pixels, guess, sheet)
        return self._registered(page, best, 1)

    def _sheet(self, page: PageImage, found: Found, number: int) -> SheetReading:
        if found.separator is not None:
            return SheetReading(number, "separator", separator=found.separator)
        if found.registered is not None:
            return self._registered(page, found.registered, number)
        return SheetReading(number, "unregistered", found.kind, found.version, error=found.error)

    def _registered(self, page: PageImage, sheet: Registered, number: int) -> SheetReading:
        form = sheet.reference.form
        reading = SheetReading(
            number=number,
            status="form",
            kind=form.kind,
            version=form.version,
            residual_mm=sheet.residual_mm,
            blocks=sheet.blocks,
            turned=sheet.turned,
            transform=_matrix(sheet.transform),
            page=sheet.reference.page,
            facts={
                "found": round(sheet.found, 3),
                "least_found": round(sheet.least_found, 3),
                "px_per_mm": round(sheet.scale, 2),
                "bilevel": float(sheet.bilevel),
            },
        )
        if not sheet.good:
            error = NotRegistered(residual=sheet.residual_mm, limit=LIMIT_MM)
            return replace(reading, status="unregistered", error=error)
        return replace(reading, fields=self.read_fields(page, sheet))

    def read_fields(self, page: PageImage, sheet: Registered) -> tuple[FieldReading, ...]:
        """Every captured field of a registered sheet, in paper order."""
        ink = writing(sheet)
        drawn = is_born_digital(page, grey(page.pixels))
        layer = DigitalLayer(page, sheet.transform) if drawn else None
        fields = [f for f in sheet.reference.form.captured() if f.page == sheet.reference.page]
        heard: dict[str, list[LineReading]] = {field.id: [] for field in fields}
        asked: dict[str, list[Ask]] = {field.id: [] for field in fields}
        rivals = _rivals(fields)
        readers = [hear(_reader(ink, f, self._engine, layer, rivals[f.id]), heard[f.id], asked[f.id]) for f in fields]
        read = tuple(settle(self._engine, readers))
        if self._second is not None:
            read = self._second.ask(read, asked, heard)
        if self._knowledge is not None:
            read = self._knowledge.judge(sheet.reference.form, read, heard)
        return of_others(read, {field.id for field in fields if field.type != "choice"})


def _reader(
    ink: Ink, field: Field, engine: TextEngine, layer: DigitalLayer | None, rivals: Sequence[Choice]
) -> Asking[FieldReading]:
    given = layer.read(field, ink) if layer is not None else None
    if given is not None:
        return given
    return (yield from beside_stamps(ink, field, lambda seen: read_field(seen, field, engine, rivals)))


def _rivals(fields: Sequence[Field]) -> dict[str, list[Choice]]:
    """For each field with choices those of the other fields, on which a mark near it may stand."""
    every = [(field.id, field.choices) for field in fields]
    return {
        name: [choice for other, theirs in every if other != name for choice in theirs] if own else []
        for name, own in every
    }


def _known(kind: str, version: str) -> Reference:
    try:
        return reference(kind, version)
    except UnknownForm as error:
        raise UnknownFormVersion(kind=kind, version=version) from error


def _from_corners(sheet: Reference, corners: Corners) -> Transform:
    width, height = sheet.size
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
    target = np.array(corners, dtype=np.float32)
    area = cv2.contourArea(target, oriented=True)
    if target.shape != (4, 2) or not np.isfinite(target).all() or area < 100.0 or not cv2.isContourConvex(target):
        raise CornersUnusable
    return np.asarray(cv2.getPerspectiveTransform(source, target), dtype=np.float64)


def _matrix(transform: Transform) -> Matrix:
    rows: Sequence[Sequence[float]] = (transform / transform[2, 2]).tolist()
    a, b, c = ((r[0], r[1], r[2]) for r in rows)
    return a, b, c
