"""Business days, terms and their ends."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from approval.clocks import business_days_between, deadline, due_on, is_business_day, next_business_day

days = st.dates(date(1990, 1, 1), date(2040, 12, 31))
spans = st.timedeltas(timedelta(0), timedelta(days=60))
quick = settings(deadline=None, max_examples=60)  # the calendar of a year is computed on first use


@pytest.mark.parametrize(
    ("day", "works"),
    [
        (date(2026, 11, 20), True),  # Friday
        (date(2026, 11, 21), False),  # Saturday
        (date(2026, 11, 22), False),  # Sunday
        (date(2026, 11, 23), False),  # 勤労感謝の日, a Monday
        (date(2026, 11, 24), True),
        (date(2026, 9, 22), False),  # 国民の休日 between two holidays
        (date(2027, 3, 22), False),  # 振替休日
        (date(2026, 12, 28), True),
        (date(2026, 12, 29), False),
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), False),
        (date(2028, 1, 3), False),  # a Monday, closed by law though no national holiday
        (date(2027, 1, 4), True),
        (date(2019, 5, 1), False),  # day of accession, by its own law
        (date(2021, 7, 23), False),  # スポーツの日, moved for the Games
    ],
)
def test_business_day(day: date, works: bool) -> None:
    assert is_business_day(day) is works


@pytest.mark.parametrize(
    ("received", "term", "due"),
    [
        (date(2026, 11, 19), 1, date(2026, 11, 20)),
        (date(2026, 11, 20), 1, date(2026, 11, 24)),  # over a weekend and a holiday
        (date(2026, 11, 21), 1, date(2026, 11, 24)),  # received on a Saturday
        (date(2026, 11, 20), 4, date(2026, 11, 27)),
        (date(2026, 12, 28), 1, date(2027, 1, 4)),  # over the year end
        (date(2026, 12, 25), 4, date(2027, 1, 6)),
        (date(2026, 11, 20), 0, date(2026, 11, 20)),
        (date(2026, 11, 21), 0, date(2026, 11, 24)),
    ],
)
def test_due_on(received: date, term: int, due: date) -> None:
    assert due_on(received, term) == due


@pytest.mark.parametrize(
    ("event", "last"),
    [
        (date(2026, 11, 2), date(2026, 11, 9)),  # 11-07 is a Saturday
        (date(2026, 11, 9), date(2026, 11, 16)),  # 11-14 is a Saturday
        (date(2026, 11, 5), date(2026, 11, 10)),
        (date(2026, 12, 25), date(2027, 1, 4)),
    ],
)
def test_a_statutory_deadline_moves_to_the_next_business_day(event: date, last: date) -> None:
    assert deadline(event, 5) == last


@quick
@given(days, st.integers(1, 30))
def test_a_term_ends_on_a_business_day_and_is_counted_back(received: date, term: int) -> None:
    end = due_on(received, term)
    assert is_business_day(end)
    assert end > received
    assert business_days_between(received, end) == term
    assert business_days_between(received, end - timedelta(days=1)) == term - 1


@quick
@given(days, spans, spans)
def test_business_days_add_up(a: date, first: timedelta, second: timedelta) -> None:
    b, c = a + first, a + first + second
    assert business_days_between(a, b) + business_days_between(b, c) == business_days_between(a, c)
    assert business_days_between(c, a) == -business_days_between(a, c)


@quick
@given(days)
def test_the_next_business_day_skips_only_closed_days(day: date) -> None:
    nxt = next_business_day(day)
    assert is_business_day(nxt)
    assert not any(is_business_day(day + timedelta(days=n)) for n in range((nxt - day).days))


def test_a_negative_term_is_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        due_on(date(2026, 11, 20), -1)
    with pytest.raises(ValueError, match="negative"):
        deadline(date(2026, 11, 20), -1)
