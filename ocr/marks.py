"""Reads circled codes and ticked boxes from the ink added to the blank form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box, Choice
from ocr.ink import Ink
from ocr.reference import PX

_AROUND = 1.6  # mm that a mark may reach beyond the choices' boxes
_JOIN = 0.7  # mm between pieces of one mark (print was taken out of it)
_LEAST_AREA, _LEAST_SIZE = 0.5, 1.6  # mm2, mm
_SECTORS = 16


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on a choice: the choice's place in the list, and how sure its place is (0-1)."""

    choice: int
    score: float


def read_marks(ink: Ink, choices: tuple[Choice, ...], rivals: Sequence[Choice] = ()) -> list[Mark]:
    """The marks found on the choices, in the choices' order; a mark between two choices scores low.

    `rivals` are the choices of other fields: a mark that stands more on one of them is not ours.
    """
    left, top = min(c.box.x for c in choices), min(c.box.y for c in choices)
    right, bottom = max(c.box.right for c in choices), max(c.box.bottom for c in choices)
    area = Box(left, top, right - left, bottom - top).grown(_AROUND)
    found: dict[int, float] = {}
    near = [rival.box for rival in rivals if rival.box.overlaps(area.grown(6))]
    for group in _groups(ink, area):
        if max((_share(group, box) for box in near), default=0.0) > max(_share(group, c.box) for c in choices):
            continue
        for choice, score in _owners(group, choices):
            found[choice] = max(score, found.get(choice, 0.0))
    return [Mark(i, found[i]) for i in sorted(found)]


@dataclass(frozen=True, slots=True)
class _Group:
    """Pieces of ink that make one mark: its pixels' places (mm) and bounds."""

    points: NDArray[np.float64]
    box: Box


def _groups(ink: Ink, area: Box) -> list[_Group]:
    x0, y0 = max(0, round(area.x * PX)), max(0, round(area.y * PX))
    labels = ink.labels[y0 : round(area.bottom * PX), x0 : round(area.right * PX)]
    members = np.unique(labels)
    members = members[members > 0]
    # what mostly lies outside is a neighbour's: its middle decides
    middles = ink.centroids[members] / PX
    inside = (
        (middles[:, 0] > area.x)
        & (middles[:, 0] < area.right)
        & (middles[:, 1] > area.y)
        & (middles[:, 1] < area.bottom)
    )
    members = members[inside & (ink.stats[members, cv2.CC_STAT_AREA] > 4)]
    mask = np.isin(labels, members).astype(np.uint8)
    if not mask.any():
        return []
    reach = round(_JOIN * PX) | 1
    joined = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach)))
    count, parts = cv2.connectedComponents(joined, connectivity=8)
    groups = []
    for part in range(1, count):
        ys, xs = np.nonzero((parts == part) & (mask == 1))
        if len(xs) < _LEAST_AREA * PX * PX:
            continue
        box = Box((xs.min() + x0) / PX, (ys.min() + y0) / PX, (np.ptp(xs) + 1) / PX, (np.ptp(ys) + 1) / PX)
        if max(box.w, box.h) < _LEAST_SIZE:
            continue
        groups.append(_Group(np.stack([(xs + x0) / PX, (ys + y0) / PX], axis=1), box))
    return groups


def _owners(group: _Group, choices: tuple[Choice, ...]) -> list[tuple[int, float]]:
    """The choices a mark stands on. Two rings that touch make one group: each choice ringed all round has one."""
    shares = [_share(group, choice.box) for choice in choices]
    order = sorted(range(len(choices)), key=lambda i: -shares[i])
    best = order[0]
    if shares[best] <= 0:
        return []
    ringed = [i for i in range(len(choices)) if _ringed(group, choices[i].box) >= 0.7 and shares[i] > 0.15]
    if len(ringed) == 2 and _two_rings(group, choices[ringed[0]].box, choices[ringed[1]].box):
        return [(i, 0.9) for i in ringed]
    second = shares[order[1]] if len(order) > 1 else 0.0
    return [(best, float(np.clip(1.0 - 0.8 * second / shares[best], 0.1, 1.0)))]


def _share(group: _Group, box: Box) -> float:
    """How much the mark is on the choice: ink inside its box, weighed up where the mark's middle lies near it."""
    x, y = group.points[:, 0], group.points[:, 1]
    inside = float(((x >= box.x) & (x < box.right) & (y >= box.y) & (y < box.bottom)).mean())
    cx, cy = group.box.centre
    dx = max(box.x - cx, 0.0, cx - box.right)
    dy = max(box.y - cy, 0.0, cy - box.bottom)
    return inside * (1.0 if dx == dy == 0 else float(np.exp(-np.hypot(dx, dy))))


def _ringed(group: _Group, box: Box) -> float:
    """Share of the directions from the choice's middle in which the mark's ink lies close by."""
    cx, cy = box.centre
    off = group.points - np.array([cx, cy])
    near = np.hypot(off[:, 0], off[:, 1]) < max(box.w, box.h) * 0.75 + 1.0
    angles = np.arctan2(off[near, 1], off[near, 0])
    return len(np.unique(np.floor((angles + np.pi) / (2 * np.pi) * _SECTORS))) / _SECTORS


def _two_rings(group: _Group, one: Box, other: Box) -> bool:
    """True if the group is as large as two rings and has ink between the two choices, where one large ring has none."""
    (x1, y1), (x2, y2) = one.centre, other.centre
    stacked = abs(y2 - y1) * group.box.w > abs(x2 - x1) * group.box.h
    if stacked:
        reaches = group.box.h > 0.8 * (one.h + other.h) / 2 + abs(y2 - y1)
    else:
        reaches = group.box.w > 0.8 * (one.w + other.w) / 2 + abs(x2 - x1)
    middle = np.array([(x1 + x2) / 2, (y1 + y2) / 2])
    off = np.abs(group.points - middle)
    window = (0.25 * group.box.w, 0.2 * group.box.h) if stacked else (0.2 * group.box.w, 0.25 * group.box.h)
    return bool(reaches and ((off[:, 0] < window[0]) & (off[:, 1] < window[1])).sum() > 0.1 * PX * PX)
