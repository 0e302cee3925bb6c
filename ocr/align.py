"""The one transform that lays a form on a page: from its code, its marks, then its print."""

from __future__ import annotations

import itertools
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import warp
from ocr.codes import Code
from ocr.page import Grey, flatten
from ocr.reference import COARSE, Reference
from ocr.tiles import Displacements, measure
from ocr.types import Pixels
from ocr.view import View, times_smaller, view
from ocr.warp import Warp, apply

Transform: TypeAlias = warp.Transform

_MARK = 11.0  # px a side at which a mark is looked at
_OBLONG = 1.4  # pixels whose sides differ so much are not square; no camera tilts a small code so far
_REACHES = (7 * COARSE, 4 * COARSE, 2 * COARSE)
_NEAR = 4 * COARSE  # a guess made of marks and code is as good as this
_CLEAR, _CLOSE = 0.7, 0.35  # share of the print found, and mm it is moved at most, to look no further


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


def scale_of(transform: Transform, reference: Reference) -> float:
    """Page pixels per form millimetre, in the middle of the form."""
    return warp.scale_at(transform, reference.size)


def turned(transform: Transform, reference: Reference) -> int:
    """Degrees clockwise (0, 90, 180, 270) that bring the form upright."""
    x, y = reference.size[0] / 2, reference.size[1] / 2
    at = apply(transform, np.array([[x - 40, y], [x + 40, y]]))
    angle = np.degrees(np.arctan2(at[1, 1] - at[0, 1], at[1, 0] - at[0, 0]))  # clockwise, as y points down
    return int(-round(float(angle) / 90) * 90) % 360


def with_marks(page: View, guess: Transform, reference: Reference, code: Code | None) -> Transform:
    """The guess improved by the registration marks found near where it expects them.

    Marks that are hidden, torn or drowned in a dark scanner edge are done without; without any the guess is returned.
    """
    spots = _spots(page, guess, reference)
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


def _spots(page: View, guess: Transform, reference: Reference) -> NDArray[np.float64]:
    """Centres (px) of dark blobs of about the marks' size anywhere on the page."""
    if not len(reference.marks):
        return np.zeros((0, 2))
    side = float(reference.mark_sizes.mean()) * scale_of(guess, reference)
    times = times_smaller(side, _MARK)
    small, factor = page.reduced(times), 1 / times
    side *= factor
    even = flatten(small, max(24, round(5 * side)))
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


def by_print(
    page: Pixels | View, guess: Transform, reference: Reference, near: bool = False
) -> tuple[Transform, float]:
    """The transform refined on the print of the whole form, and the share (0-1) of the print that was found. `near`:
    the guess is right to about two millimetres."""
    seen = view(page)
    if near:
        transform, found = _refined(seen, guess, reference, _NEAR)
        if found.believed >= _CLEAR:
            moved = np.abs(found.shift[found.match > 0.35]).max(axis=1) / COARSE
            if float(np.percentile(moved, 90)) < _CLOSE:  # within the reach of the local correction
                return transform, found.believed
            transform, found = _refined(seen, transform, reference, _REACHES[-1])
            return transform, found.believed
    transform, share = guess, 0.0
    for reach in _REACHES:
        transform, found = _refined(seen, transform, reference, reach)
        share = found.believed
    return transform, share


def _refined(page: View, guess: Transform, reference: Reference, reach: int) -> tuple[Transform, Displacements]:
    """One step towards the print: the transform that takes most tiles to where they were found."""
    canvas = lay_out(page, Warp(guess), reference, COARSE)
    found = measure(canvas, reference.coarse_grid, reach)
    good = (found.match > 0.35) & (found.weight.min(axis=2) > 0.15)
    if int(good.sum()) < 8:
        return guess, found
    wanted = (found.centres[good] + 0.5) / COARSE
    seen = apply(guess, (found.centres[good] + found.shift[good] + 0.5) / COARSE)
    fit, _ = cv2.findHomography(wanted, seen, cv2.RANSAC, 2.0 * scale_of(guess, reference), maxIters=2000)
    return (guess if fit is None else np.asarray(fit, dtype=np.float64)), found


def lay_out(page: View, laid: Warp, reference: Reference, scale: int) -> Grey:
    """The page's picture of the form, upright, `scale` px/mm, paper 250."""
    return flatten(laid.laid_out(page, reference.size, scale), 12 * scale)
