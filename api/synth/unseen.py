"""Which values hold a word that no list knows: they are marked in the truth, and reported apart."""

from __future__ import annotations

import csv
from functools import cache

from api.synth.names import DATA, SPACE

_NAMES = ("unseen_surnames.csv", "unseen_given_male.csv", "unseen_given_female.csv")
_PLACES = ("unseen_towns.csv",)


@cache
def _words(files: tuple[str, ...], column: str) -> frozenset[str]:
    """The invented words, or their readings where no listed name is read so."""
    found = set()
    for name in files:
        with (DATA / name).open(encoding="utf-8", newline="") as file:
            found |= {row[column] for row in csv.DictReader(file) if column == "word" or row["kana_unseen"] == "1"}
    return frozenset(found)


def is_unseen(kind: str, text: str) -> bool:
    """True if the value (of a field of that type) holds an invented surname, given name, town or company name."""
    if kind in {"kanji", "kana"}:
        return not _words(_NAMES, "word" if kind == "kanji" else "kana").isdisjoint(text.split(SPACE))
    if kind == "address":
        return any(word in text for word in _words(_PLACES, "word"))
    if kind == "addr_kana":
        return any(word in text for word in _words(_PLACES, "kana"))
    if kind == "text":  # company names, owners, attorneys
        return any(word in text for word in _words(("unseen_offices.csv", *_NAMES), "word"))
    return False
