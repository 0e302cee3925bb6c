"""Draws the contact sheet of the controls: `python -m tests.ocr.controls.contact OUT.png`."""

from __future__ import annotations

import sys
from pathlib import Path

import pylopdf_fonts_jp
from PIL import Image, ImageDraw, ImageFont

from tests.ocr.controls import amounts, sheets, stamps
from tests.ocr.controls.pen import Desk
from tests.ocr.drawing import PX

_CARD, _COLUMNS, _LEGEND = (310, 118), 4, 38  # px a card, cards a row, px of words below a picture
_MARGIN = 2.5  # mm round a field
_SHOWN = (
    (sheets.combs, ("entries[3].my_number",)),
    (sheets.circles, ("entries[3].kind", "entries[1].acq_type", "entries[0].acq_type", "entries[1].birth")),
    (sheets.struck_combs, ("entries[0].my_number", "entries[3].my_number")),
    (sheets.struck_words, ("entries[2].remarks_other", "entries[0].name_kanji")),
    (amounts.amounts, ("entries[1].wage_cash", "entries[1].wage_kind")),
    (amounts.changed_print, ("entries[0].wage_total",)),
    (stamps.correction_seals, ("header.name", "entries[1].remarks_other")),
    (stamps.daters, ("header.sr_name", "entries[3].addr")),
)  # fmt: skip


def contact() -> Image.Image:
    """A card a case: the field as drawn, what must be read of it, and the failure it guards against."""
    cards = [_card(desk, name) for make, names in _SHOWN for desk in (make(),) for name in names]
    rows = -(-len(cards) // _COLUMNS)
    sheet = Image.new("RGB", (_COLUMNS * (_CARD[0] + 10) + 10, rows * (_CARD[1] + 10) + 10), "#e9e9e6")
    for n, card in enumerate(cards):
        sheet.paste(card, (10 + n % _COLUMNS * (_CARD[0] + 10), 10 + n // _COLUMNS * (_CARD[1] + 10)))
    return sheet


def _card(desk: Desk, name: str) -> Image.Image:
    case = next(case for case in desk.cases if case.field == name)
    item = desk.field(name)
    boxes = [part.box for part in item.parts] + ([item.correction_box] if item.correction_box else [])
    left, top = min(b.x for b in boxes) - _MARGIN, min(b.y for b in boxes) - _MARGIN
    right, bottom = max(b.right for b in boxes) + _MARGIN, max(b.bottom for b in boxes) + _MARGIN
    right = min(right, left + 62)
    picture = desk.image.crop((round(left * PX), round(top * PX), round(right * PX), round(bottom * PX)))
    picture.thumbnail((_CARD[0] - 12, _CARD[1] - _LEGEND - 8), Image.Resampling.LANCZOS)
    card = Image.new("RGB", _CARD, "white")
    card.paste(picture, ((_CARD[0] - picture.width) // 2, 5 + (_CARD[1] - _LEGEND - 8 - picture.height) // 2))
    pen = ImageDraw.Draw(card)
    value = {None: "null: a person reads it", "": "blank"}.get(case.value, case.value)
    font = ImageFont.truetype(str(pylopdf_fonts_jp.sans_path()), 12)
    pen.text((8, _CARD[1] - _LEGEND), f"→ {value}", font=font, fill="#1d4f91")
    pen.text((8, _CARD[1] - _LEGEND + 17), _fitting(case.guards, font), font=font, fill="#333333")
    return card


def _fitting(words: str, font: ImageFont.FreeTypeFont) -> str:
    if font.getlength(words) <= _CARD[0] - 16:
        return words
    while font.getlength(words + "...") > _CARD[0] - 16:
        words = words[:-1]
    return words + "..."


if __name__ == "__main__":
    contact().quantize(64, method=Image.Quantize.FASTOCTREE).save(Path(sys.argv[1]), optimize=True)
