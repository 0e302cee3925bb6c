"""Takes round stamps (seals, receipt daters) off a sheet and keeps the darker writing under them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.flat import Colour
from ocr.page import shrunk
from ocr.reference import PX
from ocr.register import Registered
from ocr.seals import without_seals

_SMALL = 3  # px/mm at which rings are looked for
_SEEN = 5  # px of the sheet a px at which it is first asked whether there can be a ring at all
_GAP = 2.0  # mm: gaps in a ring where print was taken out
_SPAN = 8.4  # mm: what is less wide or less high than this is no stamp
_RADII = (4.6, 14.5)  # mm: a personal seal has 10-18 mm, a dater 22-27 mm
_ROUND = 0.70  # share of the directions in which a ring must have ink
_ROUND_GREY = 0.88  # ... of one whose ink has no colour
_ROUND_BLACK = 0.97  # ... of one as dark as writing: two touching rings round codes come near
_ROUND_DOUBT = 0.86  # ... of one that is doubted if there is ink in it, but left where it is
_INKED = 0.04  # share of ink inside such a ring
_WRITING = 190  # darkness from which ink is as dark as writing
_COLOURED = 40  # grey levels that coloured ink is lighter in its brightest channel
_DIRECTIONS = 72
_DARKER = 36  # grey levels that writing is darker than the stamp over it


@dataclass(frozen=True, slots=True)
class Stamp:
    """A round stamp: middle and radius in mm, the darkness (0-250) of its ink; what is not `sure` may be writing."""

    x: float
    y: float
    radius: float
    tone: float
    sure: bool = True

    @property
    def black(self) -> bool:
        """True if its ink cannot be told from writing."""
        return self.tone > _WRITING or not self.sure


def lighten(
    sheet: Registered, dark: NDArray[np.uint8], covered: NDArray[np.uint8]
) -> tuple[NDArray[np.uint8], tuple[Stamp, ...]]:
    """The darkness map without stamps, and those whose letters still stand in it. `dark` is 0 on paper to 250;
    `covered` is 1 where the form has print.

    Coloured stamps are nearly paper in their brightest channel; on a grey page a stamp is lighter than writing. Where
    it is as dark (a black pad, black and white pages) only its ring can be told from writing and is taken out.
    """
    found = find_stamps(dark, covered, sheet.colour)
    clean = dark.copy() if found else dark
    for stamp in found:
        if stamp.sure:
            _erase(clean, stamp, _tones(dark, sheet.colour, stamp.x, stamp.y, stamp.radius))
    if sheet.colour is not None:
        clean = without_seals(clean, sheet.colour)
    return clean, tuple(stamp for stamp in found if stamp.black)


@dataclass(frozen=True, slots=True)
class _Window:
    """A part of a plane around a stamp, from (`left`, `top`) px on."""

    plane: NDArray[np.uint8]
    left: int
    top: int


def _tones(dark: NDArray[np.uint8], colour: Colour | None, x: float, y: float, radius: float) -> _Window:
    """Darkness around a circle: in the brightest channel of each pixel, or of the grey on a grey page."""
    height, width = dark.shape
    reach = radius + 1.0
    left, right = max(0, round((x - reach) * PX)), min(width, round((x + reach) * PX))
    top, bottom = max(0, round((y - reach) * PX)), min(height, round((y + reach) * PX))
    if colour is None or right <= left or bottom <= top:
        return _Window(dark[top:bottom, left:right], left, top)
    return _Window(colour.darkness(left, top, right, bottom), left, top)


def find_stamps(dark: NDArray[np.uint8], covered: NDArray[np.uint8], colour: Colour | None = None) -> list[Stamp]:
    """Round stamps in a darkness map, not counting what the form's print covers."""
    ink = np.asarray(cv2.bitwise_and(dark, cv2.compare(covered, 0, cv2.CMP_EQ)), dtype=np.uint8)
    found: list[Stamp] = []
    for left, top, right, bottom in _places(ink):
        for x, y, radius in _circles(ink[top:bottom, left:right]):
            stamp = _confirmed(ink, dark, covered, colour, x + left / PX, y + top / PX, radius)
            if stamp is not None and all(np.hypot(stamp.x - s.x, stamp.y - s.y) > 3 for s in found):
                found.append(stamp)
    return found


def _places(ink: NDArray[np.uint8]) -> list[tuple[int, int, int, int]]:
    """Windows (px) in which something is large enough to be a stamp: most sheets have none, and rings are dear."""
    small = shrunk(ink, _SEEN)
    gap = round(_GAP * PX / _SEEN) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (gap, gap))
    joined = cv2.dilate((small > 10).astype(np.uint8), kernel)
    _, _, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    least, margin = _SPAN * PX, round(3 * PX)
    found = []
    for x, y, w, h, _ in (stats[1:] * _SEEN).tolist():
        if min(w, h) >= least:
            found.append((max(0, x - margin), max(0, y - margin), x + w + margin, y + h + margin))
    return found


