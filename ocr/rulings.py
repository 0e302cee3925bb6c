"""Finds long lines drawn across writing, by hand or with a ruler: straight or gently bent, nearly level."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.reference import PX

_SLOPES = tuple(np.linspace(-0.09, 0.09, 13).tolist())
_BENDS = (-4.0, -2.0, 0.0, 2.0, 4.0)  # px that the middle of a line lies off its ends
_GAP = 0.45  # mm that a pen or a scanner leaves out of a line
_TRIED = 3  # courses followed before a line is given up
_LINES = 4  # so many are looked for
_LEVEL = 1.3  # mm: level strokes of this length are what lines are made of
_COLUMNS = 160  # so many columns are enough to find the course of a line


@dataclass(frozen=True, slots=True)
class Ruling:
    """A line in a mask: first and last column, its course (a parabola in px), its thickness (px), the share of its
    columns that have ink, and its pixels."""

    left: int
    right: int
    course: tuple[float, float, float, float, float]  # row at the centre, slope, bend, centre, half width
    thickness: float
    held: float
    drawn: tuple[NDArray[np.intp], NDArray[np.intp]]

    def at(self, x: NDArray[np.intp] | NDArray[np.float64]) -> NDArray[np.float64]:
        """Its row at the columns."""
        row, slope, bend, centre, half = self.course
        off = (x - centre).astype(np.float64)
        return np.asarray(row + slope * off + bend * (1 - (off / half) ** 2), dtype=np.float64)

    @property
    def middle(self) -> float:
        return float(self.at(np.array([(self.left + self.right) / 2]))[0])


def rulings(mask: NDArray[np.uint8], free: NDArray[np.bool_], least: float) -> list[Ruling]:
    """The long lines of a mask (1 writing), longest first. In `free` columns a line may be missing; `least` px long."""
    left = np.where(level_runs(mask, free, least), mask, 0).astype(np.uint8)
    if not left.any():
        return []
    found: list[Ruling] = []
    for _ in range(_LINES):
        line = _longest(left, free, least)
        if line is None:
            break
        found.append(line)
        left[line.drawn] = 0
    return found


def level_runs(mask: NDArray[np.uint8], free: NDArray[np.bool_], least: float) -> NDArray[np.bool_]:
    """Columns in which level strokes follow each other for at least `least` px."""
    seen: NDArray[np.bool_] = np.asarray(_level(mask).any(axis=0), dtype=np.bool_)
    closed = _closed(seen | free, round(_GAP * PX))
    edges = np.flatnonzero(np.diff(np.concatenate([[0], closed.astype(np.int8), [0]])))
    found = np.zeros(len(closed), dtype=np.bool_)
    for first, last in zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True):
        long = last - first >= least and int(np.count_nonzero(seen[first:last])) >= 0.6 * least
        found[first:last] = long
    return found


def _level(mask: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The level strokes of the writing, of which lines are made."""
    return np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, round(_LEVEL * PX)), np.uint8)), np.uint8)


