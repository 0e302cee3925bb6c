"""A sheet photographed with a telephone: on a desk, at an angle, under uneven light."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from api.synth import paper
from api.synth.canvas import Pixels
from api.synth.chance import Chance
from api.synth.scan import Scan, turn

LONG_SIDE = 3400  # pixels of the picture
_DESKS = ((142, 104, 72), (96, 78, 62), (168, 168, 164), (70, 74, 80), (190, 172, 148))


def photo(pixels: Pixels, dpi: float, chance: Chance) -> Scan:
    """The picture; its resolution is not known (72 dpi, as cameras write)."""
    pixels = paper.age(pixels, dpi, chance.under("paper"), filed=False)
    height, width = pixels.shape[:2]
    out_width, out_height = round(LONG_SIDE * 3 / 4), LONG_SIDE
    target = corners(chance.under("corners"), width / height, out_width, out_height)
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(source, target)
    picture = _desk(chance.under("desk"), out_width, out_height)
    cv2.warpPerspective(
        pixels, matrix, (out_width, out_height), dst=picture, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_TRANSPARENT
    )
    picture = paper.shade(picture, light(chance.under("light")))
    sigma = chance.between(0.5, 1.15)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), sigma), np.uint8)
    warm = np.array([chance.between(0.95, 1.03), 1.0, chance.between(0.86, 1.02)])
    table = np.clip(np.arange(256)[:, None] * warm * chance.between(0.9, 1.05), 0, 255).astype(np.uint8)[None]
    picture = paper.grain(np.asarray(cv2.LUT(picture, table), np.uint8), chance, chance.between(1.0, 5.0))
    picture, turned = turn(picture, chance.under("turn").pick(((0, 88), (90, 4), (270, 4), (180, 4))))
    return Scan(picture, "colour", (72, 72), turned, chance.randint(72, 92))


def corners(chance: Chance, aspect: float, width: int, height: int) -> NDArray[np.float32]:
    """Where the sheet's corners (from top left, clockwise) fall: seen from below, tilted, not quite centred."""
    tall = height * chance.between(0.82, 0.92)
    wide = min(tall * aspect, width * 0.93)
    tall = wide / aspect
    centre = np.array([width / 2 + chance.near(0, 0.012) * width, height / 2 + chance.near(0, 0.012) * height])
    square = np.array([[-wide, -tall], [wide, -tall], [wide, tall], [-wide, tall]]) / 2
    keystone = chance.near(0.035, 0.025)  # the far edge looks shorter
    square[:2, 0] *= 1 - keystone
    square[2:, 0] *= 1 + keystone * 0.3
    sideways = chance.near(0, 0.018)
    square[[0, 3], 1] *= 1 + sideways
    square[[1, 2], 1] *= 1 - sideways
    angle = np.radians(chance.near(0, 2.2))
    spin = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    spots = square @ spin.T
    frame = np.array([width, height])
    spots *= min(1.0, float((frame * 0.985 / np.ptp(spots, axis=0)).min()))  # the whole sheet is in the picture
    centre = np.clip(centre, -spots.min(axis=0) + 4, frame - spots.max(axis=0) - 4)
    return np.asarray(spots + centre, np.float32)


def light(chance: Chance) -> NDArray[np.float32]:
    """A lamp at one side, and the soft shadow of the telephone or a hand."""
    rows, columns = np.mgrid[0:48, 0:36].astype(np.float32)
    rows, columns = rows / 47 - 0.5, columns / 35 - 0.5
    direction = chance.between(0, 6.28)
    field = 1 + chance.between(0.06, 0.24) * (rows * np.sin(direction) + columns * np.cos(direction))
    if chance.happens(0.6):
        x, y, reach = chance.between(-0.5, 0.5), chance.between(-0.2, 0.6), chance.between(0.2, 0.45)
        distance = np.sqrt(((columns - x) / 0.8) ** 2 + (rows - y) ** 2)
        field *= 1 - chance.between(0.12, 0.38) / (1 + np.exp((distance - reach) * 14))
    return np.asarray(field / field.max(), np.float32)


def _desk(chance: Chance, width: int, height: int) -> Pixels:
    """A table top with a little grain."""
    base = np.array(chance.choice(_DESKS), np.float32)
    noise = chance.noise()
    streaks = cv2.resize(
        noise.normal(0, 9, (8, 160)).astype(np.float32), (width, height), interpolation=cv2.INTER_LINEAR
    )
    return np.asarray(np.clip(base + streaks[..., None], 0, 255), np.uint8)
