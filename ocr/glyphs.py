"""The ink of single comb cells: cut out of the writing of a sheet, and fitted to the classifier's input."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr.ink import PAPER, STRONG, Ink
from ocr.page import Grey
from ocr.reference import PX

SIDE = 28  # px, the classifier's input is SIDE x SIDE ...
_INNER = 20  # ... and the writing's longer side in it; the centre of mass stands in the middle
SMALLEST = round(1.6 * PX)  # px: smaller writing is not blown up to a whole character
_EDGE = 0.22  # share of the ink's darkness from which a pixel belongs to the glyph's box

_HIGH = 0.92  # share of the ink's pixels that are lighter than its full tone
_OVER = 0.9  # mm that writing may leave its row of cells, above and below
_LEAST_HEIGHT, _LEAST_AREA = 1.1, 0.22  # mm, mm2: less is dirt or what a rule left behind
_ONE_DIGIT, _TWO_DIGITS = 0.95, 1.25  # cells: no wider than one is one digit, wider than the other is two
_SLIVER, _SPECK, _NEAR = 0.5, 0.7, 0.15  # mm: the width of a sliver, the size of a speck, how far off it is a stray
_CUT = 0.5  # mm from a rule's middle that its removal reaches
_GRAIN = 0.5  # mm: no stroke is so short
_BESIDE = 0.35  # mm: a thin upright sliver so close to a cell's edge is what the rule left


@dataclass(frozen=True, slots=True)
class Glyph:
    """The writing of one cell: `picture` (grey, 250 paper) is tight, `top` its px below the row's top. `cut` tells that
    it ends where the upper or lower rule was taken out: a stroke in the rule's place is gone, a 2 looks like a 7."""

    picture: Grey
    top: int
    cut: bool = False

    @property
    def height(self) -> int:
        return int(self.picture.shape[0])


def fitted(darkness: NDArray[np.uint8], least: int = 0) -> NDArray[np.float32]:
    """The classifier's input (SIDE x SIDE, 0 paper to 1 ink) of a picture in which writing is bright (0-255).

    Aspect is kept: the longer side of the writing (taken as `least` px if shorter) becomes 20 px, and the centre of
    mass stands in the middle. Training and reading call this same function.
    """
    out = np.zeros((SIDE, SIDE), dtype=np.float32)
    peak = _high(darkness[darkness > 0])
    if peak < 8:
        return out
    light = np.minimum(darkness.astype(np.float32) / peak, 1.0)
    ys, xs = np.nonzero(light > _EDGE)
    light = light[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    height, width = light.shape
    factor = _INNER / max(height, width, least)
    size = (max(1, round(width * factor)), max(1, round(height * factor)))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(light, size, interpolation=method), dtype=np.float32)
    total = float(small.sum())
    x = float((small.sum(axis=0) * np.arange(size[0])).sum()) / total
    y = float((small.sum(axis=1) * np.arange(size[1])).sum()) / total
    left = int(np.clip(round((SIDE - 1) / 2 - x), 0, SIDE - size[0]))
    top = int(np.clip(round((SIDE - 1) / 2 - y), 0, SIDE - size[1]))
    out[top : top + size[1], left : left + size[0]] = small
    return out


def _high(tones: NDArray[np.uint8]) -> float:
    """The 92nd percentile, 0 of nothing (numpy's own takes ten times as long over so few)."""
    if not len(tones):
        return 0.0
    order, place = np.sort(tones), _HIGH * (len(tones) - 1)
    below = int(place)
    low, high = float(order[below]), float(order[min(below + 1, len(order) - 1)])
    return low + (high - low) * (place - below)


def fit(glyph: Glyph) -> NDArray[np.float32]:
    """The classifier's input of a glyph cut out of a sheet."""
    return fitted(np.asarray(PAPER - np.minimum(glyph.picture, PAPER), dtype=np.uint8), SMALLEST)


