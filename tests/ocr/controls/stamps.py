"""Sheets with stamps and seals that stand on writing or where writing belongs."""

from __future__ import annotations

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from tests.ocr.controls.pen import RED, Desk
from tests.ocr.drawing import PX

BLACK = (30, 30, 35)
_LINES = ((-0.58, 0.33, "受付"), (0.0, 0.36, "8.11.22"), (0.58, 0.19, "中央年金事務所"))


def _pressed(desk: Desk, x: float, y: float, layer: Image.Image, turn: float = 0.0) -> None:
    """A layer of rubber pressed over the sheet, turned about (x, y) mm."""
    turned = layer.rotate(turn, center=(x * PX, y * PX), fillcolor="white", resample=Image.Resampling.BICUBIC)
    mixed = np.array(desk.image).astype(np.float32) * np.array(turned) / 255
    desk.image = Image.fromarray(mixed.astype(np.uint8))
    desk.draw = ImageDraw.Draw(desk.image)


def _ring(pen: ImageDraw.ImageDraw, x: float, y: float, radius: float, colour: tuple[int, int, int]) -> None:
    pen.ellipse([(x - radius) * PX, (y - radius) * PX, (x + radius) * PX, (y + radius) * PX], outline=colour, width=5)


def dater(desk: Desk, x: float, y: float, colour: tuple[int, int, int] = BLACK, turn: float = 4.0) -> None:
    """受付印: a ring of 24 mm with two bars, 受付, the day and the office."""
    radius = 12.0
    layer = Image.new("RGB", desk.image.size, "white")
    pen = ImageDraw.Draw(layer)
    _ring(pen, x, y, radius, colour)
    half = (radius**2 - (0.28 * radius) ** 2) ** 0.5
    for bar in (y - 0.28 * radius, y + 0.28 * radius):
        pen.line([((x - half) * PX, bar * PX), ((x + half) * PX, bar * PX)], fill=colour, width=3)
    for off, size, words in _LINES:
        font = ImageFont.truetype(desk._font, round(radius * size * PX))
        pen.text((x * PX, (y + off * radius) * PX), words, font=font, fill=colour, anchor="mm")
    _pressed(desk, x, y, layer, turn)


def small_seal(desk: Desk, x: float, y: float, radius: float, colour: tuple[int, int, int] = RED) -> None:
    """訂正印: a ring of 3-9 mm with a name."""
    layer = Image.new("RGB", desk.image.size, "white")
    pen = ImageDraw.Draw(layer)
    _ring(pen, x, y, radius, colour)
    font = ImageFont.truetype(desk._font, round(radius * 1.5 * PX))
    pen.text((x * PX, y * PX), "佐", font=font, fill=colour, anchor="mm")
    _pressed(desk, x, y, layer)


def daters(colour: tuple[int, int, int] = BLACK) -> Desk:
    """Daters on an empty field, beside writing and over it."""
    desk = Desk()
    box = desk.field("header.sr_name").parts[0].box
    dater(desk, box.x + 30, box.centre[1], colour)
    desk.expect("header.sr_name", None, "a black dater on an empty field: its date is no writing")
    box = desk.field("entries[1].addr").parts[0].box
    desk.free("entries[1].addr", "千代田区丸の内1丁目")
    dater(desk, box.x + 62, box.centre[1], colour)
    box = desk.field("entries[3].addr").parts[0].box
    desk.free("entries[3].addr", "千代田区丸の内1丁目")
    dater(desk, box.x + 24, box.centre[1], colour)
    desk.expect("entries[3].addr", None, "a black dater over writing: what it covers is not guessed")
    return desk


def correction_seals(radius: float = 2.5, colour: tuple[int, int, int] = RED) -> Desk:
    """訂正印 over corrections, beside and over struck values."""
    desk = Desk()
    at = "header.name"
    desk.free(at, "株式会社試験商店")
    desk.double(desk.span(at, "株式会社試験商店").grown(0.6))
    desk.instead(at, "株式会社確認商会", size=2.2)
    place = desk.field(at).correction_box
    assert place is not None
    small_seal(desk, place.x + 10, place.centre[1] + 1, radius, colour)
    desk.expect(at, "株式会社確認商会", "a seal over the correction and what was struck", True)
    at = "entries[1].remarks_other"
    desk.free(at, "該当なし")
    box = desk.span(at, "該当なし")
    desk.double(box.grown(0.6))
    small_seal(desk, box.right + 4, box.centre[1], radius, colour)
    desk.expect(at, "", "a seal beside a struck value is no correction", True)
    at = "entries[0].my_number"
    desk.cells(at, "111122223333")
    desk.double(desk.filled(at, "111122223333"))
    desk.above(at, "123456789018")
    box = desk.filled(at, "111122223333")
    small_seal(desk, box.x + 20, box.y - 1, radius, colour)
    desk.expect(at, "123456789018", "a seal over a digit of the correction", True)
    at = "entries[1].wage_total"
    desk.cells(at, "250000")
    desk.double(desk.filled(at, "250000"))
    desk.above(at, "260000")
    box = desk.filled(at, "250000")
    small_seal(desk, box.x - 2, box.centre[1], radius, colour)
    desk.expect(at, "260000", "a seal in the first cell of a corrected amount", True)
    return desk
