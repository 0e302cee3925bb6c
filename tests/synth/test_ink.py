"""Faces with ink, and marks that stay where they belong."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from api.synth import marks
from api.synth.canvas import Canvas
from api.synth.chance import Chance
from api.synth.fonts import Face, face_for, faces, table
from api.synth.glyphs import Pen
from api.synth.names import DATA
from api.synth.writer import draw_writer
from forms.model import Box

HELD_BACK = ("seto", "yoz", "yomogi")  # kept for outside evaluation: never ours


def paper(width_mm=60, height_mm=30, dpi=200):
    scale = dpi / 25.4
    return Canvas(np.full((round(height_mm * scale), round(width_mm * scale), 3), 255, np.uint8), dpi)


def inked(canvas):
    """The box in mm of all that is not white."""
    rows, columns = np.nonzero(canvas.pixels.min(axis=2) < 200)
    if not len(rows):
        return None
    left, top, right, bottom = columns.min(), rows.min(), columns.max() + 1, rows.max() + 1
    return Box(*(v / canvas.scale for v in (left, top, right - left, bottom - top)))


def test_no_face_of_the_outside_evaluation_is_used():
    assert not [name for name in table() if any(each in name.lower() for each in HELD_BACK)]


def test_print_always_has_faces_and_hand_has_several():
    assert len(faces("print")) >= 2
    assert len(faces("hand")) >= 4


@pytest.mark.parametrize("style", ["print", "hand"])
def test_every_character_of_every_name_can_be_written_with_ink(style):
    files = [DATA / f"{name}.csv" for name in ("surnames", "surnames_variant", "given_male", "given_female", "foreign")]
    characters = sorted({each for path in files for each in path.read_text("utf-8") if not each.isspace()})
    for face in faces(style):
        for character in [*characters[::5], *"髙﨑栁濵0123456789-ー"]:
            assert face_for(character, face).has_ink(character)


def test_a_face_without_the_glyph_is_told_apart():
    kouzan = [face for face in faces("hand") if face.name == "AoyagiKouzanT.ttf"]
    for face in kouzan:  # brush faces map 髙 to nothing (platform-facts)
        assert not face.has_ink("髙")
        assert face_for("髙", face) != face
    assert not faces("print")[0].has_ink("\U0010fffe")


@pytest.mark.parametrize("style", ["print", "hand"])
def test_a_line_of_text_stays_in_its_box(style):
    for number in range(12):
        canvas, chance = paper(120, 20), Chance("line", style, number)
        box = Box(5, 6, 100, 6)
        Pen(canvas, draw_writer(chance, style), chance).line(
            "東京都千代田区霞が関1-2-3メゾン青葉203号室 トウキョウト", box
        )
        found = inked(canvas)
        assert found is not None
        assert found.x > box.x - 1.5 and found.right < box.right + 1.5
        assert found.y > box.y - 1.6 and found.bottom < box.bottom + 1.6


def test_glyphs_have_ink_on_paper():
    for number in range(20):
        canvas, chance = paper(), Chance("glyph", number)
        Pen(canvas, draw_writer(chance, "hand"), chance).glyph("髙", (15, 15), 5)
        assert (canvas.pixels.min(axis=2) < 160).sum() > 60


def test_ellipses_circle_their_choice():
    for number in range(40):
        chance = Chance("circle", number)
        writer = replace(draw_writer(chance, "hand"), circling="ellipse")
        canvas, box = paper(), Box(12, 10, 12, 5)
        marks.circle(canvas, writer, chance, box, whole=True)
        found = inked(canvas)
        x, y = box.centre
        assert found.x < x < found.right
        assert found.y < y < found.bottom
        assert abs(found.centre[0] - x) < 3.5 and abs(found.centre[1] - y) < 1.8
        assert found.w < 1.5 * box.w + 2 and found.h < 2 * box.h


def test_ink_never_makes_paper_lighter():
    canvas = paper()
    canvas.pixels[:] = 90
    before = canvas.pixels.copy()
    Pen(canvas, draw_writer(Chance(3), "hand"), Chance(3)).glyph("東", (15, 15), 8)
    assert (canvas.pixels <= before).all()
    assert (canvas.pixels < before).any()


def test_a_face_is_found_by_its_file(tmp_path):
    face = Face(faces("print")[0].path, "print", 1.0)
    assert face.name == faces("print")[0].path.name
