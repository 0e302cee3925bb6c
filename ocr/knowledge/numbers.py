"""Numbers and dates: check digits, dates that there are, their order, and sums, asked of the reader's candidates."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import product

from forms.model import Form
from forms.values import numbers, wareki
from ocr.knowledge.port import Fields, Heard
from ocr.knowledge.weigh import Hypothesis, shares, used, weighed, with_fact
from ocr.types import FieldReading

# Log odds over a value of which nothing is known: a right check digit, a date that is possible, a sum that holds.
CHECK, DATE, ORDER, SUM = 4.6, 3.0, 3.0, 6.0
_CHECKED = {12: numbers.is_my_number, 10: numbers.is_bpn}
_SUMS = (("wage_cash", "wage_kind", "wage_total"),)  # 2200, items of the remuneration: the first two make the third
_LATER = timedelta(days=62)  # a form may be handed in before the day it speaks of


class Numbers:
    """Knowledge of numbers with check digits, of the calendar and of sums."""

    version = "numbers/1"

    def judge(self, form: Form, fields: Fields, heard: Heard) -> Fields:
        found = {reading.id: reading for reading in fields}
        items = {item.id: item for item in form.captured()}
        until = wareki.to_date(_value(found, "header.submit_date"))
        for name, reading in list(found.items()):
            item = items[name]
            if reading.basis != "ocr" or reading.struck or not reading.value:
                continue
            if item.key == "my_number":
                found[name] = _checked(reading)
            elif item.type == "wareki":
                found[name] = _dated(reading, until)
        for name in list(found):
            for first, second, total in _SUMS:
                if name.endswith(f".{total}"):
                    stem = name.removesuffix(total)
                    found.update((r.id, r) for r in _summed(found, stem + first, stem + second, name))
        return tuple(found.values())


def _value(found: dict[str, FieldReading], name: str) -> str | None:
    return found[name].value if name in found else None


def _right(value: str) -> bool:
    check = _CHECKED.get(len(value))
    return check is not None and check(value)


def _checked(reading: FieldReading) -> FieldReading:
    """A 12-digit number with the right check digit is likelier than one without; 10 digits have none of their own."""
    told = any(use.constraint == "check digit" for use in reading.uses)
    if len(reading.candidates) > 1 and not told:
        hypotheses = [
            Hypothesis(c.value, math.log(max(c.probability, 1e-9)), CHECK * (len(c.value) == 12 and _right(c.value)))
            for c in reading.candidates
        ]
        changed = weighed(reading, "check digit", hypotheses, False)
        reading = replace(changed, facts={k: v for k, v in changed.facts.items() if k != "known"})
    if reading.value is not None and len(reading.value) == 12:
        reading = with_fact(reading, "check", float(_right(reading.value)))
    return reading


def _dated(reading: FieldReading, until: date | None) -> FieldReading:
    """A date that exists, and lies before the form was handed in, is likelier than another."""
    if len(reading.candidates) > 1:
        hypotheses = [
            Hypothesis(c.value, math.log(max(c.probability, 1e-9)), _plausible(c.value, until))
            for c in reading.candidates
        ]
        changed = weighed(reading, "calendar", hypotheses, False)
        reading = replace(changed, facts={k: v for k, v in changed.facts.items() if k != "known"})
    return with_fact(reading, "check", float(bool(reading.value) and wareki.to_date(reading.value) is not None))


def _plausible(value: str, until: date | None) -> float:
    day = wareki.to_date(value)
    if day is None:
        return 0.0
    late = until is not None and day > until + _LATER
    return DATE + (0.0 if late else ORDER)


def _summed(found: dict[str, FieldReading], first: str, second: str, total: str) -> Iterator[FieldReading]:
    """Of the ways to read three amounts, one in which the sum holds is likelier."""
    readings = [found[name] for name in (first, second, total) if name in found]
    if len(readings) != 3 or any(r.struck or r.basis != "ocr" or not r.value for r in readings):
        return
    options = [_amounts(reading) for reading in readings]
    rows = [(values, sum(p for _, p in values)) for values in product(*options)]
    if not rows:
        return
    holds = [_holds(*(value for value, _ in values)) for values, _ in rows]
    after = shares([seen + SUM * right for (_, seen), right in zip(rows, holds, strict=True)])
    before = shares([seen for _, seen in rows])
    best = max(range(len(rows)), key=lambda n: after[n])
    for reading, (value, _) in zip(readings, rows[best][0], strict=True):
        support = min(1e4, after[best] / max(before[best], 1e-9))
        yield with_fact(used(reading, "sum", value, support), "check", float(holds[best]))


def _amounts(reading: FieldReading) -> list[tuple[str, float]]:
    """Amounts that may stand there, with the log of the reader's belief."""
    told = [(c.value, math.log(max(c.probability, 1e-9))) for c in reading.candidates[:4] if c.value.isdigit()]
    return told or ([(reading.value, 0.0)] if reading.value and reading.value.isdigit() else [])


def _holds(first: str, second: str, total: str) -> bool:
    return int(first) + int(second) == int(total)
