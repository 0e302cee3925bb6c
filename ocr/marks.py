"""Reads circled codes and ticked boxes from the ink added to the blank form."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box, Choice
from ocr.candidates import Candidate, ranked
from ocr.ink import Ink
from ocr.reference import PX
from ocr.register import cut_any

_AROUND = 1.6  # mm that a mark may reach beyond the choices' boxes
_JOIN = 0.7  # mm between pieces of one mark (print was taken out of it)
_LEAST_AREA, _LEAST_SIZE = 0.45, 1.6  # mm2, mm
_SEEN = 5.0  # mm around the choices in which a neighbour's mark is seen whole
_RIVAL = 6.0  # mm around the choices in which others may have been meant
_LARGE = 1.6  # times a choice's height: no one mark is so tall, unless it is one stroke
_SECTORS = 16
_STRUCK = (0.08, 0.6)  # share of ink in the middle of a ring that was struck through


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark on a choice: the choice's place in the list, and how sure its place is (0-1); `other` is the choice on
    which it stands second most, if it is one of the field's; `struck` tells a ring that was struck through."""

    choice: int
    score: float
    other: int | None = None
    struck: bool = False


def read_marks(ink: Ink, choices: tuple[Choice, ...], rivals: Sequence[Choice] = ()) -> list[Mark]:
    """The marks found on the choices, in the choices' order; a mark between two choices scores low.

    `rivals` are the choices of other fields: a mark that stands more on one of them is not ours.
    """
    left, top = min(c.box.x for c in choices), min(c.box.y for c in choices)
    right, bottom = max(c.box.right for c in choices), max(c.box.bottom for c in choices)
    area = Box(left, top, right - left, bottom - top).grown(_AROUND)
    found: dict[int, Mark] = {}
    tall = _LARGE * max(c.box.h for c in choices)
    groups = [piece for group in _groups(ink, area.grown(_SEEN)) for piece in _pieces(group, tall)]
    if not groups:
        return []
    near = area.grown(_RIVAL)
    boxes = [c.box for c in choices] + [rival.box for rival in rivals if rival.box.overlaps(near)]
    for group in groups:
        for mark in _owners(group, boxes, area):
            if mark.choice < len(choices) and (mark.choice not in found or mark.score > found[mark.choice].score):
                other = mark.other if mark.other is not None and mark.other < len(choices) else None
                found[mark.choice] = replace(mark, other=other)
    return [found[i] for i in sorted(found)]


def options_of(choices: Sequence[Choice], marks: Sequence[Mark], multiple: bool) -> tuple[Candidate, ...]:
    """The codes that the marks may mean: one, or in a field of several codes all of them, joined by `,`."""
    if not marks:
        return (Candidate("", 1.0),)
    codes = [choice.code for choice in choices]
    if multiple:
        return ranked(_subsets(codes, marks))
    found: list[Candidate] = []
    for mark in marks:  # where two stand for one, each is as likely as the other
        share = (1.0 if len(marks) == 1 else 0.9) / len(marks)
        found.append(Candidate(codes[mark.choice], share * mark.score))
        if mark.other is not None and mark.score < 1:
            found.append(Candidate(codes[mark.other], share * (1 - mark.score)))
    return ranked(found)


def _subsets(codes: Sequence[str], marks: Sequence[Mark]) -> list[Candidate]:
    """All the marked codes, and all but one."""
    whole = float(np.prod([mark.score for mark in marks]))
    found = [Candidate(",".join(codes[mark.choice] for mark in marks), whole)]
    for left in marks:
        rest = ",".join(codes[mark.choice] for mark in marks if mark is not left)
        found.append(Candidate(rest, whole / left.score * (1 - left.score)))
    return [candidate for candidate in found if candidate.probability > 0]


@dataclass(frozen=True, slots=True)
class _Group:
    """Pieces of ink that make one mark: its pixels' places (mm) and bounds."""

    points: NDArray[np.float64]
    box: Box


def _groups(ink: Ink, window: Box) -> list[_Group]:
    """The marks in a window (mm), their own and the neighbours'."""
    x0, y0 = max(0, round(window.x * PX)), max(0, round(window.y * PX))
    labels = cut_any(ink.labels, window)
    if not labels.any():
        return []
    large = ink.stats[:, cv2.CC_STAT_AREA] > 4
    large[0] = False
    mask = large[labels]
    if not mask.any():
        return []
    ys, xs = np.nonzero(mask)
    of = _joined(labels, mask)[ys, xs]
    order = np.argsort(of, kind="stable")
    points = np.stack([(xs[order] + x0) / PX, (ys[order] + y0) / PX], axis=1)
    cuts = np.flatnonzero(np.diff(of[order])) + 1
    return [group for piece in np.split(points, cuts) if (group := _group(piece)) is not None]


