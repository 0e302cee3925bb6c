"""What people do with a pen beside writing, drawn on a blank form: strike-outs of every manner, marks, seals."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PIL import ImageFont

from forms.model import Box
from tests.ocr.drawing import INK, PX, Sheet

RED = (205, 40, 45)
Points = Sequence[tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Case:
    """What must be read of a field, and the failure that it guards against."""

    field: str
    value: str | None
    guards: str
    struck: bool = False


class Desk(Sheet):
    """A blank form and the cases drawn on it."""

    def __init__(self, kind: str = "acquisition", serif: bool = False) -> None:
        super().__init__(kind, serif)
        self.cases: list[Case] = []

    def expect(self, field: str, value: str | None, guards: str, struck: bool = False) -> None:
        self.cases.append(Case(field, value, guards, struck))

    def stroke(self, points: Points, width: float = 0.35, fill: tuple[int, int, int] = INK) -> None:
        """A line through the points (mm), `width` mm thick."""
        self.draw.line([(x * PX, y * PX) for x, y in points], fill=fill, width=round(width * PX), joint="curve")

    def level(self, box: Box, at: float = 0.5, slope: float = 0.0, bend: float = 0.0, width: float = 0.35) -> None:
        """A line across the box at a share of its height; its right end `slope` mm lower, its middle `bend` mm."""
        along = np.linspace(0, 1, 24)
        ys = box.y + at * box.h + slope * along + bend * np.sin(math.pi * along)
        self.stroke([(box.x + box.w * t, y) for t, y in zip(along.tolist(), ys.tolist(), strict=True)], width)

    def double(self, box: Box, gap: float = 1.0, slope: float = 0.0, bend: float = 0.0) -> None:
        for way in (-0.5, 0.5):
            self.level(Box(box.x, box.y + way * gap, box.w, box.h), 0.5, slope, bend * (1 + way * 0.3))

    def wave(self, box: Box, length: float = 3.0, height: float = 1.2) -> None:
        xs = np.linspace(box.x, box.right, 200)
        middle = box.centre[1]
        ys = middle + height / 2 * np.sin(2 * math.pi * (xs - box.x) / length)
        self.stroke(list(zip(xs.tolist(), ys.tolist(), strict=True)))

    def cross(self, box: Box) -> None:
        self.stroke([(box.x, box.y), (box.right, box.bottom)])
        self.stroke([(box.x, box.bottom), (box.right, box.y)])

    def scribble(self, box: Box, step: float = 0.55) -> None:
        xs = np.arange(box.x, box.right, step).tolist()
        self.stroke([(x, box.y if n % 2 else box.bottom) for n, x in enumerate(xs)], 0.4)

    def span(self, field: str, words: str, part: int = 0, size: float | None = None) -> Box:
        """Where `free` writes the words."""
        box = self.field(field).parts[part].box
        font = ImageFont.truetype(self._font, round((size or min(box.h * 0.66, 3.8)) * PX))
        left, top, right, bottom = font.getbbox(words, anchor="lm")
        return Box(box.x + 1 + left / PX, box.centre[1] + top / PX, (right - left) / PX, (bottom - top) / PX)

    def filled(self, field: str, words: str, part: int = -1) -> Box:
        """The cells that `cells` writes the words in."""
        spot = self.field(field).parts[part]
        cells = spot.cells[-len(words) :] if spot.align == "right" else spot.cells[: len(words)]
        return Box(cells[0].x + 0.5, cells[0].y, cells[-1].right - cells[0].x - 1.0, cells[0].h)

    def above(self, field: str, words: str, part: int = -1) -> None:
        """Digits in the correction box, above their cells."""
        item = self.field(field)
        place = item.correction_box
        assert place is not None
        spot = item.parts[part]
        cells = spot.cells[-len(words) :] if spot.align == "right" else spot.cells
        for cell, character in zip(cells, words, strict=False):
            if character != " ":
                self.text(character, cell.centre[0], place.centre[1], min(place.h * 0.95, 4.2))

    def instead(self, field: str, words: str, x: float = 1.0, size: float | None = None) -> None:
        """Words in the correction box."""
        place = self.field(field).correction_box
        assert place is not None
        self.text(words, place.x + x, place.centre[1], size or min(place.h * 0.95, 3.6), "lm")

    def choice(self, field: str, code: str) -> Box:
        return next(c.box for c in self.field(field).choices if c.code == code)

    def loop(self, box: Box, grow: float = 0.0, width: float = 0.35, open_: float = 0.0, wobble: float = 0.0) -> None:
        """A ring by hand: not closed by `open_` radians, `wobble` mm out of round."""
        angles = np.linspace(0.4 + open_, 0.4 + 2 * math.pi, 60)
        x, y = box.centre
        a, b = box.w / 2 + grow, box.h / 2 + grow
        off = wobble * np.sin(3 * angles)
        points = zip((x + (a + off) * np.cos(angles)).tolist(), (y + (b + off) * np.sin(angles)).tolist(), strict=True)
        self.stroke(list(points), width)

    def check(self, box: Box, size: float = 1.0) -> None:
        x, y = box.centre
        self.stroke(
            [(x - 1.2 * size, y - 0.1 * size), (x - 0.3 * size, y + 0.9 * size), (x + 1.6 * size, y - 1.5 * size)]
        )


def number_of(box: Box) -> Box:
    """The place of a choice's number, at its left."""
    return Box(box.x, box.y, min(box.w, 1.25 * box.h), box.h)
