"""Sheets of cases, worn by a scanner and read by the real engine; their pictures are kept beside the test's results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import cv2
import pytest

from ocr.reader import FormReader
from ocr.types import FieldReading, PageImage
from tests.ocr.controls.pen import Case, Desk
from tests.ocr.drawing import PX, scanned

Judge = Callable[..., dict[str, FieldReading]]


@pytest.fixture(scope="session")
def judge(reader: FormReader, tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """Reads a desk's sheet, compares every case, and says of each failure what it guards against and where its picture
    is."""
    folder = tmp_path_factory.mktemp("controls")

    def once(desk: Desk, **way: object) -> dict[str, FieldReading]:
        (reading,) = reader.read(PageImage(scanned(desk.pixels, **way)))  # type: ignore[arg-type]
        assert reading.status == "form"
        found = {field.id: field for field in reading.fields}
        wrong = [
            _said(case, found[case.field], _picture(desk, case, folder)) for case in desk.cases if _bad(case, found)
        ]
        assert not wrong, "\n".join(wrong)
        return found

    return once


def _bad(case: Case, found: dict[str, FieldReading]) -> bool:
    said = found[case.field]
    return said.value != case.value or (case.struck != said.struck and case.value is not None)


def _said(case: Case, said: FieldReading, picture: Path) -> str:
    return (
        f"{case.field}: {case.guards}: is {case.value!r}{' struck' if case.struck else ''}, "
        f"read {said.value!r}{' struck' if said.struck else ''} ({said.raw!r}, {said.score}), see {picture}"
    )


def _picture(desk: Desk, case: Case, folder: Path) -> Path:
    box = desk.field(case.field).box.grown(3)
    crop = desk.pixels[
        max(0, round(box.y * PX)) : round(box.bottom * PX), max(0, round(box.x * PX)) : round(box.right * PX)
    ]
    path = folder / f"{case.field}.png"
    cv2.imwrite(str(path), cv2.cvtColor(crop, cv2.COLOR_RGB2BGR))
    return path
