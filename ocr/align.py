"""The one transform that lays a form on a page: from its code, its marks, then its print."""

from __future__ import annotations

import itertools

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.codes import Code
from ocr.page import Grey, flatten
from ocr.reference import COARSE, Reference
from ocr.tiles import measure

Transform = NDArray[np.float64]  # 3 x 3, form mm -> page px (pixel centres)

_TILE, _STEP = 30 * COARSE, 20 * COARSE
_OBLONG = 1.4  # pixels whose sides differ so much are not square; no camera tilts a small code so far
_REACHES = (7 * COARSE, 4 * COARSE, 2 * COARSE)


def from_code(code: Code, reference: Reference) -> Transform | None:
    """A first guess (turn, scale, shift) from the corners of the QR alone."""
    if reference.code is None:
        return None
    return _affine(reference.code, code.corners)


def _affine(source: NDArray[np.float64], target: NDArray[np.float64]) -> Transform | None:
    """A similarity; or, where the pixels are not square (a fax of 204 x 98 dpi), whatever affine fits."""
    if len(source) > 2:
        free, _ = cv2.estimateAffine2D(source, target, method=cv2.LMEDS)
        if free is not None:
            large, small = np.linalg.svd(free[:, :2], compute_uv=False)
            if large > _OBLONG * small:
                return np.vstack([free, [0.0, 0.0, 1.0]])
    same, _ = cv2.estimateAffinePartial2D(source, target, method=cv2.LMEDS)
    return None if same is None else np.vstack([same, [0.0, 0.0, 1.0]])


