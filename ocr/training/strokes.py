"""Characters as a pen draws them: strokes through a few points, with the habits of writers and chance.

Points are in a unit box, x to the right, y down. A writer has one form of each digit, a slant, a pen and a wobble. A
pen is a ballpoint of one width, or a brush whose width follows pressure and direction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.training.digit_forms import FORMS, Form, one, seven

DIGITS = "0123456789"
_FINE = 4  # px drawn for one px of the picture
_BRUSH_FINE = 3
_LEAST_SEVEN = 0.6  # width of a 7 as a share of its height: a narrower one is a 1 with a long flag
_BARE: Form = (((0.50, 0.00), (0.50, 1.00)),)
_TICKED: Form = (((0.12, 0.05), (0.12, 0.30)), ((0.12, 0.05), (0.88, 0.05)), ((0.88, 0.05), (0.62, 0.44), (0.46, 1.00)))
PLAIN = tuple({"1": _BARE, "7": _TICKED}.get(d) or FORMS[d][0][1] for d in DIGITS)  # the usual form of each digit
Path = NDArray[np.float64]  # points x 2


@dataclass(frozen=True, slots=True)
class Brush:
    """How wide a stroke is along its way, as shares of the pen: where it begins, in its middle, where it ends, and how
    much thinner it is in the direction of its edge (`angle`, radians)."""

    entry: float
    middle: float
    leave: float
    contrast: float
    angle: float


@dataclass(frozen=True, slots=True)
class Hand:
    """A writer: the form of each digit, and how the pen moves (slant as shear, pen in mm, tilt in degrees)."""

    forms: tuple[Form, ...]
    slant: float
    narrow: float
    pen: float
    wobble: float
    tilt: float
    brush: Brush | None = None


def draw_hand(dice: np.random.Generator) -> Hand:
    """A writer by chance."""
    brush = _brush(dice) if dice.random() < 0.4 else None
    return Hand(
        tuple(_form(dice, digit) for digit in DIGITS),
        slant=float(np.clip(dice.normal(0.08, 0.17), -0.35, 0.55)),
        narrow=float(np.clip(dice.normal(0.64, 0.14), 0.34, 1.0)),
        pen=float(dice.uniform(0.2, 0.62) if brush is None else dice.uniform(0.34, 0.9)),
        wobble=float(dice.uniform(0.008, 0.045)),
        tilt=float(dice.normal(0.0, 4.0)),
        brush=brush,
    )


def _form(dice: np.random.Generator, digit: str) -> Form:
    if digit == "1":
        return one(dice)
    if digit == "7":
        return seven(dice)
    weights = np.array([weight for weight, _ in FORMS[digit]], dtype=np.float64)
    return FORMS[digit][int(dice.choice(len(weights), p=weights / weights.sum()))][1]


def _brush(dice: np.random.Generator) -> Brush:
    return Brush(
        entry=float(dice.uniform(0.7, 1.5)),
        middle=float(dice.uniform(0.5, 1.0)),
        leave=float(dice.choice([dice.uniform(0.1, 0.5), dice.uniform(0.6, 1.4)])),
        contrast=float(dice.choice([0.0, dice.uniform(0.0, 0.55)])),
        angle=float(dice.uniform(0, np.pi)),
    )


def draw_digit(dice: np.random.Generator, hand: Hand, digit: str, height: float, scale: float) -> NDArray[np.uint8]:
    """The digit in white on black (a px is 1/scale mm), `height` mm tall, with a margin of a pen's width."""
    bend = dice.normal(0, hand.wobble, (2, 3))
    paths = []
    for stroke in hand.forms[int(digit)]:
        path = _path(np.array(stroke) + dice.normal(0, hand.wobble, (len(stroke), 2)))
        # the whole of a digit bends a little besides its points
        path = path + np.stack([_wave(path[:, 1], bend[0]), _wave(path[:, 0], bend[1])], axis=1)
        path[-1] += (path[-1] - path[-2]) * float(dice.normal(0.0, 0.02)) * 10
        paths.append(path)
    narrow = hand.narrow if digit != "7" else max(hand.narrow, _LEAST_SEVEN)
    return _drawn(dice, hand, paths, height * narrow * float(dice.normal(1.0, 0.08)), height, scale)


