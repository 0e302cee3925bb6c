"""Which machine a file came from: one machine makes all pages of a file, at one resolution, in one tone and format."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from api.synth import fax, photo, scan
from api.synth.canvas import Pixels
from api.synth.chance import Chance
from api.synth.scan import Scan, Tone

Degrade = Literal["clean", "office", "fax", "photo"]
Format = Literal["png", "jpg", "tif", "pdf"]

MIX: tuple[tuple[Degrade, float], ...] = (("office", 60), ("fax", 20), ("photo", 10), ("clean", 10))
_OFFICE_DPI = ((200, 45), (300, 40), (150, 8), (240, 7))
_TONES: tuple[tuple[Tone, float], ...] = (("colour", 45), ("grey", 43), ("bilevel", 12))
_SHEETS = ((1, 60), (2, 15), (3, 15), (4, 10))
TWO_UP = 0.06  # share of office files with two sheets side by side on A3


@dataclass(frozen=True, slots=True)
class Device:
    """`drawn` is the resolution at which sheets are filled, `dpi` that of the stored image; `sheets` a file."""

    degrade: Degrade
    format: Format
    tone: Tone
    drawn: int
    dpi: int
    sheets: int
    two_up: bool = False
    lines: float | None = None  # an inch, of a fax

    def take(self, sheets: list[Pixels], chance: Chance) -> Scan:
        """One page image of one sheet, or of two side by side."""
        pixels = sheets[0] if len(sheets) == 1 else np.hstack(sheets)
        if self.degrade == "clean":
            return scan.clean(pixels, self.drawn)
        if self.degrade == "fax":
            return fax.fax(pixels, self.drawn, chance, self.lines)
        if self.degrade == "photo":
            return photo.photo(pixels, self.drawn, chance)
        return scan.office(pixels, self.drawn, self.dpi, self.tone, chance)


def draw_device(chance: Chance, degrade: Degrade | Literal["mix"]) -> Device:
    """The machine of the next file."""
    chosen: Degrade = chance.pick(MIX) if degrade == "mix" else degrade
    several = chance.pick(_SHEETS)
    if chosen == "clean":
        return Device("clean", chance.pick((("png", 6), ("pdf", 4))), "colour", 300, 300, several)
    if chosen == "fax":
        kept_as: Format = chance.pick((("tif", 7), ("pdf", 3)))
        return Device("fax", kept_as, "bilevel", 200, 200, several, lines=fax.resolution(chance))
    if chosen == "photo":
        return Device("photo", "jpg", "colour", 240, 72, 1)
    tone, dpi = chance.pick(_TONES), chance.pick(_OFFICE_DPI)
    if tone == "bilevel":
        dpi = max(200, dpi)
    heavy = tone == "colour" and dpi > 200
    kept: Format = chance.pick((("pdf", 46), ("jpg", 26), ("tif", 20), ("png", 0 if heavy else 8)))
    if tone == "bilevel":
        kept = chance.pick((("tif", 7), ("pdf", 3)))
    two_up = chance.happens(TWO_UP)
    sheets = 2 * (1 + several // 4) if two_up else several
    return Device("office", kept, tone, 300 if dpi == 150 else dpi, dpi, sheets, two_up)


def capacity(device: Device) -> int:
    """How many sheets a file of this device holds; PNG and JPEG hold one page."""
    one_page = device.format in {"png", "jpg"}
    return (2 if device.two_up else 1) if one_page else device.sheets


def stored_order(turned: int) -> tuple[int, int]:
    """In which order two sheets side by side stand on the page as stored: top to bottom, then left to right."""
    return (0, 1) if turned in {0, 270} else (1, 0)