def glyphs(ink: Ink, cells: tuple[Box, ...], ignore: NDArray[np.intp] | None = None) -> list[Glyph | None]:
    """The writing of each cell of a row, None where there is none. `ignore` names components that are not writing."""
    left, top = min(c.x for c in cells), min(c.y for c in cells)
    right, bottom = max(c.right for c in cells), max(c.bottom for c in cells)
    row = Box(left, top - _OVER, right - left, bottom - top + 2 * _OVER)
    x0, y0 = max(0, round(row.x * PX)), max(0, round(row.y * PX))
    labels = ink.labels[y0 : round(row.bottom * PX), x0 : round(row.right * PX)]
    grey = ink.grey[y0 : round(row.bottom * PX), x0 : round(row.right * PX)]
    members = np.unique(labels)
    members = members[members > 0]
    if ignore is not None:
        members = np.setdiff1d(members, ignore)
    x, y = ink.centroids[members, 0] / PX, ink.centroids[members, 1] / PX
    # what has its middle elsewhere is a neighbour's: a ring round an era that reaches into the first cell
    centre = (y >= top - 0.3) & (y < bottom + 0.3) & (x >= left - 0.2) & (x < right + 0.2)
    owner = _owners(ink, labels, members[centre], cells, x0)
    return [_glyph(labels, grey, owner == n, cell, (x0, y0)) for n, cell in enumerate(cells)]


def _owners(
    ink: Ink, labels: NDArray[np.int32], members: NDArray[np.intp], cells: tuple[Box, ...], x0: int
) -> NDArray[np.int16]:
    """The cell that each pixel of the row belongs to (-1: none). A component goes whole to the cell of its centre,
    unless it is writing of two: then it is cut where its ink is thinnest near the rules."""
    edges = np.array([cell.x for cell in cells] + [cells[-1].right]) * PX - x0
    by_column = np.searchsorted(edges, np.arange(labels.shape[1]) + 0.5) - 1
    owner = np.full(labels.shape, -1, dtype=np.int16)
    for member in members.tolist():
        here = labels == member
        if _is_of_two(here, int(ink.stats[member, cv2.CC_STAT_WIDTH]) / PX / cells[0].w, edges):
            owner[here] = np.broadcast_to(_cut(here, edges, cells[0].w), labels.shape)[here]
        else:
            column = int(np.clip(ink.centroids[member, 0] - x0, 0, labels.shape[1] - 1))
            owner[here] = by_column[column]
    return owner


def _is_of_two(here: NDArray[np.bool_], cells: float, edges: NDArray[np.float64]) -> bool:
    """True for a component (`cells` wide) that holds the writing of neighbours: wider than any digit, or as wide as a
    cell with much of its ink on either side of a rule."""
    if cells <= _ONE_DIGIT:
        return False
    if cells > _TWO_DIGITS:
        return True
    weight = here.sum(axis=0)
    inner = np.clip(np.round(edges[1:-1]), 0, len(weight)).astype(int)
    left = np.array([weight[:edge].sum() for edge in inner.tolist()])
    return bool((np.minimum(left, weight.sum() - left) > 0.3 * weight.sum()).any())


def _cut(here: NDArray[np.bool_], edges: NDArray[np.float64], width: float) -> NDArray[np.intp]:
    """The cell of each column for a component over several cells: two digits that touch part where the stroke between
    them is thinnest, at most a fifth of a cell from the rule."""
    weight = here.sum(axis=0)
    reach = round(0.2 * width * PX)
    cuts = []
    for edge in edges[1:-1].tolist():
        first = max(0, round(edge) - reach)
        near = weight[first : round(edge) + reach + 1].astype(np.float64)
        near = near + 0.15 * np.abs(np.arange(len(near)) + first - edge)
        cuts.append(first + int(near.argmin()) if len(near) else round(edge))
    return np.searchsorted(np.array(cuts), np.arange(here.shape[1]), side="left")


