"""How people get filings wrong: for each rule the slip that breaks it most often (domain.md 5.4, 6.3)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from api.synth.chance import Chance
from forms.values import numbers, wareki

Change = dict[str, str]  # keys of a field -> what is written instead; "" for nothing
Values = Mapping[str, str]
_TOWNS = (
    ("1000013", "東京都千代田区霞が関1-2-2", "トウキョウトチヨダクカスミガセキ1-2-2"),
    ("5300001", "大阪府大阪市北区梅田3-1-1", "オオサカフオオサカシキタクウメダ3-1-1"),
)


@dataclass(frozen=True, slots=True)
class Filed:
    """The values of an entry, the day it arrives, and the stream that chooses the slip."""

    values: Values
    as_of: date
    chance: Chance

    def ago(self, days: float) -> date:
        """A day before (negative: after) the arrival."""
        return self.as_of - timedelta(days=round(days))


_Slip = Callable[[Filed], Change | None]


def natural(kind: str, values: Values, as_of: date, chance: Chance) -> dict[str, Change]:
    """Rule id -> change for the rules whose slip fits these values; keys short (`acq_date`, `spouse.income`)."""
    found = {}
    for rule, slip in _SLIPS[kind].items():
        change = slip(Filed(values, as_of, chance.under("slip", rule)))
        if change:
            found[rule] = change
    return found


def _wrong_digit(filed: Filed, key: str) -> Change | None:
    """One digit of a My Number off, so that the check digit shows it."""
    number = filed.values.get(key, "")
    if len(number) != 12:
        return None
    place = filed.chance.randrange(12)
    changed = number[:place] + str((int(number[place]) + filed.chance.randint(1, 8)) % 10) + number[place + 1 :]
    return None if changed == number or numbers.is_my_number(changed) else {key: changed}


def _no_such_day(filed: Filed, key: str) -> Change | None:
    """The 31st of a month of 30 days."""
    return {key: filed.values[key][:3] + "1131"} if filed.values.get(key) else None


def _day(key: str, day: date) -> Change:
    return {key: wareki.from_date(day)}


def _not_the_sum(filed: Filed) -> Change | None:
    total = int(filed.values.get("wage_total") or 0)
    return {"wage_total": str(total + filed.chance.choice((-1000, 1000, 10_000, 9000)))} if total > 20_000 else None


def _blank(*keys: str) -> _Slip:
    return lambda filed: dict.fromkeys(keys, "") if any(filed.values.get(key) for key in keys) else None


def _address_beside_my_number(filed: Filed) -> Change | None:
    if len(filed.values.get("my_number", "")) != 12:
        return None
    town = filed.chance.choice(_TOWNS)
    return {"zip": town[0], "addr": town[1], "addr_kana": town[2]}


def _marked_70(filed: Filed) -> Change | None:
    codes = [code for code in filed.values.get("remarks", "").split(",") if code]
    return None if "1" in codes else {"remarks": ",".join(sorted({*codes, "1"}))}


_ACQUISITION: dict[str, _Slip] = {
    "A1": _blank("acq_date"),
    "A2": _blank("my_number"),
    "A3": _not_the_sum,
    "A5": _blank("kind"),
    "A6": _marked_70,
    "G1": lambda filed: _no_such_day(filed, "acq_date"),
    "G2": lambda filed: _day("acq_date", filed.ago(-filed.chance.randint(3, 40))),
    "G3": lambda filed: _day("birth", filed.ago(1)),
    "G4": lambda _: {"header.office_no": ""},
    "G6": lambda filed: {"name_kana": filed.values.get("name_kana", "").replace("　", "")},
    "G7": lambda filed: _wrong_digit(filed, "my_number"),
    "G8": _address_beside_my_number,
    "G9": lambda filed: _day("acq_date", filed.ago(filed.chance.randint(20, 90))),
    "2200-7": _blank("name_kana"),
    "2200-9": _blank("birth"),
    "2200-20": _blank("dependants"),
    "2200-21": _blank("wage_cash"),
}


def _block(filed: Filed) -> str:
    """A dependant of the sheet: the spouse, else the first of the others."""
    return "spouse" if filed.values.get("spouse.name_kana") else "others[0]"


def _dependant(*keys: str) -> _Slip:
    """Keys of the dependant's block left empty."""

    def slip(filed: Filed) -> Change | None:
        block = _block(filed)
        return _blank(*(f"{block}.{key}" for key in keys))(filed)

    return slip


def _other_sex(filed: Filed) -> Change | None:
    if not filed.values.get("spouse.relation"):
        return None
    return {"insured.sex": "2" if filed.values.get("insured.sex") == "1" else "1"}


def _too_much(filed: Filed) -> Change | None:
    key = f"{_block(filed)}.income"
    return {key: str(filed.chance.randint(190, 420) * 10_000)} if filed.values.get(key) else None


def _too_old(filed: Filed) -> Change | None:
    key = "others[0].birth"
    return _day(key, filed.ago(filed.chance.between(76, 95) * 365.25)) if filed.values.get(key) else None


_DEPENDANTS: dict[str, _Slip] = {
    "D1": _too_much,
    "D6": _too_old,
    "D7": lambda filed: None if filed.values.get("insured.change_type") == "1" else {"insured.insured_no": ""},
    "D8": _other_sex,
    "D9": _blank("spouse.report_date"),
    "G1": lambda filed: _no_such_day(filed, f"{_block(filed)}.birth"),
    "G4": lambda _: {"header.office_ref": ""},
    "G6": lambda filed: {"insured.name_kana": filed.values.get("insured.name_kana", "").replace("　", "")},
    "G7": lambda filed: _wrong_digit(filed, "insured.my_number"),
    "G8": _dependant("zip", "addr"),
    "2202-21": _blank("insured.change_type"),
    "2202-45": _blank("spouse.start_date"),
    "2202-46": _blank("spouse.start_reason"),
    "2202-91": _blank("others[0].start_date"),
    "2202-73": _blank("others[0].birth"),
    "2202-76": _blank("others[0].relation"),
    "2202-55": _blank("spouse.death_date"),
    "2202-24": _blank("spouse.name_kana"),
}  # fmt: skip
_SLIPS: dict[str, dict[str, _Slip]] = {"acquisition": _ACQUISITION, "dependants": _DEPENDANTS}
