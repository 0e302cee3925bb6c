"""Reads free writing: the lines inside a box, each cut close to its ink."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr.ask import Ask, Asking
from ocr.candidates import Candidate, ranked
from ocr.engine import LineReading
from ocr.ink import PAPER, Ink
from ocr.page import Grey
from ocr.reference import PX

_LEAST_AREA, _LEAST_SIZE = 0.35, 0.9  # mm2, mm: a box with less is blank
_SPECK = 5  # px: smaller components never count
_GAP = 0.45  # of a line's height: wider gaps are made so wide
_TRACE = 15  # grey levels under the paper that are no ink
_ROW, _PIECES = 4.0, 6  # a row of a box for one line is so many times wider than high, and of so many components
_HANGS_OUT = 0.4  # mm that the middle of a character may lie outside the box


@dataclass(frozen=True, slots=True)
class Text:
    """What was read in a box; `lines` as read, `score` the lowest of the lines' (1.0 for a blank).

    `options` are the texts that the lines together may say, best first, by the engine's lattices; `least` is the
    probability of the least sure character.
    """

    lines: tuple[str, ...]
    free: tuple[str, ...]
    score: float
    options: tuple[Candidate, ...] = ()
    least: float = 1.0

    @property
    def blank(self) -> bool:
        return not self.lines


def read_text(ink: Ink, box: Box, charset: str, lines: int = 1, ignore: NDArray[np.intp] | None = None) -> Asking[Text]:
    """Read the writing whose middle lies in the box (mm), of at most `lines` printed lines' room."""
    members = written(ink, box, ignore)
    if not len(members):
        return Text((), (), 1.0)
    crops = [_tight(ink, line) for line in _split(ink, members, box, lines)]
    answers = yield [Ask(crop, charset) for crop in crops]
    kept = [a for a in answers if a.text]
    if not kept:
        return Text(("",), tuple(a.free for a in answers), 0.0)
    least = min((p for a in kept for _, p, _ in a.chars), default=0.0)
    score = min(a.score for a in kept)
    return Text(tuple(a.text for a in kept), tuple(a.free for a in kept), score, options(kept), least)


def options(lines: Sequence[LineReading], most: int = 8) -> tuple[Candidate, ...]:
    """The texts that lines together may say; what the engine said alone where it gives no lattice."""
    found = [Candidate("", 1.0)]
    for line in lines:
        here = line.lattice.best(most) if line.lattice is not None else (Candidate(line.text, line.score),)
        longer = [Candidate(a.value + b.value, a.probability * b.probability) for a in found for b in here]
        found = sorted(longer, key=lambda c: -c.probability)[: 2 * most]
    return ranked(found, most)


def written(ink: Ink, box: Box, ignore: NDArray[np.intp] | None = None) -> NDArray[np.intp]:
    """The components that are writing in the box; empty if there is no more than dirt."""
    members = ink.within(box.grown(_HANGS_OUT), _SPECK)
    if ignore is not None:
        members = np.setdiff1d(members, ignore)
    members = np.array([m for m in members.tolist() if not _rule_left(ink, m, box)], dtype=np.intp)
    if not len(members):
        return members
    stats = ink.stats[members]
    size = np.maximum(stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]) / PX
    enough = float(stats[:, cv2.CC_STAT_AREA].sum()) >= _LEAST_AREA * PX * PX
    return members if enough and float(size.max()) >= _LEAST_SIZE else members[:0]


def _rule_left(ink: Ink, member: int, box: Box) -> bool:
    """True for a thin sliver along an edge of the box: what the removal of a rule left behind."""
    left, top, width, height, _ = (v / PX for v in ink.stats[member].tolist())
    thin_h = height < 0.45 and width > 4 * height
    thin_v = width < 0.45 and height > 4 * width
    near_h = min(abs(top - box.y), abs(top + height - box.bottom)) < 0.5 or top < box.y or top > box.bottom - 0.4
    near_v = min(abs(left - box.x), abs(left + width - box.right)) < 0.5
    return bool((thin_h and near_h and width > 1.0) or (thin_v and near_v and height > 1.0))


