"""The numbers about a field's reading from which the calibration makes a probability."""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

import cv2
import numpy as np

from forms.model import Box, Part
from ocr.candidates import Candidate
from ocr.ink import Ink
from ocr.parts import PartRead
from ocr.reference import PX
from ocr.register import cut_any
from ocr.types import FieldReading

_NEAR = 0.4  # mm outside a box in which the middle of its writing may lie
_SPILL = 0.5  # mm that writing may leave its box without counting as outside
_CUT = 0.15  # share of a stroke on either side of a border from which it is cut by it ...
_CUT_AREA = 0.25  # ... and mm2
_MOST_ODDS = 6.0  # log-odds of a score that count at most
_WIDE = 1.25  # times a cell's width: such a stroke runs over a rule


def of_reading(
    value: str | None, score: float, parts: Sequence[PartRead], candidates: Sequence[Candidate]
) -> dict[str, float]:
    """score, margin, chars, least, agree, blank: what the readers say of their own reading."""
    top = [c.probability for c in candidates[:2]] + [0.0, 0.0]
    facts = {
        "score": round(score, 4),
        "margin": round(top[0] - top[1], 4),
        "chars": float(len(value or "")),
        "least": round(min((p.least for p in parts if not p.blank), default=1.0), 4),
        "blank": float(value == ""),
    }
    told = [p.agree for p in parts if p.agree is not None]
    if told:
        facts["agree"] = float(all(told))
    return facts


def of_ink(ink: Ink, parts: Sequence[Part]) -> dict[str, float]:
    """ink (mm2 of writing), outside (share of it outside the boxes), strokes_cut (strokes that a border or a rule
    between cells cuts)."""
    area = beyond = 0.0
    cut = 0
    for part in parts:
        here, out, strokes = _in_part(ink, part)
        area, beyond, cut = area + here, beyond + out, cut + strokes
    return {
        "ink": round(area / PX**2, 3),
        "outside": round(beyond / area, 4) if area else 0.0,
        "strokes_cut": float(cut),
    }


def of_others(read: Sequence[FieldReading], written: Collection[str]) -> tuple[FieldReading, ...]:
    """What a sheet's other fields say of the hand and the scan, which are hard to read in every field or in none.

    others: how sure the reader is of those `written` that are not blank (mean log-odds of their scores). sound: the
    share of their check digits, dates and sums that hold: who writes 1 like a 7 breaks them surely.
    """
    odds = {one.id: _odds(one.score) for one in read if one.id in written and not one.blank}
    checks = {one.id: one.facts["check"] for one in read if "check" in one.facts}
    found = []
    for one in read:
        told = {name: _mean_without(each, one.id) for name, each in (("others", odds), ("sound", checks))}
        known = {name: round(mean, 3) for name, mean in told.items() if mean is not None}
        found.append(replace(one, facts={**one.facts, **known}))
    return tuple(found)


def _mean_without(each: Mapping[str, float], name: str) -> float | None:
    rest = len(each) - (name in each)
    return (sum(each.values()) - each.get(name, 0.0)) / rest if rest else None


def _odds(score: float) -> float:
    if not 0.0 < score < 1.0:
        return math.copysign(_MOST_ODDS, score - 0.5)
    return min(max(math.log(score / (1.0 - score)), -_MOST_ODDS), _MOST_ODDS)


def _in_part(ink: Ink, part: Part) -> tuple[float, float, int]:
    """Writing (px), that of it outside the part, and the strokes cut."""
    box = _area(part)
    window = cut_any(ink.labels, box.grown(_SPILL))
    inked = window[window > 0]
    if not len(inked):
        return 0.0, 0.0, 0
    counts = np.bincount(inked)
    members = np.flatnonzero(counts)
    inside = counts[members].astype(np.float64)
    whole = ink.stats[members, cv2.CC_STAT_AREA].astype(np.float64)
    x, y = ink.centroids[members, 0] / PX, ink.centroids[members, 1] / PX
    near = box.grown(_NEAR)
    ours = (x >= near.x) & (x < near.right) & (y >= near.y) & (y < near.bottom)
    least = _CUT_AREA * PX * PX
    share = inside / np.maximum(whole, 1.0)
    cut = (share > _CUT) & (share < 1 - _CUT) & (inside > least) & (whole - inside > least)
    if part.cells:
        wide = ink.stats[members, cv2.CC_STAT_WIDTH] > _WIDE * part.cells[0].w * PX
        cut |= ours & wide & (whole > least)
    return float(whole[ours].sum()), float((whole - inside)[ours].sum()), int(cut.sum())


def _area(part: Part) -> Box:
    """Where the part is written or marked in."""
    boxes = [choice.box for choice in part.choices] or [part.box]
    left, top = min(b.x for b in boxes), min(b.y for b in boxes)
    right, bottom = max(b.right for b in boxes), max(b.bottom for b in boxes)
    box = Box(left, top, right - left, bottom - top)
    return box.grown(1.0) if part.choices else box