def _circles(ink: NDArray[np.uint8]) -> list[tuple[float, float, float]]:
    """Middle and radius (mm) of circles that may be in a window."""
    factor = _SMALL / PX
    small = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    shape = np.asarray(cv2.convertScaleAbs(small, alpha=3), dtype=np.uint8)
    circles = cv2.HoughCircles(
        shape, cv2.HOUGH_GRADIENT, dp=1, minDist=5 * _SMALL, param1=120, param2=26,
        minRadius=round(_RADII[0] * _SMALL), maxRadius=round(_RADII[1] * _SMALL),
    )  # fmt: skip
    if circles is None:
        return []
    fx, fy = small.shape[1] / ink.shape[1] * PX, small.shape[0] / ink.shape[0] * PX  # px a mm
    return [(x / fx, y / fy, radius / _SMALL) for x, y, radius in circles[0, :40].tolist()]


_MOVES = np.array(
    [(dx, dy, dr) for dx in (-0.4, 0.0, 0.4) for dy in (-0.4, 0.0, 0.4) for dr in (-0.5, -0.25, 0.0, 0.25, 0.5)]
)


def _confirmed(
    ink: NDArray[np.uint8], dark: NDArray[np.uint8], covered: NDArray[np.uint8], colour: Colour | None, x: float,
    y: float, radius: float,
) -> Stamp | None:  # fmt: skip
    """The circle nearby that has ink nearly all round, if there is one."""
    tried = np.array([x, y, radius]) + _MOVES
    hidden = _around(covered, tried) > 0
    inked = (_around(ink, tried) > 40) & ~hidden
    shares = np.where(hidden.mean(axis=1) < 0.5, inked.sum(axis=1) / np.maximum(1, (~hidden).sum(axis=1)), 0.0)
    best = int(shares.argmax())
    if shares[best] < _ROUND:
        return None
    level = np.flatnonzero(shares > shares[best] - 0.01)  # a thick ring fits in several places: their middle
    best = int(level[np.linalg.norm(_MOVES[level] - _MOVES[level].mean(axis=0), axis=1).argmin()])
    x, y, radius = tried[best].tolist()
    ring = _around(ink, tried[best : best + 1])[0]
    tones = _tones(dark, colour, x, y, radius)
    inside = np.array([[x - tones.left / PX, y - tones.top / PX, radius]])
    tone = float(np.median(_around(tones.plane, inside)[0][ring > 40]))
    # rings of ink round codes are no stamps: without colour a stamp is rounder, and mostly lighter than writing
    needed = _ROUND_GREY if tone < _WRITING else _ROUND_BLACK
    if float(np.median(ring[ring > 40])) - tone >= _COLOURED or shares[best] >= needed:
        return Stamp(x, y, radius, tone)
    if shares[best] < _ROUND_DOUBT or _inside(ink, x, y, radius) < _INKED:
        return None
    return Stamp(x, y, radius, tone, sure=False)


def _inside(ink: NDArray[np.uint8], x: float, y: float, radius: float) -> float:
    """The share of ink well inside a circle (mm)."""
    reach = radius - 1.0
    left, top = max(0, round((x - reach) * PX)), max(0, round((y - reach) * PX))
    window = ink[top : round((y + reach) * PX), left : round((x + reach) * PX)]
    ys, xs = np.mgrid[top : top + window.shape[0], left : left + window.shape[1]]
    inner = window[np.hypot(xs / PX - x, ys / PX - y) < reach]
    return float((inner > 90).mean()) if inner.size else 0.0


def _around(plane: NDArray[np.uint8], circles: NDArray[np.float64]) -> NDArray[np.uint8]:
    """For each circle (x, y, radius in mm) the darkest value within 0.3 mm of it, direction by direction (0 outside
    the plane)."""
    angles = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS)
    radii = circles[:, 2, None] + np.array([-0.3, -0.15, 0.0, 0.15, 0.3])
    xs = np.round((circles[:, 0, None, None] + radii[..., None] * np.cos(angles)) * PX).astype(int)
    ys = np.round((circles[:, 1, None, None] + radii[..., None] * np.sin(angles)) * PX).astype(int)
    height, width = plane.shape
    inside = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
    values = np.zeros(xs.shape, dtype=np.uint8)
    values[inside] = plane[ys[inside], xs[inside]]
    return np.asarray(values.max(axis=1), dtype=np.uint8)


def _erase(clean: NDArray[np.uint8], stamp: Stamp, tones: _Window) -> None:
    height, width = tones.plane.shape
    x0, y0 = tones.left, tones.top
    ys, xs = np.mgrid[y0 : y0 + height, x0 : x0 + width]
    away = np.hypot(xs / PX - stamp.x, ys / PX - stamp.y)
    reach, limit = stamp.radius + 0.75, min(stamp.tone + _DARKER, 235)
    if stamp.tone > _WRITING:  # as dark as writing: only the ring is known to be the stamp's
        gone = np.abs(away - stamp.radius) < 0.7
    else:
        gone = (away < reach) & (tones.plane < limit)
        kept = ((away < reach) & ~gone).astype(np.uint8)
        gone &= cv2.dilate(kept, np.ones((3, 3), np.uint8)) == 0  # the grey edges of the writing that stays
    clean[y0 : y0 + height, x0 : x0 + width][gone] = 0
