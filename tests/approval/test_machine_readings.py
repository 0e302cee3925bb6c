"""Readings by machines alone: engines of several families are several opinions, but no person."""

from __future__ import annotations

from itertools import combinations

import pytest

from approval.compare import Read, first_round, independent

CELLS = Read("1", "family:todoke-cells", "123456789018", 0.99)
LINE = Read("2", "family:paddleocr", "123456789018", 0.99)
SECOND = Read("3", "family:paddleocr", "123456789018", 0.97)  # another engine of the same family


@pytest.mark.parametrize("count", [1, 2, 3])
def test_no_number_of_machines_settles_a_field(count: int) -> None:
    for reads in combinations((CELLS, LINE, SECOND), count):
        assert first_round("digits", reads).kind == "key", "a person has to read it"


def test_two_views_of_one_family_are_one_reading() -> None:
    assert [read.id for read in independent([SECOND, LINE, CELLS])] == ["2", "1"]


def test_a_person_and_a_machine_settle_it_and_a_machine_that_differs_does_not() -> None:
    person = Read("4", "user:a", "123456789018")
    assert first_round("digits", [CELLS, LINE, person]).kind == "settled"
    other = Read("5", "family:paddleocr", "123456789010", 0.4)
    assert first_round("digits", [CELLS, other, person]).kind == "differs"
