"""Surnames in free text: the person after a title (社会保険労務士佐々木直樹), the name after a kind of company."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import reduce

from forms.model import Form
from forms.values import normalise
from ocr import homoglyphs
from ocr.engine import LineReading
from ocr.knowledge.lexicon import Lexicon, Words
from ocr.knowledge.port import Fields, Heard
from ocr.knowledge.weigh import Hypothesis, weighed
from ocr.lattice import Lattice
from ocr.types import FieldReading

SURNAME, GIVEN = 3.5, 2.5  # log odds of a known name over an unknown one, where a name is due
_TITLE = re.compile(
    "(?:社会保険労務士|行政書士|税理士|弁護士|公認会計士|代表取締役社長|代表取締役|取締役社長|代表社員|代表理事|理事長"
    "|施設長|事業主|代表者|代表|院長|所長|園長|校長|会長|社長)(?!法人|事務所)"
)
_COMPANY = re.compile("(?:会社|社団|財団|法人)(?=.{2})")
_OWNER = "owner"  # the field of the employer's name
_LONGEST = 3  # characters of a surname


class Persons:
    """Knowledge of the names that stand in free text."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @property
    def version(self) -> str:
        return f"persons/2 {self._lexicon.version}"

    def judge(self, form: Form, fields: Fields, heard: Heard) -> Fields:
        types = {item.id: item.type for item in form.captured()}
        owners = {item.id for item in form.captured() if item.key == _OWNER}
        return tuple(
            self._judged(reading, heard.get(reading.id, ()), reading.id in owners)
            if types[reading.id] == "text"
            else reading
            for reading in fields
        )

    def _judged(self, reading: FieldReading, heard: Sequence[LineReading], owner: bool) -> FieldReading:
        lines = [line for line in heard if line.text]
        lattices = [line.lattice for line in lines if line.lattice is not None]
        if not reading.value or reading.basis != "ocr" or reading.struck or not lines or len(lattices) != len(lines):
            return reading
        due = _due(reading.value, owner)
        if due is None:
            return reading
        start, is_person = due
        head, name = reading.value[:start], reading.value[start:]
        lattice = reduce(Lattice.joined, lattices)
        options = list(self._options(name, is_person, set(lattice.characters)))
        if not options:
            return reading
        texts = [head + text for text, _ in options]
        seen = lattice.log_likelihoods([*texts, reading.value])
        hypotheses = [
            Hypothesis(normalise("text", homoglyphs.settle(text)) or text, s, odds)
            for text, s, (_, odds) in zip(texts, seen[:-1], options, strict=True)
        ]
        best = max(hypotheses, key=lambda h: h.total)
        if best.value == reading.value or best.total <= seen[-1]:
            return reading
        return weighed(reading, "names", [*hypotheses, Hypothesis(reading.value, seen[-1])], True)

    def _options(self, name: str, is_person: bool, characters: set[str]) -> Iterator[tuple[str, float]]:
        """The name with a known surname at its beginning, and with a known given name after it, with the log odds."""
        given_names = self._lexicon.words("mei")
        for surname in _near(self._lexicon.words("sei"), name, characters):
            rest = name[len(surname) :]
            yield surname + rest, SURNAME
            if is_person and rest:
                for given in _alike(given_names, rest, characters):
                    yield surname + given, SURNAME + GIVEN


def _due(text: str, owner: bool) -> tuple[int, bool] | None:
    """Where a name begins, and whether it is a person's to the end of the text; an owner's field may hold a name
    alone."""
    title = list(_TITLE.finditer(text))
    if title and title[-1].end() < len(text):
        return title[-1].end(), True
    company = _COMPANY.search(text)
    if company is None and owner:
        return 0, True
    return (company.end(), False) if company else None


def _near(words: Words, name: str, characters: set[str]) -> Iterator[str]:
    """Known surnames that differ from the beginning of the text in one character at most."""
    for length in range(2, min(_LONGEST, len(name)) + 1):
        yield from _alike(words, name[:length], characters)


def _alike(words: Words, read: str, characters: set[str]) -> Iterator[str]:
    """Known words as long as what was read, with one other character at most, all of them possible in the picture."""
    near = {word for character in set(read) for word in words.by_character.get(character, ())}
    for word in near | ({read} if read in words.by_kanji else set()):
        fits = len(word) == len(read) and characters.issuperset(word)
        if fits and sum(a != b for a, b in zip(word, read, strict=True)) <= 1:
            yield word
