"""What a line recogniser saw at each step, kept so that words can be weighed against the picture itself (CTC)."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.candidates import Candidate, ranked

_FLOOR = -14.0  # log probability of a class that was not kept


@dataclass(frozen=True, slots=True)
class Lattice:
    """Log probabilities (steps x classes) over the characters a field allows; class 0 is the CTC blank, class i is
    `characters[i - 1]`."""

    characters: tuple[str, ...]
    log_probabilities: NDArray[np.float32]

    def log_likelihood(self, text: str) -> float:
        """The log probability that the picture says exactly `text` (the CTC forward sum); -inf if it is too long."""
        place = {c: i for i, c in enumerate(self.characters, start=1)}
        steps = self.log_probabilities
        labels = [0]
        for character in text:
            labels += [place.get(character, -1), 0]
        if not len(steps):
            return 0.0 if not text else -math.inf
        # the probability of each label at each step; a character outside the lattice has the floor's
        seen = np.full((len(steps), len(labels)), _FLOOR)
        for n, label in enumerate(labels):
            if label >= 0:
                seen[:, n] = steps[:, label]
        skip = np.array([n >= 2 and labels[n] != labels[n - 2] for n in range(len(labels))])
        skip |= np.array([n >= 2 and labels[n] == -1 and text[n // 2] != text[n // 2 - 1] for n in range(len(labels))])
        skip[::2] = False
        state = np.full(len(labels), -np.inf)
        state[: min(2, len(labels))] = seen[0, :2]
        for row in seen[1:]:
            one = np.concatenate([[-np.inf], state[:-1]])
            two = np.where(skip, np.concatenate([[-np.inf, -np.inf], state[:-2]])[: len(state)], -np.inf)
            state = np.logaddexp(np.logaddexp(state, one), two) + row
        return float(np.logaddexp(state[-1], state[-2]) if len(state) > 1 else state[-1])

    def best(self, most: int = 8, beam: int = 12) -> tuple[Candidate, ...]:
        """The likeliest texts by prefix beam search, with their probabilities."""
        beams: dict[str, tuple[float, float]] = {"": (0.0, -math.inf)}  # text -> log p ending in blank, in a character
        for row in self.log_probabilities:
            likely = np.flatnonzero(row > max(-9.0, float(row.max()) - 9.0))
            following: dict[str, tuple[float, float]] = {}
            for text, (blank, told) in beams.items():
                both = float(np.logaddexp(blank, told))
                for label in likely.tolist():
                    p = float(row[label])
                    if label == 0:
                        _add(following, text, both + p, -math.inf)
                        continue
                    character = self.characters[label - 1]
                    if text.endswith(character):
                        _add(following, text, -math.inf, told + p)
                        _add(following, text + character, -math.inf, blank + p)
                    else:
                        _add(following, text + character, -math.inf, both + p)
            kept = sorted(following.items(), key=lambda item: -float(np.logaddexp(*item[1])))[:beam]
            beams = dict(kept)
        found = (Candidate(text, math.exp(min(0.0, float(np.logaddexp(*p))))) for text, p in beams.items())
        return ranked(found, most)


def _add(beams: dict[str, tuple[float, float]], text: str, blank: float, told: float) -> None:
    had = beams.get(text, (-math.inf, -math.inf))
    beams[text] = (float(np.logaddexp(had[0], blank)), float(np.logaddexp(had[1], told)))
