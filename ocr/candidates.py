"""What else a field may hold, how likely the reader thinks each is, and what knowledge made of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A value that may stand in a field (as contracts.md, Values) and the reader's belief in it, 0-1, not calibrated.

    The candidates of a field are in descending order and their probabilities add up to at most 1: the rest is what
    was not listed.
    """

    value: str
    probability: float


@dataclass(frozen=True, slots=True)
class Use:
    """A piece of knowledge that spoke about a field: "read X, constraint Y chose Z".

    `chosen` equals `read` where it only confirmed; `support` is what it did to the belief in the chosen value (a
    factor: above 1 for, below 1 against).
    """

    constraint: str
    read: str | None
    chosen: str | None
    support: float = 1.0


def ranked(candidates: Iterable[Candidate], most: int = 8) -> tuple[Candidate, ...]:
    """The likeliest `most`, equal values added up, in descending order; scaled down if they add up to more than 1."""
    sums: dict[str, float] = {}
    for candidate in candidates:
        sums[candidate.value] = sums.get(candidate.value, 0.0) + max(0.0, candidate.probability)
    total = max(1.0, sum(sums.values()))
    order = sorted(sums.items(), key=lambda item: (-item[1], item[0]))
    return tuple(Candidate(value, probability / total) for value, probability in order[:most])
