"""Looks again at a line of which the engine is not sure: the same writing, smaller, with more paper about it.

It is the same engine's word, so that it is no second reading; but what an engine says by a hair's breadth changes with
the view, and what is written does not.
"""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np

from ocr.ask import Ask
from ocr.engine import LineReading
from ocr.ink import PAPER

_BELOW = 0.65  # a line is looked at again if some character's probability is under it
_PAPER = 0.12  # of the picture's height, that is added above and below
_SINGLE = frozenset({"digits", "office_ref", "zip"})  # sets whose pictures are single cells, which have readers enough


def doubtful(ask: Ask, reading: LineReading) -> bool:
    """True for a line to look at again."""
    if ask.charset in _SINGLE or reading.lattice is None:
        return False
    return min((p for _, p, _ in reading.chars), default=0.0) < _BELOW


def view(ask: Ask) -> Ask:
    """The other view."""
    margin = max(1, round(_PAPER * ask.crop.shape[0]))
    crop = cv2.copyMakeBorder(ask.crop, margin, margin, 0, 0, cv2.BORDER_CONSTANT, value=(PAPER, PAPER, PAPER))
    return Ask(np.asarray(crop, dtype=np.uint8), ask.charset)


def together(first: LineReading, second: LineReading) -> LineReading:
    """What both views say: the text that is likeliest in the two."""
    if first.lattice is None or second.lattice is None:
        return first
    lattice = first.lattice.with_view(second.lattice)
    best = lattice.best(1)
    text = best[0].value if best else first.text
    told = replace(second if text == second.text != first.text else first, free=first.free, lattice=lattice)
    if text == first.text == second.text:
        chars = tuple((c, max(p, q), x) for (c, p, x), (_, q, _) in zip(first.chars, second.chars, strict=True))
        return replace(told, chars=chars, score=max(first.score, second.score))
    if text == told.text:
        return told
    return replace(told, text=text, score=min(first.score, second.score), chars=_placed(text, first))


def _placed(text: str, reading: LineReading) -> tuple[tuple[str, float, float], ...]:
    """The characters of a text that neither view says by itself, none surer than the least of the first view's."""
    least = min((p for _, p, _ in reading.chars), default=0.0)
    return tuple((c, least, (n + 0.5) / len(text)) for n, c in enumerate(text))
