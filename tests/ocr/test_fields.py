"""Each control with pictures drawn here, read by the real engine on a worn page."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from ocr.reader import FormReader
from ocr.types import PageImage, SheetReading
from tests.ocr.drawing import Sheet, person, scanned, values

pytestmark = pytest.mark.engine

Read = Callable[..., SheetReading]


@pytest.fixture(scope="module")
def read(reader: FormReader) -> Read:
    def once(sheet: Sheet, **way: object) -> SheetReading:
        (reading,) = reader.read(PageImage(scanned(sheet.pixels, **way)))  # type: ignore[arg-type]
        assert reading.status == "form"
        return reading

    return once


def test_a_person_is_read_whole_and_blanks_are_blank(read: Read) -> None:
    sheet = Sheet(serif=True)
    told = person(sheet, 1)
    reading = read(sheet, angle=1.2, grey=True)
    found = values(reading)
    assert {key: found[key] for key in told} == told
    assert [f.id for f in reading.fields] == [f.id for f in sheet.form.captured()], "every captured field, once"
    others = [f for f in reading.fields if f.id.startswith(("entries[0]", "entries[2]", "entries[3]", "header"))]
    assert all(f.blank and f.value == "" and not f.struck for f in others)
    for field in reading.fields:
        assert field.confidence is None and 0 <= field.score <= 1 and len(field.readings) >= 1
        assert field.basis == ("mark" if field.readings[0].engine == "marks" else "ocr")


def test_comb_cells_keep_their_places(read: Read) -> None:
    sheet = Sheet()
    sheet.cells("entries[0].my_number", "12345 789012")  # an inner gap
    sheet.cells("entries[1].my_number", "0123456789")  # a basic pension number, left-aligned
    sheet.cells("entries[0].birth", " 8 4 1")
    sheet.ring("entries[0].birth", "5")
    sheet.cells("entries[1].birth", "8 4 1 ")
    sheet.ring("entries[1].birth", "5")
    sheet.cells("entries[2].wage_cash", "7")
    sheet.cells("entries[0].insured_no", "007")
    sheet.cells("header.office_ref", "01", 0)
    sheet.cells("header.office_ref", "ケイト", 1)
    found = values(read(sheet))
    assert found["entries[0].my_number"] == "12345_789012"
    assert found["entries[1].my_number"] == "0123456789"
    assert found["entries[0].birth"] == found["entries[1].birth"] == "5080401"
    assert found["entries[2].wage_cash"] == "7"
    assert found["entries[0].insured_no"] == "007"
    assert found["header.office_ref"] == "01-ケイト"


def test_half_a_date_and_an_era_alone_are_null(read: Read) -> None:
    sheet = Sheet()
    sheet.ring("entries[0].birth", "5")
    sheet.ring("entries[1].birth", "7")
    sheet.cells("entries[1].birth", "08  ")
    sheet.cells("entries[2].birth", "080401")
    found = values(read(sheet))
    assert found["entries[0].birth"] is None and found["entries[1].birth"] is None and found["entries[2].birth"] is None
    assert found["entries[0].acq_date"] == "", "a printed era over empty cells is blank"


def test_marks_of_every_manner(read: Read) -> None:
    sheet = Sheet()
    sheet.ring("entries[0].kind", "1", grow=0.9, width=0.25)
    sheet.ring("entries[1].kind", "2", grow=-0.5, width=0.6)
    sheet.tick("entries[2].kind", "3")
    sheet.ring("entries[3].kind", "1")
    sheet.ring("entries[3].kind", "2")  # two where one is allowed
    sheet.ring("entries[0].remarks", "2")
    sheet.ring("entries[0].remarks", "4")  # two where several are allowed
    sheet.tick("entries[0].cert_needed", "1")
    reading = read(sheet)
    found = values(reading)
    assert [found[f"entries[{n}].kind"] for n in range(4)] == ["1", "2", "3", None]
    assert found["entries[0].remarks"] == "2,4"
    assert found["entries[0].cert_needed"] == "1" and found["entries[1].cert_needed"] == ""


def test_a_struck_value_is_blank_or_its_correction(read: Read) -> None:
    sheet = Sheet()
    number = sheet.field("entries[0].my_number")
    sheet.cells("entries[0].my_number", "111122223333")
    sheet.strike(number.parts[0].box)
    assert number.correction_box is not None
    above = number.correction_box.centre[1] - number.parts[0].cells[0].centre[1]
    sheet.cells("entries[0].my_number", "123456789018", dy=above)
    other = sheet.field("entries[1].remarks_other").parts[0].box
    sheet.free("entries[1].remarks_other", "該当なし")
    sheet.strike(type(other)(other.x, other.y, 20, other.h))
    sheet.free("entries[2].remarks_other", "三重県書王")  # many level strokes, nothing struck
    reading = {field.id: field for field in read(sheet, dpi=300).fields}
    struck = reading["entries[0].my_number"]
    assert struck.struck and struck.value == "123456789018"
    assert reading["entries[1].remarks_other"].struck and reading["entries[1].remarks_other"].value == ""
    assert reading["entries[2].remarks_other"].value == "三重県書王"
    assert not reading["entries[2].remarks_other"].struck
    assert [f.id for f in reading.values() if f.struck] == ["entries[0].my_number", "entries[1].remarks_other"]


@pytest.mark.parametrize(("colour", "grey"), [((205, 40, 40), False), ((96, 60, 148), False), ((205, 40, 40), True)])
def test_a_seal_over_writing_is_looked_through(read: Read, colour: tuple[int, int, int], grey: bool) -> None:
    sheet = Sheet()
    sheet.free("header.owner", "渡辺花子")
    box = sheet.field("header.owner").parts[0].box
    sheet.stamp(box.x + (21 if grey else 13), box.centre[1], 7.0, colour)  # grey on grey: beside, as most are
    found = {field.id: field for field in read(sheet, grey=grey).fields}
    assert found["header.owner"].value == "渡辺花子"
    assert found["header.sr_name"].blank and found["header.name"].blank


def test_a_fold_and_a_streak_are_no_writing(read: Read, reader: FormReader) -> None:
    page = scanned(Sheet().pixels, grey=True, angle=0.8)
    page[:, 800:802] = (page[:, 800:802] * 0.5).astype(np.uint8)
    page[1166:1169] = (page[1166:1169] * 0.85).astype(np.uint8)
    (reading,) = reader.read(PageImage(page))
    assert reading.status == "form" and all(field.blank for field in reading.fields)


def test_writing_across_a_rule_is_not_cut(read: Read) -> None:
    sheet = Sheet()
    for n in range(4):
        sheet.cells(f"entries[{n}].insured_no", "268", dy=1.2)
    found = values(read(sheet, bilevel=True))
    assert [found[f"entries[{n}].insured_no"] for n in range(4)] == ["268"] * 4
