"""How sheets of 2200 break its rules; every change can be drawn on the paper form."""

from __future__ import annotations

from random import Random

from forms.values import yen
from validators.rules.wrongs import (
    Change,
    Entry,
    blank,
    born,
    born_after,
    digit_missing,
    digit_off,
    far_zip,
    moved,
    no_such_day,
    one_of,
    setting,
    without_space,
)


def _has_my_number(entry: Entry) -> bool:
    return len(entry.get("my_number")) == 12


def _has_bpn(entry: Entry) -> bool:
    return len(entry.get("my_number")) == 10


def _wrong_total(entry: Entry, rng: Random) -> dict[str, str]:
    total = yen.amount(entry.get("wage_total"))
    off = rng.choice((1000, 10_000, 100, 5000)) * rng.choice((1, 2, 3))
    return {"wage_total": str(total + off)} if total is not None and total + off < yen.CAP else {}


def _address_too(entry: Entry, _: Random) -> dict[str, str]:
    address = {"zip": entry.get("header.zip"), "addr": entry.get("header.addr")}
    return address if _has_my_number(entry) and all(address.values()) else {}


def _marked(code: str) -> Change:
    def change(entry: Entry, _: Random) -> dict[str, str]:
        codes = [c for c in entry.get("remarks").split(",") if c]
        return {"remarks": ",".join(sorted({*codes, code}))} if code not in codes else {}

    return change


def _young(entry: Entry) -> bool:
    birth, day = entry.date("birth"), entry.date("acq_date")
    return bool(birth and day and day.year - birth.year < 58)


def _when(condition: bool, change: Change, entry: Entry, rng: Random) -> dict[str, str]:
    return change(entry, rng) if condition else {}


def _over_70_unmarked(entry: Entry, rng: Random) -> dict[str, str]:
    return _when("1" not in entry.get("remarks").split(","), born("birth", "acq_date", 71), entry, rng)


BREAKS: dict[str, Change] = {
    "G1": one_of(no_such_day("acq_date"), no_such_day("birth")),
    "G2": moved("acq_date", 900),
    "G3": born_after("birth", "acq_date"),
    "G4": one_of(blank("header.office_no"), setting("header.office_no", "00000"), blank("header.owner")),
    "G5": far_zip("header.zip", "header.addr"),
    "G6": one_of(without_space("name_kana"), without_space("name_kanji")),
    "G7": one_of(digit_off("my_number", 12), digit_missing("my_number")),
    "G8": _address_too,
    "G9": moved("acq_date", -70),
    "A1": blank("acq_date"),
    "A2": one_of(blank("my_number"), lambda e, _: {"addr": ""} if _has_bpn(e) and e.get("addr") else {}),
    "A3": one_of(_wrong_total, blank("wage_total")),
    "A5": blank("kind", unless="remarks"),
    "A6": one_of(
        lambda e, rng: _when(_young(e), _marked("1"), e, rng),
        _over_70_unmarked,
    ),
    "A7": lambda e, rng: _when(_young(e), _marked("4"), e, rng),
    "A8": born("birth", "acq_date", 13),
    "2200-6": setting("insured_no", "0", "000"),
    "2200-7": blank("name_kana"),
    "2200-8": blank("name_kanji"),
    "2200-9": blank("birth"),
    "2200-12": blank("acq_type", unless="remarks"),
    "2200-14": setting("addr_reason", "1", "2", when=_has_my_number),
    "2200-15": setting("addr_reason", "3", when=lambda e: _has_bpn(e) and not e.get("addr_reason")),
    "2200-20": blank("dependants"),
    "2200-21": blank("wage_cash"),
    "2200-28": lambda e, rng: _when(not e.get("remarks_other"), _marked("5"), e, rng),
    "2200-30": digit_missing("zip"),
}
