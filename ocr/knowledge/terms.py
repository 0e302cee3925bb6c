"""Words of office names, titles, buildings and remarks: a line that nearly says one says it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache, reduce
from importlib import resources

from forms.model import Form, ValueType
from forms.values import normalise
from ocr import homoglyphs
from ocr.engine import LineReading
from ocr.knowledge.port import Fields, Heard
from ocr.knowledge.weigh import Hypothesis, weighed
from ocr.lattice import Lattice
from ocr.types import FieldReading

_KINDS = frozenset({"text", "address", "addr_kana"})
WORD, LETTER = 2.0, 1.2  # log odds that such a word stands where one nearly does, and for each of its letters
_LEAST = 3  # letters: shorter words are found anywhere ...
_COUNTERS = ("番地", "丁目", "号室")  # ... but after a number
COUNTER = 3.0  # log odds more for these, so near a number
_DIFFERENT = 0.4  # of a word's letters may be read as others
_ROUNDS = 3  # words put right in one field


class Terms:
    """Knowledge of the words that offices, buildings and remarks are made of."""

    version = "terms/1"

    def judge(self, form: Form, fields: Fields, heard: Heard) -> Fields:
        types = {item.id: item.type for item in form.captured()}
        return tuple(
            _judged(reading, types[reading.id], heard.get(reading.id, ())) if types[reading.id] in _KINDS else reading
            for reading in fields
        )


def _judged(reading: FieldReading, kind: ValueType, heard: Sequence[LineReading]) -> FieldReading:
    lines = [line for line in heard if line.text]
    lattices = [line.lattice for line in lines if line.lattice is not None]
    if not reading.value or reading.basis != "ocr" or reading.struck or not lines or len(lattices) != len(lines):
        return reading
    lattice = reduce(Lattice.joined, lattices)
    text, odds = reading.value, 0.0
    for _ in range(_ROUNDS):
        nearly = list(_near(text))
        if not nearly:
            break
        before = lattice.log_likelihood(text)
        after = lattice.log_likelihoods([other for other, _ in nearly])
        best = max(range(len(nearly)), key=lambda n: after[n] + nearly[n][1])
        if after[best] + nearly[best][1] <= before:
            break
        text, odds = nearly[best][0], odds + nearly[best][1]
    value = normalise(kind, homoglyphs.settle(text) if kind != "addr_kana" else text)
    if not value or value == reading.value:
        return reading
    seen = lattice.log_likelihoods([reading.value, text])
    hypotheses = [Hypothesis(reading.value, seen[0]), Hypothesis(value, seen[1], odds)]
    return weighed(reading, "terms", hypotheses, bool(reading.facts.get("known", 0.0)))


def _near(text: str) -> Iterator[tuple[str, float]]:
    """The text with a word put where nearly that word stands, and the log odds of the word."""
    here = set(text)
    for word, letters in _words():
        length = len(word)
        if len(letters - here) > _DIFFERENT * length:
            continue
        for start in range(len(text) - length + 1):
            window = text[start : start + length]
            different = sum(a != b for a, b in zip(word, window, strict=True))
            if 0 < different <= _DIFFERENT * length:
                yield text[:start] + word + text[start + length :], WORD + LETTER * (length - different)
    for start in range(1, len(text) - 1):
        window = text[start : start + 2]
        for word in _COUNTERS if text[start - 1].isdigit() else ():
            if (word[0] == window[0]) != (word[1] == window[1]):
                yield text[:start] + word + text[start + 2 :], WORD + LETTER + COUNTER


@cache
def _words() -> tuple[tuple[str, frozenset[str]], ...]:
    raw = resources.files("ocr.knowledge").joinpath("data/terms.txt").read_text("utf-8")
    words = [word for line in raw.splitlines() if not line.startswith("#") for word in line.split()]
    return tuple((word, frozenset(word)) for word in dict.fromkeys(words) if len(word) >= _LEAST)
