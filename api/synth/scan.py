"""Page images as a device delivers them, and the office scanner: skew, shift, scale, blur, noise, tone, JPEG."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from api.synth import paper
from api.synth.canvas import MM_PER_INCH, Pixels
from api.synth.chance import Chance

Tone = Literal["colour", "grey", "bilevel"]
Turn = Literal[0, 90, 180, 270]

MAX_SKEW = 2.5  # degrees
MAX_SCALE = 0.02
MAX_SHIFT = 4.0  # mm


@dataclass(frozen=True, slots=True)
class Scan:
    """A page as stored: pixels (h x w x 3, or h x w; 0 and 255 only where bilevel), resolution, and how it lies.

    `turned` is how many degrees clockwise bring it upright; `quality` of its JPEG where it is stored as one.
    """

    pixels: Pixels
    tone: Tone
    dpi: tuple[float, float]
    turned: Turn = 0
    quality: int = 90


def clean(pixels: Pixels, dpi: float) -> Scan:
    """The sheet as it was drawn."""
    return Scan(pixels, "colour", (dpi, dpi), quality=95)


def office(pixels: Pixels, dpi: float, out: float, tone: Tone, chance: Chance) -> Scan:
    """A sheet through the feeder of an office scanner. `dpi` of the pixels, `out` of the image it makes."""
    if tone != "colour":
        pixels = grey(pixels)
    pixels = paper.age(pixels, dpi, chance.under("paper"))
    pixels = placed(pixels, out / dpi, chance.under("place"), dpi)
    pixels = _optics(pixels, out, chance.under("optics"), dark_edges=chance.happens(0.25))
    if tone == "bilevel":
        pixels = threshold(pixels, chance.between(120, 165))
    pixels, turned = turn(pixels, chance.under("turn").pick(((0, 89), (180, 8), (90, 1.5), (270, 1.5))))
    return Scan(pixels, tone, (out, out), turned, chance.randint(60, 90))


def grey(pixels: Pixels) -> Pixels:
    """One channel, weighted as eyes and scanners do."""
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), np.uint8)


def threshold(pixels: Pixels, level: float) -> Pixels:
    """0 or 255."""
    return np.asarray(cv2.threshold(pixels, level, 255, cv2.THRESH_BINARY)[1], np.uint8)


def turn(pixels: Pixels, turned: Turn) -> tuple[Pixels, Turn]:
    """The page laid so that `turned` degrees clockwise bring it upright again."""
    back = {90: cv2.ROTATE_90_COUNTERCLOCKWISE, 180: cv2.ROTATE_180, 270: cv2.ROTATE_90_CLOCKWISE}
    return (np.asarray(cv2.rotate(pixels, back[turned]), np.uint8), turned) if turned else (pixels, turned)


def placed(pixels: Pixels, ratio: float, chance: Chance, dpi: float, skew: float = 0.75) -> Pixels:
    """Skewed (standard deviation `skew` degrees), shifted and stretched; `ratio` of output to input resolution."""
    height, width = pixels.shape[:2]
    angle = np.radians(max(-MAX_SKEW, min(MAX_SKEW, chance.near(0, skew, 3.3))))
    stretch_x = ratio * (1 + max(-MAX_SCALE, min(MAX_SCALE, chance.near(0, 0.006, 3.3))))
    stretch_y = ratio * (1 + max(-MAX_SCALE, min(MAX_SCALE, chance.near(0, 0.006, 3.3))))
    cos, sin = np.cos(angle), np.sin(angle)
    matrix = np.array([[cos * stretch_x, -sin * stretch_y], [sin * stretch_x, cos * stretch_y]])
    out_width, out_height = round(width * ratio), round(height * ratio)
    shift = [max(-MAX_SHIFT, min(MAX_SHIFT, chance.near(0, 1.3, 3.1))) * dpi * ratio / MM_PER_INCH for _ in "xy"]
    middle = np.array([out_width / 2 + shift[0], out_height / 2 + shift[1]])
    offset = middle - matrix @ np.array([width / 2, height / 2])
    lid = chance.pick(((252, 6), (238, 3), (70, 1)))  # white lid, greyish lid, open lid
    smooth = cv2.GaussianBlur(pixels, (0, 0), 0.5 / ratio) if ratio < 0.8 else pixels
    return np.asarray(
        cv2.warpAffine(
            smooth, np.hstack([matrix, offset[:, None]]), (out_width, out_height),
            flags=cv2.INTER_CUBIC if ratio >= 0.8 else cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT, borderValue=(lid, lid, lid),
        ),
        np.uint8,
    )  # fmt: skip


def _optics(pixels: Pixels, dpi: float, chance: Chance, *, dark_edges: bool) -> Pixels:
    """Lens, lamp and sensor."""
    sigma = chance.between(0.25, 0.85) * dpi / 300
    if sigma > 0.3:
        pixels = np.asarray(cv2.GaussianBlur(pixels, (0, 0), sigma), np.uint8)
    if dark_edges:
        pixels = _edge_shadow(pixels, chance)
    low, high, gamma = chance.between(0, 26), chance.between(240, 262), chance.between(0.8, 1.2)
    levels = np.clip((np.arange(256) / 255) ** gamma * (high - low) + low, 0, 255).astype(np.uint8)
    pixels = np.asarray(cv2.LUT(pixels, levels), np.uint8)
    pixels = paper.grain(pixels, chance, chance.between(0.8, 5.0))
    if chance.happens(0.07):  # dust on the glass of a feeder draws a line down the page
        column = chance.randrange(pixels.shape[1])
        wide = chance.randint(1, 2)
        part = pixels[:, column : column + wide]
        part[:] = (part * chance.between(0.45, 0.85)).astype(np.uint8)
    return pixels


def _edge_shadow(pixels: Pixels, chance: Chance) -> Pixels:
    """The shadow along one or two edges where paper lifts from the glass, or the gutter of a file."""
    field = np.ones((60, 44), np.float32)
    for side in chance.sample(("left", "right", "top", "bottom"), chance.randint(1, 2)):
        depth, reach = chance.between(0.1, 0.45), chance.randint(2, 5)
        ramp = 1 - depth * (1 - np.arange(reach) / reach) ** 1.5
        if side == "left":
            field[:, :reach] *= ramp
        elif side == "right":
            field[:, -reach:] *= ramp[::-1]
        elif side == "top":
            field[:reach] *= ramp[:, None]
        else:
            field[-reach:] *= ramp[::-1, None]
    return paper.shade(pixels, field)
