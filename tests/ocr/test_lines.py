"""Lines are cut close: gaps between characters are made narrower, characters are not touched; rows are told apart."""

from __future__ import annotations

import cv2
import numpy as np
import pylopdf_fonts_jp
import pytest
from PIL import Image, ImageDraw, ImageFont

from forms.model import Box
from ocr.ink import PAPER, Ink
from ocr.lines import _closer, _split, options, written
from ocr.reference import PX
from ocr.testing import lattice_of
from tests.ocr.knowledge.conftest import heard_line


def test_a_wide_gap_is_made_narrower_and_a_narrow_one_stays() -> None:
    picture = np.full((24, 200), PAPER, dtype=np.uint8)
    for left in (0, 30, 190):
        picture[4:20, left : left + 10] = 30
    closer = _closer(picture)
    assert closer.shape[0] == 24 and closer.shape[1] < 80
    assert int((closer < 100).sum()) == int((picture < 100).sum()), "no ink is lost"
    inked = np.flatnonzero((closer < 100).any(axis=0))
    assert sorted(np.diff(inked))[-1] <= 13, "gaps are at most so wide"
    assert np.array_equal(_closer(picture[:, :35]), picture[:, :35][:, [*range(21), *range(30, 35)]])


def test_lines_together_say_what_each_may_say() -> None:
    found = options([heard_line("甲乙", {1: {"己": 0.3}}), heard_line("丙")])
    assert [c.value for c in found[:2]] == ["甲乙丙", "甲己丙"]
    assert found[0].probability > found[1].probability > 0.2
    assert lattice_of("甲").best()[0].value == "甲"


def rows_of(words: tuple[str, ...], size: int = 26) -> tuple[Ink, np.ndarray, Box]:
    """Printed rows of words in a box of 6 mm."""
    font = ImageFont.truetype(str(pylopdf_fonts_jp.sans_path()), size)
    picture = Image.new("L", (60 * PX, 6 * PX), PAPER)
    for n, text in enumerate(words):
        ImageDraw.Draw(picture).text((8, 1 + n * (size + 3)), text, font=font, fill=25)
    grey = np.array(picture)
    _, labels, stats, middles = cv2.connectedComponentsWithStats((grey < 180).astype(np.uint8), None, 8)
    ink = Ink(grey, labels, stats, middles)
    box = Box(0, 0, 60, 6)
    return ink, written(ink, box), box


@pytest.mark.parametrize(
    ("words", "size", "rows"),
    [
        (("岩手県花巻市石鳥谷町大瀬川", "コーポ大瀬川二〇一号室"), 26, 2),
        (("岩手県花巻市石鳥谷町大瀬川",), 40, 1), (("三呂二品",), 50, 1), (("ニニニ",), 50, 1), (("昌",), 55, 1),
    ],
)  # fmt: skip
def test_two_rows_in_a_box_for_one_line_are_two(words: tuple[str, ...], size: int, rows: int) -> None:
    ink, members, box = rows_of(words, size)
    found = _split(ink, members, box, 1)
    assert len(found) == rows
    assert sorted(np.concatenate(found).tolist()) == sorted(members.tolist()), "nothing is lost"
