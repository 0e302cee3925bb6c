"""Isotonic regression by pool-adjacent-violators: a non-decreasing curve from log odds to the share that is right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
# Half an error and half a success are added to each step: a block of 4,000 without an error says 99.99 %, not 100 %.
PRIOR = 0.5
# Within a flat step the log odds still order the fields, so that a threshold can cut it; too small to show.
_ORDER = 1e-5
_SPAN = 30.0


@dataclass(frozen=True, slots=True)
class Curve:
    """Steps by their centres (log odds, ascending) and shares (non-decreasing); straight lines between them."""

    centres: tuple[float, ...]
    shares: tuple[float, ...]

    def at(self, z: Floats) -> Floats:
        """The confidence at those log odds: strictly increasing in them, within 0 and 1."""
        flat = np.interp(z, self.centres, self.shares)
        order = (np.clip(z, -_SPAN, _SPAN) + _SPAN) / (2.0 * _SPAN)
        return np.asarray((1.0 - _ORDER) * flat + _ORDER * order, dtype=np.float64)


def pool(values: Sequence[float], weights: Sequence[float]) -> list[tuple[int, int]]:
    """The blocks [start, end) of the weighted non-decreasing fit to `values`, in order."""
    blocks: list[tuple[float, float, int]] = []  # mean, weight, start
    for i, (value, weight) in enumerate(zip(values, weights, strict=True)):
        mean, held, start = value, weight, i
        while blocks and blocks[-1][0] >= mean:
            before, more, start = blocks.pop()
            mean = (before * more + mean * held) / (more + held)
            held += more
        blocks.append((mean, held, start))
    ends = [start for _, _, start in blocks[1:]] + [len(values)]
    return [(start, end) for (_, _, start), end in zip(blocks, ends, strict=True)]


def fit(z: Floats, right: Floats, weights: Floats) -> Curve:
    """The curve through labelled log odds. Equal log odds share a step."""
    order = np.argsort(z, kind="stable")
    z, right, weights = z[order], right[order], weights[order]
    _, first = np.unique(z, return_index=True)
    w = np.add.reduceat(weights, first)
    y = np.add.reduceat(weights * right, first) / w
    centre = z[first]
    steps = pool(y.tolist(), w.tolist())
    sums = [
        (float(w[a:b].sum()), float((w[a:b] * y[a:b]).sum()), float((w[a:b] * centre[a:b]).sum())) for a, b in steps
    ]
    shares = [(good + PRIOR) / (held + 2 * PRIOR) for held, good, _ in sums]
    # A small step that is all right loses more to the prior than the big one below it: pool again.
    again = pool(shares, [held for held, _, _ in sums])
    centres, found = [], []
    for a, b in again:
        held = sum(s[0] for s in sums[a:b])
        centres.append(sum(s[2] for s in sums[a:b]) / held)
        found.append(sum(s[0] * share for s, share in zip(sums[a:b], shares[a:b], strict=True)) / held)
    return Curve(tuple(centres), tuple(found))
