"""Comparison: what independent readings of one field say together. Pure; knows no database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from forms.model import ValueType
from forms.values import equal

# Two persons read a field at most; then a third who did neither decides (R8).
PERSONS = 2


@dataclass(frozen=True, slots=True)
class Read:
    """One reading. `reader` is who made it: `user:<id>`, or `family:<name>`, for engines of a family are one reader.

    `value` None: the reader stands by nothing (unreadable, conflicting); that is no reading.
    """

    id: str
    reader: str
    value: str | None
    score: float | None = None

    @property
    def person(self) -> bool:
        return self.reader.startswith("user:")


@dataclass(frozen=True, slots=True)
class Standing:
    """What an earlier round settled, for a field that was sent back."""

    value: str | None
    basis: str
    actor_id: str | None
    readings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`settled`: the value stands on `readings`; `key`: a further person has to read it; `differs`: adjudicate."""

    kind: Literal["settled", "key", "differs"]
    value: str | None = None
    readings: tuple[str, ...] = ()


def first_round(type_: ValueType, reads: Sequence[Read]) -> Verdict:
    """Two independent readings of which one at least is a person's, equal after normalisation, settle the field."""
    stood = independent(reads)
    persons = {r.reader for r in reads if r.person}
    if len(stood) < 2 or not any(r.person for r in stood):
        return Verdict("key" if len(persons) < PERSONS else "differs")
    if all(equal(type_, stood[0].value, other.value) for other in stood[1:]):
        return Verdict("settled", best(stood).value, tuple(r.id for r in stood))
    return Verdict("differs")


def engines_agree(type_: ValueType, reads: Sequence[Read]) -> Verdict:
    """What engines say without a person, for fields whose policy counts that as two readings.

    Engines of one family are one reader, so that two views of one engine never settle anything.
    """
    stood = independent(reads)
    if len(stood) >= 2 and all(equal(type_, stood[0].value, other.value) for other in stood[1:]):
        return Verdict("settled", stood[0].value, tuple(r.id for r in stood))
    return Verdict("key")


def later_round(type_: ValueType, reads: Sequence[Read], standing: Standing) -> Verdict:
    """A field that was sent back: a fresh reading that equals the standing value lets it stand."""
    stood = [r for r in independent(reads) if r.person]
    if not stood:
        return Verdict("key" if len(reads) < PERSONS else "differs")
    if all(equal(type_, r.value, standing.value) for r in stood):
        return Verdict("settled", standing.value, (*standing.readings, *(r.id for r in stood)))
    return Verdict("differs")


def independent(reads: Sequence[Read]) -> list[Read]:
    """One reading a reader, those without a value left out; of one family's engines the highest score speaks."""
    chosen: dict[str, Read] = {}
    for read in reads:
        if read.value is None:
            continue
        held = chosen.get(read.reader)
        if held is None or (read.score or 0.0) > (held.score or 0.0):
            chosen[read.reader] = read
    return list(chosen.values())


def best(stood: Sequence[Read]) -> Read:
    """Where equal readings are written differently (a telephone number's hyphens), the person's stands."""
    return next((r for r in stood if r.person), stood[0])
