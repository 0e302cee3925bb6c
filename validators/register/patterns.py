"""Name patterns: the forms of a name, a date and a number under which a person is found over encrypted columns."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from forms.values import characters, kana, numbers

Kind = Literal[
    "my_number", "bpn",
    "kana", "kana_near", "kana_sei", "kana_mei",
    "kanji", "kanji_reduced", "kanji_sei", "kanji_mei",
    "birth", "three",
]  # fmt: skip
SPACE = "　"  # one U+3000 between 氏 and 名 (contracts.md)


@dataclass(frozen=True, slots=True, order=True)
class Pattern:
    """A value of a kind, still in clear; its token is the HMAC of both under the index key."""

    kind: Kind
    value: str


@dataclass(frozen=True, slots=True)
class Name:
    """A name cut at its space, folded for comparison. Without a space all of it is 氏 and 名 is ""."""

    kana_sei: str
    kana_mei: str
    kanji_sei: str
    kanji_mei: str

    @property
    def swapped(self) -> Name:
        """名 before 氏, as it is written by people who know another order."""
        return Name(self.kana_mei, self.kana_sei, self.kanji_mei, self.kanji_sei)

    @property
    def kana(self) -> str:
        return self.kana_sei + self.kana_mei

    @property
    def kanji(self) -> str:
        return self.kanji_sei + self.kanji_mei


def name(name_kana: str, name_kanji: str) -> Name:
    """The folded parts of a name: small kana as large, no long marks; variant characters as their common form."""
    kana_sei, kana_mei = _parts(name_kana)
    kanji_sei, kanji_mei = _parts(name_kanji)
    return Name(kana.fold(kana_sei), kana.fold(kana_mei), characters.fold(kanji_sei), characters.fold(kanji_mei))


def _parts(written: str) -> tuple[str, str]:
    """氏 and 名; further parts (middle names of foreigners) go with 名."""
    sei, _, mei = written.strip(SPACE).partition(SPACE)
    return sei, mei.replace(SPACE, "")


def tokens_for(
    name_kana: str = "",
    name_kanji: str = "",
    birth: date | None = None,
    sex: str = "",
    my_number: str = "",
    bpn: str = "",
) -> frozenset[Pattern]:
    """Every pattern of a person or of a subject; indexed alike, so that whichever comes second finds the other.

    Names are whole (in both orders), in parts, folded and reduced; `three` is name + birth + sex. Numbers are taken
    only if complete (12 and 10 digits): half a number would find strangers.
    """
    found = set(_numbers(my_number, bpn))
    if birth:
        found.add(Pattern("birth", birth.isoformat()))
    known = name(name_kana, name_kanji)
    found.update(_parts_of(known))
    found.update(_wholes(known, name_kanji))
    found.update(_threes(known, birth, sex))
    return frozenset(found)


def of_names(names: Iterable[tuple[str, str]], birth: date | None, sex: str) -> frozenset[Pattern]:
    """The patterns of earlier names (kana, kanji) of one person."""
    return frozenset().union(*(tokens_for(in_kana, in_kanji, birth, sex) for in_kana, in_kanji in names))


def _numbers(my_number: str, bpn: str) -> Iterator[Pattern]:
    if numbers.combined(my_number) == "my_number":
        yield Pattern("my_number", my_number)
    if numbers.combined(bpn) == "bpn":
        yield Pattern("bpn", bpn)


def _parts_of(known: Name) -> Iterator[Pattern]:
    pairs: tuple[tuple[Kind, str], ...] = (
        ("kana_sei", known.kana_sei),
        ("kana_mei", known.kana_mei),
        ("kanji_sei", known.kanji_sei),
        ("kanji_mei", known.kanji_mei),
    )
    return (Pattern(kind, value) for kind, value in pairs if value)


def _wholes(known: Name, written: str) -> Iterator[Pattern]:
    """Whole names; 名 first as well, so that a changed order and a misplaced space are found."""
    for turn in (known, known.swapped):
        if turn.kana:
            yield Pattern("kana", turn.kana)
            yield Pattern("kana_near", kana.unvoiced(turn.kana))
        if turn.kanji:
            yield Pattern("kanji_reduced", turn.kanji)
    if exact := written.replace(SPACE, ""):
        yield Pattern("kanji", exact)


def _threes(known: Name, birth: date | None, sex: str) -> Iterator[Pattern]:
    """Name + birth + sex: what 2.63 million records of the agency share and are still only presumed one (R19)."""
    if birth is None:
        return
    tail = f"|{birth.isoformat()}|{sex}"
    for turn in (known, known.swapped):
        if turn.kana:
            yield Pattern("three", f"kana:{turn.kana}{tail}")
        if turn.kanji:
            yield Pattern("three", f"kanji:{turn.kanji}{tail}")
