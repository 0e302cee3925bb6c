"""Finds values struck out by a double line (二重線), the lawful way to correct a filing by hand."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr.ink import Ink
from ocr.reference import PX
from ocr.register import cut_any

_THICK = 0.9  # mm: two lines that have run together; no pen draws one so thick
_LEAST = 3.2  # mm: the shortest strike-out, over one character
_APART = (0.45, 2.6)  # mm between the two lines


def is_struck(ink: Ink, box: Box, cells: bool = False) -> bool:
    """True if two near-parallel lines run through the writing in the box (mm), over most of its width.

    In `cells` the lines are broken where the rules between the cells were taken out.
    """
    region = box.grown(1.0)
    mask = (cut_any(ink.labels, region) > 0).astype(np.uint8)
    if not mask.any():
        return False
    columns = np.flatnonzero(mask.any(axis=0))
    extent = (columns[-1] - columns[0] + 1) / PX
    rows = np.flatnonzero(mask.any(axis=1))
    tall = (rows[-1] - rows[0] + 1) / PX
    # over one character the lines reach beyond it, or the level strokes of a kanji would pass for them
    lines = _lines(mask, max(_LEAST, 0.75 * extent, 0.0 if cells else 1.2 * tall), cells)
    for i, one in enumerate(lines):
        for other in lines[i + 1 :]:
            if _pair(one, other, extent) and _through(mask, one, other):
                return True
    return False


def _lines(mask: NDArray[np.uint8], least: float, cells: bool) -> list[NDArray[np.float64]]:
    """Middles (x, y in px, one a column) of the long straight near-horizontal lines, top to bottom."""
    # between cells only crumbs of a line are left: they are joined before short runs are dropped
    before, run, after = (0.9, 1.6, 1.6) if cells else (0.0, 2.2, 0.3)
    thick = cv2.dilate(mask, np.ones((2, 1), np.uint8))
    if before:
        thick = cv2.morphologyEx(thick, cv2.MORPH_CLOSE, np.ones((1, round(before * PX)), np.uint8))
    runs = cv2.morphologyEx(thick, cv2.MORPH_OPEN, np.ones((1, round(run * PX)), np.uint8))
    runs = cv2.morphologyEx(runs, cv2.MORPH_CLOSE, np.ones((1, round(after * PX)), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(runs, connectivity=8)
    found: list[NDArray[np.float64]] = []
    for part in range(1, count):
        width, height = int(stats[part, cv2.CC_STAT_WIDTH]), int(stats[part, cv2.CC_STAT_HEIGHT])
        if width / PX < least or height > 0.12 * width + 2.8 * PX:
            continue
        found += _traces(labels == part, least)
    found = [line for line in found if _straight(line)]
    return sorted(found, key=lambda line: float(line[:, 1].mean()))


def _straight(line: NDArray[np.float64]) -> bool:
    """True if nine tenths of the line lie within half a millimetre of a gentle curve."""
    bend = np.polynomial.Polynomial.fit(line[:, 0], line[:, 1], 2)
    return float(np.percentile(np.abs(bend(line[:, 0]) - line[:, 1]), 90)) < 0.5 * PX


def _traces(part: NDArray[np.bool_], least: float) -> list[NDArray[np.float64]]:
    """One line, or two that touch: the runs of each column from above and from below."""
    tops: list[tuple[float, float]] = []
    bottoms: list[tuple[float, float]] = []
    double = 0
    for x in np.flatnonzero(part.any(axis=0)).tolist():
        ys = np.flatnonzero(part[:, x])
        cuts = np.flatnonzero(np.diff(ys) > 2)
        first = ys[: cuts[0] + 1] if len(cuts) else ys
        last = ys[cuts[-1] + 1 :] if len(cuts) else ys
        double += bool(len(cuts))
        tops.append((x, float(first.mean())))
        bottoms.append((x, float(last.mean())))
    thickness = float(part.sum(axis=0)[part.any(axis=0)].mean()) / PX
    if thickness > _THICK:
        upper = np.array([(x, y - thickness * PX / 3) for x, y in tops])
        return [upper, upper + np.array([0.0, 0.67 * thickness * PX])]
    if double > 0.5 * len(tops) and len(tops) / PX >= least:
        return [np.array(tops), np.array(bottoms)]
    return [np.array(tops)]


def _pair(one: NDArray[np.float64], other: NDArray[np.float64], extent: float) -> bool:
    """Two lines that lie beside each other over most of the writing."""
    left, right = max(one[0, 0], other[0, 0]), min(one[-1, 0], other[-1, 0])
    if (right - left) / PX < max(0.8 * _LEAST, 0.5 * extent):
        return False
    a, b = _mid(one, left, right), _mid(other, left, right)
    return _APART[0] <= (b - a) / PX <= _APART[1]


def _mid(line: NDArray[np.float64], left: float, right: float) -> float:
    inside = (line[:, 0] >= left) & (line[:, 0] <= right)
    return float(np.median(line[inside, 1]))


def _through(mask: NDArray[np.uint8], one: NDArray[np.float64], other: NDArray[np.float64]) -> bool:
    """True if the writing crosses the lines: there is some above them, and some below or between; a double underline
    has nothing between its lines."""
    left, right = int(max(one[0, 0], other[0, 0])), int(min(one[-1, 0], other[-1, 0])) + 1
    upper, lower = one[:, 1], other[:, 1]
    margin = round(0.45 * PX)
    band = mask[:, left:right]
    above = int(band[: max(0, int(upper.min()) - margin)].sum())
    below = int(band[int(lower.max()) + margin :].sum())
    first, last = int(np.median(upper)) + margin, int(np.median(lower)) - margin
    between = int(band[first : last + 1].sum()) / max(1, (last + 1 - first) * band.shape[1]) if last >= first else 1.0
    least = 0.15 * PX * PX
    return above > least and (below > least or between > 0.05)
