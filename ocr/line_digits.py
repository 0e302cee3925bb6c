"""The digits of a line, asked of the cell classifier too where the text engine is not sure of them.

A 7 with a hook and a 9, a 1 with a flag and a 7: the text engine knows print, the classifier knows hands. It is of
another family, so that its word counts; both beliefs are multiplied, and what comes of it is still one reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import cell_model
from ocr.ask import Ask
from ocr.engine import LineReading
from ocr.glyphs import SMALLEST, fitted
from ocr.ink import PAPER
from ocr.lattice import Lattice

_SETS = frozenset({"yen", "telephone", "address", "addr_kana", "text"})
_BELOW = 0.985  # probability of a digit under which the classifier is asked
_INK = 60  # grey levels under the paper from which a pixel is a stroke
_HIGH, _BROAD = 0.4, 1.2  # of the highest writing: a digit is at least so high, and no wider
_AWAY = 0.12  # of the picture's height that a digit may lie beside where the engine saw it
_DOUBT = 0.04  # the chance that the classifier speaks of something else than the digit

_OVER = 0.4  # of the narrower piece's width, from which two pieces stand over each other


@dataclass(frozen=True, slots=True)
class _Piece:
    """Connected ink, `members` of the picture's components, and the px it takes."""

    members: tuple[int, ...]
    left: int
    top: int
    width: int
    height: int

    @property
    def right(self) -> int:
        return self.left + self.width

    @property
    def middle(self) -> float:
        return self.left + self.width / 2


def asked_too(asks: Sequence[Ask], readings: Sequence[LineReading]) -> list[LineReading]:
    """The readings with their doubtful digits weighed, all of them in one batch of the classifier."""
    wanted: list[tuple[int, int, NDArray[np.float32]]] = []
    for n, (ask, reading) in enumerate(zip(asks, readings, strict=True)):
        places = [i for i, (c, p, _) in enumerate(reading.chars) if c.isdigit() and p < _BELOW]
        if places and ask.charset in _SETS and reading.lattice is not None:
            wanted += [(n, i, glyph) for i, glyph in _glyphs(ask, reading, places)]
    told = cell_model.shared().read([glyph for _, _, glyph in wanted], "digits")
    found = list(readings)
    for (n, place, _), cell in zip(wanted, told, strict=True):
        believed = {c.value: c.probability for c in cell.options}
        table = {d: (1 - _DOUBT) * believed.get(d, 0.0) + (_DOUBT + cell.reject) / 10 for d in "0123456789"}
        found[n] = _weighed(found[n], place, table)
    return found


def _weighed(reading: LineReading, place: int, table: dict[str, float]) -> LineReading:
    """The reading with one digit's belief multiplied by the classifier's."""
    assert reading.lattice is not None
    lattice = _with_digit(reading.lattice, reading.text, place, table)
    if lattice is None:
        return reading
    texts = [reading.text[:place] + d + reading.text[place + 1 :] for d in table]
    seen = np.array(lattice.log_likelihoods(texts))
    shares = np.exp(seen - seen.max())
    best = int(shares.argmax())
    sure = float(shares[best] / shares.sum())
    chars = list(reading.chars)
    told = texts[best][place]
    if told == reading.chars[place][0]:
        sure = max(sure, reading.chars[place][1])
    chars[place] = (told, sure, reading.chars[place][2])
    score = float(np.mean([p for _, p, _ in chars]))
    return replace(reading, text=texts[best], chars=tuple(chars), score=score, lattice=lattice)


