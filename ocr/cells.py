"""Reads comb cells: which cells are written in, and what stands in them by two readings of the same ink."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr.ask import Ask, Asking
from ocr.engine import LineReading
from ocr.ink import PAPER, STRONG, Ink
from ocr.page import Grey
from ocr.reference import PX

_OVER = 0.9  # mm that writing may leave its row of cells, above and below
_LEAST_HEIGHT, _LEAST_AREA = 1.1, 0.22  # mm, mm2: less is dirt or what a rule left behind
_HEIGHT = 40  # px of the tallest character in a strip
_SURE = 0.97  # a digit that the row's reading is so sure of is not read again alone
_BESIDE = 0.35  # mm: a thin upright sliver so close to a cell's edge is what the rule left


@dataclass(frozen=True, slots=True)
class Cell:
    """One read cell: its character ("" if empty), and the engine's probability of it."""

    text: str
    score: float


@dataclass(frozen=True, slots=True)
class _Glyph:
    picture: Grey  # tight
    top: int  # px below the row's top
    height: int


def read_cells(
    ink: Ink, cells: tuple[Box, ...], charset: str, ignore: NDArray[np.intp] | None = None
) -> Asking[list[Cell]]:
    """One Cell a cell, in order. `ignore` names ink components that are not writing (strike-out lines)."""
    glyphs = _glyphs(ink, cells, ignore)
    filled = [i for i, glyph in enumerate(glyphs) if glyph is not None]
    if not filled:
        return [Cell("", 1.0) for _ in cells]
    pictures = [glyph for glyph in glyphs if glyph is not None]
    in_row: list[tuple[str, float] | None] = [None] * len(pictures)
    if len(pictures) > 1:
        (answer,) = yield [Ask(_strip(pictures), charset)]
        if len(answer.chars) == len(pictures):
            in_row = [(text, score) for text, score, _ in answer.chars]
    doubtful = [n for n, seen in enumerate(in_row) if seen is None or seen[1] < _SURE]
    alone: dict[int, tuple[str, float]] = {}
    if doubtful:
        answers = yield [Ask(_alone(pictures[n]), charset) for n in doubtful]
        alone = {n: _single(answer) for n, answer in zip(doubtful, answers, strict=True)}
    found = [Cell("", 1.0) for _ in cells]
    for n, i in enumerate(filled):
        found[i] = _vote(alone.get(n), in_row[n])
    return found


def _single(answer: LineReading) -> tuple[str, float]:
    """The likeliest character of a picture of one cell."""
    best = max(answer.chars, key=lambda c: c[1], default=("", 0.0, 0.0))
    return best[0], best[1]


def _vote(alone: tuple[str, float] | None, in_row: tuple[str, float] | None) -> Cell:
    """Two readings of the same ink: if they differ, the surer one, less sure for the other's sake."""
    if in_row is None:
        text, score = alone or ("", 0.0)
        return Cell(text or "?", score * 0.9)
    if alone is None or alone[0] == in_row[0]:
        return Cell(in_row[0], max(in_row[1], alone[1] if alone else 0.0))
    better, worse = (in_row, alone) if in_row[1] >= alone[1] else (alone, in_row)
    return Cell(better[0], better[1] * (1 - 0.5 * worse[1]))


def _glyphs(ink: Ink, cells: tuple[Box, ...], ignore: NDArray[np.intp] | None) -> list[_Glyph | None]:
    left, top = min(c.x for c in cells), min(c.y for c in cells)
    right, bottom = max(c.right for c in cells), max(c.bottom for c in cells)
    row = Box(left, top - _OVER, right - left, bottom - top + 2 * _OVER)
    x0, y0 = max(0, round(row.x * PX)), max(0, round(row.y * PX))
    labels = ink.labels[y0 : round(row.bottom * PX), x0 : round(row.right * PX)]
    grey = ink.grey[y0 : round(row.bottom * PX), x0 : round(row.right * PX)]
    members = np.unique(labels)
    members = members[members > 0]
    if ignore is not None:
        members = np.setdiff1d(members, ignore)
    x, y = ink.centroids[members, 0] / PX, ink.centroids[members, 1] / PX
    # what has its middle elsewhere is a neighbour's: a ring round an era that reaches into the first cell
    centre = (y >= top - 0.3) & (y < bottom + 0.3) & (x >= left - 0.2) & (x < right + 0.2)
    owner = _owners(ink, labels, members[centre], cells, x0)
    return [_glyph(labels, grey, owner == n, cell, x0) for n, cell in enumerate(cells)]


