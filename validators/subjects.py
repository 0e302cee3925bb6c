"""The persons of an entry: who stands in which block, what is known of them, and what happens to them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from forms.values import numbers, wareki
from validators.register.weigh import Identity

Values = Mapping[str, str | None]
_OTHER = re.compile(r"others\[(\d)\]")
# 種別(性別) of the 2200 (domain.md 2.1). 3 and 7 are mine workers, of whom the code does not say the sex.
_SEX_OF_KIND = {"1": "1", "2": "2", "5": "1", "6": "2"}
_SEX_OF_RELATION = {"1": "1", "2": "2", "3": "1", "4": "2"}  # 夫, 妻, 夫(未届), 妻(未届)


@dataclass(frozen=True, slots=True)
class Subject:
    """A person in an entry, with the business event: what is filed of them, and the day on which it happened."""

    role: str
    identity: Identity
    event_type: str | None
    event_date: date | None


def subjects(kind: str, header: Values, entry: Values) -> list[Subject]:
    """The persons that stand in an entry; a block in which nothing is written holds nobody.

    `kind` is the filing kind; `entry` has whole field ids of one entry. Unreadable values (None) are not known.
    """
    found = []
    blocks = _blocks(entry)
    change = (blocks.get("insured") or {}).get("change_type") or ""
    for role, values in blocks.items():
        if any(value != "" for value in values.values()):
            event_type, event_date = _event(kind, role, change, values, header)
            found.append(Subject(role, _identity(role, values), event_type, event_date))
    return found


def _blocks(entry: Values) -> dict[str, dict[str, str | None]]:
    """Values by role and short name."""
    found: dict[str, dict[str, str | None]] = defaultdict(dict)
    for field_id, value in entry.items():
        _, *middle, key = field_id.split(".")
        other = _OTHER.fullmatch(middle[0]) if middle else None
        role = "self" if not middle else f"other{other[1]}" if other else middle[0]
        found[role][key] = value
    return dict(found)


def _identity(role: str, values: Values) -> Identity:
    number = values.get("my_number") or ""
    held = numbers.combined(number)
    return Identity(
        name_kana=values.get("name_kana") or "",
        name_kanji=values.get("name_kanji") or "",
        birth=wareki.to_date(values.get("birth")),
        sex=_sex(role, values),
        my_number=number if held == "my_number" else "",
        bpn=number if held == "bpn" else "",
    )


def _sex(role: str, values: Values) -> str:
    if role == "self":
        return _SEX_OF_KIND.get(values.get("kind") or "", "")
    if role == "spouse":
        return _SEX_OF_RELATION.get(values.get("relation") or "", "")
    sex = values.get("sex") or ""
    return sex if sex in {"1", "2"} else ""


def _event(kind: str, role: str, change: str, values: Values, header: Values) -> tuple[str | None, date | None]:
    """The business event (design.md, Subject): acq_date, start_date or end_date.

    A change (変更) need not carry a date of its own; the day it was filed stands for it, so that the same sheet sent
    twice is found. The insured person of a 2202 is named, but nothing happens to him.
    """
    if role == "self":
        return kind, wareki.to_date(values.get("acq_date"))
    if role == "insured" or change not in {"1", "2", "3"}:
        return None, None
    if change == "2":
        return change, wareki.to_date(values.get("end_date"))
    day = wareki.to_date(values.get("start_date"))
    if day is None and change == "3":
        day = wareki.to_date(values.get("end_date")) or wareki.to_date(header.get("header.submit_date"))
    return change, day
