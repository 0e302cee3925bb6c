"""Digits as a pen draws them: strokes through a few points, with the habits of Japanese writers and chance.

Points are in a unit box, x to the right, y down. A writer has one form of each digit, a slant, a pen and a wobble.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Stroke = tuple[Point, ...]

# Each digit: its forms with their weights. A stroke of two points is straight, a longer one bends through its points.
_FORMS: dict[str, tuple[tuple[float, tuple[Stroke, ...]], ...]] = {
    "0": (
        (5, (((0.52, 0.02), (0.20, 0.14), (0.10, 0.50), (0.22, 0.88), (0.52, 0.98), (0.80, 0.86), (0.90, 0.50),
              (0.78, 0.13), (0.50, 0.02)),)),
        (2, (((0.60, 0.04), (0.26, 0.12), (0.12, 0.50), (0.24, 0.90), (0.56, 0.97), (0.84, 0.70), (0.84, 0.30),
              (0.62, 0.05), (0.42, 0.10)),)),
        (1, (((0.40, 0.04), (0.14, 0.30), (0.14, 0.74), (0.44, 0.98), (0.80, 0.78), (0.86, 0.36), (0.62, 0.06),
              (0.48, 0.02)),)),
    ),
    "1": (
        (7, (((0.50, 0.00), (0.50, 1.00)),)),
        (2, (((0.30, 0.22), (0.52, 0.00)), ((0.52, 0.00), (0.52, 1.00)))),
        (1, (((0.24, 0.24), (0.52, 0.00)), ((0.52, 0.00), (0.52, 1.00)), ((0.22, 1.00), (0.82, 1.00)))),
    ),
    "2": (
        (5, (((0.12, 0.24), (0.28, 0.05), (0.58, 0.02), (0.82, 0.18), (0.78, 0.42), (0.50, 0.68), (0.12, 0.97)),
             ((0.12, 0.97), (0.92, 0.96)))),
        (2, (((0.12, 0.26), (0.34, 0.03), (0.68, 0.05), (0.82, 0.28), (0.60, 0.62), (0.22, 0.94), (0.14, 0.84),
              (0.30, 0.78), (0.55, 0.94), (0.92, 0.94)),)),
        (1, (((0.10, 0.14), (0.45, 0.02), (0.82, 0.14), (0.76, 0.44), (0.40, 0.74), (0.10, 0.92), (0.50, 0.88),
              (0.92, 0.98)),)),
    ),
    "3": (
        (5, (((0.14, 0.16), (0.42, 0.01), (0.76, 0.12), (0.72, 0.36), (0.38, 0.47)),
             ((0.38, 0.47), (0.74, 0.54), (0.88, 0.76), (0.62, 0.97), (0.30, 0.96), (0.08, 0.82)))),
        (2, (((0.12, 0.05), (0.80, 0.04)), ((0.80, 0.04), (0.40, 0.42)),
             ((0.40, 0.42), (0.78, 0.52), (0.86, 0.78), (0.58, 0.98), (0.10, 0.88)))),
        (1, (((0.16, 0.10), (0.60, 0.02), (0.74, 0.22), (0.44, 0.46), (0.56, 0.46), (0.86, 0.66), (0.62, 0.97),
              (0.10, 0.90)),)),
    ),
    "4": (
        (5, (((0.44, 0.02), (0.08, 0.66)), ((0.08, 0.66), (0.94, 0.66)), ((0.64, 0.32), (0.62, 1.00)))),
        (3, (((0.62, 0.02), (0.06, 0.68)), ((0.06, 0.68), (0.96, 0.68)), ((0.64, 0.02), (0.64, 1.00)))),
        (3, (((0.20, 0.04), (0.14, 0.56)), ((0.14, 0.56), (0.92, 0.52)), ((0.74, 0.04), (0.68, 1.00)))),
        (1, (((0.22, 0.04), (0.16, 0.44), (0.36, 0.58), (0.80, 0.50)), ((0.80, 0.04), (0.74, 1.00)))),
    ),
    "5": (
        (5, (((0.24, 0.03), (0.18, 0.44)), ((0.18, 0.44), (0.48, 0.36), (0.84, 0.52), (0.80, 0.84), (0.46, 0.99),
              (0.10, 0.88)), ((0.24, 0.03), (0.88, 0.03)))),
        (2, (((0.86, 0.03), (0.28, 0.05)), ((0.28, 0.05), (0.20, 0.42)),
             ((0.20, 0.42), (0.56, 0.38), (0.84, 0.60), (0.70, 0.92), (0.30, 0.98), (0.08, 0.86)))),
        (2, (((0.30, 0.10), (0.22, 0.46)), ((0.22, 0.46), (0.60, 0.42), (0.82, 0.66), (0.62, 0.95), (0.14, 0.94)),
             ((0.40, 0.02), (0.96, 0.00)))),
    ),
    "6": (
        (5, (((0.66, 0.02), (0.34, 0.24), (0.14, 0.62), (0.26, 0.93), (0.56, 0.98), (0.84, 0.80), (0.74, 0.56),
              (0.44, 0.52), (0.16, 0.70)),)),
        (2, (((0.50, 0.00), (0.22, 0.36), (0.16, 0.76), (0.40, 0.98), (0.74, 0.90), (0.78, 0.64), (0.50, 0.54),
              (0.20, 0.74)),)),
        (1, (((0.84, 0.10), (0.50, 0.04), (0.18, 0.40), (0.16, 0.80), (0.50, 0.99), (0.84, 0.78), (0.60, 0.52),
              (0.20, 0.66)),)),
    ),
    "7": (
        (4, (((0.12, 0.05), (0.12, 0.30)), ((0.12, 0.05), (0.88, 0.05)), ((0.88, 0.05), (0.62, 0.44), (0.46, 1.00)))),
        (4, (((0.08, 0.05), (0.90, 0.04)), ((0.90, 0.04), (0.40, 1.00)))),
        (2, (((0.10, 0.10), (0.16, 0.04), (0.86, 0.04)), ((0.86, 0.04), (0.56, 0.50), (0.50, 1.00)))),
        (1, (((0.08, 0.05), (0.90, 0.04)), ((0.90, 0.04), (0.40, 1.00)), ((0.30, 0.50), (0.86, 0.48)))),
    ),
    "8": (
        (5, (((0.70, 0.12), (0.44, 0.01), (0.20, 0.14), (0.28, 0.36), (0.66, 0.58), (0.82, 0.82), (0.50, 0.99),
              (0.18, 0.82), (0.34, 0.56), (0.68, 0.34), (0.76, 0.14), (0.66, 0.08)),)),
        (2, (((0.50, 0.02), (0.22, 0.22), (0.50, 0.46), (0.78, 0.22), (0.50, 0.02)),
             ((0.50, 0.46), (0.14, 0.74), (0.50, 0.99), (0.86, 0.74), (0.50, 0.46)))),
        (1, (((0.80, 0.04), (0.36, 0.04), (0.24, 0.26), (0.62, 0.54), (0.76, 0.84), (0.42, 0.98), (0.24, 0.76),
              (0.50, 0.48), (0.82, 0.10)),)),
    ),
    "9": (
        (4, (((0.82, 0.16), (0.50, 0.02), (0.18, 0.18), (0.22, 0.44), (0.54, 0.48), (0.82, 0.20)),
             ((0.82, 0.12), (0.80, 0.50), (0.70, 1.00)))),
        (3, (((0.80, 0.22), (0.54, 0.01), (0.18, 0.20), (0.26, 0.46), (0.60, 0.46), (0.82, 0.18), (0.84, 0.60),
              (0.62, 0.96), (0.20, 0.94)),)),
        (2, (((0.70, 0.06), (0.34, 0.04), (0.16, 0.28), (0.40, 0.48), (0.74, 0.34), (0.80, 0.06)),
             ((0.80, 0.04), (0.60, 0.60), (0.42, 1.00)))),
    ),
}  # fmt: skip
DIGITS = tuple(_FORMS)
_FINE = 4  # px drawn for one px of the picture


@dataclass(frozen=True, slots=True)
class Hand:
    """A writer: the number of each digit's form, and how the pen moves (slant as shear, pen in mm)."""

    forms: tuple[int, ...]
    slant: float
    narrow: float
    pen: float
    wobble: float
    tilt: float


