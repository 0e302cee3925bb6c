"""Reads a row of cells under a check digit: the likeliest numbers that are right, found jointly over all cells."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Sequence

from ocr.candidates import Candidate

_FLOOR = 1e-9


def rows(cells: Sequence[Sequence[Candidate]]) -> Iterator[Candidate]:
    """Every way to choose one option of each cell, the likeliest first; its probability is the product."""
    if any(not options for options in cells):
        return
    ordered = [sorted(options, key=lambda c: -c.probability) for options in cells]
    costs = [[-math.log(max(c.probability, _FLOOR)) for c in options] for options in ordered]
    first = tuple(0 for _ in ordered)
    heap = [(sum(cost[0] for cost in costs), first)]
    known = {first}
    while heap:
        cost, places = heapq.heappop(heap)
        yield Candidate("".join(ordered[n][i].value for n, i in enumerate(places)), math.exp(-cost))
        for n, i in enumerate(places):
            if i + 1 < len(ordered[n]):
                following = (*places[:n], i + 1, *places[n + 1 :])
                if following not in known:
                    known.add(following)
                    heapq.heappush(heap, (cost - costs[n][i] + costs[n][i + 1], following))


def decoded(
    cells: Sequence[Sequence[Candidate]],
    is_right: Callable[[str], bool],
    share: float = 0.1,
    miswritten: float = 0.005,
    tried: int = 600,
    most: int = 8,
) -> tuple[Candidate, ...]:
    """The likeliest texts of a row of cells, when `is_right` (a check digit) holds for `share` of all texts and for
    all that are written but `miswritten` of them.

    The probabilities are those after the check digit has spoken and add up to 1 over the `tried` likeliest texts. What
    was miswritten stays possible: a text that breaks the check wins where the cells leave no doubt.
    """
    found: list[Candidate] = []
    total = seen = 0.0
    for n, row in enumerate(rows(cells)):
        weight = row.probability * ((1 - miswritten) / share if is_right(row.value) else miswritten)
        found.append(Candidate(row.value, weight))
        total += weight
        seen += row.probability
        if n + 1 >= tried or row.probability < 1e-7 * seen:
            break
    if total <= 0.0:
        return ()
    found.sort(key=lambda c: (-c.probability, c.value))
    return tuple(Candidate(c.value, c.probability / total) for c in found[:most])
