"""Named random streams: every decision draws from the stream of its name, so that one never shifts another."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

import numpy as np

from api.synth.splits import Split

T = TypeVar("T")


class Chance(random.Random):
    """A `random.Random` seeded from a path of names; the same path gives the same draws on every machine.

    `split` says whose words and faces its draws are; None: everybody's.
    """

    def __init__(self, *path: object, split: Split | None = None) -> None:
        self.path = "/".join(str(step) for step in path)
        self.split = split
        super().__init__(self.path)

    def under(self, *path: object) -> Chance:
        """The stream of a part of this subject; independent of what was drawn here."""
        return Chance(self.path, *path, split=self.split)

    def happens(self, share: float) -> bool:
        """True in that share (0 to 1) of all calls."""
        return self.random() < share

    def pick(self, weighted: Sequence[tuple[T, float]]) -> T:
        """One of (value, weight) pairs."""
        return self.choices([value for value, _ in weighted], [weight for _, weight in weighted])[0]

    def between(self, low: float, high: float) -> float:
        """A real number, evenly spread."""
        return self.uniform(low, high)

    def near(self, centre: float, spread: float, limit: float = 2.5) -> float:
        """Normally spread around `centre`, cut at `limit` standard deviations."""
        return centre + spread * max(-limit, min(limit, self.gauss(0.0, 1.0)))

    def noise(self) -> np.random.Generator:
        """A numpy generator for arrays, seeded from this stream."""
        return np.random.default_rng(self.getrandbits(64))
