"""Looks for small seals (訂正印) whose ink has no colour: rings with letters in them."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr.ink import PAPER, Ink
from ocr.reference import PX
from ocr.register import cut_any

_FINE = 6  # px/mm at which rings without colour are looked for
_RADII = (1.4, 4.9)  # mm
_RING, _RING_ALONE = 0.9, 0.97  # share of the directions with ink over a correction, and elsewhere
_AROUND = 48  # directions
_CLEAR = 0.35  # share of ink just within and without: in dense writing there are no gaps
_FILLED = 0.22  # share of ink inside: digits that are round are empty
_ROOM, _EDGE = 4.5, 0.5  # mm round the box in which the middle of its ink may lie, and round that ink
_LEAST, _TRIED = 2.6, 90  # mm: no seal is smaller; circles looked at
_INK = 90  # grey levels below the paper
_NEAR = 0.3  # mm that a ring must reach into the box


def sealed(ink: Ink, box: Box, corrected: bool) -> bool:
    """True if a small ring with letters in it reaches into the box (mm): a seal whose ink has no colour. Where nothing
    was `corrected`, seals are rare and the ring must stand clear of what is in it: dense writing has arcs, too."""
    members = ink.within(box.grown(_ROOM))
    sides = np.minimum(ink.stats[members, cv2.CC_STAT_WIDTH], ink.stats[members, cv2.CC_STAT_HEIGHT])
    large = members[sides >= _LEAST * PX]
    return any(_reaches(ink, ink.bounds(np.array([member])).grown(_EDGE), box, corrected) for member in large.tolist())


def _reaches(ink: Ink, area: Box, box: Box, corrected: bool) -> bool:
    """True if a ring in the area reaches into the box."""
    grey = cut_any(ink.grey, area)
    left, top = max(0.0, area.x), max(0.0, area.y)
    dark = cv2.resize(PAPER - grey, None, fx=_FINE / PX, fy=_FINE / PX, interpolation=cv2.INTER_AREA)
    circles = cv2.HoughCircles(
        np.asarray(cv2.convertScaleAbs(dark, alpha=2), dtype=np.uint8), cv2.HOUGH_GRADIENT, dp=1, minDist=_FINE / 2,
        param1=120, param2=12, minRadius=round(_RADII[0] * _FINE), maxRadius=round(_RADII[1] * _FINE),
    )  # fmt: skip
    if circles is None:
        return False
    mask = (dark > _INK).astype(np.uint8)
    for x, y, radius in circles[0, :_TRIED].tolist():
        at_x, at_y, r = left + x / _FINE, top + y / _FINE, radius / _FINE - _NEAR
        near_x, near_y = min(max(at_x, box.x), box.right), min(max(at_y, box.y), box.bottom)
        if np.hypot(at_x - near_x, at_y - near_y) < r and _is_ring(mask, x, y, radius, corrected):
            return True
    return False


def _is_ring(mask: NDArray[np.uint8], x: float, y: float, radius: float, corrected: bool) -> bool:
    angles = np.arange(_AROUND) * (2 * np.pi / _AROUND)
    height, width = mask.shape
    best = 0.0
    for grow in (-1.0, 0.0, 1.0):
        hit = np.zeros(_AROUND, dtype=bool)
        for off in (-1.0, 0.0, 1.0):
            xs = np.round(x + (radius + grow + off) * np.cos(angles)).astype(int)
            ys = np.round(y + (radius + grow + off) * np.sin(angles)).astype(int)
            ok = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
            hit[ok] |= mask[ys[ok], xs[ok]] > 0
        best = max(best, float(hit.mean()))
    if best < (_RING if corrected else _RING_ALONE):
        return False
    rows, columns = np.mgrid[0:height, 0:width]
    away = np.hypot(columns - x, rows - y) - radius
    inside = mask[away < -0.45 * _FINE]
    apart = [mask[np.abs(away - off * _FINE) < 0.12 * _FINE] for off in (-0.5, 0.55)]
    clear = corrected or all(band.size and float(band.mean()) <= _CLEAR for band in apart)
    return bool(clear and inside.size and float(inside.mean()) >= _FILLED)