def _split(ink: Ink, members: NDArray[np.intp], box: Box, lines: int) -> list[NDArray[np.intp]]:
    """The components line by line, top to bottom."""
    small = lines <= 1 and ink.bounds(members).h < 1.5 * box.h and box.h < 9
    if small and len(members) < 2 * _PIECES:
        return [members]
    stats = ink.stats[members]
    top = int(stats[:, cv2.CC_STAT_TOP].min())
    bottom = int((stats[:, cv2.CC_STAT_TOP] + stats[:, cv2.CC_STAT_HEIGHT]).max())
    profile = np.zeros(bottom - top + 1)
    for _, y, width, height, _area in stats.tolist():
        profile[y - top : y - top + height] += min(width, 60)
    runs = _runs(profile)
    if len(runs) <= 1:
        return [members]
    middle = ink.centroids[members, 1] - top
    edges = [(a[1] + b[0]) / 2 for a, b in pairwise(runs)]
    place = np.searchsorted(np.array(edges), middle)
    rows = [members[place == n] for n in range(len(runs)) if bool((place == n).any())]
    return rows if not small or all(_is_row(ink, row) for row in rows) else [members]


def _is_row(ink: Ink, members: NDArray[np.intp]) -> bool:
    """True for what is clearly a row of characters: people write two where the form has room for one."""
    bounds = ink.bounds(members)
    return len(members) >= _PIECES and bounds.w > _ROW * bounds.h


def _runs(profile: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Row ranges with ink; a range much lower than the others is a part of its nearest neighbour (dakuten, 一, ー)."""
    inked = np.concatenate([[0], (profile > 0).astype(np.int8), [0]])
    steps = np.flatnonzero(np.diff(inked))
    runs = [(int(a), int(b)) for a, b in zip(steps[::2], steps[1::2], strict=True)]
    usual = max(b - a for a, b in runs)
    while len(runs) > 1:
        low = min(range(len(runs)), key=lambda i: runs[i][1] - runs[i][0])
        if runs[low][1] - runs[low][0] >= max(0.45 * usual, 1.2 * PX):
            break
        before = runs[low][0] - runs[low - 1][1] if low else 10**6
        after = runs[low + 1][0] - runs[low][1] if low + 1 < len(runs) else 10**6
        other = low - 1 if before <= after else low
        runs[other : other + 2] = [(runs[other][0], runs[other + 1][1])]
    return runs


def _closer(picture: Grey) -> Grey:
    """The picture with wide gaps between characters made narrower: forms have people write far apart, and the
    recogniser was trained on lines as printed. It is also quicker by what is left out."""
    most = round(_GAP * max(picture.shape[0], 2 * PX))
    empty = np.asarray((picture >= PAPER - _TRACE).all(axis=0), dtype=np.bool_)
    ends = np.flatnonzero(np.diff(np.concatenate([[0], empty.astype(np.int8), [0]])))
    kept = np.ones(empty.shape, dtype=np.bool_)
    for start, end in zip(ends[::2].tolist(), ends[1::2].tolist(), strict=True):
        kept[start + most : end] = False
    return np.ascontiguousarray(picture[:, kept])


def _tight(ink: Ink, members: NDArray[np.intp]) -> Grey:
    """A line's picture: its ink with a margin of a sixth of its height."""
    bounds = ink.bounds(members)
    picture = ink.picture(members, Box(bounds.x - 0.1, bounds.y - 0.1, bounds.w + 0.2, bounds.h + 0.2))
    picture = _closer(picture)
    height, width = picture.shape
    # a dash or a lone 一 is not blown up to a whole line's height
    side = max(height, min(round(2.2 * PX), width))
    vertical = round(0.16 * side) + (side - height) // 2
    margin = round(0.3 * side)
    return np.asarray(
        cv2.copyMakeBorder(picture, vertical, vertical, margin, margin, cv2.BORDER_CONSTANT, value=PAPER),
        dtype=np.uint8,
    )