def _owners(
    ink: Ink, labels: NDArray[np.int32], members: NDArray[np.intp], cells: tuple[Box, ...], x0: int
) -> NDArray[np.int16]:
    """The cell that each pixel of the row belongs to (-1: none). A component goes whole to the cell of its centre,
    unless it is wider than a cell: then it is cut at the rules."""
    edges = np.array([cell.x for cell in cells] + [cells[-1].right]) * PX - x0
    by_column = np.searchsorted(edges, np.arange(labels.shape[1]) + 0.5) - 1
    owner = np.full(labels.shape, -1, dtype=np.int16)
    for member in members.tolist():
        here = labels == member
        wide = int(ink.stats[member, cv2.CC_STAT_WIDTH]) > 1.25 * cells[0].w * PX
        if wide:
            owner[here] = np.broadcast_to(by_column, labels.shape)[here]
        else:
            column = int(np.clip(ink.centroids[member, 0] - x0, 0, labels.shape[1] - 1))
            owner[here] = by_column[column]
    return owner


def _glyph(labels: NDArray[np.int32], grey: Grey, mine: NDArray[np.bool_], cell: Box, x0: int) -> _Glyph | None:
    ys, xs = np.nonzero(mine)
    if len(ys) < _LEAST_AREA * PX * PX:
        return None
    if float(np.percentile(grey[mine], 10)) > PAPER - STRONG:
        return None
    left, right, top, bottom = int(xs.min()), int(xs.max()) + 1, int(ys.min()), int(ys.max()) + 1
    width, height = (right - left) / PX, (bottom - top) / PX
    if max(width, height) < _LEAST_HEIGHT:
        return None
    beside = min(abs((left + x0) / PX - cell.x), abs((right + x0) / PX - cell.right))
    if width < 0.45 and beside < _BESIDE and height > 0.8 * cell.h:
        return None
    soft = cv2.dilate(mine.astype(np.uint8), np.ones((3, 3), np.uint8)) == 1
    clean = np.where(soft & (mine | (labels == 0)), grey, PAPER).astype(np.uint8)
    left, right = max(0, left - 1), min(grey.shape[1], right + 1)
    top, bottom = max(0, top - 1), min(grey.shape[0], bottom + 1)
    return _Glyph(clean[top:bottom, left:right], top, bottom - top)


def _alone(glyph: _Glyph) -> Grey:
    """A glyph on paper with a margin, as a line of one character."""
    height, width = glyph.picture.shape
    side = max(height, round(0.6 * width))
    margin = round(0.22 * side)
    vertical = margin + (side - height) // 2
    horizontal = max(margin, (round(0.8 * side) - width) // 2 + margin)
    return _bordered(glyph.picture, vertical, horizontal)


def _strip(glyphs: list[_Glyph]) -> Grey:
    """The glyphs side by side as a printed number would stand, each at its own height in the row."""
    factor = _HEIGHT / max(glyph.height for glyph in glyphs)
    top = min(glyph.top for glyph in glyphs)
    total = round(max(glyph.top + glyph.height for glyph in glyphs) * factor - top * factor)
    total = max(_HEIGHT, min(total, round(1.4 * _HEIGHT)))
    gap = round(0.28 * _HEIGHT)
    columns: list[Grey] = []
    for glyph in glyphs:
        height, width = glyph.picture.shape
        size = (max(1, round(width * factor)), max(1, round(height * factor)))
        small = cv2.resize(glyph.picture, size, interpolation=cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC)
        column = np.full((total, size[0] + gap), PAPER, dtype=np.uint8)
        y = int(np.clip(round((glyph.top - top) * factor), 0, max(0, total - size[1])))
        fits = min(size[1], total - y)
        column[y : y + fits, : size[0]] = small[:fits]
        columns.append(column)
    return _bordered(np.hstack(columns), round(0.15 * _HEIGHT), gap)


def _bordered(picture: Grey, vertical: int, horizontal: int) -> Grey:
    return np.asarray(
        cv2.copyMakeBorder(picture, vertical, vertical, horizontal, horizontal, cv2.BORDER_CONSTANT, value=PAPER),
        dtype=np.uint8,
    )
