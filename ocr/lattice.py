"""What a line recogniser saw at each step, kept so that words can be weighed against the picture itself (CTC)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ocr.candidates import Candidate, ranked

FLOOR = -14.0  # log probability of a class that was not kept
_CERTAIN = 0.9995  # a step that gives one class so much tells nothing of the others
_LEAST = 1e-4  # of a step's likeliest class: what is less likely is not followed


@dataclass(frozen=True, slots=True)
class Lattice:
    """Log probabilities (steps x classes) over the characters a field allows; class 0 is the CTC blank, class i is
    `characters[i - 1]`. `again` is what the engine saw in another view of the same line, over the same characters."""

    characters: tuple[str, ...]
    log_probabilities: NDArray[np.float32]
    again: Lattice | None = None

    def with_view(self, other: Lattice) -> Lattice:
        """The two views of a line as one: a text is as likely as they say on average (of logs: they are no two
        readings, both are one engine's)."""
        characters = tuple(dict.fromkeys(self.characters + other.characters))
        return replace(self.over(characters), again=other.over(characters))

    def renamed(self, name: Callable[[str], str]) -> Lattice:
        """The lattice over other names of its characters; what two of one name are given is added."""
        names = tuple(dict.fromkeys(name(c) for c in self.characters))
        rows = np.full((len(self.log_probabilities), len(names) + 1), -np.inf, dtype=np.float32)
        rows[:, 0] = self.log_probabilities[:, 0]
        for n, character in enumerate(self.characters, start=1):
            place = names.index(name(character)) + 1
            rows[:, place] = np.logaddexp(rows[:, place], self.log_probabilities[:, n])
        again = self.again.renamed(name).over(names) if self.again is not None else None
        return Lattice(names, np.minimum(rows, 0.0), again)

    def over(self, characters: tuple[str, ...]) -> Lattice:
        """The same steps over more characters, without what another view said."""
        place = {c: i for i, c in enumerate(characters, start=1)}
        rows = np.full((len(self.log_probabilities), len(characters) + 1), FLOOR, dtype=np.float32)
        rows[:, [0] + [place[c] for c in self.characters]] = self.log_probabilities
        return Lattice(characters, rows)

    def log_likelihood(self, text: str) -> float:
        """The log probability that the picture says exactly `text` (the CTC forward sum); -inf if it is too long."""
        return self.log_likelihoods((text,))[0]

    def log_likelihoods(self, texts: Sequence[str]) -> list[float]:
        """log_likelihood of many texts at once."""
        if not texts:
            return []
        if self.again is None:
            return self._likelihoods(texts)
        views = zip(self._likelihoods(texts), self.again._likelihoods(texts), strict=True)
        return [(a + b) / 2 for a, b in views]

    def _likelihoods(self, texts: Sequence[str]) -> list[float]:
        steps = self.log_probabilities
        if not len(steps):
            return [-math.inf if text else 0.0 for text in texts]
        labels, skip = self._labels(texts)
        seen = np.concatenate([steps, np.full((len(steps), 1), FLOOR, dtype=np.float32)], axis=1).astype(np.float64)
        state = np.full((len(texts), labels.shape[1] + 2), -np.inf)  # two places of padding on the left
        state[:, 2:4] = seen[0, labels[:, :2]]
        state[[not text for text in texts], 3] = -np.inf
        hop = np.where(skip, 0.0, -np.inf)
        with np.errstate(invalid="ignore"):  # -inf and -inf are -inf
            for row in seen[1:]:
                state[:, 2:] = _add_logs(state[:, 2:], state[:, 1:-1], state[:, :-2] + hop) + row[labels]
        ends = np.array([2 * len(text) + 2 for text in texts])
        rows = np.arange(len(texts))
        last = np.logaddexp(state[rows, ends], np.where(ends > 2, state[rows, ends - 1], -np.inf))
        return [float(value) for value in last]

    def _labels(self, texts: Sequence[str]) -> tuple[NDArray[np.intp], NDArray[np.bool_]]:
        """Each text's labels with blanks between (padded with the floor's class), and where a blank may be skipped."""
        place = {c: i for i, c in enumerate(self.characters, start=1)}
        unknown = len(self.characters) + 1
        longest = max(1, *(len(text) for text in texts))
        labels = np.zeros((len(texts), 2 * longest + 1), dtype=np.intp)
        skip = np.zeros(labels.shape, dtype=np.bool_)
        for n, text in enumerate(texts):
            labels[n, 1 : 2 * len(text) : 2] = [place.get(c, unknown) for c in text]
            skip[n, 3 : 2 * len(text) : 2] = [a != b for a, b in zip(text[1:], text, strict=False)]
        return labels, skip

    def best(self, most: int = 8, beam: int = 12) -> tuple[Candidate, ...]:
        """The likeliest texts by prefix beam search, with their probabilities."""
        if self.again is None:
            return self._searched(most, beam)
        texts = sorted({c.value for view in (self, self.again) for c in view._searched(most, beam)})
        seen = self.log_likelihoods(texts)
        return ranked((Candidate(text, math.exp(min(0.0, p))) for text, p in zip(texts, seen, strict=True)), most)

    def _searched(self, most: int, beam: int) -> tuple[Candidate, ...]:
        beams: dict[str, tuple[float, float]] = {"": (1.0, 0.0)}  # text -> p ending in a blank, in a character
        scale = 0.0
        steps = np.exp(self.log_probabilities.astype(np.float64))
        for row, top in zip(steps, steps.max(axis=1).tolist(), strict=True):
            labels = [int(row.argmax())] if top > _CERTAIN else np.flatnonzero(row > _LEAST * top).tolist()
            choices = [(self.characters[label - 1] if label else "", float(row[label])) for label in labels]
            found = _extended(beams, choices)
            kept = sorted(found.items(), key=lambda item: -sum(item[1]))[:beam]
            largest = max(sum(kept[0][1]), 1e-300)
            scale += math.log(largest)  # kept apart, so that a long line does not underflow
            beams = {text: (blank / largest, told / largest) for text, (blank, told) in kept}
        factor = math.exp(min(0.0, scale))
        return ranked((Candidate(text, min(1.0, sum(p) * factor)) for text, p in beams.items()), most)

    def joined(self, other: Lattice) -> Lattice:
        """The lattice of a line that goes on in the next, with a gap between."""
        characters = tuple(dict.fromkeys(self.characters + other.characters))
        gap = np.full((1, len(characters) + 1), FLOOR, dtype=np.float32)
        gap[0, 0] = 0.0
        parts = [self.over(characters).log_probabilities, gap, other.over(characters).log_probabilities]
        joined = Lattice(characters, np.concatenate(parts))
        if self.again is None and other.again is None:
            return joined
        return joined.with_view((self.again or replace(self, again=None)).joined(other.again or other))


def _extended(
    beams: dict[str, tuple[float, float]], choices: Sequence[tuple[str, float]]
) -> dict[str, tuple[float, float]]:
    """The beams after one step; "" among the choices is the CTC blank."""
    found: dict[str, tuple[float, float]] = {}
    for text, (blank, told) in beams.items():
        for character, p in choices:
            if not character:
                _add(found, text, (blank + told) * p, 0.0)
            elif text.endswith(character):
                _add(found, text, 0.0, told * p)
                _add(found, text + character, 0.0, blank * p)
            else:
                _add(found, text + character, 0.0, (blank + told) * p)
    return found


def _add(beams: dict[str, tuple[float, float]], text: str, blank: float, told: float) -> None:
    had = beams.get(text, (0.0, 0.0))
    beams[text] = (had[0] + blank, had[1] + told)


def _add_logs(*terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """The log of the sum of what three arrays are the logs of; -inf where all are."""
    highest = np.maximum(np.maximum(terms[0], terms[1]), terms[2])
    base = np.where(np.isfinite(highest), highest, 0.0)
    total = np.exp(terms[0] - base) + np.exp(terms[1] - base) + np.exp(terms[2] - base)
    with np.errstate(divide="ignore"):
        return np.asarray(np.log(total) + base, dtype=np.float64)
