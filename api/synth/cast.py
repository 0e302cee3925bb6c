"""Who writes the sheets of an order: writers with a name, of which each has several sheets, disjoint between splits.

A name says all: `test/hand/KleeOne-Regular.ttf/07` is the same hand in every order and on every machine.
"""

from __future__ import annotations

from functools import cache, lru_cache
from math import gcd
from typing import Literal

from api.synth.chance import Chance
from api.synth.fonts import Face, Style, faces
from api.synth.splits import SPLITS, Split
from api.synth.writer import Writer, draw_stroke_writer, draw_writer

HANDS = 48  # writers a family of handwriting faces
PRINTERS = 24  # programs a family of print faces
STROKES: dict[Split, int] = {"train": 1200, "calibrate": 600, "test": 240}  # stroke writers


@cache
def names(style: Style | Literal["stroke"], split: Split | None) -> tuple[str, ...]:
    """The writers of a style in a split; every family of faces has as many, however many files it has."""
    if split is None:
        return tuple(name for each in SPLITS for name in names(style, each))
    if style == "stroke":
        return tuple(f"{split}/stroke/{number:04d}" for number in range(STROKES[split]))
    families: dict[str, list[Face]] = {}
    for face in faces(style, split):
        families.setdefault(face.family, []).append(face)
    each = HANDS if style == "hand" else PRINTERS
    return tuple(
        f"{split}/{style}/{members[number % len(members)].name}/{number:02d}"
        for members in families.values()
        for number in range(each)
    )


@lru_cache(maxsize=4096)
def writer(name: str) -> Writer:
    """The writer of that name; ValueError if the name is none, KeyError for a face that is not installed."""
    said, style, face_name = name.split("/")[:3]
    split: Split = said  # type: ignore[assignment] # names() makes the names
    if style == "stroke":
        return draw_stroke_writer(Chance("writer", name, split=split), name)
    kind: Style = "hand" if style == "hand" else "print"
    face = {each.name: each for each in faces(kind, split)}[face_name]
    return draw_writer(Chance("writer", name, split=split), kind, face, name)


def appointed(chance: Chance, style: Style | Literal["stroke"], place: int) -> Writer:
    """The writer of the sheet at that place of an order; without a split a new one from all faces."""
    if style != "stroke" and chance.split is None:
        return draw_writer(chance, style)
    known = names(style, chance.split)
    return writer(known[place * _stride(len(known)) % len(known)])


@cache
def _stride(count: int) -> int:
    """A step that visits all of them before one comes twice, and neighbours seldom."""
    step = max(1, round(count * 0.618))
    while gcd(step, count) != 1:
        step += 1
    return step
