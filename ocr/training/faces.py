"""Characters drawn from font files that are given by path; no font is part of the project."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

_PROBE = 40  # px


@lru_cache(maxsize=128)
def _font(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=65536)
def has(path: Path, character: str) -> bool:
    """True if the font draws the character, and neither nothing nor its box for what it lacks."""
    mask, absent = (_font(path, _PROBE).getmask(c, mode="L") for c in (character, "\U0010fffe"))
    ink = np.frombuffer(bytes(mask), dtype=np.uint8)
    if ink.size == 0 or int(ink.max()) < 96:
        return False
    return (mask.size, bytes(mask)) != (absent.size, bytes(absent))


def draw_character(dice: np.random.Generator, path: Path, character: str, height: float, scale: float,
                   steady: bool) -> NDArray[np.uint8]:  # fmt: skip
    """The character in white on black with a margin, its em about `height` mm at `scale` px/mm; a `steady` face
    (print) is neither slanted nor turned."""
    pixels = max(8, round(height * 1.25 * scale / 2) * 2)
    mask = _font(path, pixels).getmask(character, mode="L")
    width, tall = mask.size
    ink = np.frombuffer(bytes(mask), dtype=np.uint8).reshape(tall, width)
    margin = max(4, tall // 4)
    picture = cv2.copyMakeBorder(ink, margin, margin, margin, margin, cv2.BORDER_CONSTANT, value=0)
    if steady:
        return np.asarray(picture, dtype=np.uint8)
    angle, slant = np.radians(dice.normal(0, 4.0)), float(dice.normal(0.04, 0.12))
    stretch = float(np.clip(dice.normal(1.0, 0.1), 0.75, 1.3))
    turn = np.array([[np.cos(angle) * stretch, -np.sin(angle) - slant], [np.sin(angle) * stretch, np.cos(angle)]])
    middle = np.array([picture.shape[1] / 2, picture.shape[0] / 2])
    matrix = np.hstack([turn, (middle - turn @ middle)[:, None]])
    size = (picture.shape[1], picture.shape[0])
    return np.asarray(cv2.warpAffine(picture, matrix, size, flags=cv2.INTER_LINEAR), dtype=np.uint8)
