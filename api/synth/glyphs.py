"""Lays text on a canvas, glyph by glyph, as its writer writes."""

from __future__ import annotations

import math
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from api.synth.canvas import Canvas, Colour
from api.synth.chance import Chance
from api.synth.fonts import Face, face_for
from api.synth.writer import Writer
from forms.model import Box

Mask = NDArray[np.uint8]


class Pen:
    """Writes for one writer on one canvas; remembers the faces that were needed."""

    def __init__(self, canvas: Canvas, writer: Writer, chance: Chance) -> None:
        self.canvas = canvas
        self.writer = writer
        self.chance = chance
        self.used: set[Face] = set()

    def glyph(self, character: str, centre: tuple[float, float], height: float, colour: Colour | None = None) -> None:
        """One character of about `height` mm (its em) around a point in mm."""
        writer, chance = self.writer, self.chance
        face = face_for(character, writer.face, writer.split)
        self.used.add(face)
        em = height * face.optical * (1 + chance.near(0, writer.size_jitter) if writer.size_jitter else 1)
        pixels = max(6, round(em * self.canvas.scale))
        mask, dx, dy = _drawn(face, character, pixels)
        if mask.size == 0:
            return
        mask, grown = self._shaped(mask, writer.weight + face.thin)
        x = centre[0] * self.canvas.scale + dx - grown
        y = centre[1] * self.canvas.scale + dy - grown
        if writer.drift:
            x += chance.near(0, writer.drift * 0.6) * pixels
            y += chance.near(0, writer.drift) * pixels
        self.canvas.lay(mask, round(x), round(y), colour or writer.ink, writer.strength * chance.between(0.94, 1.0))

    def _shaped(self, mask: Mask, weight: float) -> tuple[Mask, int]:
        """The glyph leaning, turned and thick as the writer makes it, and the margin that was added."""
        writer = self.writer
        steady = writer.wobble == 0 and writer.slant == 0
        if steady and weight == 0:
            return mask, 0
        margin = max(2, mask.shape[0] // 6)
        wide: Mask = np.zeros((mask.shape[0] + 2 * margin, mask.shape[1] + 2 * margin), np.uint8)
        wide[margin:-margin, margin:-margin] = mask
        if not steady:
            angle = math.radians(self.chance.near(writer.tilt, writer.wobble))
            slant = self.chance.near(writer.slant, 0.03)
            cos, sin = math.cos(angle), math.sin(angle)
            turn = np.array([[cos, -sin - slant], [sin, cos]])
            middle = np.array([wide.shape[1] / 2, wide.shape[0] / 2])
            matrix = np.hstack([turn, (middle - turn @ middle)[:, None]])
            wide = np.asarray(
                cv2.warpAffine(wide, matrix, (wide.shape[1], wide.shape[0]), flags=cv2.INTER_LINEAR), np.uint8
            )
        return _weighted(wide, weight * self.canvas.scale), margin

    def line(self, text: str, box: Box, size: float | None = None, align: str = "left", pad: float = 0.6) -> None:
        """One line of text in a box (mm); shrunk until it fits. `size` is the em in mm, else the writer's habit."""
        em = size or min(box.h * self.writer.size, 5.2)
        room = max(1.0, box.w - 2 * pad)
        widths = [self._advance(character) for character in text]
        natural = em * sum(widths)
        if natural > room:
            em *= room / natural
            natural = room
        x = box.x + pad
        if align == "right":
            x = box.right - pad - natural
        elif align == "centre":
            x = box.x + (box.w - natural) / 2
        elif self.writer.style == "hand":
            x += self.chance.between(0, min(1.5, max(0.0, room - natural)))
        middle = box.y + box.h / 2 + (self.chance.near(0, 0.03) * box.h if self.writer.style == "hand" else 0)
        slope = math.tan(math.radians(self.writer.tilt))
        slope = max(-0.12, min(0.12, slope * box.w / box.h)) * box.h / box.w  # people follow the ruled box
        for character, width in zip(text, widths, strict=True):
            if not character.isspace():
                y = middle + slope * (x - box.x - box.w / 2)
                self.glyph(character, (x + em * width / 2, y), em)
            x += em * width

    def width(self, text: str, em: float) -> float:
        """How long a line would be in mm."""
        return em * sum(self._advance(character) for character in text)

    def _advance(self, character: str) -> float:
        if character.isspace():
            return 0.45
        face = face_for(character, self.writer.face, self.writer.split)
        return _advance(face, character) + self.writer.spacing


@lru_cache(maxsize=32768)
def _advance(face: Face, character: str) -> float:
    return float(face.sized(64).getlength(character)) / 64 * face.optical


@lru_cache(maxsize=16384)
def _drawn(face: Face, character: str, pixels: int) -> tuple[Mask, float, float]:
    """The glyph's mask and where its corner lies from the middle of its em, in pixels."""
    font = face.sized(pixels)
    core, offset = font.getmask2(character, mode="L", anchor="ls")
    width, height = core.size
    mask = np.frombuffer(bytes(core), dtype=np.uint8).reshape(height, width)
    advance = float(font.getlength(character))
    ascent = 0.38 * pixels if character.isascii() else 0.385 * pixels  # middle of the em above the baseline
    return mask, offset[0] - advance / 2, offset[1] + ascent


def _weighted(mask: Mask, pixels: float) -> Mask:
    """Strokes thicker (or thinner) by about that many pixels, with the soft edge of ink in paper."""
    if abs(pixels) < 0.15:
        return mask
    soft = cv2.GaussianBlur(mask, (0, 0), max(0.5, abs(pixels)))
    gain = 1.0 + 0.55 * pixels if pixels < 0 else 1.35 + 0.35 * pixels
    return np.asarray(np.clip(soft.astype(np.float32) * gain + (mask * 0.35 if pixels > 0 else 0), 0, 255), np.uint8)
