"""Finds writing that was crossed out by other means than a line along it: a cross or a slash over the whole, a wave, a
scribble."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.reference import PX
from ocr.rulings import Ruling, followed

_LONG = 1.8  # times its height: shorter writing may be one character with strokes like these (メ, 文)
_FULL, _FULL_ONE = 0.76, 0.82  # share of ink in writing that was scribbled over, and in a single character
_STEEP = 2  # px a column that a wave may rise or fall
_ALL = 0.97  # share of the columns with ink under a scribble or a wave
_UNDERLINE = 0.15  # share of the height at its foot and head in which a stroke from end to end is no wave
_LEAST = 2.8  # mm
_REACH, _PEN = 0.3, 1.6  # mm that a wave reaches beyond the writing at either end, and the most ink of it in a column


def crossed_out(mask: NDArray[np.uint8], free: NDArray[np.bool_]) -> tuple[int, int] | None:
    """First and last column (px) of what was crossed out in a mask (1 writing), None if nothing was. In `free` columns
    (between cells) nothing is asked."""
    inked = np.flatnonzero(mask.any(axis=0) | free)
    if len(inked) < _ALL * (inked[-1] - inked[0] + 1):  # gaps between characters: no stroke goes over all of them
        return None
    ys, xs = np.nonzero(mask)
    left, right = int(np.percentile(xs, 1)), int(np.percentile(xs, 99)) + 1
    top, bottom = int(np.percentile(ys, 1)), int(np.percentile(ys, 99)) + 1
    width, height = right - left, bottom - top
    if width < _LEAST * PX or height < 1.5 * PX:
        return None
    part, open_ = mask[top:bottom, left:right], free[left:right]
    if _crossed(part, open_) or _filled(part, open_) or (width > _LONG * height and _waved(part, open_)):
        return left, right
    return None


def _crossed(mask: NDArray[np.uint8], free: NDArray[np.bool_]) -> bool:
    """Two diagonals, or in long writing one, from end to end."""
    height, width = mask.shape
    if width < _LONG * height:
        return False
    falling, rising = _diagonal(mask, free, 1), _diagonal(mask, free, -1)
    if falling is not None and rising is not None:
        return min(falling.held, rising.held) > 0.93
    one = falling or rising
    return one is not None and one.held > 0.98 and width > 2.5 * height


def _diagonal(mask: NDArray[np.uint8], free: NDArray[np.bool_], sign: int) -> Ruling | None:
    height, width = mask.shape
    thick = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    ys, xs = np.nonzero(thick)
    off = xs - width / 2
    best: tuple[int, float, float] | None = None
    for share in np.linspace(0.55, 1.05, 21).tolist():
        slope = sign * share * height / width
        rows = np.round(ys - slope * off).astype(int)
        counts = np.bincount(rows[(rows >= 0) & (rows < height)], minlength=height)
        row = int(counts.argmax())
        if best is None or counts[row] > best[0]:
            best = (int(counts[row]), float(row), slope)
    if best is None or best[0] < 0.75 * width:
        return None
    return followed(mask, thick, free, (best[1], best[2], 0.0, width / 2, width / 2), 0.85 * width)


def _filled(mask: NDArray[np.uint8], free: NDArray[np.bool_]) -> bool:
    """Ink nearly everywhere, without a gap between characters."""
    asked = mask[:, ~free]
    if not asked.size or not bool(asked.any(axis=0).all()):
        return False
    return float(asked.mean()) > (_FULL if mask.shape[1] > _LONG * mask.shape[0] else _FULL_ONE)


def _bare(mask: NDArray[np.uint8]) -> bool:
    """True if the mask begins with one thin stroke and nothing else: a line that reaches beyond the writing."""
    begin = mask[:, : round(_REACH * PX)]
    runs = (np.diff(begin, axis=0, prepend=0) == 1).sum(axis=0)
    return bool((runs <= 1).all()) and int(begin.sum(axis=0).max()) <= _PEN * PX


def _waved(mask: NDArray[np.uint8], free: NDArray[np.bool_]) -> bool:
    """One stroke that goes on from end to end, up and down but never back, through several others."""
    edge = round(_UNDERLINE * mask.shape[0])
    mask = mask[edge:-edge]
    inked = mask.any(axis=0) | free
    if float(inked.mean()) < _ALL or not (_bare(mask) and _bare(mask[:, ::-1])):
        return False
    near = np.ones(2 * _STEEP + 1, dtype=np.uint8)
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, 3), np.uint8))
    reached = closed[:, 0].copy() if closed[:, 0].any() else np.ones(mask.shape[0], np.uint8)
    thin = 0
    for x in range(1, mask.shape[1]):
        spread = np.convolve(reached, near, mode="same") > 0
        reached = spread.astype(np.uint8) if free[x] else (spread & (closed[:, x] == 1)).astype(np.uint8)
        if not reached.any():
            return False
        thin += int(closed[:, x].sum()) < 0.45 * mask.shape[0]
    return bool(thin > 0.3 * mask.shape[1])
