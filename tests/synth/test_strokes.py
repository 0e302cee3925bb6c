"""Hands that draw strokes: known characters, figures in several ways, ink in place, many writers, none twice alike."""

from __future__ import annotations

import numpy as np
import pytest

from api.synth import cast, figures
from api.synth.chance import Chance
from api.synth.glyphs import Pen
from api.synth.strokepen import StrokePen, pen
from api.synth.strokes import _points, folder, strokes, ways
from forms.model import Box
from tests.synth.test_ink import inked, paper

needs_kanjivg = pytest.mark.skipif(folder() is None, reason="kanjivg (development requirement) is not installed")


def drawn(character, number, split="test", again=""):
    canvas = paper(20, 20)
    writer = cast.writer(cast.names("stroke", split)[number])
    pen(canvas, writer, Chance("drawn", character, number, again)).glyph(character, (10, 10), 6)
    return canvas


def test_there_are_enough_writers_and_no_two_splits_share_one():
    names = {split: set(cast.names("stroke", split)) for split in ("train", "calibrate", "test")}
    assert len(names["test"]) >= 200
    assert not names["train"] & names["test"] and not names["calibrate"] & names["test"]
    hands = [cast.writer(name).hand for name in sorted(names["test"] | names["calibrate"])]
    assert len(set(hands)) == len(hands)


@pytest.mark.parametrize("character", sorted(figures.WAYS))
def test_figures_can_be_written_in_every_way(character):
    assert ways(character) == len(figures.WAYS[character])
    for way in range(ways(character)):
        lines = strokes(character, way)
        assert np.isfinite(lines).all()
        assert np.abs(lines).max() < 0.65
        assert np.ptp(lines.reshape(-1, 2), axis=0).max() > 0.08


def test_wide_figures_are_the_same_figures():
    assert (strokes("－") == strokes("-")).all()


def test_svg_paths_of_every_command_are_followed():
    line = _points("M10,20c1,0,2,1,2,2S14,24,14,26l3,0L20,30")
    assert line[0].tolist() == [10, 20]
    assert line[-1].tolist() == [20, 30]
    assert np.allclose(line[8], [12, 22]) and np.allclose(line[16], [14, 26]) and np.allclose(line[17], [17, 26])


@needs_kanjivg
def test_kanji_have_their_strokes():
    assert [len(strokes(character)) for character in "一二十東橋ア"] == [1, 2, 2, 8, 16, 2]
    assert ways("髙") == 0  # KanjiVG has it not: the face writes it


@pytest.mark.parametrize("character", ["3", "8", "髙", pytest.param("東", marks=needs_kanjivg)])
def test_glyphs_stand_where_they_should(character):
    for number in range(0, 200, 20):
        found = inked(drawn(character, number))
        assert found is not None
        assert abs(found.centre[0] - 10) < 1.8 and abs(found.centre[1] - 10) < 1.8
        assert 1.5 < found.h < 8 and found.w < 8


def test_no_two_hands_and_no_two_times_are_alike():
    first, again, other = drawn("5", 3), drawn("5", 3, again="again"), drawn("5", 4)
    assert (first.pixels == drawn("5", 3).pixels).all()
    assert (first.pixels != again.pixels).any()
    assert (first.pixels != other.pixels).any()


def test_ink_is_dark_and_thin():
    for number in range(0, 240, 24):
        canvas = drawn("0", number)
        ink = canvas.pixels.min(axis=2) < 150
        assert ink.sum() > 20
        assert ink.mean() < 0.05


def test_a_line_of_strokes_stays_in_its_box():
    for number in range(0, 240, 30):
        canvas, box = paper(120, 20), Box(5, 6, 100, 6)
        writer = cast.writer(cast.names("stroke", "test")[number])
        pen(canvas, writer, Chance("line", number)).line("東京都千代田区霞が関1-2-3メゾン青葉203号室", box)
        found = inked(canvas)
        assert found.x > box.x - 2 and found.right < box.right + 2
        assert found.y > box.y - 2 and found.bottom < box.bottom + 2


def test_faces_and_strokes_have_their_own_pens():
    hand = cast.writer(cast.names("hand", "test")[0])
    drawer = cast.writer(cast.names("stroke", "test")[0])
    assert type(pen(paper(), hand, Chance(1))) is Pen
    assert type(pen(paper(), drawer, Chance(1))) is StrokePen
