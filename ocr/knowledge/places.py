"""Places that an address may mean: those of its postal code, and those its own text leads to."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ocr.knowledge.fit import beginning
from ocr.knowledge.lexicon import Lexicon, Place

_COUNTY = re.compile("^.{1,5}?郡(?=.)")
_COUNTY_KANA = re.compile("^.{2,9}?グン(?=.)")
_FAR = 0.45  # edits a character from which a place is not what was meant
_CITIES, _TOWNS = 6, 12  # that are looked at more closely


@dataclass(frozen=True, slots=True)
class Fitted:
    """A place as it stands at the beginning of what was read: `text` the address with the place written as it is
    known, `edits` how far it is from what was read."""

    place: Place
    text: str
    edits: int


def fitted(place: Place, read: str, kana: bool = False) -> Fitted | None:
    """The place at the beginning of the text, with or without prefecture and county, as people write."""
    best: tuple[int, int, str] | None = None
    for form in _forms(place, kana, read):
        edits, end = beginning(form, read[: len(form) + 4])
        if best is None or (edits, -len(form)) < (best[0], -len(best[2])):
            best = edits, end, form
    if best is None or best[0] > _FAR * len(best[2]):
        return None
    return Fitted(place, best[2] + read[best[1] :], best[0])


def _forms(place: Place, kana: bool, read: str) -> list[str]:
    """The ways to begin with the place; with the prefecture where something of it stands at the beginning."""
    city, town = (place.city_kana, place.town_kana) if kana else (place.city, place.town)
    prefecture = place.prefecture_kana if kana else place.prefecture
    short = (_COUNTY_KANA if kana else _COUNTY).sub("", city)
    named = ("", prefecture) if set(prefecture[:-1]) & set(read[: len(prefecture)]) else ("",)
    return list(dict.fromkeys(p + c + town for p in named for c in (city, short)))


def of_text(lexicon: Lexicon, read: str, characters: set[str]) -> Iterator[Place]:
    """The places whose path is near the beginning of the text; `characters` are those the picture may hold."""
    cities = _nearest(lexicon.cities(), read, characters, _CITIES)
    for _, city in cities:
        towns = [p for p in lexicon.towns(city.prefecture, city.city) if p.town]
        near = _nearest(towns, read, characters, _TOWNS)
        yield from (place for _, place in near)
        yield Place("", city.prefecture, city.city, "", city.prefecture_kana, city.city_kana, "")
        if near and near[0][0] == 0:
            return  # the text begins with a path of the tree


def _nearest(places: Iterable[Place], read: str, characters: set[str], most: int) -> list[tuple[int, Place]]:
    """The few places that fit best."""
    found: list[tuple[int, int, Place]] = []
    for place in places:
        last = place.town or place.city
        if sum(c not in characters for c in last) * 2 > len(last):
            continue
        fit = fitted(place, read)
        if fit is not None:
            found.append((fit.edits, -len(place.text), place))
    found.sort(key=lambda f: f[:2])
    return [(edits, place) for edits, _, place in found[:most]]


def distinct(places: Sequence[Place]) -> list[Place]:
    """Each place once."""
    return list(dict.fromkeys(places))
