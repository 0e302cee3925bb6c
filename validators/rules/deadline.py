"""The last day of a filing period in law: the first day is not counted, a day off moves it on."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

import jpholiday


@lru_cache(maxsize=8192)
def last_day(fact: date, days: int) -> date:
    """The last day for a filing due `days` days after the fact (domain.md 5.7; the moving is [M])."""
    due = fact + timedelta(days=days)
    while due.weekday() >= 5 or jpholiday.is_holiday(due) or _year_end(due):
        due += timedelta(days=1)
    return due


def _year_end(day: date) -> bool:
    """29 December to 3 January: public offices are closed (行政機関の休日に関する法律 第1条)."""
    return (day.month, day.day) >= (12, 29) or (day.month, day.day) <= (1, 3)
