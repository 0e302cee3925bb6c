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
class Measure:
    """What says how sure readings are. `calibration_id` None: nothing is in force."""

    calibration_id: str | None
    model: str | None

    def of(self, runtime: Runtime, sheets: tuple[SheetReading, ...]) -> tuple[SheetReading, ...]:
        """The sheets with facts and confidence; needs the runtime's reader and no transaction."""
        calibrator = self._calibrator(runtime)
        return tuple(calibrator.sheet(sheet) for sheet in sheets)

    def _calibrator(self, runtime: Runtime) -> Calibrator:
        if self.model is None:
            return Uncalibrated()
        return Judge(_parsed(self.model), fingerprint.of_reader(runtime.reader))


def in_force(work: Work) -> Measure:
    """The measure of this moment; a page keeps the one under which it was read."""
    force = trust.in_force(work)
    if force is None:
        return Measure(None, None)
    return Measure(force.calibration_id, work.session.get_one(Row, force.calibration_id).model)


@lru_cache(maxsize=2)
def _parsed(model: str) -> Calibration:
    return Calibration.from_json(model)
