"""Business days: what a working day is, when a filing is due, and how long something took."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

import jpholiday
import yaml

_DAY = timedelta(days=1)
_SATURDAY = 5


@dataclass(frozen=True, slots=True)
class _Yearly:
    """A range of month-days, both included, in which the office is closed each year."""

    first: tuple[int, int]
    last: tuple[int, int]
    since: int
    until: int

    def covers(self, day: date) -> bool:
        return self.since <= day.year <= self.until and self.first <= (day.month, day.day) <= self.last


@dataclass(frozen=True, slots=True)
class _Closures:
    yearly: tuple[_Yearly, ...]
    closed: frozenset[date]
    worked: frozenset[date]


@cache
def _closures() -> _Closures:
    """The office's own closures; year-end is law, other days are orders, so both are data."""
    data = yaml.safe_load(files("approval").joinpath("data/closures.yaml").read_text(encoding="utf-8"))
    yearly = tuple(
        _Yearly(_month_day(row["from"]), _month_day(row["to"]), int(row["since"]), int(row.get("until", 9999)))
        for row in data["yearly"]
    )
    single = data["single"] or []
    return _Closures(
        yearly,
        frozenset(row["day"] for row in single if not row.get("open")),
        frozenset(row["day"] for row in single if row.get("open")),
    )


def _month_day(text: str) -> tuple[int, int]:
    month, day = text.split("-")
    return int(month), int(day)


@cache
def is_business_day(day: date) -> bool:
    """True unless `day` is a Saturday, a Sunday, a national holiday (国民の祝日に関する法律) or a closure."""
    closures = _closures()
    if day in closures.worked:
        return True
    if day.weekday() >= _SATURDAY or day in closures.closed:
        return False
    return not any(span.covers(day) for span in closures.yearly) and not jpholiday.is_holiday(day)


def next_business_day(day: date) -> date:
    """`day` itself if it is a business day, else the first one after it: where a deadline on a holiday moves to."""
    while not is_business_day(day):
        day += _DAY
    return day


def due_on(received_on: date, days: int) -> date:
    """The last day of a term of `days` business days after receipt.

    The day of receipt does not count (民法140条, requirements R6): one day is the first business day after it.
    A term of 0 days ends on the day of receipt, or on the next business day if that was none.
    """
    if days < 0:
        raise ValueError("a term has no negative length")
    day = received_on if days else next_business_day(received_on)
    while days:
        day = next_business_day(day + _DAY)
        days -= 1
    return day


def deadline(event: date, days: int) -> date:
    """The last day of a term of `days` calendar days after `event`, moved to the next business day if it is none.

    For statutory terms such as the 5 days of a 資格取得届 (健康保険法施行規則24条; the first day does not count).
    """
    if days < 0:
        raise ValueError("a term has no negative length")
    return next_business_day(event + days * _DAY)


def business_days_between(a: date, b: date) -> int:
    """How many business days lie after `a` up to and including `b`; negative if `b` is before `a`.

    `business_days_between(received, decided)` is the agency's own measure: the clock runs from the day after receipt.
    """
    if b < a:
        return -business_days_between(b, a)
    return sum(is_business_day(a + n * _DAY) for n in range(1, (b - a).days + 1))