def draw_hand(dice: np.random.Generator) -> Hand:
    """A writer by chance."""
    forms = []
    for digit in DIGITS:
        weights = np.array([weight for weight, _ in _FORMS[digit]], dtype=np.float64)
        forms.append(int(dice.choice(len(weights), p=weights / weights.sum())))
    return Hand(
        tuple(forms),
        slant=float(dice.normal(0.06, 0.14)),
        narrow=float(np.clip(dice.normal(0.62, 0.12), 0.36, 0.95)),
        pen=float(dice.uniform(0.24, 0.62)),
        wobble=float(dice.uniform(0.008, 0.045)),
        tilt=float(dice.normal(0.0, 4.0)),
    )


def draw_digit(dice: np.random.Generator, hand: Hand, digit: str, height: float, scale: float) -> NDArray[np.uint8]:
    """The digit in white on black (a px is 1/scale mm), `height` mm tall, with a margin of a pen's width."""
    _, strokes = _FORMS[digit][hand.forms[int(digit)]]
    width = height * hand.narrow * float(dice.normal(1.0, 0.08))
    margin = hand.pen + 0.25 * height
    fine = scale * _FINE
    turn = np.radians(hand.tilt + float(dice.normal(0, 2.5)))
    shape = (round((height + 2 * margin) * fine), round((width + 2 * margin) * fine))
    picture = np.zeros(shape, dtype=np.uint8)
    bend = dice.normal(0, hand.wobble, (2, 3))
    pen = max(1, round(hand.pen * fine * float(dice.normal(1.0, 0.06))))
    for stroke in strokes:
        path = _path(np.array(stroke) + dice.normal(0, hand.wobble, (len(stroke), 2)))
        # the whole of a digit bends a little besides its points
        path = path + np.stack([_wave(path[:, 1], bend[0]), _wave(path[:, 0], bend[1])], axis=1)
        overrun = float(dice.normal(0.0, 0.02))
        path[-1] += (path[-1] - path[-2]) * overrun * 10
        x, y = (path[:, 0] - 0.5) * width, (path[:, 1] - 0.5) * height
        x = x - y * hand.slant
        turned = np.stack([x * np.cos(turn) - y * np.sin(turn), x * np.sin(turn) + y * np.cos(turn)], axis=1)
        points = turned * fine + np.array([shape[1] / 2, shape[0] / 2])
        cv2.polylines(picture, [np.round(points).astype(np.int32)], False, 255, pen, cv2.LINE_AA)
    return np.asarray(cv2.resize(picture, None, fx=1 / _FINE, fy=1 / _FINE, interpolation=cv2.INTER_AREA), np.uint8)


def _wave(along: NDArray[np.float64], size: NDArray[np.float64]) -> NDArray[np.float64]:
    waves = sum(float(a) * np.sin((n + 1) * np.pi * along) for n, a in enumerate(size.tolist()))
    return np.asarray(waves, dtype=np.float64)


def _path(points: NDArray[np.float64]) -> NDArray[np.float64]:
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
