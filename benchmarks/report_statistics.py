"""Shares with their intervals - counted as if fields were independent, and by whole writers - and what was confused."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

import numpy as np

ABSENT = "∅"  # nothing stands here, or nothing was read
_DRAWS = 1000


def wilson(right: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson score); 0 to 1 where nothing was counted."""
    if not total:
        return 0.0, 1.0
    share = right / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def by_writer(counted: Iterable[tuple[str, bool]], draws: int = _DRAWS, seed: int = 1) -> tuple[float, float]:
    """The 95 % interval of a share when writers, not fields, are drawn anew. `counted`: (writer, right)."""
    sums: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for writer, right in counted:
        sums[writer][0] += right
        sums[writer][1] += 1
    if not sums:
        return 0.0, 1.0
    table = np.array(list(sums.values()), dtype=np.float64)
    chosen = np.random.default_rng(seed).integers(0, len(table), size=(draws, len(table)))
    drawn = table[chosen].sum(axis=1)
    low, high = np.percentile(drawn[:, 0] / drawn[:, 1], [2.5, 97.5])
    return float(low), float(high)


def edits(truth: str, read: str) -> list[tuple[str, str]]:
    """Pairs (what stands there, what was read) where the two differ, of a shortest way from one to the other."""
    cost = _costs(truth, read)
    found, a, b = [], len(truth), len(read)
    while a or b:
        here = cost[a][b]
        same = a and b and truth[a - 1] == read[b - 1]
        if a and b and here == cost[a - 1][b - 1] + (0 if same else 1):
            if not same:
                found.append((truth[a - 1], read[b - 1]))
            a, b = a - 1, b - 1
        elif a and here == cost[a - 1][b] + 1:
            found.append((truth[a - 1], ABSENT))
            a -= 1
        else:
            found.append((ABSENT, read[b - 1]))
            b -= 1
    return found[::-1]


def _costs(truth: str, read: str) -> list[list[int]]:
    """Edit distances of all beginnings."""
    rows = [list(range(len(read) + 1))]
    for a, wanted in enumerate(truth, 1):
        above, row = rows[-1], [a]
        for b, said in enumerate(read, 1):
            row.append(min(above[b] + 1, row[-1] + 1, above[b - 1] + (wanted != said)))
        rows.append(row)
    return rows


def quantile(values: Sequence[float], share: float) -> float:
    """The value under which that share of them lies; 0 of none."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)] if ordered else 0.0
