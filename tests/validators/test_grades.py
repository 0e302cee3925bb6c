"""The grade table on each of its boundaries, and on the dates on which the pension cap moves."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from validators.grades import Standard, standard

NOW = date(2026, 11, 21)
# health grade, standard, lower bound: typed here a second time, from domain.md 5.3, not read from the data
HEALTH = [
    (1, 58, 0), (2, 68, 63), (3, 78, 73), (4, 88, 83), (5, 98, 93), (6, 104, 101), (7, 110, 107), (8, 118, 114),
    (9, 126, 122), (10, 134, 130), (11, 142, 138), (12, 150, 146), (13, 160, 155), (14, 170, 165), (15, 180, 175),
    (16, 190, 185), (17, 200, 195), (18, 220, 210), (19, 240, 230), (20, 260, 250), (21, 280, 270), (22, 300, 290),
    (23, 320, 310), (24, 340, 330), (25, 360, 350), (26, 380, 370), (27, 410, 395), (28, 440, 425), (29, 470, 455),
    (30, 500, 485), (31, 530, 515), (32, 560, 545), (33, 590, 575), (34, 620, 605), (35, 650, 635), (36, 680, 665),
    (37, 710, 695), (38, 750, 730), (39, 790, 770), (40, 830, 810), (41, 880, 855), (42, 930, 905), (43, 980, 955),
    (44, 1030, 1005), (45, 1090, 1055), (46, 1150, 1115), (47, 1210, 1175), (48, 1270, 1235), (49, 1330, 1295),
    (50, 1390, 1355),
]  # fmt: skip


@pytest.mark.parametrize(("grade", "thousand", "lower"), HEALTH)
def test_every_boundary(grade: int, thousand: int, lower: int) -> None:
    at = standard(lower * 1000, NOW)
    assert (at.health_grade, at.health_yen) == (grade, thousand * 1000)
    if grade > 1:
        below = standard(lower * 1000 - 1, NOW)
        assert (below.health_grade, below.health_yen) == (grade - 1, HEALTH[grade - 2][1] * 1000)


@pytest.mark.parametrize(
    ("monthly", "expected"),
    [
        (0, Standard(1, 58_000, 1, 88_000)),
        (92_999, Standard(4, 88_000, 1, 88_000)),
        (93_000, Standard(5, 98_000, 2, 98_000)),
        (254_000, Standard(20, 260_000, 17, 260_000)),
        (634_999, Standard(34, 620_000, 31, 620_000)),
        (635_000, Standard(35, 650_000, 32, 650_000)),
        (665_000, Standard(36, 680_000, 32, 650_000)),
        (9_999_999, Standard(50, 1_390_000, 32, 650_000)),
    ],
)
def test_pension_floor_and_cap(monthly: int, expected: Standard) -> None:
    assert standard(monthly, NOW) == expected


@pytest.mark.parametrize(
    ("on", "monthly", "grade", "yen"),
    [
        (date(2027, 8, 31), 2_000_000, 32, 650_000),
        (date(2027, 9, 1), 664_999, 32, 650_000),
        (date(2027, 9, 1), 665_000, 33, 680_000),
        (date(2027, 9, 1), 2_000_000, 33, 680_000),
        (date(2028, 8, 31), 2_000_000, 33, 680_000),
        (date(2028, 9, 1), 694_999, 33, 680_000),
        (date(2028, 9, 1), 695_000, 34, 710_000),
        (date(2029, 8, 31), 2_000_000, 34, 710_000),
        (date(2029, 9, 1), 729_999, 34, 710_000),
        (date(2029, 9, 1), 730_000, 35, 750_000),
        (date(2040, 1, 1), 2_000_000, 35, 750_000),
        (date(1990, 1, 1), 700_000, 32, 650_000),  # open towards the past
    ],
)
def test_the_cap_rises_by_date(on: date, monthly: int, grade: int, yen: int) -> None:
    found = standard(monthly, on)
    assert (found.pension_grade, found.pension_yen) == (grade, yen)


@given(st.integers(0, 2_000_000), st.integers(0, 2_000_000), st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_more_remuneration_is_never_a_lower_grade(a: int, b: int, on: date) -> None:
    low, high = standard(min(a, b), on), standard(max(a, b), on)
    assert low.health_grade <= high.health_grade
    assert low.pension_grade <= high.pension_grade


def test_a_negative_remuneration_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        standard(-1, NOW)
