"""Reads what stands in place of a struck value, above or beside it."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from forms.model import Box, Field, Part
from ocr.ask import Asking
from ocr.cells import read_cells
from ocr.ink import Ink
from ocr.lines import read_text, written
from ocr.parts import PartRead, charset_of, from_cells, from_text, nothing

_GAP = 0.55  # of the writing's height: a wider gap stands between 氏 and 名


def read_correction(ink: Ink, item: Field, struck: Sequence[Part]) -> Asking[list[PartRead]]:
    """One PartRead a struck part: blank if nothing is written in the correction box."""
    place = item.correction_box
    if place is None or not len(written(ink, place)):
        return [nothing(part) for part in struck]
    combs = [part for part in struck if part.cells]
    if len(combs) == len(struck) == 1 and _above(place, struck[0].box):
        return [(yield from _in_columns(ink, item, struck[0], place))]
    boxes = divided(ink, place, len(struck))
    read: list[PartRead] = []
    for part, box in zip(struck, boxes, strict=True):
        text = yield from read_text(ink, box, charset_of(item, part))
        read.append(from_text(part, text))
    return read


def _above(place: Box, box: Box) -> bool:
    return place.x <= box.x + 1 and box.right - 1 <= place.right


def _in_columns(ink: Ink, item: Field, part: Part, place: Box) -> Asking[PartRead]:
    """Digits written above their cells; or, if they keep to no column, as one line."""
    columns = tuple(Box(cell.x, place.y, cell.w, place.h) for cell in part.cells)
    found = from_cells(part, (yield from read_cells(ink, columns, charset_of(item, part))))
    charset = "wareki" if item.type == "wareki" else charset_of(item, part)
    line = from_text(part, (yield from read_text(ink, place, charset)))
    digits = "".join(c for c in line.text or "" if c.isdigit())
    if found.text is not None and "".join(found.cells) == digits:
        return found
    better = found.text is not None and found.score >= 0.6 and len(digits) == len("".join(found.cells))
    return found if better else line


def divided(ink: Ink, place: Box, count: int) -> list[Box]:
    """The box divided at the widest gaps of its writing, from left to right; what is missing is an empty box."""
    if count == 1:
        return [place]
    members = written(ink, place)
    if not len(members):
        return [place, *[Box(place.right, place.y, 0.0, place.h)] * (count - 1)]
    bounds = ink.bounds(members)
    gaps = _gaps(ink, members)
    wide = sorted(sorted(gaps, key=lambda gap: gap[0] - gap[1])[: count - 1])
    wide = [gap for gap in wide if gap[1] - gap[0] > _GAP * bounds.h]
    edges = [place.x, *[(left + right) / 2 for left, right in wide], place.right]
    boxes = [Box(a, place.y, b - a, place.h) for a, b in pairwise(edges)]
    return boxes + [Box(place.right, place.y, 0.0, place.h)] * (count - len(boxes))


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