def _with_digit(lattice: Lattice, text: str, place: int, table: dict[str, float]) -> Lattice | None:
    """The lattice in which the digit of that place is shared anew; None if it does not stand alone in it."""
    steps = _steps(lattice, len(text), place)
    again = _with_digit(lattice.again, text, place, table) if lattice.again is not None else None
    if steps is None:
        return lattice.with_view(again) if again is not None else None
    wide = lattice.over(tuple(dict.fromkeys((*lattice.characters, *table))))
    columns = [wide.characters.index(d) + 1 for d in table]
    rows = wide.log_probabilities.copy()
    here = np.exp(rows[np.ix_(steps, columns)].astype(np.float64))
    weighed = here * np.array(list(table.values()))
    weighed *= here.sum(axis=1, keepdims=True) / weighed.sum(axis=1, keepdims=True)
    rows[np.ix_(steps, columns)] = np.log(np.maximum(weighed, 1e-7))
    changed = Lattice(wide.characters, rows)
    other = again or lattice.again
    return changed.with_view(other) if other is not None else changed


def _steps(lattice: Lattice, length: int, place: int) -> list[int] | None:
    """The steps that say the character of that place, if the lattice says so many characters."""
    best = lattice.log_probabilities.argmax(axis=1)
    runs: list[list[int]] = []
    for n, label in enumerate(best.tolist()):
        if label and n and label == best[n - 1]:
            runs[-1].append(n)
        elif label:
            runs.append([n])
    if len(runs) != length or not lattice.characters[best[runs[place][0]] - 1].isdigit():
        return None
    return runs[place]


def _glyphs(ask: Ask, reading: LineReading, wanted: Sequence[int]) -> list[tuple[int, NDArray[np.float32]]]:
    """The classifier's inputs of the characters that stand alone."""
    grey = ask.crop if ask.crop.ndim == 2 else cv2.cvtColor(ask.crop, cv2.COLOR_BGR2GRAY)
    dark = np.asarray(PAPER - np.minimum(grey, PAPER), dtype=np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((dark > _INK).astype(np.uint8), connectivity=8)
    pieces = [_Piece((n,), *(int(v) for v in stats[n, :4])) for n in range(1, count)]
    highest = max((piece.height for piece in pieces), default=0)
    high = [piece for piece in _together(pieces) if piece.height >= _HIGH * highest]
    digits = [i for i, (c, _, _) in enumerate(reading.chars) if c.isdigit()]
    one_each = dict(zip(digits, high, strict=True)) if len(digits) == len(high) else {}
    found = []
    for place in wanted:
        piece = one_each.get(place) or _at(high, reading, place, grey.shape)
        if piece is not None and piece.width <= _BROAD * highest:
            found.append((place, _input(labels, dark, piece)))
    return found


def _together(pieces: Sequence[_Piece]) -> list[_Piece]:
    """Pieces that stand over each other are one: a 4 or a 5 of two strokes."""
    found: list[_Piece] = []
    for piece in sorted(pieces, key=lambda p: p.left):
        last = found[-1] if found else None
        if last is not None and last.right - piece.left > _OVER * min(last.width, piece.width):
            top, right = min(last.top, piece.top), max(last.right, piece.right)
            bottom = max(last.top + last.height, piece.top + piece.height)
            found[-1] = _Piece(last.members + piece.members, last.left, top, right - last.left, bottom - top)
        else:
            found.append(piece)
    return found


def _at(high: Sequence[_Piece], reading: LineReading, place: int, shape: tuple[int, ...]) -> _Piece | None:
    """The piece nearest the character, if no other character is nearer to it."""
    x = reading.chars[place][2] * shape[1]
    near = min(high, key=lambda p: abs(p.middle - x), default=None)
    if near is None or abs(near.middle - x) > _AWAY * shape[0] + near.width / 2:
        return None
    middle = near.middle
    nearest = min(range(len(reading.chars)), key=lambda i: abs(reading.chars[i][2] * shape[1] - middle))
    return near if nearest == place else None


def _input(labels: NDArray[np.int32], dark: NDArray[np.uint8], piece: _Piece) -> NDArray[np.float32]:
    cut = np.s_[piece.top : piece.top + piece.height, piece.left : piece.right]
    here = np.isin(labels[cut], piece.members).astype(np.uint8)
    own = cv2.dilate(here, np.ones((3, 3), np.uint8)) == 1
    return fitted(np.asarray(np.where(own, dark[cut], 0), dtype=np.uint8), SMALLEST)
