"""Reads comb cells: which cells are written in, and what stands in them, by the own classifier and, where that
doubts, by the text engine too."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr import cell_model
from ocr.ask import Ask, Asking
from ocr.candidates import Candidate, ranked
from ocr.cell_model import CellRead
from ocr.engine import LineReading
from ocr.glyphs import Glyph, fit, glyphs
from ocr.ink import PAPER, Ink
from ocr.page import Grey
from ocr.reference import PX

_HEIGHT = 40  # px of the tallest character in a strip
_SURE = 0.95  # a cell of which the classifier is so sure is not shown to the text engine
_BESIDE = 1  # neighbours on either side that the text engine sees with a doubtful cell
_TRUST = 0.97  # the text engine is believed no more than this of one cell: alone it reads 98.8 % of real digits
_NO_CHARACTER = 0.05  # how likely the text engine says what it says of ink that is no character
_DUST = 1.8  # mm: smaller ink that is no character is dirt, not writing


@dataclass(frozen=True, slots=True)
class Cell:
    """One read cell: its character ("" if empty, "?" if none can be named), how probable it is, and what else it may
    be (best first; "" is an empty cell).

    `own` is what the cell classifier alone would say, `line` what the text engine did; None where it was not asked.
    """

    text: str
    score: float
    options: tuple[Candidate, ...] = ()
    own: Candidate | None = None
    line: Candidate | None = None

    @property
    def agree(self) -> bool | None:
        """Whether both engines said the same; None if one was not asked."""
        return None if self.own is None or self.line is None else self.own.value == self.line.value


EMPTY = Cell("", 1.0, (Candidate("", 1.0),))


def read_cells(
    ink: Ink, cells: tuple[Box, ...], charset: str, ignore: NDArray[np.intp] | None = None
) -> Asking[list[Cell]]:
    """One Cell a cell, in order. `ignore` names ink components that are not writing (strike-out lines)."""
    seen = glyphs(ink, cells, ignore)
    filled = [i for i, glyph in enumerate(seen) if glyph is not None]
    pictures = [glyph for glyph in seen if glyph is not None]
    found = [EMPTY for _ in cells]
    if not pictures:
        return found
    model = cell_model.shared()
    own: list[CellRead | None] = [None] * len(pictures)
    if model.knows(charset):
        reads = model.read([fit(glyph) for glyph in pictures], charset)
        own = [_doubted(read) if glyph.cut else read for glyph, read in zip(pictures, reads, strict=True)]
    doubtful = [n for n, read in enumerate(own) if read is None or _best(read) < _SURE]
    told = (yield from _told(pictures, doubtful, charset)) if doubtful else {}
    for n, i in enumerate(filled):
        found[i] = _cell(pictures[n], own[n], told.get(n))
    return found


def _doubted(read: CellRead) -> CellRead:
    """The classifier's word on writing that may have lost a stroke with a rule: the cube roots of its probabilities."""
    roots = [c.probability ** (1 / 3) for c in read.options]
    reject = read.reject ** (1 / 3)
    total = sum(roots) + reject
    options = tuple(Candidate(c.value, root / total) for c, root in zip(read.options, roots, strict=True))
    return CellRead(options, reject / total)


def _best(read: CellRead) -> float:
    return read.options[0].probability if read.options else 0.0


def _told(pictures: list[Glyph], doubtful: list[int], charset: str) -> Asking[dict[int, Candidate]]:
    """What the text engine says of the doubtful cells: it reads them as a line with their neighbours, or alone if the
    line has not one character a cell."""
    told: dict[int, Candidate] = {}
    if len(pictures) > 1:
        windows = _windows(doubtful, len(pictures))
        answers = yield [Ask(_strip(pictures[first:last]), charset) for first, last in windows]
        for (first, last), answer in zip(windows, answers, strict=True):
            if len(answer.chars) == last - first:
                told |= {n: Candidate(*answer.chars[n - first][:2]) for n in doubtful if first <= n < last}
    alone = [n for n in doubtful if n not in told]
    if alone:
        answers = yield [Ask(_alone(pictures[n]), charset) for n in alone]
        told |= {n: _single(answer) for n, answer in zip(alone, answers, strict=True)}
    return told


def _windows(doubtful: list[int], count: int) -> list[tuple[int, int]]:
    """The doubtful places with what stands beside them, as first and last + 1; those that meet are one."""
    found: list[tuple[int, int]] = []
    for n in doubtful:
        first, last = max(0, n - _BESIDE), min(count, n + _BESIDE + 1)
        if found and first <= found[-1][1]:
            found[-1] = (found[-1][0], last)
        else:
            found.append((first, last))
    return found


def _single(answer: LineReading) -> Candidate:
    """The likeliest character of a picture of one cell."""
    best = max(answer.chars, key=lambda c: c[1], default=("", 0.0, 0.0))
    return Candidate(best[0], best[1])


def _cell(glyph: Glyph, own: CellRead | None, line: Candidate | None) -> Cell:
    line = line if line is not None and line.value else None
    if own is None:
        if line is None:
            return Cell("?", 0.0, line=line)
        return Cell(line.value, 0.9 * line.probability, (Candidate(line.value, 0.9 * line.probability),), line=line)
    said = own.options[0] if own.options and own.options[0].probability > own.reject else Candidate("", own.reject)
    if not said.value and max(glyph.picture.shape) < _DUST * PX and own.reject > 0.8:
        dust = Candidate("", min(0.9, own.reject))
        return Cell("", dust.probability, (dust, *own.options), said, line)
    options = own.options if line is None else _combined(own, line)
    if not options:
        return Cell("?", 0.0, own=said, line=line)
    return Cell(options[0].value, options[0].probability, options, said, line)


def _combined(own: CellRead, line: Candidate) -> tuple[Candidate, ...]:
    """The classifier's probabilities after the text engine's word: two engines of different families, so theirs are
    multiplied (Bayes, as if they erred independently; _TRUST bounds what that assumes too much)."""
    sure = min(_TRUST, line.probability)
    rest = (1 - sure) / max(1, len(own.options))
    weights = {c.value: c.probability * (sure if c.value == line.value else rest) for c in own.options}
    weights.setdefault(line.value, sure * 1e-3)
    total = sum(weights.values()) + own.reject * _NO_CHARACTER
    return ranked(Candidate(value, weight / total) for value, weight in weights.items())


def _alone(glyph: Glyph) -> Grey:
    """A glyph on paper with a margin, as a line of one character."""
    height, width = glyph.picture.shape
    side = max(height, round(0.6 * width))
    margin = round(0.22 * side)
    vertical = margin + (side - height) // 2
    horizontal = max(margin, (round(0.8 * side) - width) // 2 + margin)
    return _bordered(glyph.picture, vertical, horizontal)


def _strip(row: list[Glyph]) -> Grey:
    """The glyphs side by side as a printed number would stand, each at its own height in the row."""
    factor = _HEIGHT / max(glyph.height for glyph in row)
    top = min(glyph.top for glyph in row)
    total = round(max(glyph.top + glyph.height for glyph in row) * factor - top * factor)
    total = max(_HEIGHT, min(total, round(1.4 * _HEIGHT)))
    gap = round(0.28 * _HEIGHT)
    columns: list[Grey] = []
    for glyph in row:
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
