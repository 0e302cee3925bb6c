"""Eras and their boundary days (domain.md 5.5), and ages counted from the day before the birthday."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.values import normalise, wareki

BOUNDARIES = [
    (date(1912, 7, 29), "1450729"),
    (date(1912, 7, 30), "3010730"),
    (date(1926, 12, 24), "3151224"),
    (date(1926, 12, 25), "5011225"),
    (date(1946, 5, 27), "5210527"),
    (date(1989, 1, 7), "5640107"),
    (date(1989, 1, 8), "7010108"),
    (date(2019, 4, 30), "7310430"),
    (date(2019, 5, 1), "9010501"),
    (date(2026, 11, 21), "9081121"),
]


@pytest.mark.parametrize(("day", "value"), BOUNDARIES)
def test_boundary_days(day, value):
    assert wareki.from_date(day) == value
    assert wareki.to_date(value) == day


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("5011224", "outside_era"),
        ("5640108", "outside_era"),
        ("7010107", "outside_era"),
        ("7310501", "outside_era"),
        ("9010430", "outside_era"),
        ("3010729", "outside_era"),
        ("9080230", "day"),
        ("9070229", "day"),
        ("9081301", "day"),
        ("9000101", "day"),
        ("2080101", "era"),
        ("908010", "format"),
        ("1050101", "outside_era"),
        ("9080228", None),
        ("9060229", None),
    ],
)
def test_what_is_wrong_with_a_date(value, problem):
    assert wareki.problem(value) == problem
    assert (wareki.to_date(value) is None) == (problem is not None)


def test_a_date_of_the_wrong_era_has_a_proposal():
    assert wareki.proposal("7310501") == "9010501"
    assert wareki.proposal("5640108") == "7010108"
    assert wareki.proposal("9080401") is None
    assert wareki.proposal("9080231") is None


@given(st.dates(min_value=date(1873, 1, 1), max_value=date(2099, 12, 31)))
def test_every_day_goes_there_and_back(day):
    value = wareki.from_date(day)
    assert wareki.to_date(value) == day
    assert normalise("wareki", value) == value
    assert normalise("wareki", wareki.spoken(value)) == value
    assert normalise("wareki", day.isoformat()) == value


def test_before_the_gregorian_calendar_there_is_no_day():
    with pytest.raises(ValueError, match="calendar"):
        wareki.from_date(date(1872, 12, 31))


def test_composing_cells():
    assert wareki.compose("9", "8_", "_4", "1") == "9080401"
    assert wareki.compose("9", "", "", "", preprinted=True) == ""
    assert wareki.compose("9", "__", "__", "__") is None
    assert wareki.compose("", "", "", "") == ""
    assert wareki.compose("", "08", "04", "01") is None
    assert wareki.compose("9", "08", "", "01", preprinted=True) is None


def test_seventy_is_reached_the_day_before_the_birthday():
    assert wareki.reaches(date(1956, 4, 2), 70) == date(2026, 4, 1)
    assert wareki.reaches(date(1956, 4, 1), 70) == date(2026, 3, 31)
    assert wareki.reaches(date(1952, 3, 1), 70) == date(2022, 2, 28)
    assert wareki.reaches(date(1956, 1, 1), 70) == date(2025, 12, 31)


def test_legal_age_counts_from_the_eve():
    assert wareki.age(date(2006, 4, 1), date(2026, 3, 31)) == 19
    assert wareki.legal_age(date(2006, 4, 1), date(2026, 3, 31)) == 20
    assert wareki.legal_age(date(2006, 4, 2), date(2026, 3, 31)) == 19


@given(st.dates(min_value=date(1900, 1, 1), max_value=date(2026, 1, 1)), st.integers(0, 100))
def test_legal_age_and_reaching_agree(birth, years):
    eve = wareki.reaches(birth, years)
    leap_eve = (birth - timedelta(days=1)).month == 2 and (birth - timedelta(days=1)).day == 29
    assert wareki.legal_age(birth, eve + timedelta(days=1 if leap_eve else 0)) == years
    assert wareki.legal_age(birth, eve - timedelta(days=1)) == years - 1
