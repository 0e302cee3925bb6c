"""Confidence at the reading stage: the calibration in force, if it is of this very reader, speaks of each field."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from approval import trust
from intake.runtime import Runtime
from ocr.calibration import fingerprint
from ocr.calibration.judge import Calibrator, Judge, Uncalibrated
from ocr.calibration.model import Calibration
from ocr.types import SheetReading
from storage.tables import Calibration as Row
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Measured:
    """Sheets with the confidence of their fields, the calibration that gave it, and the fingerprint of the reader."""

    sheets: tuple[SheetReading, ...]
    calibration_id: str | None
    reader: str


@dataclass(frozen=True, slots=True)
class Measure:
    """What says how sure readings are. `calibration_id` None: nothing is in force."""

    calibration_id: str | None
    model: str | None

    def of(self, runtime: Runtime, sheets: tuple[SheetReading, ...]) -> Measured:
        """The sheets with facts and, where it can be said, confidence; needs no transaction."""
        reader = fingerprint.of_reader(runtime.reader)
        calibrator: Calibrator = Uncalibrated() if self.model is None else Judge(_parsed(self.model), reader)
        told = tuple(calibrator.sheet(sheet) for sheet in sheets)
        return Measured(told, self.calibration_id, fingerprint.digest(reader))


def in_force(work: Work) -> Measure:
    """The measure of this moment; a page keeps the one under which it was read."""
    force = trust.in_force(work)
    if force is None:
        return Measure(None, None)
    return Measure(force.calibration_id, work.session.get_one(Row, force.calibration_id).model)


@lru_cache(maxsize=2)
def _parsed(model: str) -> Calibration:
    return Calibration.from_json(model)