def _longest(mask: NDArray[np.uint8], free: NDArray[np.bool_], least: float) -> Ruling | None:
    height, width = mask.shape
    thick = cv2.dilate(mask, np.ones((3, 1), np.uint8))
    step = max(1, width // _COLUMNS)
    ys, at = np.nonzero(cv2.dilate(_level(mask), np.ones((3, 1), np.uint8))[:, ::step])
    if len(at) * step < least:
        return None
    centre, half = width / 2, max(1.0, width / 2)
    off = (at * step - centre).astype(np.float32)
    arch = 1 - (off / np.float32(half)) ** 2
    courses = np.array([(slope, bend) for slope in _SLOPES for bend in _BENDS], dtype=np.float32)
    # the row, at the centre, of the course through each pixel: every course has its own counters, with room to miss
    room = height + 2
    rows = np.rint(ys.astype(np.float32) - courses[:, :1] * off - courses[:, 1:] * arch).astype(np.int32)
    places = np.clip(rows, -1, height) + 1 + np.arange(len(courses), dtype=np.int32)[:, None] * room
    counts = np.bincount(places.ravel(), minlength=room * len(courses)).reshape(-1, room)[:, 1:-1]
    tops = counts.argmax(axis=1)
    order = np.argsort(-counts.max(axis=1), kind="stable")[:_TRIED].tolist()
    for n in order:
        place, (slope, bend) = float(tops[n]), courses[n].tolist()
        if counts[n].max() * step < 0.8 * least:
            return None
        line = followed(mask, thick, free, (place, slope, bend, centre, half), least)
        if line is not None:
            return line
    return None


def followed(
    mask: NDArray[np.uint8],
    thick: NDArray[np.uint8],
    free: NDArray[np.bool_],
    course: tuple[float, float, float, float, float],
    least: float,
) -> Ruling | None:
    """The longest unbroken run along the course, None if it is shorter than `least`; `thick` is the mask a pixel
    higher and lower."""
    height, width = mask.shape
    columns = np.arange(width)
    bare = Ruling(0, width, course, 0.0, 0.0, (columns[:0], columns[:0]))
    rows = np.clip(np.round(bare.at(columns)).astype(int), 0, height - 1)
    seen = thick[rows, columns] == 1
    closed = _closed(seen | free, round(_GAP * PX))
    run = _longest_run(closed)
    if run is None:
        return None
    asked = np.flatnonzero(~free[run[0] : run[1]]) + run[0]
    if not len(asked):
        return None
    first, last = int(asked[0]), int(asked[-1]) + 1
    if last - first < least:
        return None
    held = float(seen[asked].mean())
    drawn, thickness = _pixels(mask, rows, first, last)
    if not len(drawn[0]):
        return None
    return Ruling(first, last, course, thickness, held, drawn)


def _closed(seen: NDArray[np.bool_], gap: int) -> NDArray[np.bool_]:
    padded = np.pad(seen.astype(np.uint8), gap)
    closed = cv2.morphologyEx(padded[None, :], cv2.MORPH_CLOSE, np.ones((1, gap + 1), np.uint8))[0]
    return np.asarray(closed[gap : len(closed) - gap] == 1, dtype=np.bool_)


def _longest_run(seen: NDArray[np.bool_]) -> tuple[int, int] | None:
    edges = np.flatnonzero(np.diff(np.concatenate([[0], seen.astype(np.int8), [0]])))
    if not len(edges):
        return None
    starts, ends = edges[::2], edges[1::2]
    n = int((ends - starts).argmax())
    return int(starts[n]), int(ends[n])


def _pixels(
    mask: NDArray[np.uint8], rows: NDArray[np.intp], start: int, end: int
) -> tuple[tuple[NDArray[np.intp], NDArray[np.intp]], float]:
    """The pixels of the line and its thickness: that of most columns; where it is crossed no more is taken."""
    height = mask.shape[0]
    columns = np.arange(start, end)
    band = np.pad(mask[:, start:end] == 1, ((1, 1), (0, 0)))  # a row of paper above and below
    near = np.full(len(columns), -1)
    for off in (1, -1, 0):  # the course's own row before those beside it
        at = rows[start:end] + off
        hit = (at >= 0) & (at < height) & band[np.clip(at, 0, height - 1) + 1, columns - start]
        near = np.where(hit, at, near)
    held = np.flatnonzero(near >= 0)
    if not len(held):
        return (np.array([], dtype=np.intp), np.array([], dtype=np.intp)), 0.0
    places = np.arange(height + 2)[:, None]
    paper, row = ~band[:, held], near[held] + 1
    tops = np.where(paper & (places < row), places, 0).max(axis=0)  # the last paper above, in padded rows
    bottoms = np.where(paper & (places > row), places, height + 1).min(axis=0) - 2
    thickness = float(np.percentile(bottoms - tops + 1, 35))
    crossed = bottoms - tops + 1 > 1.6 * thickness
    middle = rows[start:end][held]
    first = np.where(crossed, np.maximum(tops, np.round(middle - thickness / 2)), tops)
    last = np.where(crossed, np.minimum(bottoms, np.round(middle + thickness / 2)), bottoms)
    ys, xs = np.nonzero((places[:height] >= first) & (places[:height] <= last))
    return (ys, columns[held][xs]), thickness


def crosses(mask: NDArray[np.uint8], line: Ruling) -> int:
    """How many strokes run through the line, from above it to below it."""
    columns = np.arange(line.left, line.right)
    reach = round(line.thickness / 2 + 0.3 * PX)
    rows = np.round(line.at(columns)).astype(int)
    height = mask.shape[0]
    through = np.ones(len(columns), dtype=bool)
    for off in range(-reach, reach + 1):
        at = rows + off
        through &= (at >= 0) & (at < height) & (mask[np.clip(at, 0, height - 1), columns] == 1)
    return int((np.diff(np.concatenate([[0], through.astype(np.int8)])) == 1).sum())
