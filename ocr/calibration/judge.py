"""Gives readings their confidence: by a calibration that is of this very reader and form, or not at all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Protocol

from forms import catalogue
from forms.model import Form
from forms.policy import field_class
from ocr.calibration import features, fingerprint
from ocr.calibration.exempt import exempt
from ocr.calibration.model import Calibration
from ocr.types import Corners, FieldReading, PageImage, SheetReader, SheetReading


class Calibrator(Protocol):
    """Knows how sure a reading is."""

    def sheet(self, sheet: SheetReading) -> SheetReading:
        """The sheet with the facts and, where it can be said, the confidence of each field."""
        ...


class Uncalibrated:
    """No calibration is in force: facts are kept, confidence stays None."""

    def sheet(self, sheet: SheetReading) -> SheetReading:
        return _each(sheet, lambda _reading, _known: None)


class Judge:
    """`Calibrator` by one calibration. `voids` says in what the reader differs from the one that was calibrated;
    then, or on another form, or where another engine spoke, confidence is None."""

    def __init__(self, calibration: Calibration, reader: Mapping[str, str]) -> None:
        self.calibration = calibration
        self.voids = fingerprint.differing(calibration.fingerprint, reader)

    def sheet(self, sheet: SheetReading) -> SheetReading:
        form = self._form(sheet)
        if form is None:
            return Uncalibrated().sheet(sheet)
        return _each(sheet, lambda reading, known: self._field(form, reading, known))

    def _form(self, sheet: SheetReading) -> Form | None:
        if self.voids or sheet.status != "form" or sheet.kind is None or sheet.version is None:
            return None
        if self.calibration.forms.get(f"{sheet.kind}/{sheet.version}") != fingerprint.of_form(
            sheet.kind, sheet.version
        ):
            return None
        return catalogue.form(sheet.kind, version=sheet.version)

    def _field(self, form: Form, reading: FieldReading, known: Mapping[str, float]) -> float | None:
        if reading.value is None:
            return None  # nothing is read: there is nothing to be sure of
        cls = field_class(form.field(reading.id), reading.value, reading.basis)
        model = self.calibration.classes.get(cls)
        if model is None or exempt(cls, known) or not set(engines_of(reading)) <= set(model.engines):
            return None
        return self.calibration.confidence(cls, known)


class Calibrated:
    """`SheetReader` whose readings carry their confidence."""

    def __init__(self, reader: SheetReader, calibrator: Calibrator) -> None:
        self._reader, self._calibrator = reader, calibrator

    def read(self, page: PageImage) -> tuple[SheetReading, ...]:
        return tuple(self._calibrator.sheet(sheet) for sheet in self._reader.read(page))

    def read_placed(self, page: PageImage, kind: str, version: str, corners: Corners) -> SheetReading:
        return self._calibrator.sheet(self._reader.read_placed(page, kind, version, corners))


def engines_of(reading: FieldReading) -> tuple[str, ...]:
    """Who spoke of the field: "name version", each once, in order."""
    return tuple(dict.fromkeys(f"{said.engine} {said.version}" for said in reading.readings))


class _Say(Protocol):
    def __call__(self, reading: FieldReading, known: Mapping[str, float], /) -> float | None: ...


def _each(sheet: SheetReading, say: _Say) -> SheetReading:
    done = []
    for reading in sheet.fields:
        known = features.facts(reading, sheet)
        done.append(replace(reading, facts=known | reading.facts, confidence=say(reading, known)))
    return replace(sheet, fields=tuple(done))
