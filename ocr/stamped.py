"""Reads a field on which a stamp stands that cannot be told from writing: what stands clear of it, doubted, or
nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box, Field
from ocr.ask import Asking
from ocr.ink import PAPER, Ink
from ocr.parts import WRITTEN
from ocr.reference import PX
from ocr.register import cut_any
from ocr.rings import sealed
from ocr.stamps import Stamp
from ocr.types import FieldReading

DOUBTED = 0.4  # the score of what was read beside a stamp: no class of fields is accepted so low
_LEAST = 0.3  # mm2 of a stamp's ink in a field: less is its edge
_REACH = 0.75  # mm beyond a stamp's ring that are its own
_WRITING = round(0.3 * PX * PX)  # px of writing in the place of a correction
_OUTSIDE, _INSIDE = 0.02, 0.9  # share of a stroke in a stamp: between them it is both
_LINES = frozenset({"free"})


def beside_stamps(ink: Ink, item: Field, read: Callable[[Ink], Asking[FieldReading]]) -> Asking[FieldReading]:
    """The field's reading; under a black stamp only lines of text that stand clear of it, with a low score, and else
    None. A field with a small seal (訂正印) that has no colour is None, too."""
    stamps = [stamp for stamp in ink.stamps if _inked(ink, item, stamp)]
    if stamps:
        clear = _without(ink, stamps)
        if clear is None or not all(part.control in _LINES for part in item.parts):
            return unread((yield from read(_empty(ink))))
        found = yield from read(clear)
        return unread(found) if not found.value else _doubted(found)
    corrected = item.correction_box is not None and bool(len(ink.within(item.correction_box, _WRITING)))
    if any(sealed(ink, box, corrected) for box in _written(item)):
        return unread((yield from read(_empty(ink))))
    return (yield from read(ink))


def unread(found: FieldReading) -> FieldReading:
    """Something stands there, and nobody can say what."""
    readings = tuple(replace(one, value=None, score=0.0) for one in found.readings)
    facts = {**found.facts, "score": 0.0, "margin": 0.0, "least": 0.0, "chars": 0.0, "blank": 0.0}
    return replace(found, value=None, score=0.0, blank=False, candidates=(), readings=readings, facts=facts)


def _doubted(found: FieldReading) -> FieldReading:
    low = min(found.score, DOUBTED)
    readings = tuple(replace(one, score=min(one.score or 0.0, DOUBTED)) for one in found.readings)
    facts = {**found.facts, "score": low, "least": min(found.facts.get("least", low), low), "margin": 0.0}
    return replace(found, score=low, readings=readings, facts=facts)


def _written(item: Field) -> list[Box]:
    """Where the field is written, its correction too."""
    boxes = [part.box for part in item.parts if part.control in WRITTEN]
    return boxes if item.correction_box is None or not boxes else [*boxes, item.correction_box]


def _places(item: Field) -> list[Box]:
    """Where the field is written or marked, its correction too."""
    return [*_written(item), *(choice.box for choice in item.choices)]


def _inked(ink: Ink, item: Field, stamp: Stamp) -> bool:
    """True if the stamp may have ink in the field."""
    reach = stamp.radius + _REACH
    area = 0
    for box in _places(item):
        if abs(stamp.x - box.centre[0]) < reach + box.w / 2 and abs(stamp.y - box.centre[1]) < reach + box.h / 2:
            labels = cut_any(ink.labels, box)
            area += int(((labels > 0) & _disc(stamp, box, labels.shape)).sum())
    return area > _LEAST * PX * PX


def _disc(stamp: Stamp, box: Box, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    ys, xs = np.mgrid[0 : shape[0], 0 : shape[1]]
    away = np.hypot(xs / PX + max(0.0, box.x) - stamp.x, ys / PX + max(0.0, box.y) - stamp.y)
    return np.asarray(away < stamp.radius + _REACH)


def _without(ink: Ink, stamps: Sequence[Stamp]) -> Ink | None:
    """The ink without what stands inside the stamps; None if strokes go in and out."""
    stats, gone = ink.stats, np.zeros(len(ink.stats), dtype=bool)
    left, top = stats[:, cv2.CC_STAT_LEFT] / PX, stats[:, cv2.CC_STAT_TOP] / PX
    right, bottom = left + stats[:, cv2.CC_STAT_WIDTH] / PX, top + stats[:, cv2.CC_STAT_HEIGHT] / PX
    for stamp in stamps:
        reach = stamp.radius + _REACH
        near = (left < stamp.x + reach) & (right > stamp.x - reach) & (top < stamp.y + reach)
        near &= (bottom > stamp.y - reach) & (stats[:, cv2.CC_STAT_AREA] > 0)
        for member in np.flatnonzero(near).tolist():
            box = Box(left[member], top[member], right[member] - left[member], bottom[member] - top[member])
            ours = cut_any(ink.labels, box) == member
            inside = ours & _disc(stamp, box, ours.shape)
            share = float(inside.sum()) / max(1, int(ours.sum()))
            if _OUTSIDE < share < _INSIDE:
                return None
            gone[member] = share >= _INSIDE
    return _kept(ink, gone)


def _kept(ink: Ink, gone: NDArray[np.bool_]) -> Ink:
    lost = gone[ink.labels]
    around = cv2.dilate(lost.astype(np.uint8), np.ones((3, 3), np.uint8)) == 1
    grey = np.where(around & ((ink.labels == 0) | lost), PAPER, ink.grey).astype(np.uint8)
    stats = ink.stats.copy()
    stats[gone] = 0
    return replace(ink, grey=grey, labels=np.where(lost, 0, ink.labels).astype(np.int32), stats=stats)


def _empty(ink: Ink) -> Ink:
    return Ink(np.full_like(ink.grey, PAPER), np.zeros_like(ink.labels), ink.stats[:1] * 0, ink.centroids[:1])
