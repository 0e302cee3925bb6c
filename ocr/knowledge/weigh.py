"""How knowledge and a reader's belief are put together: log odds, and a record of what was done."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from ocr.candidates import Candidate, Use, ranked
from ocr.types import FieldReading

_MOST = 8
_BOUND = 1e4  # of a factor of support, either way


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """A value a field may have: `seen`, the log probability of the picture if it says so (the reader's); `prior`, the
    log odds that knowledge gives it over a value it does not know."""

    value: str
    seen: float
    prior: float = 0.0

    @property
    def total(self) -> float:
        return self.seen + self.prior


def shares(logs: Sequence[float]) -> list[float]:
    """Probabilities in proportion to the exponentials; zeros if nothing is possible."""
    highest = max(logs, default=-math.inf)
    if not math.isfinite(highest):
        return [0.0 for _ in logs]
    weights = [math.exp(value - highest) for value in logs]
    return [weight / sum(weights) for weight in weights]


def weighed(reading: FieldReading, constraint: str, hypotheses: Iterable[Hypothesis], known: bool) -> FieldReading:
    """The reading with its candidates ranked anew and the best as its value; `known` if the best is in a lexicon.

    The engine's own readings stay as they are: what it said and what was made of it stand side by side.
    """
    best: dict[str, Hypothesis] = {}
    for hypothesis in hypotheses:
        had = best.get(hypothesis.value)
        if had is None or hypothesis.total > had.total:
            best[hypothesis.value] = hypothesis
    order = sorted(best.values(), key=lambda h: (-h.total, h.value))[: 4 * _MOST]
    unreadable = reading.value is None and not known  # only a value that is known stands against a reader's refusal
    if not order or not math.isfinite(order[0].total) or unreadable:
        return reading
    before, after = shares([h.seen for h in order]), shares([h.total for h in order])
    support = min(_BOUND, max(1 / _BOUND, after[0] / max(before[0], 1e-9)))
    candidates = ranked((Candidate(h.value, p) for h, p in zip(order, after, strict=True)), _MOST)
    return used(replace(reading, candidates=candidates), constraint, order[0].value, support, known)


def used(
    reading: FieldReading, constraint: str, chosen: str | None, support: float, known: bool | None = None
) -> FieldReading:
    """The reading with that value and the record of the use."""
    support = round(support, 4)
    facts = dict(reading.facts)
    facts["support"] = round(facts.get("support", 1.0) * support, 4)
    if known is not None:
        facts["known"] = float(known)
    use = Use(constraint, reading.value, chosen, support)
    return replace(reading, value=chosen, blank=chosen == "", uses=(*reading.uses, use), facts=facts)


def with_fact(reading: FieldReading, name: str, value: float) -> FieldReading:
    """The reading with one more fact."""
    return replace(reading, facts={**reading.facts, name: value})
