"""Finds values that were struck out: by a double line (二重線), the lawful way to correct a filing by hand, by one
line, a cross, a wave or a scribble."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box, Part
from ocr.ink import Ink
from ocr.reference import PX
from ocr.register import cut_any
from ocr.rulings import Ruling, crosses, level_runs, rulings
from ocr.scrawl import crossed_out

_SPECK = 0.12  # mm2: smaller pieces say nothing about where the writing stands
_BESIDE, _ABOVE = 1.2, 0.3  # mm around a part in which a line through it is followed
_CELL_EDGE = 0.3  # mm beside a rule between cells in which a line may be lost with the rule
_LEAST, _LEAST_IN_CELL = 2.8, 2.2  # mm: the shortest strike-out, over one character
_SEVERAL = 1.3  # times the width of a cell
_LONGER = 1.3  # times the width of a single character that lines over it have
_MOST, _MOST_SINGLE = 0.68, 0.8  # share of the writing's width that a pair of lines, and a single one, goes over
_APART = (0.3, 2.8)  # mm between the two lines
_THICK = 0.75  # mm: two lines that have run together; no pen draws one so thick
_ONE_CHARACTER = 1.8  # times its height: the width of one character with lines over it
_CLOSE, _AS_WIDE, _ON_EITHER_SIDE = 0.33, 0.6, 0.15  # of a single character's height, its height, and its ink
_OVER, _FAR_OVER = 0.2, 0.5  # mm that lines over a single character reach beyond it on either side
_STANDS_OFF = 0.9  # mm between a struck value and one written beside it
_FULL = 0.5  # share of ink in writing that was scribbled over
_HELD_IN_CELLS, _HELD = 0.85, 0.9  # share of its columns that a line of a pair has ink in
_SPANS = 0.9  # share of the writing's width that one stroke through all of it takes


@dataclass(frozen=True, slots=True)
class Strike:
    """Lines through the writing of a part, from `left` to `right` (mm). Not `whole`: writing stands beside them, `gap`
    mm away; `mostly`: it is little. `single`: over one character in a box, whose own bars may have been taken for
    them."""

    left: float
    right: float
    whole: bool = True
    mostly: bool = True
    gap: float = 0.0
    single: bool = False

    def covers(self, cell: Box) -> bool:
        return self.left < cell.centre[0] < self.right


def struck_in(ink: Ink, part: Part, digits: bool = True) -> Strike | None:
    """Where the writing in the part was struck out, None if it was not. In cells of `digits` a single one may be."""
    region = Box(part.box.x - _BESIDE, part.box.y - _ABOVE, part.box.w + 2 * _BESIDE, part.box.h + 2 * _ABOVE)
    mask = _writing(ink, region)
    if mask is None:
        return None
    columns = np.flatnonzero(mask.any(axis=0))
    first, last = int(columns[0]), int(columns[-1]) + 1
    least = (_LEAST_IN_CELL if part.cells else _LEAST) * PX
    if last - first < least:
        return None
    free = _free_columns(part.cells, region, mask.shape[1])
    lines = rulings(mask if part.cells else _strikable(mask, least), free, least)
    found = _doubly(mask, lines, bool(part.cells)) or _singly(mask, lines, bool(part.cells)) or crossed_out(mask, free)
    if found is None:
        return None
    if part.cells:
        left, right = region.x + found[0] / PX, region.x + found[1] / PX
        if not digits and right - left < _SEVERAL * part.cells[0].w:  # エ and モ have two such lines
            return None
        whole = not _beside(mask, part.cells, region, left, right)
        return Strike(left, right, whole, whole)
    (start, before), (end, after) = _gap(mask, found[0], -1), _gap(mask, found[1], 1)
    gaps = [abs(x - end) / PX for x, end in ((before, start), (after, end)) if x is not None]
    mostly = found[1] - found[0] > _MOST * (last - first)
    left, right = region.x + (start - 1) / PX, region.x + (end + 2) / PX
    rows = np.flatnonzero(mask.any(axis=1))
    single = last - first < _ONE_CHARACTER * (rows[-1] - rows[0] + 1)
    return Strike(left, right, not gaps, mostly, min(gaps, default=0.0), bool(single))


def _beside(mask: NDArray[np.uint8], cells: Sequence[Box], region: Box, left: float, right: float) -> bool:
    """True if there is writing in cells that the lines do not go through."""
    others = [cell.grown(-_CELL_EDGE) for cell in cells if not left < cell.centre[0] < right]
    for cell in others:
        x, y = round((cell.x - region.x) * PX), round((cell.y - region.y) * PX)
        inked = mask[y : round((cell.bottom - region.y) * PX), x : round((cell.right - region.x) * PX)]
        if inked.sum() > 0.4 * PX * PX:
            return True
    return False


def _gap(mask: NDArray[np.uint8], end: int, step: int) -> tuple[int, int | None]:
    """How far writing goes on from the end of a line without a gap, and the column beyond the gap from which more
    stands, None if there is none."""
    columns = np.flatnonzero(mask.any(axis=0))
    reached = end
    for x in columns[columns >= end].tolist() if step > 0 else columns[columns < end][::-1].tolist():
        if abs(x - reached) > _STANDS_OFF * PX:
            return reached, int(x)
        reached = x
    return reached, None


def _writing(ink: Ink, region: Box) -> NDArray[np.uint8] | None:
    """The writing in the region without specks, None if there is none."""
    labels = cut_any(ink.labels, region)
    inked = labels[labels > 0]
    if len(inked) < _SPECK * PX * PX:
        return None
    chosen = (np.bincount(inked) >= _SPECK * PX * PX).astype(np.uint8)
    return np.asarray(chosen[labels], dtype=np.uint8) if chosen.any() else None


def _strikable(mask: NDArray[np.uint8], least: float) -> NDArray[np.uint8]:
    """The writing without the pieces, apart from each other by a gap, whose level strokes are too short together for a
    line through most of the piece."""
    columns = np.flatnonzero(mask.any(axis=0))
    cuts = np.flatnonzero(np.diff(columns) > _STANDS_OFF * PX) + 1
    kept = mask
    for piece in np.split(columns, cuts):
        first, last = int(piece[0]), int(piece[-1]) + 1
        need = max(least, _MOST * (last - first))
        if not level_runs(mask[:, first:last], np.zeros(last - first, dtype=bool), need).any():
            kept = mask.copy() if kept is mask else kept
            kept[:, first:last] = 0
    return kept


def _free_columns(cells: Sequence[Box], region: Box, width: int) -> NDArray[np.bool_]:
    """Columns in which nothing is asked of a line: the rules between cells and the print between pairs of cells."""
    free = np.zeros(width, dtype=bool)
    if not cells:
        return free
    free[:] = True
    for cell in cells:
        first, last = cell.x + _CELL_EDGE - region.x, cell.right - _CELL_EDGE - region.x
        free[max(0, round(first * PX)) : round(last * PX)] = False
    free[: max(0, round((cells[0].x - region.x) * PX))] = False
    free[round((cells[-1].right - region.x) * PX) :] = False
    return free


@dataclass(frozen=True, slots=True)
class _Rest:
    """The writing without the lines: its shares above, between and below them, and its bounds (px)."""

    above: float
    between: float
    below: float
    left: int
    right: int
    height: int

    @property
    def one_character(self) -> bool:
        return self.right - self.left < 1.35 * self.height


def _doubly(mask: NDArray[np.uint8], lines: Sequence[Ruling], cells: bool) -> tuple[int, int] | None:
    """First and last column of two lines side by side over writing."""
    for n, one in enumerate(lines):
        if one.thickness > _THICK * PX and _through(mask, one, one, cells):
            return one.left, one.right
        for other in lines[n + 1 :]:
            upper, lower = (one, other) if one.middle < other.middle else (other, one)
            apart = (lower.middle - upper.middle) / PX
            if _APART[0] <= apart <= _APART[1] and _through(mask, upper, lower, cells):
                return min(upper.left, lower.left), max(upper.right, lower.right)
    return None


def _through(mask: NDArray[np.uint8], upper: Ruling, lower: Ruling, cells: bool) -> bool:
    """True if the two lines are no strokes of the writing, and the writing is not all above them (underlined)."""
    frail = min(upper.held, lower.held)
    local, width = _local(mask, min(upper.left, lower.left), max(upper.right, lower.right), cells)
    long = min(upper.right, lower.right) - max(upper.left, lower.left) >= _MOST * width
    drawn = frail >= (_HELD_IN_CELLS if cells else _HELD)
    rest = _rest(local, upper, lower) if long and drawn else None
    if rest is None:
        return False
    before = (rest.left - max(upper.left, lower.left)) / PX
    after = (min(upper.right, lower.right) - rest.right) / PX
    if not (rest.above + rest.between >= 0.1 or min(before, after) > _OVER) or rest.between + rest.below < 0.06:
        return False
    alone = width > 0.9 * _local(mask, 0, mask.shape[1], True)[1]
    if cells:
        reaches = max(before, after) if alone else min(before, after)
        enough = 0.93 if min(before, after) < _FAR_OVER else _HELD_IN_CELLS
        close = lower.middle - upper.middle < _CLOSE * rest.height  # the level strokes of 2, 5 and Z are not
        return frail >= enough and (not rest.one_character or (reaches > _OVER and close))
    if rest.one_character:
        return alone and frail > 0.95 and _over_one(rest, upper, lower)
    if frail >= 0.975:
        return max(before, after) > _OVER
    strong = upper if upper.held >= lower.held else lower
    reaches_out = strong.left + 2 <= rest.left and rest.right + 2 <= strong.right
    return strong.held >= 0.98 and reaches_out


def _broken(line: Ruling) -> bool:
    """True if the line stops on its way: where one character ends and the next begins, as the bars of 増田 do."""
    missing = np.ones(line.right - line.left, dtype=bool)
    missing[line.drawn[1] - line.left] = False
    return bool((missing[1:] & missing[:-1]).any())


def _over_one(rest: _Rest, upper: Ruling, lower: Ruling) -> bool:
    """True if the lines are not bars of the one character itself (圭, 三, 芳, 皿): they lie close together about its
    middle, reach beyond it on either side, and what they leave still looks like a character."""
    longer = min(upper.right - upper.left, lower.right - lower.left) > _LONGER * (rest.right - rest.left)
    before = rest.left - np.array([upper.left, lower.left])
    after = np.array([upper.right, lower.right]) - rest.right
    reaches = min(before.min(), after.min()) > _OVER * PX and min(before.max(), after.max()) > _OVER * PX
    close = lower.middle - upper.middle < _CLOSE * rest.height
    whole = rest.right - rest.left > _AS_WIDE * rest.height and min(rest.above, rest.below) > _ON_EITHER_SIDE
    return bool(longer and reaches and close and whole)


def _local(mask: NDArray[np.uint8], left: int, right: int, cells: bool) -> tuple[NDArray[np.uint8], int]:
    """The writing about the lines, up to the first gap beside them (in cells: under them), and its width."""
    before, after = _gap(mask, left, -1)[1], _gap(mask, right, 1)[1]
    first = left if cells else 0 if before is None else before + 1
    last = right if cells else mask.shape[1] if after is None else after
    local = mask.copy()
    local[:, : max(0, first)] = 0
    local[:, last:] = 0
    columns = np.flatnonzero(local.any(axis=0))
    return local, int(columns[-1] - columns[0]) + 1 if len(columns) else 0


def _rest(mask: NDArray[np.uint8], upper: Ruling, lower: Ruling) -> _Rest | None:
    """What else is written than the lines, None if it is next to nothing."""
    rest = mask.copy()
    for line in (upper, lower):
        rest[line.drawn] = 0
    rest = cv2.morphologyEx(rest, cv2.MORPH_OPEN, np.ones((2, 2), np.uint8))
    ys, xs = np.nonzero(rest)
    if len(ys) < 0.3 * PX * PX:
        return None
    top, bottom = upper.at(xs) - upper.thickness / 2, lower.at(xs) + lower.thickness / 2
    above, below = float((ys < top).mean()), float((ys > bottom).mean())
    left, right = np.percentile(xs, [1, 99])
    height = int(np.percentile(ys, 98) - np.percentile(ys, 2)) + 1
    return _Rest(above, 1 - above - below, below, int(left), int(right) + 1, height)


def _singly(mask: NDArray[np.uint8], lines: Sequence[Ruling], cells: bool) -> tuple[int, int] | None:
    """One line over nearly all of the writing, several characters, with a good part of it above and below."""
    for line in lines:
        if line.held < 0.97 or line.right - line.left < 2 * _LEAST * PX:
            continue
        local, width = _local(mask, line.left, line.right, False)
        if line.right - line.left < _MOST_SINGLE * width:
            continue
        if not cells and _broken(line):
            continue
        rest = _rest(local, line, line)
        if rest is None or rest.right - rest.left < 1.5 * rest.height or min(rest.above, rest.below) < 0.15:
            continue
        if crosses(mask, line) >= 3:
            return line.left, line.right
    return None