def apply(transform: Transform, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Points (n x 2) through a 3 x 3 transform."""
    return np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2).astype(np.float64), transform).reshape(-1, 2))


def scale_of(transform: Transform, reference: Reference) -> float:
    """Page pixels per form millimetre, in the middle of the form."""
    x, y = reference.size[0] / 2, reference.size[1] / 2
    at = apply(transform, np.array([[x, y], [x + 1, y], [x, y + 1]]))
    return float((np.linalg.norm(at[1] - at[0]) + np.linalg.norm(at[2] - at[0])) / 2)


def turned(transform: Transform, reference: Reference) -> int:
    """Degrees clockwise (0, 90, 180, 270) that bring the form upright."""
    x, y = reference.size[0] / 2, reference.size[1] / 2
    at = apply(transform, np.array([[x - 40, y], [x + 40, y]]))
    angle = np.degrees(np.arctan2(at[1, 1] - at[0, 1], at[1, 0] - at[0, 0]))  # clockwise, as y points down
    return int(-round(float(angle) / 90) * 90) % 360


def with_marks(image: Grey, guess: Transform, reference: Reference, code: Code | None) -> Transform:
    """The guess improved by the registration marks found near where it expects them.

    Marks that are hidden, torn or drowned in a dark scanner edge are done without; without any the guess is returned.
    """
    spots = _spots(image, guess, reference)
    expected = apply(guess, reference.marks) if len(reference.marks) else np.zeros((0, 2))
    scale = scale_of(guess, reference)
    choices = []
    anchor = code.centre if code is not None else expected.mean(axis=0) if len(expected) else np.zeros(2)
    for at in expected:
        # the further from the code, the less the guess is known: 12 % of the distance
        radius = 3 * scale + 0.12 * float(np.linalg.norm(at - anchor)) + (0 if code is not None else 8 * scale)
        near = sorted((float(np.linalg.norm(s - at)), i) for i, s in enumerate(spots))
        choices.append([None, *[i for distance, i in near if distance < radius][:4]])
    return _best_fit(guess, reference, code, spots, choices)


def _best_fit(
    guess: Transform,
    reference: Reference,
    code: Code | None,
    spots: NDArray[np.float64],
    choices: list[list[int | None]],
) -> Transform:
    best, best_cost = guess, np.inf
    scale = scale_of(guess, reference)
    for picked in itertools.product(*choices):
        used = [(m, s) for m, s in enumerate(picked) if s is not None]
        if len({s for _, s in used}) < len(used) or not used:
            continue
        source = [reference.marks[m] for m, _ in used]
        target = [spots[s] for _, s in used]
        if code is not None and reference.code is not None:
            source += list(reference.code)
            target += list(code.corners)
        fit = _fit(np.array(source), np.array(target), len(used))
        if fit is None:
            continue
        off = float(np.abs(apply(fit, np.array(source)) - np.array(target)).max()) / scale
        cost = off + _strain(fit, guess, reference) + 2.5 * (len(choices) - len(used))
        if cost < best_cost:
            best, best_cost = fit, cost
    return best


def _fit(source: NDArray[np.float64], target: NDArray[np.float64], marks: int) -> Transform | None:
    if len(source) < 2:
        return None
    if marks >= 4 or (marks == 3 and len(source) > 4):
        found, _ = cv2.findHomography(source, target, 0)
        return None if found is None else np.asarray(found, dtype=np.float64)
    return _affine(source, target)


def _strain(transform: Transform, guess: Transform, reference: Reference) -> float:
    """How unlike a flat sheet the transform is (0: the guess moved, turned or scaled): unequal opposite sides."""
    width, height = reference.size
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float64)
    sides = [
        np.linalg.norm(np.roll(at, -1, axis=0) - at, axis=1) for at in (apply(t, corners) for t in (transform, guess))
    ]
    ratio = sides[0] / np.maximum(sides[1], 1e-6)
    return float(ratio.max() / max(ratio.min(), 1e-6) - 1.0) * 4


def _spots(image: Grey, guess: Transform, reference: Reference) -> NDArray[np.float64]:
    """Centres (px) of dark blobs of about the marks' size anywhere on the page."""
    if not len(reference.marks):
        return np.zeros((0, 2))
    side = float(reference.mark_sizes.mean()) * scale_of(guess, reference)
    factor = min(1.0, 14.0 / side)  # a mark is looked at with 14 px a side
    small = cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    side *= factor
    even = flatten(np.asarray(small, dtype=np.uint8), max(24, round(5 * side)))
    dark = cv2.morphologyEx((even < 140).astype(np.uint8), cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    contours, _ = cv2.findContours(dark, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    found = []
    for contour in contours:
        (_, _), (w, h), _ = cv2.minAreaRect(contour)
        area = cv2.contourArea(contour)
        if not (0.6 * side < min(w, h) and max(w, h) < 1.5 * side) or area < 0.65 * w * h:
            continue
        moments = cv2.moments(contour)
        found.append([moments["m10"] / moments["m00"], moments["m01"] / moments["m00"]])
    return (np.array(found, dtype=np.float64).reshape(-1, 2) + 0.5) / factor - 0.5


def by_print(image: Grey, guess: Transform, reference: Reference) -> tuple[Transform, float]:
    """The transform refined on the print of the whole form, and the share (0-1) of the print that was found."""
    transform, share = guess, 0.0
    for reach in _REACHES:
        canvas = lay_out(image, transform, reference, COARSE)
        found = measure(canvas, reference.coarse, _TILE, _STEP, reach)
        share = found.believed
        good = (found.match > 0.35) & (found.weight.min(axis=2) > 0.15)
        if int(good.sum()) < 8:
            break
        wanted = (found.centres[good] + 0.5) / COARSE
        seen = apply(transform, (found.centres[good] + found.shift[good] + 0.5) / COARSE)
        tolerance = 2.0 * scale_of(transform, reference)
        fit, _ = cv2.findHomography(wanted, seen, cv2.RANSAC, tolerance, maxIters=2000)
        if fit is None:
            break
        transform = np.asarray(fit, dtype=np.float64)
    return transform, share


def lay_out(image: Grey, transform: Transform, reference: Reference, scale: int) -> Grey:
    """The page's picture of the form, upright, `scale` px/mm, paper 250."""
    width, height = reference.size
    down = scale_of(transform, reference) / scale
    if down > 1.5:  # average before dropping pixels, or thin rules vanish
        factor = 1.2 / down
        image = np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
        shift = np.array([[factor, 0, 0.5 * factor - 0.5], [0, factor, 0.5 * factor - 0.5], [0, 0, 1]])
        transform = shift @ transform
    to_mm = np.array([[1 / scale, 0, 0.5 / scale], [0, 1 / scale, 0.5 / scale], [0, 0, 1]])
    size = (round(width * scale), round(height * scale))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    canvas = cv2.warpPerspective(image, transform @ to_mm, size, flags=flags, borderValue=250)
    return flatten(np.asarray(canvas, dtype=np.uint8), 12 * scale)
