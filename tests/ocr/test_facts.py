"""What a field's reading is told about the rest of its sheet."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ocr.calibration import features
from ocr.facts import of_others
from ocr.types import FieldReading, SheetReading


def field(name: str, score: float, blank: bool = False) -> FieldReading:
    value = "" if blank else "1"
    return FieldReading(name, value, value, score, None, blank, False, (0, 0, 1, 1), "ocr")


def test_a_field_hears_of_the_others_and_not_of_itself() -> None:
    told = of_others([field("a", 0.5), field("b", 0.9), field("c", 0.99)], {"a", "b", "c"})
    nine, ninety_nine = math.log(9), math.log(99)
    others = [one.facts["others"] for one in told]
    assert others == pytest.approx([(nine + ninety_nine) / 2, ninety_nine / 2, nine / 2], abs=1e-3)


def test_blanks_and_marks_say_nothing_of_a_hand_but_hear_of_it() -> None:
    told = of_others([field("name", 0.9), field("mark", 1.0), field("empty", 1.0, blank=True)], {"name", "empty"})
    assert "others" not in told[0].facts
    assert [one.facts["others"] for one in told[1:]] == pytest.approx([math.log(9)] * 2, abs=1e-3)


def test_checks_that_fail_elsewhere_on_the_sheet_are_told() -> None:
    read = [field("a", 0.99), field("b", 0.99), field("c", 0.99)]
    held = [replace(read[0], facts={"check": 0.0}), replace(read[1], facts={"check": 1.0}), read[2]]
    told = of_others(held, {"a", "b", "c"})
    assert [one.facts["sound"] for one in told] == [1.0, 0.0, 0.5]
    alone = of_others([replace(read[0], facts={"check": 0.0}), read[1]], {"a", "b"})
    assert "sound" not in alone[0].facts and alone[1].facts["sound"] == 0.0


@given(st.lists(st.floats(0.0, 1.0), min_size=2, max_size=6))
def test_every_score_makes_a_finite_fact_that_a_calibration_takes(scores: list[float]) -> None:
    read = [field(str(n), score) for n, score in enumerate(scores)]
    for one in of_others(read, {one.id for one in read}):
        assert -6.0 <= one.facts["others"] <= 6.0
        known = features.facts(one, SheetReading(1, "form", facts={"bilevel": 1.0, "px_per_mm": 7.9}))
        assert known["others"] == one.facts["others"] and known["bilevel"] == 1.0 and known["resolution"] == 7.9
        assert len(features.vector(known)) == len(features.NAMES)
