"""Comb cells on sheets: drawn, crossed by the rule, touching, empty, and not characters at all."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from forms.model import Box
from ocr.ask import settle
from ocr.cells import Cell, read_cells
from ocr.engine import Crop, LineReading
from ocr.glyphs import glyphs
from ocr.ink import PAPER, Ink
from ocr.reference import PX
from ocr.training import strokes

CELLS = tuple(Box(10 + 4.8 * n, 10, 4.8, 5.8) for n in range(6))


class Deaf:
    """A text engine that hears nothing; what it was asked is kept."""

    name, version, family = "deaf", "1", "deaf"

    def __init__(self) -> None:
        self.asked = 0

    def read(self, crops: list[Crop], charsets: list[str]) -> list[LineReading]:
        self.asked += len(crops)
        return [LineReading("", 0.0) for _ in crops]


def paper() -> np.ndarray:
    return np.zeros((30 * PX, 60 * PX), np.uint8)


def put(picture: np.ndarray, digit: str, n: int, seed: int = 11, dx: float = 0.0, height: float = 4.2) -> None:
    """A pen digit in a cell, `dx` mm from its middle."""
    dice = np.random.default_rng(seed)
    hand = strokes.Hand(strokes.PLAIN, 0.0, 0.62, 0.4, 0.012, 0.0)
    drawn = strokes.draw_digit(dice, hand, digit, height, PX)
    x = round((CELLS[n].centre[0] + dx) * PX) - drawn.shape[1] // 2
    y = round(CELLS[n].centre[1] * PX) - drawn.shape[0] // 2
    spot = picture[y : y + drawn.shape[0], x : x + drawn.shape[1]]
    np.maximum(spot, drawn, out=spot)


def ink(picture: np.ndarray) -> Ink:
    grey = (PAPER - np.minimum(picture, PAPER)).astype(np.uint8)
    mask = (picture > 62).astype(np.uint8)
    _, labels, stats, centroids = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return Ink(grey, labels, stats, centroids)


def read(picture: np.ndarray, engine: Deaf | None = None) -> list[Cell]:
    (found,) = settle(engine or Deaf(), [read_cells(ink(picture), CELLS, "digits")])
    return found


def test_digits_are_read_without_the_text_engine() -> None:
    picture, engine = paper(), Deaf()
    for n, digit in enumerate("204519"):
        put(picture, digit, n)
    found = read(picture, engine)
    assert "".join(cell.text for cell in found) == "204519"
    assert all(cell.options[0].value == cell.text for cell in found)
    assert engine.asked <= 2


@pytest.mark.parametrize(("first", "word"), [(0, "38"), (4, "38")])
def test_empty_cells_are_known(first: int, word: str) -> None:
    picture = paper()
    for n, digit in enumerate(word):
        put(picture, digit, first + n)
    dice = np.random.default_rng(2)
    for x, y in dice.integers([100, 100], [380, 150], (25, 2)):
        cv2.circle(picture, (int(x), int(y)), 1, 200, -1)
    found = [cell.text for cell in read(picture)]
    assert found == ["", "", "", "", "3", "8"] if first else ["3", "8", "", "", "", ""]


def test_a_digit_over_the_rule_stays_in_its_cell() -> None:
    picture = paper()
    put(picture, "2", 1, dx=1.5)
    put(picture, "7", 4, dx=-1.4)
    assert [cell.text for cell in read(picture)] == ["", "2", "", "", "7", ""]


def test_touching_neighbours_are_parted() -> None:
    picture = paper()
    put(picture, "3", 1, dx=1.2, height=4.8)
    put(picture, "8", 2, dx=-0.9, height=4.8)
    y = round(12.9 * PX)
    cv2.line(picture, (round(CELLS[1].centre[0] * PX) + 20, y), (round(CELLS[2].centre[0] * PX) - 8, y), 230, 3)
    assert len([g for g in glyphs(ink(picture), CELLS) if g is not None]) == 2
    found = [cell.text for cell in read(picture)]
    assert found[1:3] == ["3", "8"] and found[0] == found[3] == ""


def test_scribble_is_no_confident_digit() -> None:
    picture = paper()
    dice = np.random.default_rng(5)
    for n in range(6):
        points = dice.uniform(0.4, 4.4, (16, 2)) * np.array([1.0, 1.15]) + np.array([CELLS[n].x, CELLS[n].y])
        cv2.polylines(picture, [(points * PX).astype(np.int32)], False, 240, 3)
    assert all(cell.score < 0.9 for cell in read(picture) if cell.text)


def test_two_engines_agree_or_differ() -> None:
    class Says(Deaf):
        def read(self, crops: list[Crop], charsets: list[str]) -> list[LineReading]:
            return [LineReading("4", 0.99, "4", (("4", 0.99, 0.5),)) for _ in crops]

    picture = paper()
    cv2.line(picture, (round(10.6 * PX), round(15 * PX)), (round(14.4 * PX), round(11 * PX)), 240, 4)
    cv2.line(picture, (round(10.6 * PX), round(13 * PX)), (round(14.4 * PX), round(13.6 * PX)), 240, 4)
    (alone,) = settle(Deaf(), [read_cells(ink(picture), CELLS[:1], "digits")])
    (both,) = settle(Says(), [read_cells(ink(picture), CELLS[:1], "digits")])
    assert alone[0].agree in {None, False}
    if both[0].line is not None:
        assert both[0].agree is (both[0].own is not None and both[0].own.value == "4")
    assert sum(o.probability for o in both[0].options) <= 1 + 1e-9
