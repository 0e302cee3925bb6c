"""Takes small red seals over corrections (訂正印) off by their colour."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.flat import Colour
from ocr.reference import PX

_SMALL = 4  # px/mm at which red ink is looked for
_RED = 45  # levels that red is brighter than green and blue
_JOIN = 1.0  # mm: gaps that black strokes cut into a seal
_SIDES = (2.4, 10.5)  # mm: 訂正印 have 3-9 mm
_ROUND = (0.86, 1.13)  # hull over its ellipse: squares have 1.27
_RIM, _RIM_SHARE = 0.6, 0.6  # mm, and the share of the rim that must have ink ...
_AROUND = 48  # ... in so many directions
_INSIDE = 0.10  # share of ink inside the rim: a ring drawn round a code is empty
_DARKER, _LIMIT = 36, 150  # grey levels that writing is darker than the seal over it, and that it has at least


def without_seals(clean: NDArray[np.uint8], colour: Colour) -> NDArray[np.uint8]:
    """The darkness map (0 paper to 250, PX px/mm) without small red seals; darker writing under them stays."""
    small = _red(colour, clean.shape)
    side = round(_JOIN * _SMALL) | 1
    joined = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    outlines, _ = cv2.findContours(joined, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for outline in outlines:
        hull = cv2.convexHull(outline)
        if _is_seal(small, np.asarray(hull, dtype=np.int32)):
            clean = _taken_off(clean, colour, np.asarray(hull, dtype=np.int32))
    return clean


def _red(colour: Colour, shape: tuple[int, ...]) -> NDArray[np.uint8]:
    """1 where the sheet has red ink, _SMALL px/mm."""
    size = (round(shape[1] * _SMALL / PX), round(shape[0] * _SMALL / PX))
    flat = colour.warp.taken(colour.pixels, size, _SMALL, (1.0, 1.0), 250)
    others = cv2.max(flat[..., 1], flat[..., 2])
    return np.asarray((cv2.subtract(flat[..., 0], others) > _RED).astype(np.uint8))


def _is_seal(red: NDArray[np.uint8], hull: NDArray[np.int32]) -> bool:
    x, y, w, h = cv2.boundingRect(hull)
    low, high = (side * _SMALL for side in _SIDES)
    if not (low <= min(w, h) and max(w, h) <= high and max(w, h) < 2 * min(w, h)):
        return False
    if not _ROUND[0] <= cv2.contourArea(hull) / (np.pi / 4 * (w - 1) * (h - 1)) <= _ROUND[1]:
        return False
    whole = np.zeros((h + 2, w + 2), np.uint8)
    cv2.fillConvexPoly(whole, hull - np.array([x - 1, y - 1]), 1)
    part = np.zeros_like(whole)
    seen = red[y : y + h, x : x + w]
    part[1 : 1 + seen.shape[0], 1 : 1 + seen.shape[1]] = seen
    side = 2 * round(_RIM * _SMALL) + 1
    inner = cv2.erode(whole, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
    angles = np.arange(_AROUND) * (2 * np.pi / _AROUND)
    ys, xs = np.nonzero(part & (whole - inner))
    turned = np.arctan2((ys - h / 2) / h, (xs - w / 2) / w) % (2 * np.pi)
    met = len(np.unique(np.digitize(turned, angles))) / _AROUND
    inside = part[inner == 1]
    return bool(met >= _RIM_SHARE and inside.size and float(inside.mean()) >= _INSIDE)


def _taken_off(clean: NDArray[np.uint8], colour: Colour, hull: NDArray[np.int32]) -> NDArray[np.uint8]:
    x, y, w, h = (v * PX / _SMALL for v in cv2.boundingRect(hull))
    edge = 0.5 * PX
    left, top = max(0, round(x - edge)), max(0, round(y - edge))
    right, bottom = min(clean.shape[1], round(x + w + edge)), min(clean.shape[0], round(y + h + edge))
    place = np.zeros((bottom - top, right - left), np.uint8)
    cv2.fillConvexPoly(place, np.round((hull + 0.5) * PX / _SMALL - [left, top]).astype(np.int32), 1)
    grown = cv2.dilate(place, np.ones((7, 7), np.uint8)) == 1
    tones = colour.darkness(left, top, right, bottom)
    inked = tones[grown & (clean[top:bottom, left:right] > 60)]
    tone = float(np.percentile(inked, 40)) if inked.size else 0.0
    kept = grown & (tones >= min(tone + _DARKER, _LIMIT))
    edges = cv2.dilate(kept.astype(np.uint8), np.ones((3, 3), np.uint8)) == 1  # grey edges of the writing that stays
    clean = clean.copy()
    window = clean[top:bottom, left:right]
    window[grown & ~edges] = 0
    window[grown] = np.minimum(window[grown], tones[grown])
    return clean
