"""Ways of being wrong that people have: a digit off, a field left blank, a day that does not exist."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from forms.values import address, wareki
from validators.rules.persons import OTHERS, SPOUSE

_FAR = ("0600001", "5300001", "8100001", "9800011", "4600001")  # postal codes of five prefectures


@dataclass(frozen=True, slots=True)
class Entry:
    """Short keys of one entry, and the header's whole ids."""

    values: dict[str, str]

    def get(self, key: str) -> str:
        """The value, "" if blank."""
        return self.values.get(key, "")

    def date(self, key: str) -> date | None:
        """The day of a date."""
        return wareki.to_date(self.get(key))

    def blocks(self) -> list[str]:
        """The dependants that are there."""
        filled = {key.rpartition(".")[0] for key, value in self.values.items() if value}
        return [p.block for p in (SPOUSE, *OTHERS) if p.block in filled]


Change = Callable[[Entry, Random], dict[str, str]]  # {} where there is nothing to break


@dataclass(frozen=True, slots=True)
class Sheet:
    """The values of a sheet by entry."""

    kind: str
    values: dict[str, str]

    def filled(self) -> list[int]:
        """The numbers of the entries that have values."""
        found = {int(m[1]) for k, v in self.values.items() if v and (m := re.match(r"entries\[([0-9]+)\]", k))}
        return sorted(found)

    def entry(self, number: int) -> Entry:
        """Short keys of the entry, header keys whole."""
        prefix = f"entries[{number}]."
        own = {key.removeprefix(prefix): value for key, value in self.values.items() if key.startswith(prefix)}
        return Entry(own | {key: value for key, value in self.values.items() if key.startswith("header.")})


def blank(key: str, *, unless: str = "") -> Change:
    """Leaves a filled field out (not where `unless` is filled)."""
    return lambda entry, _: {key: ""} if entry.get(key) and not (unless and entry.get(unless)) else {}


def setting(key: str, *values: str, when: Callable[[Entry], bool] = lambda _: True) -> Change:
    """Writes one of the values where the condition holds."""
    return lambda entry, rng: {key: rng.choice(values)} if when(entry) else {}


def of_someone(make: Callable[[str], Change]) -> Change:
    """The change for one of the dependants that are there."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        blocks = entry.blocks()
        rng.shuffle(blocks)
        return next((new for block in blocks if (new := make(block)(entry, rng))), {})

    return change


def no_such_day(key: str) -> Change:
    """The 31st of a short month, or 30 February."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        value = entry.get(key)
        return {key: value[:3] + rng.choice(("0230", "0431", "0631", "0931", "1131"))} if len(value) == 7 else {}

    return change


def moved(key: str, days: int) -> Change:
    """The same date, earlier or later."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        day = entry.date(key)
        return {key: wareki.from_date(day + timedelta(days=days + rng.randrange(10)))} if day else {}

    return change


def digit_off(key: str, length: int) -> Change:
    """One digit of a number of that length misheard or miswritten; the check digit finds most, here all."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        value = entry.get(key)
        if len(value) != length:
            return {}
        last = str((int(value[-1]) + rng.randrange(1, 10)) % 10)
        return {key: value[:-1] + last}

    return change


def digit_missing(key: str) -> Change:
    """One digit left out."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        value = entry.get(key)
        at = rng.randrange(len(value)) if value else 0
        return {key: value[:at] + value[at + 1 :]} if value else {}

    return change


def far_zip(zip_key: str, address_key: str) -> Change:
    """A postal code of another prefecture."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        written = address.normalise(entry.get(address_key))
        if not entry.get(zip_key) or not written:
            return {}
        codes = [code for code in _FAR if address.agreement(code, written) in {"prefecture_differs", "city_differs"}]
        return {zip_key: rng.choice(codes)}

    return change


def both(*changes: Change) -> Change:
    """All changes, or none if one has nothing to break."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        made = [one(entry, rng) for one in changes]
        return {key: value for new in made for key, value in new.items()} if all(made) else {}

    return change


def one_of(*changes: Change) -> Change:
    """One of the changes that have something to break."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        order = list(changes)
        rng.shuffle(order)
        return next((new for one in order if (new := one(entry, rng))), {})

    return change


def without_space(key: str) -> Change:
    """A name without the space between family and given name."""
    return lambda entry, _: {key: entry.get(key).replace("　", "")} if "　" in entry.get(key) else {}


def born(birth: str, event: str, years: int) -> Change:
    """A birth that makes the person `years` old on the day of the event."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        day = entry.date(event)
        if day is None:
            return {}
        earlier = wareki.plus_years(day, -years) - timedelta(days=rng.randrange(3, 300))
        return {birth: wareki.from_date(earlier)}

    return change


def born_after(birth: str, event: str) -> Change:
    """A birth some days after the event, which is moved back so that no day lies in the future."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        day = entry.date(event)
        if day is None:
            return {}
        before = day - timedelta(days=rng.randrange(3, 9))
        return {birth: wareki.from_date(day), event: wareki.from_date(before)}

    return change
