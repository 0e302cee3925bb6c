"""Sheets with amounts as people write them, and with printed values changed by hand."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw

from forms.sheet import blank_pdf
from tests.ocr.controls.pen import Desk
from tests.ocr.drawing import render

PRINTED = {
    "entries[0].wage_total": "250000", "entries[0].my_number": "123456789018", "entries[0].name_kanji": "渡部　花子",
    "entries[0].addr": "東京都千代田区丸の内1-1", "header.tel": "03-1234-5678", "entries[0].insured_no": "204",
}  # fmt: skip


def amounts() -> Desk:
    """Amounts in their cells and across them; what cannot be said is nothing."""
    desk = Desk()
    at = "entries[0].wage_cash"
    desk.cells(at, "250000")
    _comma(desk, at, 3)
    desk.expect(at, "250000", "a comma written on the rule after the thousands")
    at = "entries[1].wage_cash"
    desk.cells(at, "1250000")
    _comma(desk, at, 3)
    _comma(desk, at, 6)
    desk.expect(at, "1250000", "two commas, all cells full")
    at = "entries[2].wage_cash"
    cells = desk.field(at).parts[-1].cells
    desk.cells(at, "12000")
    desk.text("円", cells[-1].right + 2.0, cells[-1].centre[1], 2.6)
    desk.expect(at, "12000", "円 written over the printed unit")
    at = "entries[0].wage_kind"
    _across(desk, at, "¥12,000")
    desk.expect(at, "12000", "¥ and a comma, across the cells")
    at = "entries[1].wage_kind"
    _across(desk, at, "12,000円")
    desk.expect(at, "12000", "a comma and 円, across the cells")
    at = "entries[2].wage_kind"
    desk.cells(at, "8000")
    desk.expect(at, "8000", "thousands in the last four cells")
    return desk


def two_in_a_cell() -> Desk:
    """Cells that hold two digits: the cases say what was meant, which nothing but a low score may say."""
    desk = Desk()
    for field, place, pair, words, size in (
        ("entries[0].wage_cash", -5, "12", "0000", 3.2),
        ("entries[1].wage_cash", -5, "25", "0000", 3.2),
        ("entries[2].wage_cash", -5, "12", "0000", 2.6),
        ("entries[0].wage_kind", -4, "12", "500", 3.2),
        ("entries[3].wage_cash", -7, "44", "444444", 3.2),
        ("entries[0].insured_no", 0, "12", "", 3.2),
    ):
        desk.cells(field, words)
        desk.text(pair, *desk.field(field).parts[-1].cells[place].centre, size)
        desk.expect(field, pair + words, f"{pair} in one cell")
    return desk


def _comma(desk: Desk, field: str, place: int) -> None:
    """A comma before the last `place` cells."""
    cell = desk.field(field).parts[-1].cells[-place]
    desk.stroke([(cell.x + 0.15, cell.bottom - 0.9), (cell.x - 0.25, cell.bottom - 0.1)], 0.3)


def _across(desk: Desk, field: str, words: str) -> None:
    box = desk.field(field).parts[-1].box
    desk.text(words, box.right - 1, box.centre[1], 4.2, "rm")


def changed_print() -> Desk:
    """Values that `todoke forms blank --prefill` printed, some struck and corrected by hand."""
    desk = Desk()
    desk.image = Image.fromarray(np.array(render(blank_pdf(desk.form, prefill=PRINTED))))
    desk.draw = ImageDraw.Draw(desk.image)
    at = "entries[0].wage_total"
    desk.double(desk.filled(at, "250000"))
    desk.above(at, "265000")
    desk.expect(at, "265000", "a printed amount struck, another above it", True)
    at = "entries[0].my_number"
    desk.expect(at, "123456789018", "a printed number that was left")
    at = "entries[0].insured_no"
    desk.double(desk.filled(at, "204"))
    desk.above(at, "205")
    desk.expect(at, "205", "a printed number struck, another above it", True)
    at = "entries[0].name_kanji"
    box = desk.field(at).parts[0].box
    desk.double(type(box)(box.x + 0.4, box.y, 10.0, box.h))
    desk.instead(at, "渡辺")
    desk.expect(at, "渡辺　花子", "a printed 氏 struck, another above it", True)
    at = "entries[0].addr"
    desk.expect(at, "東京都千代田区丸の内1-1", "a printed address that was left")
    at = "header.tel"
    desk.expect(at, "03-1234-5678", "a printed telephone that was left")
    return desk
