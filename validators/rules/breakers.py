"""Breaks a named rule on a sheet that keeps it: what synthetic filings use to be wrong on purpose."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from functools import lru_cache
from random import Random

from validators.context import RuleContext
from validators.engine import evaluate
from validators.rules.breaks_acquisition import BREAKS as ACQUISITION
from validators.rules.breaks_dependants import BREAKS as DEPENDANTS
from validators.rules.wrongs import Change, Sheet

Breaker = Callable[[dict[str, str], Random], dict[str, str]]
_BREAKS: dict[str, dict[str, Change]] = {"acquisition": ACQUISITION, "dependants": DEPENDANTS}


@lru_cache(maxsize=8)
def breakers(kind: str) -> dict[str, Breaker]:
    """Rule id to a function of the values of a sheet (whole field ids) and a random source.

    The function gives the values with the rule broken in the header or one filled entry, and leaves the sheet
    as it is where the rule has nothing to break on it (no spouse, say): compare with `changed`.
    """
    return {rule: _breaker(kind, change) for rule, change in _BREAKS.get(kind, {}).items()}


def changed(before: dict[str, str], after: dict[str, str]) -> tuple[str, ...]:
    """The ids whose values differ, in the order of the sheet; the first is the field to name."""
    return tuple(dict.fromkeys(key for key in (*after, *before) if before.get(key, "") != after.get(key, "")))


def breaks(kind: str, values: dict[str, str], rule: str, check_date: date) -> bool:
    """True if the sheet breaks that rule on that day, judged without a register."""
    from validators.rules import rule as find

    sheet = Sheet(kind, values)
    header = {key: value for key, value in values.items() if key.startswith("header.")}
    entries = [{k: v for k, v in values.items() if k.startswith(f"entries[{n}].")} for n in sheet.filled()]
    found = evaluate(_OfKind(kind), header, entries, RuleContext(check_date))
    return any(f.rule == find(rule).id and f.outcome == "fired" for f in found)


class _OfKind:
    def __init__(self, kind: str) -> None:
        self.kind = kind


def _breaker(kind: str, change: Change) -> Breaker:
    def broken(values: dict[str, str], rng: Random) -> dict[str, str]:
        sheet = Sheet(kind, values)
        numbers = sheet.filled()
        rng.shuffle(numbers)
        for number in numbers:
            new = change(sheet.entry(number), rng)
            if new:
                return values | {k if k.startswith("header.") else f"entries[{number}].{k}": v for k, v in new.items()}
        return dict(values)

    return broken
