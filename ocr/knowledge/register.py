"""Who the sender has insured: few persons, one of whom a sheet that agrees in two fields already may speak of.

The register itself is behind a Protocol: this room never asks storage. A person whose two fields or more stand on the
sheet as they were read lifts what the register has for the others, as far as the reader holds it possible.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Protocol

from forms.model import Form
from ocr.knowledge.names import words_of
from ocr.knowledge.port import Fields, Heard
from ocr.knowledge.weigh import Hypothesis, weighed
from ocr.types import FieldReading

KEYS = ("insured_no", "name_kana", "name_kanji", "birth", "my_number")
_ENOUGH = 2  # fields that must agree before a person lifts another
_SAME = 3.0  # log odds for a value by each field that agrees
_NEAR = 12.0  # log probability below the best from which the reader does not hold a value possible
_OFFICE = "header.office_ref"

Person = Mapping[str, str]  # KEYS to values as in contracts.md; what is not known is missing


class RegisterHints(Protocol):
    """The persons that an office has insured."""

    def insured(self, office_ref: str) -> Sequence[Person]:
        """() for an office that is not known, or that has too many for this to help."""
        ...


class Register:
    """Knowledge of the sender's own insured persons."""

    version = "register/1"

    def __init__(self, hints: RegisterHints) -> None:
        self._hints = hints

    def judge(self, form: Form, fields: Fields, heard: Heard) -> Fields:
        found = {reading.id: reading for reading in fields}
        office = found.get(_OFFICE)
        if office is None or not office.value:
            return fields
        persons = self._hints.insured(office.value)
        for stem in [name.removesuffix("name_kanji") for name in found if name.endswith(".name_kanji")]:
            here = {key: found[stem + key] for key in KEYS if stem + key in found}
            person = _meant(here, persons)
            if person is not None:
                found.update((r.id, r) for r in _lifted(here, person, heard))
        return tuple(found.values())


def _agreeing(here: Mapping[str, FieldReading], person: Person) -> int:
    return sum(bool(reading.value) and reading.value == person.get(key) for key, reading in here.items())


def _meant(here: Mapping[str, FieldReading], persons: Sequence[Person]) -> Person | None:
    """The one person with whom most fields agree; None if too few do, or two persons are as near."""
    ranked = sorted(persons, key=lambda person: -_agreeing(here, person))
    if not ranked or _agreeing(here, ranked[0]) < _ENOUGH:
        return None
    if len(ranked) > 1 and _agreeing(here, ranked[0]) == _agreeing(here, ranked[1]):
        return None
    return ranked[0]


def _lifted(here: Mapping[str, FieldReading], person: Person, heard: Heard) -> list[FieldReading]:
    """The fields with the person's values weighed."""
    agreeing = _agreeing(here, person)
    changed: list[FieldReading] = []
    for key, reading in here.items():
        value = person.get(key, "")
        if not value or reading.struck or not reading.raw or reading.basis != "ocr":
            continue
        others = agreeing - (reading.value == value)
        seen = _seen(reading, value, heard)
        if others < _ENOUGH or seen is None:
            continue
        own = [Hypothesis(c.value, math.log(max(c.probability, 1e-9))) for c in reading.candidates if c.value != value]
        changed.append(weighed(reading, "register", [*own, Hypothesis(value, seen, _SAME * others)], True))
    return changed


def _seen(reading: FieldReading, value: str, heard: Heard) -> float | None:
    """The log of the reader's belief in a value; None if it does not hold it possible."""
    for candidate in reading.candidates:
        if candidate.value == value:
            return math.log(max(candidate.probability, 1e-9))
    lattices, words = words_of(reading, heard), value.split("\u3000")
    if lattices is None or len(words) != len(lattices):
        return None
    seen = sum(lattice.log_likelihood(word) for lattice, word in zip(lattices, words, strict=True))
    return seen if seen > -_NEAR else None
