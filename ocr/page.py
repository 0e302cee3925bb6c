"""Facts of a page before anything is known about it: grey, even light, blank or not."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.types import Pixels

Grey = NDArray[np.uint8]

# A blank page is judged at this many px on its longer side, taken as an A4's 297 mm (4 px/mm).
_BLANK_SIDE = 1188
_INK = 70  # grey levels below the paper from which a pixel counts as ink; show-through stays above
_SPECK = 8  # px at 4 px/mm (0.5 mm2): fax specks and dust are smaller
_STREAK = 0.5  # a thin line longer than this share of the page is a fold or a scanner streak
# Ink a blank page may still have: less than one short printed line ("- 2 -" on an otherwise empty back).
_LEFT_OVER = 60  # px


def grey(pixels: Pixels) -> Grey:
    """Luminance of a grey or RGB image."""
    if pixels.ndim == 2:
        return pixels
    return np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)


def flatten(image: Grey, reach: int) -> Grey:
    """The image with its light evened out: paper is 255 wherever it was merely shaded.

    `reach` (px) is larger than any ink that must survive; the paper's tone is the brightest within it.
    """
    factor = max(1, reach // 8)
    small = cv2.resize(image, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9))
    paper = np.maximum(cv2.medianBlur(cv2.dilate(small, kernel), 9), 40)
    paper = cv2.resize(paper, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(cv2.divide(image, paper, scale=250), dtype=np.uint8)


def shrunk(image: Pixels, times: int) -> Pixels:
    """The mean of each block of `times` x `times` pixels: a whole number is much quicker than any other factor.

    Columns and rows beyond a whole block are dropped.
    """
    if times <= 1 or min(image.shape[:2]) < 2 * times:
        return image
    if times > 2 and times % 2 == 0:  # halving is quicker still
        return shrunk(shrunk(image, 2), times // 2)
    height, width = image.shape[0] // times * times, image.shape[1] // times * times
    size = (width // times, height // times)
    return np.asarray(cv2.resize(image[:height, :width], size, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def scaled_to(image: Grey, side: int) -> Grey:
    """The image with its longer side made `side` px, never enlarged."""
    factor = side / max(image.shape)
    if factor >= 1:
        return image
    return np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def brightest(pixels: Pixels) -> Grey:
    """The brightest channel of each pixel of an RGB image."""
    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.max(cv2.max(red, green), blue), dtype=np.uint8)


def is_blank(image: Grey) -> bool:
    """True if nothing was written or printed on the page.

    Noise, fax specks, folds, scanner streaks and dark scanner edges do not count as writing.
    """
    small = shrunk(image, max(1, int(1.04 * max(image.shape) / _BLANK_SIDE)))
    if max(small.shape) > 1.05 * _BLANK_SIDE:
        small = scaled_to(small, _BLANK_SIDE)
    if int(small.max()) < 60:  # a black page is not an empty one: something covers it
        return False
    even = flatten(cv2.medianBlur(small, 3), 48)
    ink = (even < 250 - _INK).astype(np.uint8)
    height, width = ink.shape
    edge = round(0.025 * max(height, width))
    ink[:edge], ink[-edge:], ink[:, :edge], ink[:, -edge:] = 0, 0, 0, 0
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    w, h, area = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT], stats[1:, cv2.CC_STAT_AREA]
    streak = (np.maximum(w / width, h / height) > _STREAK) & (area < 6 * np.maximum(w, h))
    return int(area[(area > _SPECK) & ~streak].sum()) < _LEFT_OVER
