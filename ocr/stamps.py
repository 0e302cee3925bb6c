"""Takes round stamps (seals, receipt daters) off a sheet and keeps the darker writing under them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Grey
from ocr.reference import PX
from ocr.register import Registered

_SMALL = 3  # px/mm at which rings are looked for
_RADII = (4.6, 14.5)  # mm: a personal seal has 10-18 mm, a dater 22-27 mm
_ROUND = 0.70  # share of the directions in which a ring must have ink
_ROUND_GREY = 0.88  # ... of one whose ink has no colour
_ROUND_BLACK = 0.97  # ... of one as dark as writing: two touching rings round codes come near
_WRITING = 190  # darkness from which ink is as dark as writing
_COLOURED = 40  # grey levels that coloured ink is lighter in its brightest channel
_DIRECTIONS = 72
_DARKER = 45  # grey levels that writing is darker than the stamp over it


@dataclass(frozen=True, slots=True)
class Stamp:
    """A round stamp: middle and radius in mm, and the darkness (0-250) of its ink."""

    x: float
    y: float
    radius: float
    tone: float


def lighten(sheet: Registered, dark: NDArray[np.uint8], covered: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The darkness map without stamps. `dark` is 0 on paper to 250; `covered` is 1 where the form has print.

    Coloured stamps are nearly paper in their brightest channel; on a grey page a stamp is lighter than writing. Where
    it is as dark (black and white pages) only its ring can be told from writing and is taken out.
    """
    bright = _brightest(sheet)
    found = find_stamps(dark, covered, bright if bright is not None else dark)
    if not found:
        return dark
    clean = dark.copy()
    for stamp in found:
        _erase(clean, dark, bright, stamp)
    return clean


def _brightest(sheet: Registered) -> NDArray[np.uint8] | None:
    """Darkness in the brightest channel of each pixel, or None on a grey page."""
    if sheet.colour is None:
        return None
    red, green, blue = cv2.split(sheet.colour)
    top = cv2.max(cv2.max(red, green), blue)
    paper = cv2.resize(top, None, fx=0.05, fy=0.05, interpolation=cv2.INTER_AREA)
    paper = cv2.medianBlur(cv2.dilate(paper, np.ones((7, 7), np.uint8)), 5)
    paper = cv2.resize(paper, (top.shape[1], top.shape[0]), interpolation=cv2.INTER_LINEAR)
    even = cv2.divide(top, np.maximum(paper, 40), scale=250)
    return np.asarray(250 - np.minimum(even, 250), dtype=np.uint8)


def find_stamps(dark: NDArray[np.uint8], covered: NDArray[np.uint8], tone: NDArray[np.uint8]) -> list[Stamp]:
    """Round stamps in a darkness map, not counting what the form's print covers; their tone is measured in `tone`."""
    ink = np.where(covered == 1, 0, dark).astype(np.uint8)
    factor = _SMALL / PX
    small = cv2.resize(ink, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA)
    shape = np.asarray(np.clip(small.astype(np.int16) * 3, 0, 255), dtype=np.uint8)
    circles = cv2.HoughCircles(
        shape, cv2.HOUGH_GRADIENT, dp=1, minDist=5 * _SMALL, param1=120, param2=26,
        minRadius=round(_RADII[0] * _SMALL), maxRadius=round(_RADII[1] * _SMALL),
    )  # fmt: skip
    if circles is None:
        return []
    found: list[Stamp] = []
    for x, y, radius in circles[0, :40].tolist():
        stamp = _confirmed(ink, covered, tone, x / _SMALL, y / _SMALL, radius / _SMALL)
        if stamp is not None and all(np.hypot(stamp.x - s.x, stamp.y - s.y) > 3 for s in found):
            found.append(stamp)
    return found


def _confirmed(
    ink: NDArray[np.uint8], covered: NDArray[np.uint8], bright: NDArray[np.uint8], x: float, y: float, radius: float
) -> Stamp | None:
    """The circle nearby that has ink nearly all round, if there is one."""
    best: tuple[float, float, float, float] | None = None
    for dx in (-0.4, 0.0, 0.4):
        for dy in (-0.4, 0.0, 0.4):
            for dr in (-0.5, -0.25, 0.0, 0.25, 0.5):
                hidden = _around(covered, x + dx, y + dy, radius + dr) > 0
                inked = _around(ink, x + dx, y + dy, radius + dr) > 40
                share = float(inked[~hidden].mean()) if hidden.mean() < 0.5 else 0.0
                if best is None or share > best[0]:
                    best = (share, x + dx, y + dy, radius + dr)
    if best is None or best[0] < _ROUND:
        return None
    ring = _around(ink, *best[1:])
    tone = float(np.median(_around(bright, *best[1:])[ring > 40]))
    # rings of ink round codes are no stamps: without colour a stamp is rounder, and mostly lighter than writing
    needed = _ROUND_GREY if tone < _WRITING else _ROUND_BLACK
    if float(np.median(ring[ring > 40])) - tone < _COLOURED and best[0] < needed:
        return None
    return Stamp(best[1], best[2], best[3], tone)


def _around(plane: NDArray[np.uint8], x: float, y: float, radius: float) -> NDArray[np.uint8]:
    """The darkest value within 0.3 mm of the circle, direction by direction (0 outside the sheet)."""
    angles = np.arange(_DIRECTIONS) * (2 * np.pi / _DIRECTIONS)
    best = np.zeros(_DIRECTIONS, dtype=np.uint8)
    height, width = plane.shape
    for off in (-0.3, -0.15, 0.0, 0.15, 0.3):
        xs = np.round((x + (radius + off) * np.cos(angles)) * PX).astype(int)
        ys = np.round((y + (radius + off) * np.sin(angles)) * PX).astype(int)
        inside = (xs >= 0) & (xs < width) & (ys >= 0) & (ys < height)
        values = np.zeros(_DIRECTIONS, dtype=np.uint8)
        values[inside] = plane[ys[inside], xs[inside]]
        best = np.maximum(best, values)
    return best


def _erase(clean: NDArray[np.uint8], dark: NDArray[np.uint8], bright: Grey | None, stamp: Stamp) -> None:
    height, width = dark.shape
    reach = stamp.radius + 1.0
    x0, x1 = max(0, round((stamp.x - reach) * PX)), min(width, round((stamp.x + reach) * PX))
    y0, y1 = max(0, round((stamp.y - reach) * PX)), min(height, round((stamp.y + reach) * PX))
    ys, xs = np.mgrid[y0:y1, x0:x1]
    away = np.hypot(xs / PX - stamp.x, ys / PX - stamp.y)
    here = (dark if bright is None else bright)[y0:y1, x0:x1]
    limit = min(stamp.tone + _DARKER, 235)
    if stamp.tone > _WRITING:  # as dark as writing: only the ring is known to be the stamp's
        gone = np.abs(away - stamp.radius) < 0.7
    else:
        gone = (away < reach) & (here < limit)
        kept = ((away < reach) & ~gone).astype(np.uint8)
        gone &= cv2.dilate(kept, np.ones((3, 3), np.uint8)) == 0  # the grey edges of the writing that stays
    window = clean[y0:y1, x0:x1]
    window[gone] = 0
