"""Free search of persons, for the register page: numbers, names, dates of birth and insured numbers in one line."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from forms.values import characters, kana, numbers, office, text, wareki
from storage.tables import InsurancePeriod, Office
from storage.work import Work
from validators.register import index
from validators.register.patterns import Kind, Pattern
from validators.register.views import PersonView, people

MOST = 50
_INSURED = re.compile("(?P<ref>[0-9]{2}-[A-Za-z0-9ぁ-ゖァ-ヺー]{1,4})-(?P<no>[0-9]{1,6})")
_RANK: dict[Kind, int] = {
    "my_number": 0, "bpn": 0, "birth": 1,
    "kana": 2, "kana_sei": 2, "kana_mei": 2, "kanji_reduced": 2, "kanji_sei": 2, "kanji_mei": 2,
}  # fmt: skip
_KANA = re.compile("[ぁ-ゖァ-ヺー・ｦ-ﾟ]+")


@dataclass(frozen=True, slots=True)
class Found:
    """What a search gave: persons by name, and whether there are more than are shown."""

    persons: tuple[PersonView, ...]
    more: bool


def find(work: Work, query: str, limit: int = MOST) -> Found:
    """Persons for a line such as `123456789018`, `2101-123456`, `サトウ ハナコ`, `佐藤 S60.12.31` or `01-ケイト-12`.

    Words are joined by "and"; a name may be whole or one part of it, in kana or kanji, with small kana and variant
    characters aside; a date of birth is wareki or AD. A word that is none of these finds nobody, and so does an
    empty line: the search is over tokens, so there is no part of a word to look for.
    """
    words = text.SPACES.sub(" ", text.nfkc(query)).strip().split(" ")
    insured = [found for found in map(_INSURED.fullmatch, words) if found]
    if insured:
        ids = _by_insured_no(work, insured[0]["ref"], int(insured[0]["no"]))
    else:
        groups = _groups([word for word in words if word])
        ids = index.owners_of_all(work, "person", groups, limit + 1) if groups and all(groups) else []
    persons = sorted(people(work, ids).values(), key=lambda p: (p.name_kana, p.birth, p.id))
    return Found(tuple(persons[:limit]), len(persons) > limit)


def _groups(words: list[str]) -> list[list[Pattern]]:
    """A group of patterns a word, one of which a person must have; the rarest kinds first."""
    names = [word for word in words if _is_name(word)]
    groups = [_patterns(word) for word in words if word not in names]
    if len(names) == 2 and len({bool(_KANA.fullmatch(word)) for word in names}) == 1:
        groups.append(_patterns("".join(names)))  # 氏 and 名 in one script are one whole name
    else:
        groups += [_patterns(word) for word in names]
    return sorted(groups, key=lambda group: min((_RANK[p.kind] for p in group), default=0))


def _patterns(word: str) -> list[Pattern]:
    digits = numbers.normalise(word) or ""
    kind = numbers.combined(digits)
    if kind in {"my_number", "bpn"}:
        return [Pattern("my_number" if kind == "my_number" else "bpn", digits)]
    day = _date(word)
    if day:
        return [Pattern("birth", day.isoformat())]
    if not _is_name(word):
        return []
    if _KANA.fullmatch(word):
        folded = kana.fold(kana.normalise(word))
        return [Pattern("kana", folded), Pattern("kana_sei", folded), Pattern("kana_mei", folded)]
    folded = characters.fold(word)
    return [Pattern("kanji_reduced", folded), Pattern("kanji_sei", folded), Pattern("kanji_mei", folded)]


def _is_name(word: str) -> bool:
    return not any(ch.isdigit() for ch in word) and any(ch.isalpha() for ch in word)


def _date(word: str) -> date | None:
    value = wareki.normalise(word)
    return wareki.to_date(value) if value else None


def _by_insured_no(work: Work, ref: str, insured_no: int) -> list[str]:
    query = (
        select(InsurancePeriod.person_id)
        .join(Office, Office.id == InsurancePeriod.office_id)
        .where(Office.ref == office.normalise(ref), InsurancePeriod.insured_no == insured_no)
    )
    return list(work.session.scalars(query))
