"""The candidates and the facts of a field, from the options of its parts."""

from __future__ import annotations

import math

import pytest

from forms import catalogue
from forms.model import Field
from ocr.candidates import Candidate
from ocr.fields import candidates_of
from ocr.marks import Mark, options_of
from ocr.parts import PartRead, certain, nothing, put_together
from ocr.reader import FormReader
from ocr.testing import FixedEngine
from ocr.types import FieldReading, PageImage
from tests.ocr.drawing import Sheet, scanned

FORM = catalogue.form("acquisition")


def comb(item: Field, *options: tuple[str, float], part: int = -1) -> PartRead:
    best = options[0][0]
    cells = tuple("" if c == "_" else c for c in best)
    told = tuple(Candidate(value, p) for value, p in options)
    return PartRead(item.parts[part], best.strip("_"), options[0][1], cells, best, told)


def marked(item: Field, *options: tuple[str, float]) -> PartRead:
    told = tuple(Candidate(value, p) for value, p in options)
    return PartRead(item.parts[0], options[0][0], options[0][1], options=told)


def test_a_date_is_combined_over_its_era_and_its_pairs() -> None:
    birth = FORM.field("entries[0].birth")
    era = marked(birth, ("7", 0.9), ("5", 0.1))
    found = candidates_of(birth, [era, comb(birth, ("_8_4_1", 0.8), ("08_4_7", 0.15), ("08____", 0.05))])
    assert [c.value for c in found] == ["7080401", "7080407", "5080401", "5080407"], "half a date is no candidate"
    assert [c.probability for c in found] == pytest.approx([0.72, 0.135, 0.08, 0.015])


def test_a_name_is_combined_over_both_parts_and_spellings_of_one_value_add_up() -> None:
    name = FORM.field("entries[0].name_kana")
    sei = PartRead(name.parts[0], "ワタナベ", 0.9, options=(Candidate("ワタナベ", 0.6), Candidate("ﾜﾀﾅﾍﾞ", 0.3)))
    mei = PartRead(name.parts[1], "ハナコ", 0.5, options=(Candidate("ハナコ", 0.5), Candidate("ハナヨ", 0.4)))
    found = candidates_of(name, [sei, mei])
    assert [c.value for c in found] == ["ワタナベ\u3000ハナコ", "ワタナベ\u3000ハナヨ"]
    assert [c.probability for c in found] == pytest.approx([0.45, 0.36])


def test_candidates_are_few_ordered_and_add_up_to_at_most_one() -> None:
    number = FORM.field("entries[0].my_number")
    digits = [tuple(Candidate(str(d), 0.1) for d in range(10))] * 12
    part = PartRead(number.parts[0], "0" * 12, 0.1, tuple("0" * 12), options=put_together(digits))
    found = candidates_of(number, [part])
    assert len(found) == 8 and math.fsum(c.probability for c in found) <= 1
    assert sorted(found, key=lambda c: -c.probability) == list(found)
    assert put_together([digits[0], ()]) == (), "a place of which nothing is known leaves nothing to say"


def test_a_blank_field_and_a_certain_one_have_one_candidate() -> None:
    number, date = FORM.field("entries[0].my_number"), FORM.field("entries[0].acq_date")
    assert candidates_of(number, [nothing(number.parts[0])]) == (Candidate("", 1.0),)
    assert candidates_of(date, [nothing(date.parts[1])]) == (Candidate("", 1.0),)
    cells = [*"12 45", *[""] * 7]
    found = candidates_of(number, [certain(number.parts[0], "12_45", [c.strip() for c in cells])])
    assert found == (Candidate("12_45", 1.0),)


def test_marks_offer_the_other_choice_and_a_conflict_offers_both() -> None:
    kind = FORM.field("entries[0].kind").parts[0].choices
    assert options_of(kind, [], False) == (Candidate("", 1.0),)
    (first, second) = options_of(kind, [Mark(0, 0.8, other=2)], False)
    assert (first.value, second.value) == (kind[0].code, kind[2].code)
    assert first.probability == pytest.approx(0.8) and second.probability == pytest.approx(0.2)
    both = options_of(kind, [Mark(0, 1.0), Mark(1, 1.0)], False)
    assert {c.value: round(c.probability, 2) for c in both} == {kind[0].code: 0.45, kind[1].code: 0.45}
    several = options_of(kind, [Mark(0, 1.0), Mark(1, 0.6)], True)
    assert [c.value for c in several] == [f"{kind[0].code},{kind[1].code}", kind[0].code]


@pytest.fixture(scope="module")
def readings() -> dict[str, FieldReading]:
    """A sheet written in here and there, read by an engine that says 1 to everything: the facts are the picture's."""
    sheet = Sheet()
    sheet.cells("entries[0].insured_no", "111")
    sheet.ring("entries[0].kind", "1")
    sheet.free("entries[1].remarks_other", "在宅勤務")
    box = sheet.field("entries[2].remarks_other").parts[0].box
    sheet.text("東", box.x + 4, box.bottom - 0.6, 6.0)  # half below its box
    row = sheet.field("entries[2].insured_no").parts[0].box
    sheet.draw.line([v * 10 for v in (row.x, row.centre[1], row.right, row.centre[1])], fill=(20, 20, 20), width=6)
    (reading,) = FormReader(FixedEngine("1")).read(PageImage(scanned(sheet.pixels)))
    return {field.id: field for field in reading.fields}


def test_every_field_carries_its_facts(readings: dict[str, FieldReading]) -> None:
    for field in readings.values():
        assert {"score", "margin", "chars", "least", "blank", "ink", "outside", "strokes_cut"} <= set(field.facts)
        assert all(math.isfinite(value) for value in field.facts.values())
        assert field.facts["blank"] == field.blank and len(field.candidates) <= 8
        if field.value is not None:
            assert field.candidates and field.candidates[0].value == field.value
    blank, written = readings["entries[3].remarks_other"].facts, readings["entries[1].remarks_other"].facts
    assert blank["ink"] == 0 and blank["outside"] == 0 and blank["chars"] == 0
    assert 3 < written["ink"] < 30 and written["outside"] < 0.02 and written["strokes_cut"] == 0
    assert readings["entries[0].kind"].facts["ink"] > 2


def test_writing_outside_the_box_and_over_the_rules_is_a_fact(readings: dict[str, FieldReading]) -> None:
    out = readings["entries[2].remarks_other"].facts
    assert out["outside"] > 0.25 or out["strokes_cut"] >= 1
    assert readings["entries[2].insured_no"].facts["strokes_cut"] >= 1
    assert readings["entries[0].insured_no"].facts["strokes_cut"] == 0
