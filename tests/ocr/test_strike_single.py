"""A character has bars of its own: standing alone in a box they are no strike-out, two lines through it are."""

import cv2
import numpy as np
import pylopdf_fonts_jp
import pytest
from PIL import Image, ImageDraw, ImageFont

from forms import catalogue
from ocr.ask import settle
from ocr.fields import read_field
from ocr.ink import PAPER, Ink
from ocr.reference import PX
from ocr.strike import struck_in
from ocr.testing import FixedEngine

BARRED = "学芳土士圭皿孝三王書童量苦芋芸井舎普青長番キエモヨテ"
PART = catalogue.form("acquisition", "todoke-1").field("entries[0].name_kanji").parts[-1]


def written(character: str, size: float, serif: bool, struck: bool) -> Ink:
    """The character (mm high) in the box for the given name, struck by two lines with little overshoot."""
    face = pylopdf_fonts_jp.serif_path() if serif else pylopdf_fonts_jp.sans_path()
    font = ImageFont.truetype(str(face), round(size * PX))
    page = Image.new("L", (round((PART.box.right + 6) * PX), round((PART.box.bottom + 6) * PX)), PAPER)
    draw = ImageDraw.Draw(page)
    at = ((PART.box.x + 3) * PX, PART.box.centre[1] * PX)
    draw.text(at, character, font=font, fill=20, anchor="lm")
    if struck:
        left, top, right, bottom = draw.textbbox(at, character, font=font, anchor="lm")
        for off in (-0.5, 0.5):
            y = (top + bottom) / 2 + off * PX
            draw.line([(left - 0.8 * PX, y), (right + 0.8 * PX, y)], fill=20, width=3)
    grey = np.asarray(page, dtype=np.uint8)
    _, labels, stats, centroids = cv2.connectedComponentsWithStats((grey < 188).astype(np.uint8), connectivity=8)
    return Ink(grey, labels, stats, centroids)


@pytest.mark.parametrize("serif", [False, True])
@pytest.mark.parametrize("size", [4.0, 4.5, 5.2, 6.0])
def test_bars_of_a_single_character_do_not_strike_it_out(size: float, serif: bool) -> None:
    taken = [c for c in BARRED if struck_in(written(c, size, serif, struck=False), PART, False) is not None]
    assert len(taken) <= 3, taken  # and of these nothing is made but a question to a person


@pytest.mark.parametrize("serif", [False, True])
def test_words_whose_strokes_meet_are_not_struck_out(serif: bool) -> None:
    """Bars that follow each other (増田) are no line, and strokes that touch all along (静子, 藤村) are no wave."""
    words = [
        "増田",
        "梶原",
        "芙嘉",
        "静子",
        "藤村",
        "柿掛",
        "佑樹",
        "千鶴子",
        "平井",
        "裕美",
        "真理",
        "義夫",
        "塚本",
        "千代",
        "法子",
        "一夫",
    ]
    sizes = (4.0, 4.6, 5.2)
    taken = [w for w in words for s in sizes if struck_in(written(w, s, serif, struck=False), PART, False) is not None]
    assert len(taken) <= 2, taken


def test_two_lines_strike_out_a_single_character() -> None:
    seen = [c for c in "藤健恵翔陽智浩誠" if struck_in(written(c, 5.0, True, struck=True), PART, False) is not None]
    assert len(seen) >= 7, seen


def test_a_single_struck_character_without_a_correction_is_a_question():
    item = catalogue.form("acquisition", "todoke-1").field("entries[0].name_kanji")
    engine = FixedEngine("番")
    ink = written("藤", 5.0, True, struck=True)
    assert struck_in(ink, PART, False) is not None
    (reading,) = settle(engine, [read_field(ink, item, engine)])
    assert reading.struck and reading.value is None
