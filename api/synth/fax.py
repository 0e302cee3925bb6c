"""A sheet through a facsimile machine (ITU-T T.4): two tones, uneven resolutions, lost lines, specks, a sender line."""

from __future__ import annotations

import cv2
import numpy as np

from api.synth.canvas import Pixels
from api.synth.chance import Chance
from api.synth.fonts import faces
from api.synth.scan import Scan, grey, placed, threshold, turn

ACROSS = 204.0  # dots an inch along the line
FINE, STANDARD = 196.0, 98.0  # lines an inch


def resolution(chance: Chance) -> float:
    """Lines an inch of a transmission: all its pages have the same."""
    return chance.pick(((FINE, 7), (STANDARD, 3)))


def fax(pixels: Pixels, dpi: float, chance: Chance, lines: float | None = None) -> Scan:
    """A page as the receiving machine stores it, at 204 x 196 or 204 x 98 (`lines`; None: one of them)."""
    page = placed(grey(pixels), ACROSS / dpi, chance.under("place"), dpi, skew=0.6)
    lines = lines or resolution(chance)
    height, width = page.shape[:2]
    page = np.asarray(cv2.GaussianBlur(page, (0, 0), chance.between(0.45, 0.8)), np.uint8)
    page = np.asarray(cv2.resize(page, (width, round(height * lines / ACROSS)), interpolation=cv2.INTER_AREA), np.uint8)
    noise = chance.noise()
    rough = page.astype(np.float32) + noise.normal(0, chance.between(3, 12), page.shape).astype(np.float32)
    page = threshold(np.clip(rough, 0, 255).astype(np.uint8), chance.between(135, 185))
    _specks(page, chance.under("specks"))
    _lost_lines(page, chance.under("lines"))
    _sender_line(page, chance.under("sender"), lines)
    page, turned = turn(page, chance.under("turn").pick(((0, 93), (180, 7))))
    return Scan(page, "bilevel", (ACROSS, lines), turned)


def _specks(page: Pixels, chance: Chance) -> None:
    """Pepper on white and pinholes in black."""
    noise = chance.noise()
    height, width = page.shape
    for value, share in ((0, chance.between(0.2e-4, 2.5e-4)), (255, chance.between(0.2e-4, 2e-4))):
        count = int(height * width * share)
        rows, columns = noise.integers(0, height - 1, count), noise.integers(0, width - 1, count)
        page[rows, columns] = value
        big = noise.random(count) < 0.25
        page[rows[big], columns[big] + 1] = value
        page[rows[big] + 1, columns[big]] = value


def _lost_lines(page: Pixels, chance: Chance) -> None:
    """Transmission errors: a line is repeated, blanked or shifted."""
    height, width = page.shape
    for _ in range(chance.pick(((0, 5), (1, 3), (3, 1.5), (7, 0.5)))):
        row, deep = chance.randrange(1, height - 4), chance.randint(1, 2)
        manner = chance.pick((("repeat", 5), ("blank", 2), ("shift", 2)))
        if manner == "repeat":
            page[row : row + deep] = page[row - 1]
        elif manner == "blank":
            start = chance.randrange(width)
            page[row : row + deep, start:] = 255
        else:
            page[row : row + deep] = np.roll(page[row : row + deep], chance.randint(-30, 30), axis=1)


def _sender_line(page: Pixels, chance: Chance, lines: float) -> None:
    """The line that the sending machine prints at the very top."""
    if not chance.happens(0.8):
        return
    text = (
        f"2026/{chance.randint(1, 12):02d}/{chance.randint(1, 28):02d} {chance.randint(8, 18):02d}:"
        f"{chance.randint(0, 59):02d}   FAX 0{chance.randint(3, 9)}-{chance.randint(1000, 9999)}-"
        f"{chance.randint(1000, 9999)}      P.{chance.randint(1, 4):03d}/{chance.randint(4, 9):03d}"
    )
    core, _ = faces("print")[0].sized(22).getmask2(text, mode="L")
    width, height = core.size
    mask = np.frombuffer(bytes(core), np.uint8).reshape(height, width)
    squeezed = cv2.resize(mask, (width, max(1, round(height * lines / ACROSS))), interpolation=cv2.INTER_AREA)
    top, left = chance.randint(4, 14), chance.randint(90, 500)
    part = page[top : top + squeezed.shape[0], left : left + squeezed.shape[1]]
    part[squeezed[: part.shape[0], : part.shape[1]] > 110] = 0
