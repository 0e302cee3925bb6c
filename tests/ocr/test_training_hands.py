"""The pens that draw training characters: many forms, brushes, strokes of a file; samples come out alike everywhere."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import pylopdf_fonts_jp
import pytest

from api.synth.drawn import main as write_drawn
from ocr.training import strokes
from ocr.training.digit_forms import FORMS, Form, one, seven
from ocr.training.samples import CHARACTERS, Part, drawn_characters, parts

SANS = Path(pylopdf_fonts_jp.sans_path())


def reach(form: Form) -> float:
    """How far a form reaches to the left of its rightmost point, in its upper two fifths."""
    xs = [x for stroke in form for x, y in stroke if y < 0.4]
    return max(xs) - min(xs)


def test_ones_and_sevens_hardly_meet() -> None:
    dice = np.random.default_rng(1)
    ones, sevens = [one(dice) for _ in range(400)], [seven(dice) for _ in range(400)]
    flagged = [form for form in ones if reach(form) > 0.2]
    assert 100 < len(flagged) < 330
    level = [form for form in ones if reach(form) > 0.3 and form[0][0][1] < 0.12]
    assert level  # a nearly horizontal flag is a 1 too
    shortest = min(reach(form) for form in sevens)
    assert shortest > 0.6
    assert sum(reach(form) > shortest for form in ones) <= 4


def test_every_digit_has_a_form_and_a_hand_keeps_its_own() -> None:
    assert set(FORMS) | {"1", "7"} == set(strokes.DIGITS)
    dice = np.random.default_rng(2)
    hands = [strokes.draw_hand(dice) for _ in range(60)]
    assert 8 < sum(hand.brush is not None for hand in hands) < 45
    assert len({hand.forms[4] for hand in hands}) > 6
    for hand in hands[:12]:
        for digit in strokes.DIGITS:
            picture = strokes.draw_digit(dice, hand, digit, 4.0, 10)
            assert picture.max() > 120
            assert (
                not picture[0].any() and not picture[-1].any() and not picture[:, 0].any() and not picture[:, -1].any()
            )


def test_a_brush_is_not_of_one_width() -> None:
    bare = ((((0.5, 0.0), (0.5, 1.0)),),) * 10
    brush = strokes.Brush(entry=1.5, middle=0.9, leave=0.1, contrast=0.0, angle=0.0)

    def ends(hand: strokes.Hand) -> tuple[int, int]:
        picture = strokes.draw_digit(np.random.default_rng(3), hand, "1", 5.0, 10) > 128
        rows = np.flatnonzero(picture.any(axis=1))
        return int(picture[rows[4]].sum()), int(picture[rows[-4]].sum())

    plain = strokes.Hand(bare, 0.0, 0.6, 0.6, 0.001, 0.0)
    with_brush = strokes.Hand(bare, 0.0, 0.6, 0.6, 0.001, 0.0, brush)
    top, foot = ends(plain)
    assert abs(top - foot) <= 2
    top, foot = ends(with_brush)
    assert top > 1.8 * foot


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("drawn") / "drawn.json"
    write_drawn(["--out", str(out)])
    return out


def test_strokes_of_every_kana_come_from_the_generator(told: Path) -> None:
    known = json.loads(told.read_text(encoding="utf-8"))
    assert set(known) == set(CHARACTERS[10:-1])
    assert len(known["シ"]) == 3 and len(known["メ"]) == 2
    assert all(abs(x) <= 0.5 and abs(y) <= 0.5 for line in known["ア"] for x, y in line)
    found = list(drawn_characters(np.random.default_rng(5), told, 120))
    assert len({c for _, c in found}) > 40
    assert all(picture.shape == (28, 28) and picture.max() > 0.5 for picture, _ in found)


def test_parts_are_the_same_wherever_they_are_made(told: Path) -> None:
    options = argparse.Namespace(
        hand=[SANS], print=[SANS], kept_hand=[], kept_print=[SANS], drawn=told, scale=0.002, seed=4
    )
    listed = list(parts(options))
    assert {part.origin for part in listed} == {"strokes", "hand", "letters", "print", "reject"}
    assert [part.origin for part in listed if part.kept] == ["print", "letters"]
    assert len({part.seed for part in listed}) == len(listed)
    part = Part("strokes", "pen", 12, (4, 0, 0))
    for (a, one_said), (b, two_said) in zip(part.made(), part.made(), strict=True):
        assert one_said == two_said and np.array_equal(a, b)
