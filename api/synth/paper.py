"""What happened to the sheet before it was scanned: tint, texture, folds, punched holes, a staple."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from api.synth.canvas import MM_PER_INCH, Pixels
from api.synth.chance import Chance


def shade(pixels: Pixels, field: NDArray[np.float32]) -> Pixels:
    """Multiply a page with a light field of any (small) size, 1.0 = as it is; smooth between its points."""
    height, width = pixels.shape[:2]
    light = np.clip(field * 200, 0, 255).astype(np.uint8)
    full = cv2.resize(light, (width, height), interpolation=cv2.INTER_CUBIC)
    if pixels.ndim == 3:
        full = cv2.merge([full] * 3)
    return np.asarray(cv2.multiply(pixels, full, scale=1 / 200), np.uint8)


def grain(pixels: Pixels, chance: Chance, sigma: float) -> Pixels:
    """Sensor noise of a standard deviation in grey levels."""
    channels = pixels.shape[2:]
    tile = chance.noise().normal(0, sigma, (256, 384, *channels))
    height, width = pixels.shape[:2]
    repeats = (-(-height // 256), -(-width // 384), *([1] * len(channels)))
    more = np.tile(np.clip(tile, 0, 127).astype(np.uint8), repeats)[:height, :width]
    less = np.tile(np.clip(-tile, 0, 127).astype(np.uint8), repeats)[:height, :width]
    return np.asarray(cv2.subtract(cv2.add(pixels, more), less), np.uint8)


def age(pixels: Pixels, dpi: float, chance: Chance, *, filed: bool = True) -> Pixels:
    """A sheet as it lay on a desk: a tint, cloudy paper, sometimes folds; `filed` ones may have holes or a staple."""
    tint = 1 - np.array([chance.between(0, 0.03), chance.between(0, 0.03), chance.between(0, 0.055)])
    if pixels.ndim == 3:
        table = np.clip(np.arange(256)[:, None] * tint, 0, 255).astype(np.uint8)[None]
        pixels = np.asarray(cv2.LUT(pixels, table), np.uint8)
    clouds = 1 - 0.02 * chance.noise().random((24, 17)).astype(np.float32)
    pixels = shade(pixels, clouds)
    if chance.happens(0.22):
        pixels = fold(pixels, chance)
    if filed and chance.happens(0.1):
        _holes(pixels, dpi, chance)
    if filed and chance.happens(0.08):
        _staple(pixels, dpi, chance)
    return pixels


def fold(pixels: Pixels, chance: Chance) -> Pixels:
    """Creases of a sheet folded for an envelope: in three across, or in half; each throws light and shadow."""
    height, width = pixels.shape[:2]
    creases = chance.pick((((1 / 3, 2 / 3), 6), ((0.5,), 4)))
    across = chance.happens(0.85)
    length = height if across else width
    profile = np.ones(length, np.float32)
    for crease in creases:
        at = round((crease + chance.near(0, 0.008)) * length)
        reach = max(3, round(length * chance.between(0.004, 0.02)))
        depth = chance.between(0.05, 0.16)
        steps = np.arange(max(0, at - reach), min(length, at + reach))
        distance = np.abs(steps - at) / reach
        side = np.where(steps < at, 1.0, chance.between(-0.4, 0.5))
        profile[steps] *= 1 - depth * side * (1 - distance) ** 2
        profile[max(0, at - 1) : at + 1] *= 1 - chance.between(0.02, 0.14)
    light = np.clip(profile * 200, 0, 255).astype(np.uint8)
    full = np.repeat(light[:, None], width, 1) if across else np.repeat(light[None], height, 0)
    if pixels.ndim == 3:
        full = cv2.merge([full] * 3)
    return np.asarray(cv2.multiply(pixels, full, scale=1 / 200), np.uint8)


def _holes(pixels: Pixels, dpi: float, chance: Chance) -> None:
    """Two file holes of 6 mm, 80 mm apart, 12 mm from the left edge (JIS S 6041); they show what lies behind."""
    scale = dpi / MM_PER_INCH
    behind = chance.choice(((20, 20, 20), (120, 120, 120), (236, 236, 236)))
    x = round(chance.between(4.4, 5.6) * scale)
    middle = pixels.shape[0] / 2 + chance.near(0, 2) * scale
    for offset in (-40, 40):
        colour = behind if pixels.ndim == 3 else behind[0]
        cv2.circle(pixels, (x, round(middle + offset * scale)), round(2.6 * scale), colour, -1, cv2.LINE_AA)


def _staple(pixels: Pixels, dpi: float, chance: Chance) -> None:
    """Holes and the shadow of a staple at the top left corner."""
    scale = dpi / MM_PER_INCH
    x, y = chance.between(3, 5.5) * scale, chance.between(3, 5.5) * scale
    end = (round(x + 6 * scale), round(y - chance.between(0, 4) * scale))
    colour = (90, 90, 92) if pixels.ndim == 3 else 90
    cv2.line(pixels, (round(x), round(y)), end, colour, max(1, round(0.45 * scale)), cv2.LINE_AA)
