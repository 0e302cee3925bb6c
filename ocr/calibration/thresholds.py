"""From where on a reading is accepted: a grid fixed before the proof is looked at, strictest first, stop at the first
failure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.calibration.bound import effective, upper_bound
from ocr.calibration.writers import design_effect, upper_by_writer

Floats = NDArray[np.float64]
FIRST = 4000  # fields of the fit set which the strictest threshold accepts
WIDER = 1.15  # each next threshold accepts so many times more of them
WRITERS = 20  # a proof over fewer hands proves nothing about the next hand


@dataclass(frozen=True, slots=True)
class Trial:
    """One threshold put to the proof set. `errors` and `n` are effective numbers; `bound` is the larger of the bound by
    Clopper-Pearson, for a sample as much smaller as errors bunch in writers, and of the one over resampled writers,
    made wider by what inspection cannot see."""

    threshold: float
    fit_accepted: int
    n: float
    errors: float
    writers: int
    by_writer: float
    bound: float
    passed: bool


@dataclass(frozen=True, slots=True)
class Proof:
    """Confidences of the fields on which thresholds are tried; none of their writers is in the fit set."""

    confidence: Floats
    wrong: Sequence[bool]
    weights: Sequence[float]
    writers: Sequence[str]


def grid(fit_confidence: Floats, first: int = FIRST, wider: float = WIDER) -> tuple[tuple[float, int], ...]:
    """Thresholds with how many fields of the fit set each accepts, strictest first; () if the set is too small."""
    order = np.sort(fit_confidence)[::-1]
    found: list[tuple[float, int]] = []
    wanted = float(first)
    while first <= len(order):
        threshold = float(order[min(len(order), int(wanted)) - 1])
        accepted = int((order >= threshold).sum())
        if not found or accepted > found[-1][1]:
            found.append((threshold, accepted))
        if accepted == len(order):
            break
        wanted = max(wanted * wider, accepted + 1.0)
    return tuple(found)


def choose(
    thresholds: Sequence[tuple[float, int]], proof: Proof, target: float, *, hidden: float = 0.0, least: int = WRITERS
) -> tuple[float | None, tuple[Trial, ...]]:
    """The widest threshold before the first that fails, and the trials up to that one. None: nothing is accepted.

    Testing in a fixed order and stopping at the first failure keeps the chance of a false pass at 5 % for all of them
    together. `hidden` is the share of wrong values that an inspection does not notice.
    """
    chosen: float | None = None
    trials: list[Trial] = []
    for threshold, accepted in thresholds:
        trial = _try(threshold, accepted, proof, target, hidden, least)
        trials.append(trial)
        if not trial.passed:
            break
        chosen = threshold
    return chosen, tuple(trials)


def _try(threshold: float, accepted: int, proof: Proof, target: float, hidden: float, least: int) -> Trial:
    inside = np.flatnonzero(proof.confidence >= threshold).tolist()
    wrong = [proof.wrong[i] for i in inside]
    weights = [proof.weights[i] for i in inside]
    writers = [proof.writers[i] for i in inside]
    errors, n = effective(wrong, weights)
    by_writer = upper_by_writer(wrong, weights, writers)
    bunched = design_effect(wrong, weights, writers)
    bound = min(1.0, max(upper_bound(errors / bunched, n / bunched), by_writer) / (1.0 - hidden))
    hands = len(set(writers))
    return Trial(threshold, accepted, n, errors, hands, by_writer, bound, bound <= target and hands >= least)
