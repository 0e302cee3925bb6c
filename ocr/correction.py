"""Reads what stands in place of a struck value, above or beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box, Field, Part
from ocr.ask import Asking
from ocr.cells import Cell, read_cells
from ocr.ink import FAINT, PAPER, Ink
from ocr.lines import read_text, written
from ocr.page import Grey
from ocr.parts import PartRead, charset_of, from_cells, from_text, nothing
from ocr.reference import PX
from ocr.strike import Strike

_GAP = 0.55  # of the writing's height: a wider gap stands between 氏 and 名
_LESSER_GAP, _STANDS_OUT = 0.16, 1.7  # ... as does a smaller one so many times wider than the next
_BESIDE = 1.5  # mm between a struck value and a correction beside it
_SPILL, _EDGE = 0.5, 0.1  # mm that a correction may leave its place, and downwards, where the struck value begins
_STUB = 0.5  # mm above the struck value in which a stroke that goes on into it is no writing
_FAINT = 38  # grey levels below the paper: small digits of a fine pen are no darker, and no fold is looked for here
_DARK = 190  # grey levels that clear writing is darker than the paper
_SLIVER = 0.3  # mm: no stroke is thinner
_CLEAR, _DOUBTED = 0.93, 0.5  # characters so sure were not struck out; the score of such a reading
_SURE = 0.6  # cells so sure are believed where the line of them says otherwise
_NAMES = {"kana", "kanji"}


def read_correction(ink: Ink, item: Field, strikes: Mapping[str, Strike]) -> Asking[list[PartRead]]:
    """What now stands in the struck parts, and in those that the correction replaces with them: blank if nothing is
    written in the correction box or beside the struck value."""
    struck = [part for part in item.parts if part.name in strikes]
    place = item.correction_box
    above = _only(ink, place) if place is not None else ink
    if place is None or not len(written(above, place)):
        left = []
        half = len(struck) < sum(part.control in {"free", "number"} for part in item.parts)
        for part in struck:
            left.append((yield from _left_standing(ink, item, part, strikes[part.name], half)))
        return left
    if len(struck) == 1 and struck[0].cells and _above(place, struck[0].box):
        return [(yield from _in_columns(ink, above, item, struck[0], strikes[struck[0].name]))]
    replaced = _replaced(above, item, struck, place)
    boxes = divided(above, _roomy(place), len(replaced))
    read: list[PartRead] = []
    for part, box in zip(replaced, boxes, strict=True):
        read.append(from_text(part, (yield from read_text(above, box, charset_of(item, part)))))
    if not all(strike.mostly for strike in strikes.values()):  # what does the correction replace?
        return [replace(part, text=None) for part in read]
    if item.type in _NAMES and len(struck) > 1 and read[-1].blank:  # no gap told 氏 from 名
        return [replace(read[0], text=None), *read[1:]]
    return read


def _replaced(ink: Ink, item: Field, struck: Sequence[Part], place: Box) -> list[Part]:
    """The parts for which the correction stands: a whole name replaces the 名 with a struck 氏."""
    parts = [part for part in item.parts if part.control in {"free", "number"}]
    if item.type not in _NAMES or len(struck) == len(parts) or len(divided(ink, _roomy(place), 2, True)) < 2:
        return list(struck)
    return parts


def _left_standing(ink: Ink, item: Field, part: Part, strike: Strike, half: bool = False) -> Asking[PartRead]:
    """What is written in the part beside what was struck; all of it, with doubt, for one half of a name
    that reads as if no line went through it: nobody strikes out a 名 and writes none, and dense characters of a thick
    pen (薫, 齋藤) have bars enough to look struck."""
    if item.type in _NAMES and not part.cells and half:
        whole = yield from read_text(ink, part.box, charset_of(item, part), part.lines)
        if not whole.blank and min(whole.least, whole.score) > _CLEAR:
            found = from_text(part, whole)
            return replace(found, score=min(found.score, _DOUBTED))
    if strike.whole:
        return nothing(part)
    if strike.gap < _BESIDE and not part.cells:  # the line has missed a character, or its neighbour was to stay?
        return replace(nothing(part), text=None)
    if part.cells:
        return (yield from _mended(ink, item, part, strike, [Cell("", 1.0) for _ in part.cells]))
    sides = [
        Box(part.box.x, part.box.y, max(0.0, strike.left - part.box.x), part.box.h),
        Box(strike.right, part.box.y, max(0.0, part.box.right - strike.right), part.box.h),
    ]
    read: list[PartRead] = []
    for side in sides:
        read.append(from_text(part, (yield from read_text(ink, side, charset_of(item, part), part.lines))))
    standing = [side for side in read if not side.blank]
    if len(standing) == 2:  # before and after: which of them is meant?
        return replace(standing[0], text=None)
    return standing[0] if standing else nothing(part)


def _only(ink: Ink, place: Box) -> Ink:
    """The ink of a place alone, with the faint strokes of small writing; where a stroke was followed under the rule
    below, to the struck value, it ends above the rule."""
    x0, y0 = max(0, round((place.x - _SPILL) * PX)), max(0, round((place.y - _SPILL) * PX))
    x1, y1 = round((place.right + _SPILL) * PX), round((place.bottom + _EDGE) * PX)
    grey = np.full_like(ink.grey, PAPER)
    here = ink.grey[y0:y1, x0:x1].copy()
    goes_on = (ink.labels[y1 : y1 + 3, x0:x1] > 0).all(axis=0)
    here[-round(_STUB * PX) :, cv2.dilate(goes_on.astype(np.uint8), np.ones(3, np.uint8))[:, 0] == 1] = PAPER
    _, found, stats, centroids = cv2.connectedComponentsWithStats((here < PAPER - _FAINT).astype(np.uint8), None, 8)
    firm = np.zeros(len(stats), dtype=bool)
    firm[found[here < PAPER - FAINT]] = True
    firm[0] = False
    width = here.shape[1]
    from_beside = (stats[:, 0] == 0) | (stats[:, 0] + stats[:, 2] == width)  # a ring round an era
    firm &= ~from_beside & ~((stats[:, 1] == 0) & (stats[:, 3] < 2 * _SPILL * PX))
    grey[y0:y1, x0:x1] = _darkened(here, firm[found])
    labels = np.zeros_like(ink.labels)
    labels[y0:y1, x0:x1] = np.where(firm[found], found, 0)
    stats[:, :2] += np.array([x0, y0], dtype=stats.dtype)
    thin = (stats[:, 3] < _SLIVER * PX) & (stats[:, 2] > 4 * stats[:, 3]) & (stats[:, 1] + stats[:, 3] >= y1)
    stats[thin | ~firm, 4] = 0  # what the rule left, and shadows: smaller than any writing
    return Ink(grey, labels, stats, centroids + np.array([x0, y0]))


def _darkened(grey: Grey, writing: NDArray[np.bool_]) -> Grey:
    """Faint writing made as dark as any: what is small is blurred by the scanner."""
    if not writing.any():
        return grey
    dark = PAPER - grey.astype(np.float32)
    factor = float(np.clip(_DARK / max(1.0, float(np.percentile(dark[writing], 90))), 1.0, 2.5))
    return np.asarray(PAPER - np.clip(dark * factor, 0, PAPER), dtype=np.uint8)


def _roomy(box: Box) -> Box:
    """A correction's place has no rules, along which a level stroke would count for nothing."""
    return Box(box.x, box.y - 0.5, box.w, box.h + 1.0)