def _glyph(
    labels: NDArray[np.int32], grey: Grey, mine: NDArray[np.bool_], cell: Box, at: tuple[int, int]
) -> Glyph | None:
    columns = np.flatnonzero(mine.any(axis=0))
    if int(np.count_nonzero(mine)) < _LEAST_AREA * PX * PX:
        return None
    near = slice(max(0, int(columns[0]) - 2), int(columns[-1]) + 3)  # the rest of the row is nothing to this cell
    labels, grey, mine = labels[:, near], grey[:, near], mine[:, near]
    x0, y0 = at[0] + near.start, at[1]
    mine = _without_strays(labels, mine, cell, x0)
    ys, xs = np.nonzero(mine)
    if not len(ys):
        return None
    if np.count_nonzero(grey[mine] <= PAPER - STRONG) < 0.1 * len(ys):
        return None
    left, right, top, bottom = int(xs.min()), int(xs.max()) + 1, int(ys.min()), int(ys.max()) + 1
    width, height = (right - left) / PX, (bottom - top) / PX
    if max(width, height) < _LEAST_HEIGHT:
        return None
    beside = min(abs((left + x0) / PX - cell.x), abs((right + x0) / PX - cell.right))
    if width < 0.45 and beside < _BESIDE and height > 0.8 * cell.h:
        return None
    cut = min(abs((top + y0) / PX - cell.y), abs((bottom + y0) / PX - cell.bottom)) < _CUT
    soft = cv2.dilate(mine.astype(np.uint8), np.ones((3, 3), np.uint8)) == 1
    clean = np.where(soft & (mine | (labels == 0)), grey, PAPER).astype(np.uint8)
    left, right = max(0, left - 1), min(grey.shape[1], right + 1)
    top, bottom = max(0, top - 1), min(grey.shape[0], bottom + 1)
    return Glyph(clean[top:bottom, left:right], top, cut)


def _without_strays(labels: NDArray[np.int32], mine: NDArray[np.bool_], cell: Box, x0: int) -> NDArray[np.bool_]:
    """The writing without specks that lie off its strokes and without slivers of an upright rule beside it: they would
    make a small character of a large one."""
    names = np.unique(labels[mine])
    if len(names) < 2:
        return mine
    pieces = [(name, *_bounds((labels == name) & mine)) for name in names.tolist()]
    if max(max(right - left, bottom - top) for _, _, left, right, top, bottom in pieces) < _GRAIN * PX:
        return np.zeros_like(mine)  # dust, however much of it
    most = max(area for _, area, *_ in pieces)
    edges = (cell.x * PX - x0, cell.right * PX - x0)
    firm: list[tuple[int, ...]] = []
    strays: list[tuple[int, ...]] = []
    for name, area, left, right, top, bottom in pieces:
        beside = min(abs(left - edges[0]), abs(right - edges[0]), abs(left - edges[1]), abs(right - edges[1]))
        small = max(right - left, bottom - top) < _SPECK * PX
        upright = right - left < _SLIVER * PX and (small or bottom - top > 2.5 * (right - left))
        if upright and beside < _BESIDE * PX and area < 0.4 * most:
            continue
        (strays if small and area < 0.2 * most else firm).append((name, left, right, top, bottom))
    near = _NEAR * PX
    box = [f(p[i] for p in firm) for i, f in ((1, min), (2, max), (3, min), (4, max))]
    kept = [p[0] for p in firm]
    for name, left, right, top, bottom in strays:
        if left > box[0] - near and right < box[1] + near and top > box[2] - near and bottom < box[3] + near:
            kept.append(name)
    return np.asarray(mine & np.isin(labels, kept))


def _bounds(piece: NDArray[np.bool_]) -> tuple[int, int, int, int, int]:
    """Area, left, right, top and bottom in px."""
    ys, xs = np.nonzero(piece)
    return len(ys), int(xs.min()), int(xs.max()) + 1, int(ys.min()), int(ys.max()) + 1
