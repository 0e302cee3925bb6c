"""Japanese dates as era digit and YYMMDD, their days, and the ages that law counts from them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources
from typing import Literal

import yaml

from forms.values import text

Problem = Literal["format", "era", "day", "outside_era"]


@dataclass(frozen=True, slots=True)
class Era:
    """An era of the record: `base` + year of the era is the year AD; `first` and `last` are its days."""

    code: str
    ja: str
    en: str
    letter: str
    short: str
    base: int
    first: date
    last: date


def _load() -> dict[str, Era]:
    rows = yaml.safe_load(resources.files("forms.values").joinpath("data/eras.yaml").read_text("utf-8"))
    return {row["code"]: Era(**row) for row in rows}


ERAS: dict[str, Era] = _load()
_NAMES = {name: era.code for era in ERAS.values() for name in (era.code, era.letter, era.ja, era.short)}
_NAMED = re.compile(
    f"(?P<era>{'|'.join(sorted(_NAMES, key=len, reverse=True))})?"
    "[-.:]?(?P<y>元|[0-9]{1,2})[-./年](?P<m>[0-9]{1,2})[-./月](?P<d>[0-9]{1,2})日?"
)
_GREGORIAN = re.compile("(?P<y>[12][0-9]{3})[-./年]?(?P<m>[0-9]{1,2})[-./月]?(?P<d>[0-9]{1,2})日?")


def normalise(raw: str) -> str | None:
    """Era digit and YYMMDD: `5 21 5 27`, `S21.5.27`, `昭和21年5月27日` and `1946-05-27` are `5210527`.

    None for an era without a whole date or a date without an era. A date that no calendar has is kept as
    written (a rule speaks); a preprinted era over empty cells is for the reader to call blank (see `compose`).
    """
    dotted = re.sub("[・,、]", ".", text.hyphens(text.nfkc(raw)).upper())
    spaced = text.SPACES.sub(" ", dotted).strip(" ")
    bare = spaced.replace(" ", "")
    if not bare.strip("_"):
        return ""
    if re.fullmatch("[0-9][0-9_]{6}", bare):
        return compose(bare[0], bare[1:3], bare[3:5], bare[5:7])
    groups = re.split("[ ./-]+", spaced)
    if len(groups) == 4 and all(re.fullmatch("[0-9]{1,2}", group) for group in groups):
        return compose(*groups)
    return _in_words(spaced)


def _in_words(spaced: str) -> str | None:
    """Dates with the era as a letter or word, or with the year AD."""
    bare = spaced.replace(" ", "")
    if packed := re.fullmatch(f"(?P<era>{'|'.join(_NAMES)})-?(?P<ymd>[0-9]{{6}})", bare):
        return _NAMES[packed["era"]] + packed["ymd"]
    if gregorian := _GREGORIAN.fullmatch(bare):
        return _from_gregorian(gregorian)
    named = _NAMED.fullmatch(re.sub("(?<=[0-9元]) (?=[0-9])", "-", spaced).replace(" ", ""))
    if named is None or named["era"] is None:
        return None
    year = "1" if named["y"] == "元" else named["y"]
    return compose(_NAMES[named["era"]], year, named["m"], named["d"])


def _from_gregorian(found: re.Match[str]) -> str | None:
    try:
        return from_date(date(int(found["y"]), int(found["m"]), int(found["d"])))
    except ValueError:
        return None


def compose(era: str, year: str, month: str, day: str, *, preprinted: bool = False) -> str | None:
    """The value of an era and three pairs of cells, `_` or nothing for an empty cell.

    All empty is "" (with a preprinted era too); an era that someone chose with no or half a date, or a date
    without an era, is None.
    """
    pairs = [pair.replace("_", "").strip() for pair in (year, month, day)]
    if not any(pairs):
        return "" if preprinted or not era else None
    if not era or not all(re.fullmatch("[0-9]{1,2}", pair) for pair in pairs):
        return None
    return era + "".join(pair.zfill(2) for pair in pairs)


def problem(value: str) -> Problem | None:
    """What is wrong with a date as written: its form, its era digit, no such day, or a day of another era."""
    if not re.fullmatch("[0-9]{7}", value):
        return "format"
    if value[0] not in ERAS:
        return "era"
    day = _day(value)
    if day is None:
        return "day"
    era = ERAS[value[0]]
    return None if era.first <= day <= era.last else "outside_era"


def _day(value: str) -> date | None:
    year = int(value[1:3])
    try:
        return date(ERAS[value[0]].base + year, int(value[3:5]), int(value[5:7])) if year else None
    except ValueError:
        return None


def to_date(value: str | None) -> date | None:
    """The day, None if blank, unreadable or not a day of its era (domain.md 5.5)."""
    return _day(value) if value and problem(value) is None else None


def from_date(day: date) -> str:
    """The value of a day; ValueError before Meiji 6 (1873), when the calendar was another, and after year 99."""
    for era in ERAS.values():
        if era.first <= day <= era.last and day.year - era.base <= 99:
            return f"{era.code}{day.year - era.base:02}{day:%m%d}"
    raise ValueError(f"{day} has no era year of two digits in the Gregorian calendar of Japan")


def proposal(value: str) -> str | None:
    """The same day under the era it belongs to: `7310501` (H31.5.1) is `9010501`. None if there is no such day."""
    if problem(value) != "outside_era":
        return None
    day = _day(value)
    return from_date(day) if day and day >= ERAS["1"].first else None


def spoken(value: str) -> str:
    """For a sentence: `令和8年4月1日`; what is no date is given back as it is."""
    if problem(value) in {"format", "era"}:
        return value
    year = int(value[1:3])
    return f"{ERAS[value[0]].ja}{'元' if year == 1 else year}年{int(value[3:5])}月{int(value[5:7])}日"


def spoken_en(value: str) -> str:
    """For an English sentence: `Reiwa 8-04-01`; what is no date is given back as it is."""
    if problem(value) in {"format", "era"}:
        return value
    return f"{ERAS[value[0]].en} {int(value[1:3])}-{value[3:5]}-{value[5:7]}"


def plus_years(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 28 February in a common year."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def reaches(birth: date, years: int) -> date:
    """The day on which an age is reached in law, the day before the birthday: (birth - 1 day) + years.

    Source: the automatic check's formula for 70 (domain.md 3.4, A6); 年齢計算ニ関する法律.
    """
    return plus_years(birth - timedelta(days=1), years)


def age(birth: date, on: date) -> int:
    """Full years at the birthday, as people count them; negative before birth."""
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def legal_age(birth: date, on: date) -> int:
    """Full years counted from the day before the birthday."""
    return age(birth - timedelta(days=1), on)


def overrun(value: str) -> bool:
    """True for a day of 2019 after the end of Heisei written as 平成31: understood, and looked at (domain.md 5.5)."""
    return value[:3] == "731" and problem(value) == "outside_era"


def meant(value: str | None) -> date | None:
    """The day, also where it is written with an era that had just ended (平成31年5月1日 is 令和元年5月1日)."""
    if value and overrun(value):
        return to_date(proposal(value))
    return to_date(value)
