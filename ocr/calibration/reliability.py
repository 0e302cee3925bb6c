"""Is a confidence what it says? The reliability diagram and the expected calibration error, in bins of equal mass."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.calibration.bound import upper_bound

Floats = NDArray[np.float64]
BINS = 15


@dataclass(frozen=True, slots=True)
class Bin:
    """Fields of nearby confidence: how sure they were on average, what share was right, and the 90 % interval of it.

    `mass` is the share of all fields that the bin stands for.
    """

    n: int
    mass: float
    confidence: float
    right: float
    low: float
    high: float


def bins(confidence: Floats, right: Floats, weights: Floats, most: int = BINS) -> tuple[Bin, ...]:
    """At most `most` bins of (nearly) equal mass, in ascending confidence; equal confidences share a bin."""
    if not len(confidence):
        return ()
    order = np.argsort(confidence, kind="stable")
    confidence, right, weights = confidence[order], right[order], weights[order]
    mass = np.cumsum(weights) - weights / 2
    place = np.minimum((mass / weights.sum() * most).astype(int), most - 1)
    _, first, where = np.unique(confidence, return_index=True, return_inverse=True)
    place = place[first][where]
    everything = float(weights.sum())
    return tuple(
        _bin(confidence[place == p], right[place == p], weights[place == p], everything) for p in np.unique(place)
    )


def _bin(confidence: Floats, right: Floats, weights: Floats, everything: float) -> Bin:
    n, total = len(confidence), float(weights.sum())
    share = float(weights @ right) / total
    wrong = (1.0 - share) * n
    low = 1.0 - upper_bound(wrong, n)
    return Bin(n, total / everything, float(weights @ confidence) / total, share, low, upper_bound(n - wrong, n))


def expected_error(confidence: Floats, right: Floats, weights: Floats, most: int = BINS) -> float:
    """The mean distance between confidence and share right over the bins, by their mass; 0 is perfect."""
    return sum(b.mass * abs(b.confidence - b.right) for b in bins(confidence, right, weights, most))
