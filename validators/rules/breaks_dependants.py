"""How sheets of 2202 break its rules; every change can be drawn on the paper form."""

from __future__ import annotations

from collections.abc import Callable
from random import Random

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
    of_someone,
    one_of,
    setting,
    without_space,
)

_SPOUSE = ("spouse",)
_OTHERS = ("others[0]", "others[1]")


def _type(entry: Entry) -> str:
    return entry.get("insured.change_type")


def _for(blocks: tuple[str, ...], make: Callable[[str], Change], change_type: str = "") -> Change:
    """The change for one of these dependants, for a filing of that kind of change only."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        if change_type and _type(entry) != change_type:
            return {}
        there = [block for block in entry.blocks() if block in blocks]
        rng.shuffle(there)
        return next((new for block in there if (new := make(block)(entry, rng))), {})

    return change


def _anyone(make: Callable[[str], Change], change_type: str = "") -> Change:
    return _for((*_SPOUSE, *_OTHERS), make, change_type)


def _event(entry: Entry) -> str:
    return "end_date" if _type(entry) == "2" else "start_date"


def _on_event(make: Callable[[str, str], Change]) -> Change:
    """A change of the date that the kind of change is about."""

    def change(entry: Entry, rng: Random) -> dict[str, str]:
        event = _event(entry)
        return of_someone(lambda block: make(f"{block}.birth", f"{block}.{event}"))(entry, rng)

    return change


def _other_sex(entry: Entry, _: Random) -> dict[str, str]:
    sex = {"1": "2", "2": "1"}.get(entry.get("insured.sex"))
    return {"insured.sex": sex} if sex and entry.get("spouse.relation") else {}


def _apart(block: str) -> Change:
    return lambda entry, _: (
        {f"{block}.relation": "04", f"{block}.living": "2"} if entry.get(f"{block}.relation") != "10" else {}
    )


def _third_category_blank(entry: Entry, rng: Random) -> dict[str, str]:
    birth, day = entry.date("spouse.birth"), entry.date("spouse.start_date")
    fits = birth and day and 21 <= day.year - birth.year <= 58 and _type(entry) == "1"
    return blank("spouse.report_date")(entry, rng) if fits else {}


def _half_income(block: str) -> Change:
    def change(entry: Entry, _: Random) -> dict[str, str]:
        together = entry.get(f"{block}.living") == "1"
        return {f"{block}.income": "1200000", "insured.income": "2100000"} if together else {}

    return change


def _reason(block: str, key: str, code: str) -> Change:
    """その他 circled, and nothing written beside it."""
    return lambda entry, _: {f"{block}.{key}": code} if entry.get(f"{block}.{key}") not in {"", code} else {}


BREAKS: dict[str, Change] = {
    "G1": one_of(no_such_day("insured.birth"), _on_event(lambda birth, _: no_such_day(birth))),
    "G2": _on_event(lambda _, event: moved(event, 900)),
    "G3": _on_event(born_after),
    "G4": one_of(setting("header.office_no", "00000"), blank("header.owner")),
    "G5": one_of(far_zip("header.zip", "header.addr"), of_someone(lambda b: far_zip(f"{b}.zip", f"{b}.addr"))),
    "G6": of_someone(lambda b: one_of(without_space(f"{b}.name_kana"), without_space(f"{b}.name_kanji"))),
    "G7": one_of(
        digit_off("insured.my_number", 12),
        digit_missing("insured.my_number"),
        blank("insured.my_number"),
        of_someone(lambda b: digit_off(f"{b}.my_number", 12)),
    ),
    "G8": one_of(
        _for(_SPOUSE, lambda b: blank(f"{b}.addr")),
        *(_for(_OTHERS, lambda b: blank(f"{b}.addr"), kind_of_change) for kind_of_change in "12"),
    ),
    "G9": one_of(
        _anyone(lambda b: moved(f"{b}.start_date", -70), "1"), _anyone(lambda b: moved(f"{b}.end_date", -70), "2")
    ),
    "D1": _anyone(lambda b: setting(f"{b}.income", "1850000", "2400000"), "1"),
    "D2": _anyone(_half_income, "1"),
    "D4": _for(_OTHERS, _apart, "1"),
    "D6": _for(_OTHERS, lambda b: born(f"{b}.birth", f"{b}.start_date", 75), "1"),
    "D7": one_of(
        lambda e, rng: blank("insured.insured_no")(e, rng) if _type(e) in {"2", "3"} else {},
        _anyone(lambda b: one_of(blank(f"{b}.end_date"), blank(f"{b}.end_reason")), "2"),
    ),
    "D8": _other_sex,
    "D9": _third_category_blank,
    "2202-8": setting("insured.insured_no", "0", "000"),
    "2202-9": blank("insured.name_kana"),
    "2202-11": blank("insured.birth"),
    "2202-13": blank("insured.sex"),
    "2202-21": blank("insured.change_type"),
    "2202-28": blank("spouse.relation"),
    "2202-35": _for(_SPOUSE, lambda b: blank(f"{b}.living"), "1"),
    "2202-40": blank("spouse.tel_type"),
    "2202-45": _for(_SPOUSE, lambda b: blank(f"{b}.start_date"), "1"),
    "2202-46": _for(_SPOUSE, lambda b: blank(f"{b}.start_reason"), "1"),
    "2202-47": _for(_SPOUSE, lambda b: _reason(b, "start_reason", "5"), "1"),
    "2202-49": _for(_SPOUSE, lambda b: blank(f"{b}.income"), "1"),
    "2202-53": _for(_SPOUSE, lambda b: _reason(b, "end_reason", "6"), "2"),
    "2202-56": _for(_SPOUSE, lambda b: blank(f"{b}.note"), "3"),
    "2202-71": _for(("others[0]",), lambda b: blank(f"{b}.name_kana")),
    "2202-73": _for(("others[0]",), lambda b: blank(f"{b}.birth")),
    "2202-75": _for(("others[0]",), lambda b: blank(f"{b}.sex")),
    "2202-76": _for(("others[0]",), lambda b: blank(f"{b}.relation")),
    "2202-91": _for(("others[0]",), lambda b: blank(f"{b}.start_date"), "1"),
    "2202-94": _for(("others[0]",), lambda b: blank(f"{b}.income"), "1"),
    "2202-95": _for(("others[0]",), lambda b: blank(f"{b}.start_reason"), "1"),
    "2202-104": _for(("others[1]",), lambda b: blank(f"{b}.name_kana")),
}