def draw_strokes(
    dice: np.random.Generator, hand: Hand, lines: Sequence[Sequence[Sequence[float]]], height: float, scale: float
) -> NDArray[np.uint8]:
    """A character given by its strokes (shares of an em around its middle) as this hand writes it, like `draw_digit`:
    each stroke strays, turns and stretches by itself, its end runs over or falls short, and near ends are joined."""
    loose = float(dice.uniform(0.4, 1.5)) * (0.6 + 12 * hand.wobble)
    joined = dice.random() < 0.2
    paths: list[Path] = []
    for line in lines:
        points = np.array(line, dtype=np.float64)
        middle = points.mean(axis=0)
        turn, size = float(dice.normal(0, 0.07 * loose)), np.exp(dice.normal(0, 0.07 * loose, 2))
        matrix = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]]) * size
        points = (points - middle) @ matrix + middle + dice.normal(0, 0.018 * loose, 2)
        along = np.linspace(0, 1, len(points))
        chord = points[-1] - points[0]
        bow = float(dice.normal(0, 0.035 * loose)) * np.sin(np.pi * along)
        points = points + bow[:, None] * np.array([-chord[1], chord[0]])
        last = max(2, len(points) // 6)
        points[-last:] += np.linspace(0, 1, last)[:, None] * chord * float(dice.normal(0.03, 0.06 * loose))
        paths.append(points + 0.5)
    if joined:
        ends = [(a[-1], b[0]) for a, b in pairwise(paths)]
        paths += [np.stack(pair) for pair in ends if np.hypot(*(pair[0] - pair[1])) < 0.3 and dice.random() < 0.6]
    bend = dice.normal(0, 0.8 * hand.wobble * loose, (2, 3))
    paths = [p + np.stack([_wave(p[:, 1], bend[0]), _wave(p[:, 0], bend[1])], axis=1) for p in paths]
    width = height * float(np.clip(dice.normal(0.6, 0.1) + 0.5 * hand.narrow, 0.6, 1.25))
    return _drawn(dice, hand, paths, width, height, scale)


def _drawn(
    dice: np.random.Generator, hand: Hand, paths: Sequence[Path], width: float, height: float, scale: float
) -> NDArray[np.uint8]:
    """Paths in the unit box as ink."""
    finer = _FINE if hand.brush is None else _BRUSH_FINE
    fine = scale * finer
    margin = 1.5 * hand.pen + 0.25 * height
    turn = np.radians(hand.tilt + float(dice.normal(0, 2.5)))
    lean = abs(hand.slant) * height
    shape = (round((height + 2 * margin) * fine), round((width + lean + 2 * margin) * fine))
    picture = np.zeros(shape, dtype=np.uint8)
    pen = hand.pen * fine * float(dice.normal(1.0, 0.06))
    for path in paths:
        x, y = (path[:, 0] - 0.5) * width, (path[:, 1] - 0.5) * height
        x = x - y * hand.slant
        turned = np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=1)
        points = turned * fine + np.array([shape[1] / 2, shape[0] / 2])
        if hand.brush is None:
            thick = max(1, round(pen))
            cv2.polylines(picture, [np.round(points).astype(np.int32)], False, 255, thick, cv2.LINE_AA)
        else:
            _brushed(dice, picture, points, pen, hand.brush)
    small = cv2.resize(picture, None, fx=1 / finer, fy=1 / finer, interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.uint8)


def _brushed(dice: np.random.Generator, picture: NDArray[np.uint8], points: Path, pen: float, brush: Brush) -> None:
    """A stroke of a brush: dabs along the way, of the width that pressure and direction make."""
    steps = np.hypot(*np.diff(points, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] < 1:
        return
    count = int(np.clip(along[-1] / max(1.5, 0.22 * pen), 4, 160))
    at = np.linspace(0, along[-1], count)
    dabs = np.stack([np.interp(at, along, points[:, 0]), np.interp(at, along, points[:, 1])], axis=1)
    press = np.clip(1 + dice.normal(0, 0.12, 3), 0.6, 1.4)
    middle = brush.middle * press[1]
    width = np.interp(
        np.linspace(0, 1, count), (0, 0.16, 0.5, 0.8, 1),
        (brush.entry * press[0], 0.5 * (brush.entry + middle), middle, middle, brush.leave * press[2]),
    )  # fmt: skip
    way = np.gradient(dabs, axis=0)
    width = width * (1 - brush.contrast * np.abs(np.cos(np.arctan2(way[:, 1], way[:, 0]) - brush.angle)))
    for (x, y), wide in zip(np.round(dabs).astype(int).tolist(), (width * pen / 2).tolist(), strict=True):
        cv2.circle(picture, (x, y), max(1, round(wide)), 255, -1)


def _wave(along: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    waves = sum(float(a) * np.sin((n + 1) * np.pi * along) for n, a in enumerate(size.tolist()))
    return np.asarray(waves, dtype=np.float64)


def _path(points: NDArray[np.float64]) -> Path:
    """A curve through the points (centripetal enough for few of them: Catmull-Rom)."""
    if len(points) == 2:
        steps = np.linspace(0, 1, 6)[:, None]
        return np.asarray(points[0] * (1 - steps) + points[1] * steps)
    padded = np.vstack([2 * points[0] - points[1], points, 2 * points[-1] - points[-2]])
    t = np.linspace(0, 1, 9)[:, None]
    parts = []
    for a, b, c, d in zip(padded, padded[1:], padded[2:], padded[3:], strict=False):
        curve = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - a - 3 * c + d) * t**3
        parts.append(0.5 * curve)
    return np.asarray(np.vstack(parts))
