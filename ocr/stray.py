"""Tells writing that does not keep to its comb cells: an amount written across them, two digits in one cell."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Part
from ocr.ink import Ink
from ocr.reference import PX
from ocr.register import cut_any

_TALL, _AREA = 1.3, 0.25  # mm, mm2: smaller pieces are dirt, commas and what a rule left
_BOTH_SIDES = 0.25  # share of a character on either side of a rule that stands on it
_ROOM = 1.0  # mm above and below the cells
_MANY = 2  # so many strays are no accident
_WHOLE = 2.0  # mm: pieces so tall that stand clear of each other are two digits, not the strokes of one
_CLEAR = 0.1  # mm between characters side by side


def astray(ink: Ink, part: Part) -> bool:
    """True if several characters stand on the rules between the cells or beside another in one cell, or two whole ones
    share a cell: the reader of cells would give the first or a part of either."""
    row = part.box
    members = ink.within(row.grown(_ROOM), round(_AREA * PX * PX))
    members = members[ink.stats[members, cv2.CC_STAT_HEIGHT] >= _TALL * PX]
    if len(members) < _MANY:
        return False
    left = ink.stats[members, cv2.CC_STAT_LEFT] / PX
    right = left + ink.stats[members, cv2.CC_STAT_WIDTH] / PX
    rules = np.array([cell.x for cell in part.cells[1:]])
    over = ((left[:, None] < rules - 0.3) & (right[:, None] > rules + 0.3)).any(axis=1)
    strays = sum(_on_rule(ink, int(member), part) for member in members[over].tolist())
    tall = ink.stats[members, cv2.CC_STAT_HEIGHT] >= _WHOLE * PX
    two = _crowded(part, left[tall], right[tall]) > 0
    return two or strays + _crowded(part, left, right) >= _MANY


def _on_rule(ink: Ink, member: int, part: Part) -> bool:
    bounds = ink.bounds(np.array([member]))
    ours = (cut_any(ink.labels, bounds) == member).sum(axis=0)
    for cell in part.cells[1:]:
        place = round((cell.x - bounds.x) * PX)
        if 0 < place < len(ours):
            share = float(ours[:place].sum()) / max(1, int(ours.sum()))
            if _BOTH_SIDES < share < 1 - _BOTH_SIDES:
                return True
    return False


def _crowded(part: Part, left: NDArray[np.float64], right: NDArray[np.float64]) -> int:
    """How many cells hold the middles of two characters that stand side by side."""
    order = np.argsort(left)
    middles = ((left + right) / 2)[order]
    cells = [next((n for n, c in enumerate(part.cells) if c.x <= x < c.right), -1) for x in middles.tolist()]
    apart = left[order][1:] - right[order][:-1] > _CLEAR
    return sum(a == b >= 0 and bool(gap) for a, b, gap in zip(cells, cells[1:], apart.tolist(), strict=False))
