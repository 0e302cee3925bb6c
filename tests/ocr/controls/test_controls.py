"""Every control with pictures of the failures that its reading guards against."""

from __future__ import annotations

import pytest

from forms.values import wareki
from ocr.reader import FormReader
from ocr.types import PageImage
from tests.ocr.controls import sheets
from tests.ocr.controls.conftest import Judge
from tests.ocr.drawing import scanned

pytestmark = pytest.mark.engine


def test_struck_combs(judge: Judge) -> None:
    judge(sheets.struck_combs(), angle=0.4)


def test_struck_words(judge: Judge) -> None:
    judge(sheets.struck_words(), dpi=300)


def test_circles_and_ticks(judge: Judge) -> None:
    judge(sheets.circles(), angle=-0.5)


def test_combs(judge: Judge) -> None:
    judge(sheets.combs())


def test_free_writing(judge: Judge) -> None:
    judge(sheets.free_writing(), dpi=300)


def test_scrawls_are_never_read_with_confidence(reader: FormReader) -> None:
    (reading,) = reader.read(PageImage(scanned(sheets.scrawls().pixels)))
    assert reading.status == "form"
    said = [f for f in reading.fields if f.value and not f.struck]
    sure = [f for f in said if f.score > 0.95 and f.facts["strokes_cut"] == 0 and f.facts["outside"] < 0.05]
    assert [(f.id, f.value, f.score, f.facts) for f in sure if f.basis == "ocr"] == []
    for field in said:
        if field.basis == "ocr":
            assert field.facts["ink"] > 0 and field.facts["least"] <= 1
    dates = [f.value for f in said if f.id.endswith(("birth", "acq_date")) and f.value]
    assert all(wareki.problem(value) != "format" for value in dates)
