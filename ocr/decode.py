"""Decoding of a line recogniser's output over the characters a field allows (CTC, greedy), and its lattice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ocr.charsets import RARITY, charset, rare, twins
from ocr.engine import LineReading
from ocr.lattice import FLOOR, Lattice
from ocr.variants import Leans, leans_of

_KEPT = 1e-4  # a class is kept in the lattice if it has this share of what some step may be
_CERTAIN = 0.9995
_FREE = 0.5  # of what a step gives to characters the field cannot hold, this power goes to those it can


class Decoder:
    """Turns the recogniser's rows (steps x classes, probabilities; class 0 is the CTC blank) into readings."""

    def __init__(self, characters: Sequence[str] = ()) -> None:
        self._characters = list(characters)
        self._gaps = [i for i, c in enumerate(self._characters) if i and c.isspace()]  # a space is a gap like a blank
        self._classes: dict[str, _Classes] = {}

    @property
    def classes(self) -> int:
        """How many classes a row must have."""
        return len(self._characters)

    def decode(self, row: NDArray[np.float32], name: str, share: float) -> LineReading:
        """Read one picture's rows over the named set; `share` of its width is picture, the rest padding."""
        classes = self._allowed(name)
        seen = row[:, classes.picked]
        seen[:, 0] += row[:, self._gaps].sum(axis=1)
        if len(classes.targets):
            seen[:, classes.targets] += np.add.reduceat(row[:, classes.twins], classes.starts, axis=1)
        classes.leans.put_right(seen)
        believed = _held_to_set(seen, classes.weight)
        best = believed.argmax(axis=1)
        steps = np.arange(len(best))
        chars = _greedy(best, seen[steps, best], classes.characters)
        told = row.argmax(axis=1)
        free = _greedy(told, row[steps, told], self._characters)
        width = max(1.0, share * row.shape[0])
        placed = tuple((c, p, min(1.0, (step + 0.5) / width)) for c, p, step in chars)
        score = float(np.mean([p for _, p, _ in chars])) if chars else 0.0
        lattice = self._lattice(believed, classes.characters)
        return LineReading("".join(c for c, _, _ in chars), score, "".join(c for c, _, _ in free), placed, lattice)

    def _lattice(self, believed: NDArray[np.float32], characters: Sequence[str]) -> Lattice:
        """What each step may have been, over the classes that some step takes seriously."""
        told = believed.argmax(axis=1)
        certain = believed[np.arange(len(told)), told] > _CERTAIN
        # one of a run of steps that surely say the same says it all
        again = np.concatenate([[False], (told[1:] == told[:-1]) & certain[1:] & certain[:-1]])
        believed = believed[~again]
        kept = np.flatnonzero((believed > _KEPT).any(axis=0))
        kept = np.concatenate([[0], kept[kept > 0]]).astype(np.intp)
        logs = np.log(np.maximum(believed[:, kept], np.exp(np.float32(FLOOR)))).astype(np.float32)
        return Lattice(tuple(characters[i] for i in kept[1:].tolist()), logs)

    def _allowed(self, name: str) -> _Classes:
        if name not in self._classes:
            self._classes[name] = self._make(name)
        return self._classes[name]

    def _make(self, name: str) -> _Classes:
        allowed, scarce = charset(name), rare()
        picked = [0] + [i for i, c in enumerate(self._characters) if i and c in allowed]
        place = {self._characters[i]: n for n, i in enumerate(picked) if n}
        number = {c: i for i, c in enumerate(self._characters) if i}
        alike = twins(name, self._characters[1:])
        pairs = sorted({(place[c], number[t]) for c, t in alike if c in place and t in number})
        target, twin = [a for a, _ in pairs], [b for _, b in pairs]
        first = [n for n in range(len(target)) if not n or target[n] != target[n - 1]]
        return _Classes(
            np.array(picked, dtype=np.intp),
            tuple(self._characters[i] for i in picked),
            np.array([target[n] for n in first], dtype=np.intp),
            np.array(first, dtype=np.intp),
            np.array(twin, dtype=np.intp),
            np.array([RARITY if self._characters[i] in scarce else 1.0 for i in picked], dtype=np.float32),
            leans_of([self._characters[i] if i else "" for i in picked]),
        )


@dataclass(frozen=True, slots=True)
class _Classes:
    """The classes of a character set: `picked` (class 0 first) with their `characters`, and the `twins` whose
    probabilities are added to those of `picked[targets]`, twins from `starts` on; `weight` is the prior of each;
    `leans` is put right before."""

    picked: NDArray[np.intp]
    characters: tuple[str, ...]
    targets: NDArray[np.intp]
    starts: NDArray[np.intp]
    twins: NDArray[np.intp]
    weight: NDArray[np.float32]
    leans: Leans


def _held_to_set(seen: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """The belief in each allowed class, given that the writing is of the set.

    A step that says a character outside the set (増 in its Chinese form) says that a character stands there: what it
    gave away goes to the allowed ones in proportion, by the power _FREE, so that it is not taken for a gap.
    """
    weighed = seen * weight
    blank = weighed[:, :1]
    told = weighed[:, 1:].sum(axis=1, keepdims=True)
    lost = np.maximum(1.0 - blank - told, 0.0)
    factor = ((told + lost) / np.maximum(told, 1e-9)) ** _FREE
    weighed[:, 1:] *= np.minimum(factor, 1e4)
    return weighed


def _greedy(best: NDArray[Any], sure: NDArray[Any], characters: Sequence[str]) -> list[tuple[str, float, int]]:
    """Characters with their highest probability and step; repeats joined, CTC blanks (class 0) dropped."""
    found: list[tuple[str, float, int]] = []
    last = 0
    for step in np.flatnonzero((best != 0) | (np.roll(best, 1) != 0)).tolist():
        index = int(best[step])
        probability = min(1.0, float(sure[step]))
        if index and index == last and probability > found[-1][1]:
            found[-1] = (found[-1][0], probability, step)
        elif index and index != last:
            found.append((characters[index], probability, step))
        last = index
    return found