def _above(place: Box, box: Box) -> bool:
    return place.x <= box.x + 1 and box.right - 1 <= place.right


def _in_columns(ink: Ink, above: Ink, item: Field, part: Part, strike: Strike) -> Asking[PartRead]:
    """Digits written above their cells; or, if they keep to no column, as one line."""
    place = item.correction_box
    assert place is not None
    columns = tuple(Box(cell.x, place.y, cell.w, place.h) for cell in part.cells)
    cells = yield from read_cells(above, columns, charset_of(item, part))
    if not strike.whole:
        return (yield from _mended(ink, item, part, strike, cells))
    found = from_cells(part, cells)
    charset = "wareki" if item.type == "wareki" else charset_of(item, part)
    line = from_text(part, (yield from read_text(above, _roomy(place), charset)))
    digits, in_cells = "".join(c for c in line.text or "" if c.isdigit()), "".join(found.cells)
    if not digits or digits == in_cells:
        return replace(found, agree=True if digits else None)
    gaps = "_" in (found.text or "_") and item.type != "wareki"  # the digits above have run out of their columns
    if found.text is not None and not gaps and found.score >= _SURE and len(digits) <= len(in_cells):
        return replace(found, agree=False)
    whole = item.type != "wareki" or len(digits) == 6 or len(digits) < len(line.text or "")  # 38.12.13
    if whole and len(in_cells) < len(digits) <= len(part.cells):  # no more digits than there are cells
        return replace(line, agree=False)
    return replace(found, text=None, agree=False)


def _mended(ink: Ink, item: Field, part: Part, strike: Strike, above: Sequence[Cell]) -> Asking[PartRead]:
    """A comb of which only some cells were struck: those above them stand in their place."""
    own = yield from read_cells(ink, part.cells, charset_of(item, part))
    struck = [strike.covers(cell) for cell in part.cells]
    cells = [there if gone else here for gone, there, here in zip(struck, above, own, strict=True)]
    found = from_cells(part, cells)
    empty = any(gone and not cell.text for gone, cell in zip(struck, cells, strict=True))
    stray = any(cell.text for gone, cell in zip(struck, above, strict=True) if not gone)
    return replace(found, text=None) if empty or stray else found


def divided(ink: Ink, place: Box, count: int, only_words: bool = False) -> list[Box]:
    """The box divided at the widest gaps of its writing, from left to right; what is missing is an empty box, or with
    `only_words` left out."""
    if count == 1:
        return [place]
    rest = [] if only_words else [Box(place.right, place.y, 0.0, place.h)] * (count - 1)
    members = written(ink, place)
    if not len(members):
        return [place, *rest]
    wide = sorted(_wide(_gaps(ink, members), ink.bounds(members).h, count - 1))
    edges = [place.x, *[(left + right) / 2 for left, right in wide], place.right]
    boxes = [Box(a, place.y, b - a, place.h) for a, b in pairwise(edges)]
    return boxes + rest[: count - len(boxes)]


def _wide(gaps: Sequence[tuple[float, float]], height: float, most: int) -> list[tuple[float, float]]:
    """The gaps that stand between words."""
    order = sorted(gaps, key=lambda gap: gap[0] - gap[1])
    widths = [right - left for left, right in order] + [0.0]
    found = [gap for gap, width in zip(order[:most], widths, strict=False) if width > _GAP * height]
    if not found and most == 1 and widths[0] > max(_LESSER_GAP * height, _STANDS_OUT * [*widths, 0.0][1]):
        found = order[:1]
    return found


def _gaps(ink: Ink, members: NDArray[np.intp]) -> list[tuple[float, float]]:
    """Horizontal gaps (mm) between the components, left to right."""
    spans = sorted((ink.bounds(np.array([m])).x, ink.bounds(np.array([m])).right) for m in members.tolist())
    gaps: list[tuple[float, float]] = []
    reached = spans[0][1]
    for left, right in spans:
        if left > reached:
            gaps.append((reached, left))
        reached = max(reached, right)
    return gaps
