"""Invented readers whose true error is known, to see whether a calibration tells the truth about them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ocr.calibration import features
from ocr.calibration.fit import SHARES, fit_class
from ocr.calibration.labels import Labelled
from ocr.calibration.model import ClassModel
from ocr.calibration.writers import folds

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class World:
    """A field has a quality; the reader's score follows it with noise, its truth with the writer's own luck."""

    base: float = 9.0
    slope: float = 2.5
    writer: float = 1.0  # spread of the writers' log odds
    noise: float = 0.7

    def draw(self, seed: int, writers: int, per: int) -> tuple[list[Labelled], Floats]:
        """Labels, and the true chance of each to be wrong."""
        chance = np.random.default_rng(seed)
        labels: list[Labelled] = []
        wrong: list[float] = []
        for writer in range(writers):
            quality = chance.normal(0, 1, per)
            odds = self.base + self.slope * quality + chance.normal(0, self.writer)
            p = 1 / (1 + np.exp(-odds))
            right = chance.random(per) < p
            score = 1 / (1 + np.exp(-(3 + 1.5 * quality + chance.normal(0, self.noise, per))))
            labels += [
                Labelled("comb", {"score": float(s), "chars": 10.0}, bool(r), f"w{writer}", engines=("twin 1",))
                for s, r in zip(score, right, strict=True)
            ]
            wrong += (1 - p).tolist()
        return labels, np.array(wrong)

    def fitted(self, seed: int, writers: int = 100, per: int = 100, target: float = 0.0014) -> ClassModel:
        """A calibration of this world."""
        labels, _ = self.draw(seed, writers, per)
        made = fit_class(labels, folds([label.writer for label in labels], SHARES), target)
        assert made is not None
        return made

    def realised(self, model: ClassModel, seed: int) -> tuple[float, float]:
        """The true error of what the model accepts of fresh writers, and the share it accepts."""
        assert model.threshold is not None
        labels, wrong = self.draw(10_000 + seed, 150, 20)
        confidence = model.fit.confidence(np.array([features.vector(label.facts) for label in labels]))
        inside = confidence >= model.threshold
        return float(wrong[inside].mean()) if inside.any() else 0.0, float(inside.mean())
