"""Digits of a line that the cell classifier is asked about too."""

import cv2
import numpy as np
import pytest

from ocr.ask import Ask
from ocr.engine import LineReading
from ocr.lattice import Lattice
from ocr.line_digits import asked_too


def written(text):
    """A line of digits as a plotter draws them, and where each stands (a share of the width)."""
    picture = np.full((60, 34 * len(text) + 30), 250, dtype=np.uint8)
    places = []
    for n, character in enumerate(text):
        cv2.putText(picture, character, (18 + 34 * n, 46), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 20, 2, cv2.LINE_AA)
        places.append((18 + 34 * n + 13) / picture.shape[1])
    return picture, places


def read(text, written_text, doubt_at, other, share):
    """What an engine says that reads `text` and doubts one place."""
    picture, places = written(written_text)
    characters = tuple(dict.fromkeys((*text, other)))
    rows = np.full((2 * len(text), len(characters) + 1), 1e-6)
    for n, c in enumerate(text):
        rows[2 * n, characters.index(c) + 1] = 0.999
        rows[2 * n + 1, 0] = 0.999
    rows[2 * doubt_at, characters.index(text[doubt_at]) + 1] = share
    rows[2 * doubt_at, characters.index(other) + 1] = 0.999 - share
    chars = tuple((c, share if n == doubt_at else 0.999, places[n]) for n, c in enumerate(text))
    lattice = Lattice(characters, np.log(rows).astype(np.float32))
    return Ask(picture, "telephone"), LineReading(text, 0.9, text, chars, lattice)


@pytest.mark.parametrize("place", [0, 2, 3])
def test_a_doubtful_digit_is_decided_by_both(place):
    truth = "4723"
    wrong = truth[:place] + "9" + truth[place + 1 :]
    ask, reading = read(wrong, truth, place, truth[place], 0.7)
    (found,) = asked_too([ask], [reading])
    assert found.text == truth
    assert found.lattice.best(1)[0].value == truth
    assert found.free == wrong  # what the engine itself said stays


def test_a_sure_digit_is_left_alone():
    ask, reading = read("9723", "4723", 0, "4", 0.995)
    (found,) = asked_too([ask], [reading])
    assert found is reading


def test_both_views_of_a_line_are_weighed():
    ask, reading = read("9723", "4723", 0, "4", 0.7)
    seen_twice = LineReading("9723", 0.9, "9723", reading.chars, reading.lattice.with_view(reading.lattice))
    (found,) = asked_too([ask], [seen_twice])
    assert found.text == "4723"
    assert found.lattice.again is not None
