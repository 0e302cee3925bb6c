"""Words of office names, titles, buildings and remarks: a line that nearly says one says it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache, reduce
from importlib import resources

from forms.model import Form, ValueType
from forms.values import normalise
from ocr import homoglyphs
from ocr.engine import LineReading
from ocr.knowledge.lexicon import Lexicon
from ocr.knowledge.port import Fields, Heard
from ocr.knowledge.weigh import Hypothesis, weighed
from ocr.lattice import Lattice
from ocr.types import FieldReading

_KINDS = frozenset({"text", "address", "addr_kana"})
WORD, LETTER = 2.0, 2.0  # log odds that such a word stands where one nearly does, and for each of its letters
_LEAST = 3  # letters: shorter words are found anywhere ...
_COUNTERS = ("番地", "丁目", "号室")  # ... but after a number
COUNTER = 3.0  # log odds more for these, so near a number
TOWN = 4.0  # log odds of the name of a town where a building's name is due
NUMBER = 6.0  # log odds of a digit where digits or dashes stand on both sides
_NUMBER, _KANJI = re.compile("[0-9]"), re.compile("[\u4e00-\u9fff]")
_OF_NUMBERS = frozenset("0123456789-")
_DIFFERENT = 0.4  # of a word's letters may be read as others
_ROUNDS = 3  # words put right in one field


class Terms:
    """Knowledge of the words that offices, buildings and remarks are made of."""

    def __init__(self, lexicon: Lexicon | None = None) -> None:
        """With a lexicon the usual names of towns are known too: buildings are named after them."""
        self._lexicon = lexicon

    @property
    def version(self) -> str:
        return "terms/2"

    def judge(self, form: Form, fields: Fields, heard: Heard) -> Fields:
        types = {item.id: item.type for item in form.captured()}
        return tuple(
            self._judged(reading, types[reading.id], heard.get(reading.id, ()))
            if types[reading.id] in _KINDS
            else reading
            for reading in fields
        )

    def _judged(self, reading: FieldReading, kind: ValueType, heard: Sequence[LineReading]) -> FieldReading:
        towns = self._lexicon.usual_towns() if self._lexicon is not None and kind == "address" else frozenset()
        return _judged(reading, kind, heard, towns)


def _judged(
    reading: FieldReading, kind: ValueType, heard: Sequence[LineReading], towns: frozenset[str]
) -> FieldReading:
    lines = [line for line in heard if line.text]
    lattices = [line.lattice for line in lines if line.lattice is not None]
    if not reading.value or reading.basis != "ocr" or reading.struck or not lines or len(lattices) != len(lines):
        return reading
    lattice = reduce(Lattice.joined, lattices).renamed(homoglyphs.folded)
    text, odds = reading.value, 0.0
    for _ in range(_ROUNDS):
        nearly = [*_near(text, kind), *_named_after(text, towns, set(lattice.characters))]
        if not nearly:
            break
        before, *after = lattice.log_likelihoods([homoglyphs.folded(t) for t in (text, *(n for n, _ in nearly))])
        best = max(range(len(nearly)), key=lambda n: after[n] + nearly[n][1])
        if after[best] + nearly[best][1] <= before:
            break
        text, odds = nearly[best][0], odds + nearly[best][1]
    value = normalise(kind, homoglyphs.settle(text) if kind != "addr_kana" else text)
    if not value or value == reading.value:
        return reading
    seen = lattice.log_likelihoods([homoglyphs.folded(t) for t in (reading.value, text)])
    hypotheses = [Hypothesis(reading.value, seen[0]), Hypothesis(value, seen[1], odds)]
    return weighed(reading, "terms", hypotheses, bool(reading.facts.get("known", 0.0)))


def _near(text: str, kind: ValueType) -> Iterator[tuple[str, float]]:
    """The text with a word put where nearly that word stands, and the log odds of the word."""
    shapes = homoglyphs.folded(text)
    here = set(shapes)
    for word, shape in _words():
        length = len(word)
        if sum(c not in here for c in shape) > _DIFFERENT * length:
            continue
        for start in range(len(text) - length + 1):
            window = shapes[start : start + length]
            different = sum(a != b for a, b in zip(shape, window, strict=True))
            if different <= _DIFFERENT * length and text[start : start + length] != word:
                yield text[:start] + word + text[start + length :], WORD + LETTER * (length - different)
            if start and text[start - 1] in _OF_NUMBERS and shapes.startswith(shape[1:], start):
                yield text[:start] + word + text[start + length - 1 :], WORD + LETTER * (length - 1)
    for start in range(1, len(text) - 1):
        window = text[start : start + 2]
        for word in _COUNTERS if text[start - 1].isdigit() else ():
            if (word[0] == window[0]) != (word[1] == window[1]):
                yield text[:start] + word + text[start + 2 :], WORD + LETTER + COUNTER
    if kind != "text":
        yield from _numbers(text)


def _named_after(text: str, towns: frozenset[str], characters: set[str]) -> Iterator[tuple[str, float]]:
    """The text with a usual name of a town after the house number (ハイム桜台) where all but one character of it
    stand."""
    number = _NUMBER.search(text)
    if number is None or not towns:
        return
    shapes = homoglyphs.folded(text)
    for start in range(number.end(), len(text) - 1):
        window = shapes[start : start + 2]
        if text[start : start + 2] in towns or not all(_KANJI.match(c) for c in text[start : start + 2]):
            continue
        for town in towns:
            if (town[0] == window[0]) != (town[1] == window[1]) and characters.issuperset(town):
                yield text[:start] + town + text[start + 2 :], TOWN


def _numbers(text: str) -> Iterator[tuple[str, float]]:
    """The text with a digit where one letter stands within a house number (2-ス-20, 591-)1)."""
    for place in range(1, len(text) - 1):
        if [c in _OF_NUMBERS for c in text[place - 1 : place + 2]] == [True, False, True]:
            for digit in "0123456789":
                yield text[:place] + digit + text[place + 1 :], NUMBER


@cache
def _words() -> tuple[tuple[str, str], ...]:
    raw = resources.files("ocr.knowledge").joinpath("data/terms.txt").read_text("utf-8")
    words = [word for line in raw.splitlines() if not line.startswith("#") for word in line.split()]
    return tuple((word, homoglyphs.folded(word)) for word in dict.fromkeys(words) if len(word) >= _LEAST)
