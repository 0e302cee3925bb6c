"""Rubber on paper: the receipt stamp, the owner's seal and the address stamp, with uneven ink."""

from __future__ import annotations

import math
from datetime import date

import cv2
import numpy as np
from numpy.typing import NDArray

from api.synth.canvas import Canvas, Colour
from api.synth.chance import Chance
from api.synth.fonts import Face, faces
from forms.values import wareki

RED: tuple[Colour, ...] = ((206, 40, 44), (190, 30, 48), (214, 62, 50))
PURPLE: Colour = (96, 60, 148)
_OFFICES = ("中央年金事務所", "東年金事務所", "西年金事務所", "北年金事務所", "広域事務センター")
_SUPER = 2  # stamps are drawn at this many times the resolution and scaled down


def receipt_stamp(canvas: Canvas, chance: Chance, centre: tuple[float, float], received: date) -> set[Face]:
    """受付日付印: a round dater of about 24 mm with office, date and 受付; gives the faces it used."""
    diameter = chance.between(22.5, 26.5)
    face = chance.choice([face for face in faces("print", chance.split) if "Serif" not in face.name])
    scale = canvas.scale * _SUPER
    size = round(diameter * scale)
    mask = np.zeros((size, size), np.uint8)
    middle, radius = size // 2, round(size * 0.47)
    cv2.circle(mask, (middle, middle), radius, 255, max(1, round(0.45 * scale)), cv2.LINE_AA)
    for y in (0.37, 0.63):
        half = math.sqrt(max(0.0, radius**2 - ((y - 0.5) * size) ** 2))
        row = round(y * size)
        cv2.line(mask, (round(middle - half), row), (round(middle + half), row), 255, max(1, round(0.3 * scale)))
    era = wareki.ERAS[wareki.from_date(received)[0]]
    year = received.year - era.base
    dated = chance.choice(
        (f"{year}.{received.month:2d}.{received.day:2d}", f"{era.letter}{year}.{received.month}.{received.day}")
    )
    _text(mask, face, "受付", (0.5, 0.24), 0.155)
    _text(mask, face, dated, (0.5, 0.5), 0.17)
    _text(mask, face, chance.choice(_OFFICES), (0.5, 0.76), 0.095)
    colour = chance.pick(((chance.choice(RED), 8), (PURPLE, 2)))
    _press(canvas, chance, mask, centre, colour, turn=chance.near(0, 9))
    return {face}


def seal(canvas: Canvas, chance: Chance, centre: tuple[float, float], letters: str) -> set[Face]:
    """A seal of 11-18 mm: vermilion ring with up to four characters. Abolished, and still pressed by many."""
    diameter = chance.between(11, 18)
    face = chance.choice(faces("print", chance.split))
    scale = canvas.scale * _SUPER
    size = round(diameter * scale)
    mask = np.zeros((size, size), np.uint8)
    middle = size // 2
    cv2.circle(mask, (middle, middle), round(size * 0.46), 255, max(2, round(0.6 * scale)), cv2.LINE_AA)
    letters = letters[:4]
    if len(letters) <= 2:
        for n, letter in enumerate(letters):
            _text(mask, face, letter, (0.5, 0.5 + 0.34 * (n - (len(letters) - 1) / 2)), 0.36)
    else:
        spots = ((0.67, 0.33), (0.67, 0.67), (0.33, 0.33), (0.33, 0.67))
        for letter, spot in zip(letters, spots, strict=False):
            _text(mask, face, letter, spot, 0.3)
    _press(canvas, chance, mask, centre, chance.choice(RED), turn=chance.near(0, 7))
    return {face}


def _text(mask: NDArray[np.uint8], face: Face, text: str, spot: tuple[float, float], height: float) -> None:
    """Text centred at a spot (shares of the stamp), its em a share of the stamp's size."""
    size = mask.shape[0]
    font = face.sized(max(6, round(height * size)))
    core, _ = font.getmask2(text, mode="L")
    width, tall = core.size
    glyphs = np.frombuffer(bytes(core), np.uint8).reshape(tall, width)
    x, y = round(spot[0] * size - width / 2), round(spot[1] * size - tall / 2)
    left, top = max(0, x), max(0, y)
    right, bottom = min(size, x + width), min(size, y + tall)
    part = mask[top:bottom, left:right]
    np.maximum(part, glyphs[top - y : bottom - y, left - x : right - x], out=part)


def _press(
    canvas: Canvas, chance: Chance, mask: NDArray[np.uint8], centre: tuple[float, float], colour: Colour, turn: float
) -> None:
    """Press a stamp: turned, with starved patches where the pad or the paper was uneven."""
    size = mask.shape[0]
    matrix = cv2.getRotationMatrix2D((size / 2, size / 2), turn, 1.0)
    turned = cv2.warpAffine(mask, matrix, (size, size))
    small = cv2.resize(turned, None, fx=1 / _SUPER, fy=1 / _SUPER, interpolation=cv2.INTER_AREA)
    noise = chance.noise()
    patches = cv2.resize(noise.random((7, 7)).astype(np.float32), small.shape[::-1], interpolation=cv2.INTER_CUBIC)
    grain = noise.random(small.shape).astype(np.float32)
    cover = np.clip(0.55 + 0.6 * patches, 0.25, 1.0) * np.where(grain < 0.07, 0.35, 1.0)
    inked = np.clip(small * cover, 0, 255).astype(np.uint8)
    x = round(centre[0] * canvas.scale - small.shape[1] / 2)
    y = round(centre[1] * canvas.scale - small.shape[0] / 2)
    canvas.lay(inked, x, y, colour, chance.between(0.65, 0.9))