def _pieces(group: _Group, tall: float) -> list[_Group]:
    """A group that is too tall for one mark is taken apart where nothing but print joined it."""
    if group.box.h <= tall:
        return [group]
    at = np.round((group.points - np.array([group.box.x, group.box.y])) * PX).astype(int)
    mask = np.zeros((at[:, 1].max() + 3, at[:, 0].max() + 3), dtype=np.uint8)
    mask[at[:, 1] + 1, at[:, 0] + 1] = 1
    count, parts = cv2.connectedComponents(mask, connectivity=8)
    of = parts[at[:, 1] + 1, at[:, 0] + 1]
    pieces = [piece for n in range(1, count) if (piece := _group(group.points[of == n])) is not None]
    return [half for piece in pieces for half in _halves(piece, tall)]


def _halves(piece: _Group, tall: float) -> list[_Group]:
    """Two rings that overlap, one above the other, cut apart at their middle."""
    middle = piece.box.centre[1]
    y = piece.points[:, 1]
    inside = np.abs(y - middle) < 0.12 * piece.box.h
    sides = np.abs(piece.points[inside, 0] - piece.box.centre[0]) > 0.3 * piece.box.w
    if piece.box.h <= tall or not inside.any() or float(sides.mean()) > 0.8:  # one large ring is open in its middle
        return [piece]
    cut = [_group(piece.points[y < middle]), _group(piece.points[y >= middle])]
    return [half for half in cut if half is not None]


def _group(points: NDArray[np.float64]) -> _Group | None:
    """The points (mm) as a mark, or None if they are too few."""
    left, top = points.min(axis=0).tolist()
    right, bottom = points.max(axis=0).tolist()
    box = Box(left, top, right - left + 1 / PX, bottom - top + 1 / PX)
    enough = len(points) >= _LEAST_AREA * PX * PX and max(box.w, box.h) >= _LEAST_SIZE
    return _Group(points, box) if enough else None


def _joined(labels: NDArray[np.int32], mask: NDArray[np.bool_]) -> NDArray[np.int32]:
    """A number a mark: pieces that lie close together, or are one component elsewhere, have the same."""
    reach = round(_JOIN * PX) | 1
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (reach, reach))
    count, parts = cv2.connectedComponents(cv2.dilate(mask.astype(np.uint8), kernel), connectivity=8)
    same = np.arange(count)
    keys = np.unique(labels[mask].astype(np.int64) * count + parts[mask])
    pairs = np.stack(np.divmod(keys, count), axis=1)
    for label in np.unique(pairs[:, 0]).tolist():
        met = np.unique(same[pairs[pairs[:, 0] == label, 1]])
        same[np.isin(same, met)] = met[0]
    return np.asarray(same[parts], dtype=np.int32)


def _owners(group: _Group, boxes: Sequence[Box], area: Box) -> list[Mark]:
    """The choices a mark stands on: the one it is most on, if the mark's middle is in the area. Rings that touch make
    one group, even over two fields: each choice ringed all round has one."""
    shares = [_share(group, box) for box in boxes]
    ringed = [i for i, box in enumerate(boxes) if shares[i] > 0.1 and _ringed(group, box) >= 0.7]
    double = [i for i in ringed if any(j != i and _two_rings(group, boxes[i], boxes[j]) for j in ringed)]
    if double:
        return [Mark(i, 0.9) for i in double]
    x, y = group.box.centre
    order = sorted(range(len(boxes)), key=lambda i: -shares[i])
    best = order[0]
    if shares[best] <= 0 or not (area.x < x < area.right and area.y < y < area.bottom):
        return []
    second = shares[order[1]] if len(order) > 1 else 0.0
    score = float(np.clip(1.0 - 0.8 * second / shares[best], 0.1, 1.0))
    return [Mark(best, score, order[1] if second > 0 else None, _struck(group))]


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


def _struck(group: _Group) -> bool:
    """True for a ring with ink in its middle, where the print under it leaves any: it was struck through. What is full
    of ink was scribbled on."""
    x, y = group.box.centre
    if _ringed(group, group.box) < 0.8:
        return False
    off = np.abs(group.points - np.array([x, y]))
    inner = (off[:, 0] < 0.3 * group.box.w) & (off[:, 1] < 0.22 * group.box.h)
    room = 0.6 * group.box.w * 0.44 * group.box.h * PX * PX
    return bool(_STRUCK[0] < float(inner.sum()) / max(1.0, room) < _STRUCK[1])


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
