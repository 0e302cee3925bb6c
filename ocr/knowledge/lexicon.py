"""The lexicon in memory: names with readings, how kana follow each other in them, and the postal tree."""

from __future__ import annotations

import math
import os
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path
from unicodedata import normalize

from forms.values.characters import fold
from ocr.errors import ModelsMissing
from ocr.knowledge import build

_USUAL = 7600  # the cost that the dictionary gives to most names
_SCALE = 2500  # of a dictionary's costs to log odds; they are rough, so they weigh little
_KANA = 90  # kinds of kana
_UNSEEN = 0.3  # times that a pair of kana is taken to have occurred which has not
_RAREST = -3.0  # log odds of a pair of kana below which it is no argument: names have all kinds of sounds
_MANY = 8  # cities that have a town of the name, from which the name is usual
_EDGE = 2  # kana at the beginning or the end of a word by which it is told how its first or last kanji is read


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the postal code table; `town` is "" where the table names none. Kana in full-width katakana."""

    zip: str
    prefecture: str
    city: str
    town: str
    prefecture_kana: str
    city_kana: str
    town_kana: str

    @property
    def text(self) -> str:
        return self.prefecture + self.city + self.town

    @property
    def kana(self) -> str:
        return self.prefecture_kana + self.city_kana + self.town_kana


class Words:
    """Surnames or given names. Kanji are looked up by their reduced form, so that 髙橋 is as known as 高橋."""

    def __init__(self, rows: Iterable[tuple[str, str, int]]) -> None:
        self.pairs: dict[tuple[str, str], float] = {}
        self.by_kanji: dict[str, set[str]] = defaultdict(set)
        self.by_kana: dict[str, set[str]] = defaultdict(set)
        self.by_character: dict[str, set[str]] = defaultdict(set)
        self._begins: dict[str, set[str]] = defaultdict(set)
        self._ends: dict[str, set[str]] = defaultdict(set)
        for kanji, kana, cost in rows:
            self.pairs[kanji, kana] = max(-1.0, min(1.5, (_USUAL - cost) / _SCALE))
            self.by_kanji[kanji].add(kana)
            self.by_kana[kana].add(kanji)
            for character in set(kanji):
                self.by_character[character].add(kanji)
            self._begins[kanji[0]].add(kana[:_EDGE])
            self._ends[kanji[-1]].add(kana[-_EDGE:])
        self._follow: Counter[str] = Counter()
        self._stand: Counter[str] = Counter()
        for kana in self.by_kana:
            self._follow.update(a + b for a, b in pairwise(f"^{kana}$"))
            self._stand.update(f"^{kana}")
        total = sum(self._follow.values())
        self._usual = sum(n * self._pair(ab[0], ab[1]) for ab, n in self._follow.items()) / max(1, total)

    def kanji_within(self, characters: set[str]) -> set[str]:
        """The words that can be written with those characters alone."""
        near = set().union(*(self.by_character.get(c, ()) for c in characters)) if characters else set()
        return {word for word in near if characters.issuperset(word)}

    def fluency(self, kana: str) -> float:
        """Log odds of that sequence of kana in a name over a usual one of its length, by pairs of neighbours."""
        return sum(max(_RAREST, self._pair(a, b) - self._usual) for a, b in pairwise(f"^{kana}$"))

    def accord(self, kanji: str, kana: str) -> int:
        """How many of the first and the last kanji are read so in some word of the list: 0 to 2."""
        first, last = fold(kanji[0]), fold(kanji[-1])
        begins = kana[:_EDGE] in self._begins.get(first, ())
        return begins + (kana[-_EDGE:] in self._ends.get(last, ()))

    def _pair(self, a: str, b: str) -> float:
        return math.log((self._follow[a + b] + _UNSEEN) / (self._stand[a] + _KANA * _UNSEEN))

    def commonness(self, kanji: str, kana: str) -> float | None:
        """Log odds by how usual the pair is; None if it is not known."""
        found = self.pairs.get((kanji, kana))
        return self.pairs.get((fold(kanji), kana)) if found is None else found

    def knows(self, kanji: str) -> bool:
        return kanji in self.by_kanji or fold(kanji) in self.by_kanji


class Lexicon:
    """Opened at its first use, in the process that uses it."""

    def __init__(self, directory: Path) -> None:
        self._path = directory / build.FILE
        self._base: tuple[int, sqlite3.Connection] | None = None
        self._words: dict[str, Words] = {}
        self._towns = lru_cache(maxsize=512)(self._read_towns)
        self._by_zip = lru_cache(maxsize=4096)(self._read_zip)
        self._usual_towns: frozenset[str] | None = None
        self._cities: list[Place] | None = None

    @property
    def version(self) -> str:
        rows = self._ask("SELECT version FROM source WHERE name = 'lexicon'")
        return str(rows[0][0])

    def words(self, kind: str) -> Words:
        """kind: sei or mei."""
        if kind not in self._words:
            rows = self._ask("SELECT kanji, kana, cost FROM name WHERE kind = ?", kind)
            self._words[kind] = Words((kanji, kana, int(cost)) for kanji, kana, cost in rows)
        return self._words[kind]

    def at(self, code: str) -> tuple[Place, ...]:
        """The places of a 7-digit postal code."""
        return self._by_zip(code)

    def cities(self) -> list[Place]:
        """Every city with its prefecture (no town, no code)."""
        if self._cities is None:
            rows = self._ask("SELECT DISTINCT '', prefecture, city, '', prefecture_kana, city_kana, '' FROM place")
            self._cities = [_place(row) for row in rows]
        return self._cities

    def usual_towns(self) -> frozenset[str]:
        """Names of two characters that towns of many cities have (若葉, 桜台): places are named so, and buildings."""
        if self._usual_towns is None:
            query = "SELECT town, count(DISTINCT prefecture || city) FROM place WHERE length(town) = 2 GROUP BY town"
            rows = self._ask(query)
            self._usual_towns = frozenset(normalize("NFKC", town) for town, cities in rows if int(cities) >= _MANY)
        return self._usual_towns

    def towns(self, prefecture: str, city: str) -> tuple[Place, ...]:
        """The places of a city."""
        return self._towns(prefecture, city)

    def _read_towns(self, prefecture: str, city: str) -> tuple[Place, ...]:
        query = "SELECT * FROM place WHERE prefecture = ? AND city = ?"
        return tuple(_place(row) for row in self._ask(query, prefecture, city))

    def _read_zip(self, code: str) -> tuple[Place, ...]:
        return tuple(_place(row) for row in self._ask("SELECT * FROM place WHERE zip = ?", code))

    def _ask(self, query: str, *values: str) -> list[tuple[str, ...]]:
        if self._base is None or self._base[0] != os.getpid():  # a connection is never shared with a forked child
            if not self._path.is_file():
                raise ModelsMissing(path=build.FILE)
            uri = f"file:{self._path}?mode=ro&immutable=1"
            self._base = (os.getpid(), sqlite3.connect(uri, uri=True, check_same_thread=False))
        return self._base[1].execute(query, values).fetchall()


def _place(row: tuple[str, ...]) -> Place:
    return Place(*(normalize("NFKC", part) for part in row))
