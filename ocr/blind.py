"""Looks for a known form on a page whose code cannot be read, by its print alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Grey, flatten
from ocr.reference import COARSE, Reference
from ocr.warp import Transform

# px per mm at which the whole form is compared; fine enough to tell forms apart, coarse enough to forgive 2 mm
_SCALE = 1.0
_BLUR = 1.6
_SIDE = 330  # px, longer side of the page as it is searched
# The form's longer side as a share of the page's: a full page with margins lost or gained, then two-up and half.
FULL = tuple(np.arange(0.88, 1.13, 0.02).tolist())
HALVES = tuple(np.arange(0.62, 0.76, 0.015).tolist())
LIKELY = 0.30  # correlation from which a place is worth registering


@dataclass(frozen=True, slots=True)
class Guess:
    """A place where a form may lie: `score` is the correlation there (0-1)."""

    reference: Reference
    transform: Transform
    score: float


def guesses(
    image: Grey,
    references: Sequence[Reference],
    shares: Sequence[float] = FULL,
    most: int = 3,
    turns: Sequence[int] = (0, 90, 180, 270),
) -> list[Guess]:
    """The likeliest places of the forms on the page, best first, at most `most`; empty if nothing is likely."""
    factor = _SIDE / max(image.shape)
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    even = flatten(np.asarray(small, dtype=np.uint8), 40)
    skew = _skew(image)
    found: list[Guess] = []
    for quarter in turns:
        straight, turn = _turned(even, quarter - skew)
        for reference in references:
            for share in shares:
                guess = _place(straight, turn, reference, share, factor)
                if guess is not None:
                    found.append(guess)
    found.sort(key=lambda guess: -guess.score)
    return _apart(found)[:most]


def _place(
    straight: NDArray[np.float32], turn: Transform, reference: Reference, share: float, factor: float
) -> Guess | None:
    per_mm = share * _SIDE / max(reference.size)
    zoom = per_mm / COARSE
    template = cv2.resize(reference.coarse, None, fx=zoom, fy=zoom, interpolation=cv2.INTER_AREA)
    template = cv2.GaussianBlur(template.astype(np.float32), (0, 0), _BLUR * per_mm / _SCALE)
    pad = _SIDE // 8
    field = cv2.copyMakeBorder(straight, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=250.0)
    if field.shape[0] < template.shape[0] or field.shape[1] < template.shape[1]:
        return None
    surface = cv2.matchTemplate(field, template, cv2.TM_CCOEFF_NORMED)
    _, best, _, (x, y) = cv2.minMaxLoc(surface)
    if best < LIKELY:
        return None
    # form mm -> straightened small page -> small page -> page
    to_straight = np.array([[per_mm, 0, x - pad - 0.5], [0, per_mm, y - pad - 0.5], [0, 0, 1]])
    back = np.array([[1 / factor, 0, 0.5 / factor - 0.5], [0, 1 / factor, 0.5 / factor - 0.5], [0, 0, 1]])
    return Guess(reference, back @ np.linalg.inv(turn) @ to_straight, float(best))


def _turned(image: Grey, degrees: float) -> tuple[NDArray[np.float32], Transform]:
    """The image turned clockwise on a canvas that holds it all, blurred, and the transform that did it."""
    height, width = image.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    cos, sin = abs(matrix[0, 0]), abs(matrix[0, 1])
    new = (round(height * sin + width * cos), round(height * cos + width * sin))
    matrix[0, 2] += new[0] / 2 - width / 2
    matrix[1, 2] += new[1] / 2 - height / 2
    turned = cv2.warpAffine(image, matrix, new, flags=cv2.INTER_LINEAR, borderValue=250)
    blurred = cv2.GaussianBlur(turned.astype(np.float32), (0, 0), _BLUR)
    return blurred, np.vstack([matrix, [0, 0, 1]])


def _skew(image: Grey) -> float:
    """Degrees (-12 to 12, clockwise) by which the ruled lines are turned from the axes."""
    factor = min(1.0, 700 / max(image.shape))
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    dark = (flatten(np.asarray(small, dtype=np.uint8), 40) < 200).astype(np.float32)
    best, best_score = 0.0, -1.0
    for step, around in ((1.0, 12.0), (0.25, 1.0)):
        centre = best
        for angle in np.arange(centre - around, centre + around + 1e-6, step).tolist():
            score = _sharpness(dark, angle)
            if score > best_score:
                best, best_score = angle, score
    return best


def _sharpness(dark: NDArray[np.float32], angle: float) -> float:
    height, width = dark.shape
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turned = cv2.warpAffine(dark, matrix, (width, height), flags=cv2.INTER_LINEAR)
    rows, cols = turned.sum(axis=1), turned.sum(axis=0)
    return float(np.square(np.diff(rows)).sum() + np.square(np.diff(cols)).sum())


def _apart(found: list[Guess]) -> list[Guess]:
    """The guesses that are not nearly the same place, kind and turn as a better one."""
    kept: list[Guess] = []
    for guess in found:
        if all(_differs(guess, other) for other in kept):
            kept.append(guess)
    return kept


def _differs(one: Guess, other: Guess) -> bool:
    if one.reference is not other.reference:
        return True
    width, height = one.reference.size
    corners = np.array([[[0, 0], [width, height]]], dtype=np.float64)
    a, b = cv2.perspectiveTransform(corners, one.transform), cv2.perspectiveTransform(corners, other.transform)
    size = float(np.linalg.norm(a[0, 1] - a[0, 0]))
    return bool(np.abs(a - b).max() > 0.1 * size)
