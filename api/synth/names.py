"""Invented names: surnames and given names with matching kana, drawn by rank; no name of a real person is kept."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from pathlib import Path

from api.synth.chance import Chance

DATA = Path(__file__).parent / "data"
VARIANT_SHARE = 0.02  # surnames with 髙﨑栁濵, outside JIS X 0208 (issue, part 3): reported apart
FOREIGN_SHARE = 0.015
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
def _weights(name: str) -> tuple[float, ...]:
    """Cumulative weights that fall with the rank, as names do (roughly 1 / (rank + 12))."""
    return tuple(accumulate(1 / (rank + 12) for rank in range(len(_rows(name)))))


def _draw(chance: Chance, name: str) -> tuple[str, ...]:
    return chance.choices(_rows(name), cum_weights=_weights(name))[0]


def surname(chance: Chance) -> tuple[str, str, bool]:
    """Surname, its kana, and whether it is one of the variant surnames."""
    variant = chance.happens(VARIANT_SHARE)
    kanji, kana = _draw(chance, "surnames_variant.csv" if variant else "surnames.csv")
    return kanji, kana, variant


def given(chance: Chance, sex: str) -> tuple[str, str]:
    """Given name and kana; sex "1" male, "2" female."""
    kanji, kana = _draw(chance, "given_male.csv" if sex == "1" else "given_female.csv")
    return kanji, kana


def draw_name(chance: Chance, sex: str, foreign_share: float = FOREIGN_SHARE) -> Name:
    """A name for a person of that sex; a small share of foreign residents, written as on the residence record."""
    if chance.happens(foreign_share):
        rows = [row for row in _rows("foreign.csv") if row[4] == sex]
        sei, mei, sei_kana, mei_kana, _, nationality = chance.choice(rows)
        return Name(sei, mei, sei_kana, mei_kana, nationality=nationality)
    sei, sei_kana, variant = surname(chance)
    mei, mei_kana = given(chance, sex)
    return Name(sei, mei, sei_kana, mei_kana, variant)
