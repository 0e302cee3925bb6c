"""Draws on blank forms and wears the pages down, with Pillow and a font from a wheel: not the product's own synth."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pylopdf_fonts_jp
import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from forms import catalogue
from forms.model import Box, Field
from forms.sheet import blank_pdf

PX = 10  # px a millimetre of the drawn sheet
INK = (30, 30, 45)


def render(pdf: bytes, page: int = 0) -> np.ndarray:
    """RGB raster of a PDF page at PX px/mm."""
    document = pypdfium2.PdfDocument(pdf)
    picture = document[page].render(scale=PX * 25.4 / 72).to_pil().convert("RGB")
    document.close()
    return np.array(picture)


class Sheet:
    """A blank form to write on."""

    def __init__(self, kind: str = "acquisition", serif: bool = False) -> None:
        self.form = catalogue.form(kind)
        self.image = Image.fromarray(render(blank_pdf(self.form)))
        self.draw = ImageDraw.Draw(self.image)
        self._font = str(pylopdf_fonts_jp.serif_path() if serif else pylopdf_fonts_jp.sans_path())

    def field(self, name: str) -> Field:
        return self.form.field(name)

    def text(self, words: str, x: float, y: float, size: float, anchor: str = "mm") -> None:
        """`words` of `size` mm at (x, y) mm."""
        font = ImageFont.truetype(self._font, round(size * PX))
        self.draw.text((x * PX, y * PX), words, font=font, fill=INK, anchor=anchor)

    def cells(self, name: str, words: str, part: int = -1, dy: float = 0.0) -> None:
        """One character a cell of the field's part; a space leaves a cell empty."""
        spot = self.field(name).parts[part]
        cells = spot.cells[-len(words) :] if spot.align == "right" else spot.cells
        for cell, character in zip(cells, words, strict=False):
            if character != " ":
                self.text(character, cell.centre[0], cell.centre[1] + dy, cell.h * 0.78)

    def free(self, name: str, words: str, part: int = 0) -> None:
        box = self.field(name).parts[part].box
        self.text(words, box.x + 1, box.centre[1], min(box.h * 0.66, 3.8), "lm")

    def ring(self, name: str, code: str, grow: float = 0.0, width: float = 0.4) -> None:
        box = next(c.box for c in self.field(name).choices if c.code == code).grown(grow)
        bounds = [box.x * PX, box.y * PX, min(box.right, box.x + 9) * PX, box.bottom * PX]
        self.draw.ellipse(bounds, outline=INK, width=round(width * PX))

    def tick(self, name: str, code: str) -> None:
        box = next(c.box for c in self.field(name).choices if c.code == code)
        points = [(box.x + 0.5, box.y + 2.2), (box.x + 1.8, box.y + 3.8), (box.x + 5.0, box.y + 0.3)]
        self.draw.line([(x * PX, y * PX) for x, y in points], fill=INK, width=5, joint="curve")

    def strike(self, box: Box, gap: float = 1.0) -> None:
        """A double line through the box."""
        for y in (box.centre[1] - gap / 2, box.centre[1] + gap / 2):
            self.draw.line([(box.x * PX, y * PX), (box.right * PX, (y + 0.2) * PX)], fill=INK, width=3)

    def stamp(self, x: float, y: float, radius: float, colour: tuple[int, int, int]) -> None:
        """A round seal pressed over whatever is there."""
        layer = Image.new("RGB", self.image.size, "white")
        pen = ImageDraw.Draw(layer)
        pen.ellipse(
            [(x - radius) * PX, (y - radius) * PX, (x + radius) * PX, (y + radius) * PX], outline=colour, width=6
        )
        font = ImageFont.truetype(self._font, round(radius * 0.8 * PX))
        pen.text((x * PX, y * PX), "印鑑", font=font, fill=colour, anchor="mm")
        mixed = np.array(self.image).astype(np.float32) * np.array(layer) / 255
        self.image = Image.fromarray(mixed.astype(np.uint8))
        self.draw = ImageDraw.Draw(self.image)

    @property
    def pixels(self) -> np.ndarray:
        return np.array(self.image)


def scanned(
    sheet: np.ndarray,
    dpi: float = 200,
    angle: float = 0.0,
    scale: float = 1.0,
    tilt: float = 0.0,
    noise: float = 4.0,
    bilevel: bool = False,
    turned: int = 0,
    grey: bool = False,
) -> np.ndarray:
    """The sheet as a machine gives it: `angle` degrees of skew, `tilt` the share by which a photo narrows, `turned`
    the degrees clockwise that bring it upright."""
    height, width = sheet.shape[:2]
    factor = dpi / 25.4 / PX
    out = (round(width * factor), round(height * factor))
    middle = cv2.getRotationMatrix2D((width / 2, height / 2), angle, scale)
    shift = np.array([[factor, 0, 0], [0, factor, 0], [0, 0, 1.0]])
    matrix = shift @ np.vstack([middle, [0, 0, 1]])
    if tilt:
        w, h = out
        source = np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float32)
        inner = np.array([[tilt * w, tilt * h / 2], [w - tilt * w / 2, 0], [w, h], [0, h - tilt * h]], dtype=np.float32)
        matrix = cv2.getPerspectiveTransform(source, inner) @ matrix
    soft = cv2.GaussianBlur(sheet, (0, 0), max(0.4, 0.35 / factor))
    page = cv2.warpPerspective(soft, matrix, out, flags=cv2.INTER_LINEAR, borderValue=(238, 238, 238))
    dice = np.random.default_rng(7)
    page = np.clip(page * 0.94 + dice.normal(0, noise, page.shape) + 6, 0, 255).astype(np.uint8)
    if bilevel or grey:
        page = cv2.cvtColor(page, cv2.COLOR_RGB2GRAY)
    if bilevel:
        page = np.where(page > 150, 255, 0).astype(np.uint8)
    return np.ascontiguousarray(np.rot90(page, turned // 90))


def values(reading: Any) -> dict[str, str | None]:
    """Field values of a sheet reading."""
    return {field.id: field.value for field in reading.fields}


def person(sheet: Sheet, entry: int = 0) -> dict[str, str]:
    """Writes a whole person on a 2200 and says what was written."""
    at = f"entries[{entry}]."
    sheet.cells(at + "insured_no", "204")
    sheet.free(at + "name_kana", "ワタナベ", 0)
    sheet.free(at + "name_kana", "ハナコ", 1)
    sheet.free(at + "name_kanji", "渡辺", 0)
    sheet.free(at + "name_kanji", "花子", 1)
    sheet.ring(at + "birth", "7")
    sheet.cells(at + "birth", "080401")
    sheet.ring(at + "kind", "2")
    sheet.ring(at + "acq_type", "1")
    sheet.cells(at + "my_number", "123456789018")
    sheet.cells(at + "acq_date", "080401")
    sheet.ring(at + "dependants", "1")
    sheet.cells(at + "wage_cash", "250000")
    sheet.cells(at + "wage_total", "250000")
    sheet.free(at + "remarks_other", "在宅勤務")
    return {
        at + "insured_no": "204", at + "name_kana": "ワタナベ\u3000ハナコ", at + "name_kanji": "渡辺\u3000花子",
        at + "birth": "7080401", at + "kind": "2", at + "acq_type": "1", at + "my_number": "123456789018",
        at + "acq_date": "9080401", at + "dependants": "1", at + "wage_cash": "250000", at + "wage_total": "250000",
        at + "remarks_other": "在宅勤務", at + "wage_kind": "", at + "zip": "", at + "addr": "", at + "remarks": "",
    }  # fmt: skip
