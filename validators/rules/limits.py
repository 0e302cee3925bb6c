"""The dated numbers of law that rules read (data/limits.yaml)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib import resources
from typing import Any

import yaml


@lru_cache(maxsize=1)
def limits() -> dict[str, Any]:
    """The whole file; parts are named in it, each with its source."""
    loaded: dict[str, Any] = load("limits.yaml")
    return loaded


def load(name: str) -> Any:
    """A YAML file beside the rules."""
    return yaml.safe_load(resources.files("validators.rules").joinpath(f"data/{name}").read_text("utf-8"))


@dataclass(frozen=True, slots=True)
class DateField:
    """A date field: the era codes it admits, and whether it is an event that cannot lie after the check date."""

    key: str
    eras: tuple[str, ...]
    event: bool


@lru_cache(maxsize=8)
def date_fields(kind: str, *, header: bool) -> tuple[DateField, ...]:
    """The date fields of the header, or of an entry, of a kind."""
    rows = limits()["dates"].get(kind, {}).items()
    return tuple(
        DateField(key, tuple(row["eras"]), bool(row["event"]))
        for key, row in rows
        if key.startswith("header.") == header
    )


@dataclass(frozen=True, slots=True)
class IncomeLimit:
    """Annual income must stay below `below` yen for whom the row fits on the day of the event."""

    below: int
    source: str
    at_least: int | None
    ages_on_31_dec: tuple[int, int] | None
    spouse: bool | None
    since: date | None
    until: date | None

    def fits(self, *, on: date, age: int, age_on_31_dec: int, spouse: bool) -> bool:
        """True if the row is in force on that day and speaks of such a person."""
        in_force = (self.since is None or self.since <= on) and (self.until is None or on <= self.until)
        low, high = self.ages_on_31_dec or (0, 999)
        return (
            in_force
            and (self.at_least is None or age >= self.at_least)
            and low <= age_on_31_dec <= high
            and (self.spouse is None or self.spouse == spouse)
        )


@lru_cache(maxsize=1)
def income_limits() -> tuple[IncomeLimit, ...]:
    """The rows of D1 in order; the first that fits holds."""
    return tuple(
        IncomeLimit(
            row["below"],
            row["source"],
            row.get("at_least"),
            tuple(row["ages_on_31_dec"]) if "ages_on_31_dec" in row else None,
            row.get("spouse"),
            row.get("from"),
            row.get("until"),
        )
        for row in limits()["income"]
    )
