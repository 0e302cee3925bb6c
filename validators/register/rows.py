"""What goes into the register: plain rows in clear; the store seals, links and indexes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class OfficeRow:
    """事業所. `ref` is normalised (`01-ケイト`)."""

    ref: str
    number: str
    name: str
    owner: str
    zip: str
    address: str
    tel: str = ""
    pref_code: str = ""


@dataclass(frozen=True, slots=True)
class NameRow:
    """An earlier or other lawful name and the days on which it held; None is open."""

    kana: str
    kanji: str
    valid_from: date | None = None
    valid_to: date | None = None


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person. `sex` is "1" or "2", "" if not known; an address needs the day it holds from."""

    name_kana: str
    name_kanji: str
    birth: date
    sex: str
    my_number: str = ""
    bpn: str = ""
    zip: str = ""
    address: str = ""
    address_from: date | None = None
    former: tuple[NameRow, ...] = ()


@dataclass(frozen=True, slots=True)
class PayRow:
    """報酬月額 and 標準報酬月額 in yen from a day on; no pension standard for who is not insured for it."""

    valid_from: date
    monthly: int
    standard_health: int
    standard_pension: int | None


@dataclass(frozen=True, slots=True)
class PeriodRow:
    """被保険者期間 at an office, with its remuneration."""

    person_id: str
    office_id: str
    insured_no: int
    acquired_on: date
    lost_on: date | None = None
    over70_only: bool = False
    short_time: bool = False
    pay: tuple[PayRow, ...] = ()


@dataclass(frozen=True, slots=True)
class DependantRow:
    """被扶養者期間. `relation` is `spouse:1` ... `spouse:4` or `other:01` ... `other:10`.

    `third_from` opens a 第3号 period of a spouse of 20 to 59 on that day.
    """

    person_id: str
    insured_id: str
    office_id: str | None
    relation: str
    began_on: date
    ended_on: date | None = None
    end_reason: str | None = None
    supersedes: str | None = None
    details: Mapping[str, str] | None = None
    third_from: date | None = None
