"""Every control with pictures of the failures that its reading guards against."""

from __future__ import annotations

from typing import Any

import pytest

from forms.values import wareki
from ocr.reader import FormReader
from ocr.types import PageImage
from tests.ocr.controls import amounts, sheets, stamps
from tests.ocr.controls.conftest import Judge
from tests.ocr.controls.pen import RED
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


def test_amounts(judge: Judge) -> None:
    found = judge(amounts.amounts())
    across = [found[f"entries[{n}].wage_kind"] for n in (0, 1)]
    assert all(field.score <= 0.5 for field in across), "what does not keep to its cells is doubted"


@pytest.mark.parametrize("way", [{}, {"dpi": 300}, {"bilevel": True}])
def test_two_digits_in_one_cell_are_never_surely_one(reader: FormReader, way: dict[str, Any]) -> None:
    desk = amounts.two_in_a_cell()
    (reading,) = reader.read(PageImage(scanned(desk.pixels, **way)))
    found = {field.id: field for field in reading.fields}
    said = [(case.field, case.guards, found[case.field].value, found[case.field].score) for case in desk.cases]
    assert [one for one in said if one[2] is not None and one[3] >= 0.6] == []


def test_print_changed_by_hand(judge: Judge) -> None:
    judge(amounts.changed_print(), dpi=300)


@pytest.mark.parametrize("way", [{}, {"grey": True}, {"bilevel": True}])
def test_a_black_dater_is_no_writing(judge: Judge, way: dict[str, bool]) -> None:
    found = judge(stamps.daters(), **way)
    assert found["entries[1].addr"].value in {None, "千代田区丸の内1丁目"}, (
        "its date is not read with what stands beside"
    )
    under = [found[f"entries[{n}].addr_kana"] for n in (1, 3)]
    assert all(field.value is None or field.score <= 0.5 for field in under if not field.blank)
    for field in found.values():
        assert not (field.value and field.score > 0.5), "the dater's letters are nobody's value"
        assert all(one.value == field.value for one in field.readings)


@pytest.mark.parametrize("radius", [1.6, 2.5, 4.3])
def test_a_red_seal_over_a_correction_is_taken_off(judge: Judge, radius: float) -> None:
    judge(stamps.correction_seals(radius))


@pytest.mark.parametrize("colour", [RED, stamps.BLACK])
def test_without_colour_a_sealed_correction_is_never_a_sure_wrong_value(
    reader: FormReader, colour: tuple[int, int, int]
) -> None:
    desk = stamps.correction_seals(2.5, colour)
    (reading,) = reader.read(PageImage(scanned(desk.pixels, grey=True)))
    found = {field.id: field for field in reading.fields}
    assert found["header.name"].value is None and found["entries[0].my_number"].value is None
    for case in desk.cases:
        said = found[case.field]
        assert said.value in {None, case.value} or said.score <= 0.5, (case, said.value, said.score)
