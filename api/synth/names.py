"""Invented names: surnames and given names with matching kana, drawn by rank; no name of a real person is kept.

A stream that serves a split draws from its words alone, and one in three or four from words that no list has.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from api.synth.chance import Chance
from api.synth.splits import Split, within

DATA = Path(__file__).parent / "data"
VARIANT_SHARE = 0.02  # surnames with 髙﨑栁濵, outside JIS X 0208 (issue, part 3): reported apart
FOREIGN_SHARE = 0.015
UNSEEN_SHARE = 0.27  # of surnames, of towns and of company names, where a split is served
UNSEEN_GIVEN = 0.15
SPACE = "　"  # one U+3000 between 氏 and 名 (contracts.md)


@dataclass(frozen=True, slots=True)
class Name:
    """A name in kanji and kana; `variant` if the surname holds a character outside JIS X 0208."""

    sei: str
    mei: str
    sei_kana: str
    mei_kana: str
    variant: bool = False
    nationality: str = ""

    @property
    def kanji(self) -> str:
        return f"{self.sei}{SPACE}{self.mei}"

    @property
    def kana(self) -> str:
        return f"{self.sei_kana}{SPACE}{self.mei_kana}"

    def married_into(self, surname: Name) -> Name:
        """The same given name under another person's surname (夫婦同氏, 民法第750条)."""
        return Name(surname.sei, self.mei, surname.sei_kana, self.mei_kana, surname.variant, self.nationality)


@cache
def _rows(name: str) -> tuple[tuple[str, ...], ...]:
    with (DATA / name).open(encoding="utf-8", newline="") as file:
        return tuple(tuple(row) for row in list(csv.reader(file))[1:])


@cache
def _ranked(name: str, split: Split | None) -> tuple[tuple[tuple[str, ...], ...], tuple[float, ...]]:
    """The rows of a split, and cumulative weights that fall with the rank, as names do (roughly 1 / (rank + 12))."""
    kept = [(row, 1 / (rank + 12)) for rank, row in enumerate(_rows(name)) if within((row,), split)]
    return tuple(row for row, _ in kept), tuple(accumulate(weight for _, weight in kept))


@cache
def listed(name: str, split: Split | None) -> tuple[tuple[str, ...], ...]:
    """The rows of a word list that belong to the split."""
    return within(_rows(name), split)


def _draw(chance: Chance, name: str) -> tuple[str, ...]:
    rows, weights = _ranked(name, chance.split)
    return chance.choices(rows, cum_weights=weights)[0]


def unseen(chance: Chance, name: str, share: float) -> tuple[str, str] | None:
    """In that share of the calls a word with its kana that no list knows; never for a stream without a split."""
    if chance.split is None or not chance.happens(share):
        return None
    row = chance.choice(listed(name, chance.split))
    return row[0], row[1]


def surname(chance: Chance) -> tuple[str, str, bool]:
    """Surname, its kana, and whether it is one of the variant surnames."""
    invented = unseen(chance, "unseen_surnames.csv", UNSEEN_SHARE)
    if invented:
        return *invented, False
    variant = chance.happens(VARIANT_SHARE)
    kanji, kana = _draw(chance, "surnames_variant.csv" if variant else "surnames.csv")
    return kanji, kana, variant


def given(chance: Chance, sex: str) -> tuple[str, str]:
    """Given name and kana; sex "1" male, "2" female."""
    invented = unseen(chance, "unseen_given_male.csv" if sex == "1" else "unseen_given_female.csv", UNSEEN_GIVEN)
    if invented:
        return invented
    kanji, kana = _draw(chance, "given_male.csv" if sex == "1" else "given_female.csv")
    return kanji, kana


def draw_name(chance: Chance, sex: str, foreign_share: float = FOREIGN_SHARE) -> Name:
    """A name for a person of that sex; a small share of foreign residents, written as on the residence record."""
    if chance.happens(foreign_share):
        rows = [row for row in listed("foreign.csv", chance.split) if row[4] == sex] or _rows("foreign.csv")
        sei, mei, sei_kana, mei_kana, _, nationality = chance.choice(rows)
        return Name(sei, mei, sei_kana, mei_kana, nationality=nationality)
    sei, sei_kana, variant = surname(chance)
    mei, mei_kana = given(chance, sex)
    return Name(sei, mei, sei_kana, mei_kana, variant)
