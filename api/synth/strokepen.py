"""A pen that draws strokes instead of setting type: the same character comes out of no two hands, and never twice."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from api.synth import figures
from api.synth.canvas import Canvas, Colour
from api.synth.chance import Chance
from api.synth.glyphs import Pen
from api.synth.strokes import Strokes, strokes, ways
from api.synth.writer import StrokeHand, Writer

_NARROW = {"1": 0.44, "-": 0.5, ",": 0.3, "(": 0.4, ")": 0.4}
_WAVES = ((1.0, 0.0), (0.0, 1.0), (1.0, 1.0), (2.0, -1.0))  # of the warp, across and down a glyph


def pen(canvas: Canvas, writer: Writer, chance: Chance) -> Pen:
    """The pen of that writer."""
    return StrokePen(canvas, writer, chance, writer.hand) if writer.hand else Pen(canvas, writer, chance)


@dataclass(frozen=True, slots=True)
class _Habit:
    """How one hand always writes one character."""

    way: int
    warp: NDArray[np.float64]  # waves x 2
    phase: NDArray[np.float64]
    shifts: NDArray[np.float64]  # strokes x 2


class StrokePen(Pen):
    """Draws glyphs stroke by stroke; a character without known strokes is written with the writer's face."""

    def __init__(self, canvas: Canvas, writer: Writer, chance: Chance, hand: StrokeHand) -> None:
        super().__init__(canvas, writer, chance)
        self.hand = hand
        self.noise = np.random.default_rng(zlib.crc32(chance.path.encode()))

    def glyph(self, character: str, centre: tuple[float, float], height: float, colour: Colour | None = None) -> None:
        if not ways(character):
            super().glyph(character, centre, height, colour)
            return
        writer = self.writer
        em = height * (1 + writer.size_jitter * float(self.noise.normal())) * self.hand.scale
        lines = self._made(character)
        x = centre[0] + writer.drift * 0.6 * em * float(self.noise.normal())
        y = centre[1] + writer.drift * em * float(self.noise.normal())
        self._draw(lines, em, (x, y), colour or writer.ink)

    def _advance(self, character: str) -> float:
        if character.isspace():
            return 0.45
        if not ways(character):
            return super()._advance(character)
        plain = figures.SAME.get(character, character)
        if plain in figures.WAYS:
            return _NARROW.get(plain, 0.55) * self.hand.wide + self.writer.spacing
        return (0.92 if "ァ" <= character <= "ヺ" else 1.0) + self.writer.spacing

    def _made(self, character: str) -> Strokes:
        """The strokes as this hand makes them this time, in shares of the em."""
        hand, noise = self.hand, self.noise
        habit = _habit(self.writer.name, character, hand)
        lines = strokes(character, habit.way) + habit.shifts[:, None]
        if character.isdigit():
            lines = lines * (hand.wide, hand.tall)
        lines = lines + hand.loose * noise.normal(size=(len(lines), 1, 2))
        ends = lines[:, -1] - lines[:, -3]
        past = hand.overshoot * noise.normal(0.4, 1.0, size=(len(lines), 1))
        lines[:, -1] += past * ends / (np.hypot(ends[:, :1], ends[:, 1:]) + 1e-6)
        warp = habit.warp + hand.warp * 0.45 * noise.normal(size=habit.warp.shape)
        angles = np.einsum("spc,wc->spw", lines, np.array(_WAVES)) * 5.0 + habit.phase
        lines = lines + np.sin(angles) @ warp
        if hand.tremor:
            lines = lines + hand.tremor * noise.normal(size=lines.shape)
        for _ in range(hand.rounding):
            lines[:, 1:-1] = (lines[:, :-2] + 2 * lines[:, 1:-1] + lines[:, 2:]) / 4
        turn = np.radians(self.writer.tilt + self.writer.wobble * noise.normal())
        slant = self.writer.slant + 0.03 * noise.normal()
        cos, sin = np.cos(turn), np.sin(turn)
        matrix = np.array([[cos * hand.aspect, sin], [-sin - slant, cos]])
        return np.asarray(lines @ matrix)

    def _draw(self, lines: Strokes, em: float, centre: tuple[float, float], colour: Colour) -> None:
        """Strokes as ink: full at the start, thinner where the pen leaves the paper; some are joined."""
        hand, scale = self.hand, self.canvas.scale
        fine = 4 if scale < 10 else 3
        nib = hand.nib * (1 + 0.08 * float(self.noise.normal()))
        places = lines * em * scale
        margin = nib * scale + 2
        left, top = np.floor(places.min(axis=(0, 1)) - margin).astype(int)
        right, bottom = np.ceil(places.max(axis=(0, 1)) + margin).astype(int)
        x, y = centre[0] * scale, centre[1] * scale
        offset = np.array([left - (x - np.floor(x)), top - (y - np.floor(y))])
        mask: NDArray[np.uint8] = np.zeros(((bottom - top + 1) * fine, (right - left + 1) * fine), np.uint8)
        fixed = np.round((places - offset) * fine).astype(np.int32)
        tail = max(2, fixed.shape[1] * 2 // 3)
        press = 1 + hand.pressure * self.noise.normal(size=len(fixed))
        for force in np.unique(np.round(press * 4)):
            chosen = np.round(press * 4) == force
            thick = max(1, round(nib * scale * fine * max(0.5, force / 4)))
            cv2.polylines(mask, list(fixed[chosen, : tail + 1]), False, 255, thick, cv2.LINE_AA)
            thin = max(1, round(thick * (1 - hand.taper)))
            cv2.polylines(mask, list(fixed[chosen, tail:]), False, 255, thin, cv2.LINE_AA)
        joins = self._joins(lines, fixed)
        if joins:
            cv2.polylines(mask, joins, False, 200, max(1, round(nib * scale * fine * 0.45)), cv2.LINE_AA)
        small = cv2.resize(mask, None, fx=1 / fine, fy=1 / fine, interpolation=cv2.INTER_AREA)
        strength = self.writer.strength * (1 - 0.06 * float(self.noise.random()))
        self.canvas.lay(small, int(np.floor(x)) + left, int(np.floor(y)) + top, colour, strength)

    def _joins(self, lines: Strokes, fixed: NDArray[np.int32]) -> list[NDArray[np.int32]]:
        """The light lines of a pen that was not lifted between two strokes."""
        if len(lines) < 2 or not self.hand.join:
            return []
        gaps = np.hypot(*(lines[1:, 0] - lines[:-1, -1]).T)
        chosen = (gaps < self.hand.reach) & (self.noise.random(len(gaps)) < self.hand.join)
        return [np.stack([fixed[n, -1], fixed[n + 1, 0]]) for n in np.flatnonzero(chosen)]


@lru_cache(maxsize=16384)
def _habit(name: str, character: str, hand: StrokeHand) -> _Habit:
    noise = np.random.default_rng(zlib.crc32(f"{name}/{character}/{hand.nib}".encode()))
    plain = figures.SAME.get(character, character)
    shares = np.array([share for share, _ in figures.WAYS[plain]] if plain in figures.WAYS else [1.0])
    way = int(noise.choice(len(shares), p=shares / shares.sum()))
    count = len(strokes(character, way))
    return _Habit(
        way,
        hand.warp * noise.normal(size=(len(_WAVES), 2)),
        noise.uniform(0, 2 * np.pi, size=len(_WAVES)),
        hand.loose * noise.normal(size=(count, 2)),
    )
