"""Standard monthly remuneration (標準報酬月額): grades of health and pension insurance by date."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

import yaml


@dataclass(frozen=True, slots=True)
class Standard:
    """What a monthly remuneration becomes: grade and standard in yen, for health and for pension insurance."""

    health_grade: int
    health_yen: int
    pension_grade: int
    pension_yen: int


@dataclass(frozen=True, slots=True)
class _Table:
    """The grades in force on a day; `standards[i]` and `bounds[i]` (lower, yen) are of health grade i + 1."""

    standards: tuple[int, ...]
    bounds: tuple[int, ...]
    offset: int
    highest: int  # health grade of the pension cap


def standard(monthly: int, on: date) -> Standard:
    """The standard for a monthly remuneration in yen under the table in force `on` that day.

    Pension figures are given for everyone; who is not insured for pension (70 and over) has none, which is for the
    caller to know. ValueError for a negative amount. Source: 健康保険法 40条, 厚生年金保険法 20条 (domain.md 5.3).
    """
    if monthly < 0:
        raise ValueError("a remuneration is not negative")
    table = _table(on)
    health = bisect_right(table.bounds, monthly)
    pension = min(max(health, table.offset + 1), table.highest)
    return Standard(health, table.standards[health - 1], pension - table.offset, table.standards[pension - 1])


def _table(on: date) -> _Table:
    data = _data()
    health, pension = _in_force(data["health"], on), _in_force(data["pension"], on)
    standards = tuple(row[0] for row in health["grades"])
    bounds = tuple(row[1] for row in health["grades"])
    return _Table(standards, bounds, pension["offset"], standards.index(pension["cap"]) + 1)


def _in_force(periods: list[dict[str, Any]], on: date) -> dict[str, Any]:
    """The last period that has begun; periods stand in order of their dates."""
    return [period for period in periods if period["from"] is None or period["from"] <= on][-1]


@cache
def _data() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        files("validators").joinpath("data/grades.yaml").read_text(encoding="utf-8")
    )
    return loaded
