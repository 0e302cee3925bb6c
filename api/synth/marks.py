"""What a pen does beside writing: circles round a choice, ticks, and the double line through what is wrong."""

from __future__ import annotations

import math

import numpy as np

from api.synth.canvas import Canvas, Points
from api.synth.chance import Chance
from api.synth.writer import Circling, Writer
from forms.model import Box

_STEPS = 56
SINGLE = 0.15  # of the strike-outs of hands that draw strokes


def circle(canvas: Canvas, writer: Writer, chance: Chance, box: Box, *, whole: bool) -> None:
    """Mark a choice. `box` is its area in mm; not `whole`: only the number at its left is circled."""
    number = Box(box.x, box.y, min(box.w, 1.25 * box.h), box.h)
    target = box if whole or box.w < 1.6 * box.h else number
    shape: Circling = writer.circling
    if writer.style == "hand" and shape == "ellipse" and chance.happens(0.015):
        shape = chance.choice(("check", "slash"))
    if shape == "check":
        tick(canvas, writer, chance, target)
    elif shape == "slash":
        _slash(canvas, writer, chance, number)
    elif shape == "scribble":
        _scribble(canvas, writer, chance, number)
    else:
        loop, pressure = _ellipse(chance, target, writer, tidy=shape == "tidy")
        canvas.lines([loop], writer.pen, writer.ink, writer.strength, pressure)


def _ellipse(chance: Chance, box: Box, writer: Writer, *, tidy: bool) -> tuple[Points, list[float]]:
    """A loop that rarely closes where it began, a little beside the middle, never quite round."""
    x, y = box.centre
    grow = chance.near(0.94, 0.03) if tidy else chance.near(0.98, 0.1)
    a, b = box.w / 2 * grow, box.h / 2 * grow
    if tidy:
        angles = np.linspace(0, 2 * math.pi, _STEPS)
        return np.stack([x + a * np.cos(angles), y + b * np.sin(angles)], axis=1), [1.0]
    x += chance.near(0, writer.corners * min(box.w, 2 * box.h) / 4)
    y += chance.near(0, writer.corners * box.h / 3)
    start = chance.near(-2.0, 0.5)
    turn = 2 * math.pi + chance.pick(((chance.between(-0.35, 0.0), 3), (chance.between(0.0, 0.9), 7)))
    direction = -1 if chance.happens(0.75) else 1  # most right-handers circle anticlockwise
    along = np.linspace(0, 1, _STEPS)
    angles = start + direction * turn * along
    wave = 1 + sum(
        chance.near(0, 0.035 / order) * np.cos(order * angles + chance.between(0, 6.3)) for order in (1, 2, 3, 4)
    )
    spiral = 1 + chance.near(0, 0.07) * (along - 0.5)
    tilt = math.radians(chance.near(-4, 6)) if a < 3 * b else 0.0
    u, v = a * wave * spiral * np.cos(angles), b * wave * spiral * np.sin(angles)
    points = np.stack(
        [x + u * math.cos(tilt) - v * math.sin(tilt), y + u * math.sin(tilt) + v * math.cos(tilt)], axis=1
    )
    pressure = [max(0.5, 1 + 0.25 * math.sin(step / 5 + start)) for step in range(_STEPS)]
    return points, pressure


def tick(canvas: Canvas, writer: Writer, chance: Chance, box: Box) -> None:
    """A check mark with its foot in the box; it may leave the box at the top right."""
    x, y = box.centre
    size = min(box.w, box.h) * chance.near(0.5, 0.06)
    shift = chance.near(0, 0.1) * size
    points = np.array(
        [
            [x - 0.75 * size + shift, y - 0.05 * size],
            [x - 0.2 * size + shift, y + 0.6 * size],
            [x + 0.95 * size + shift, y - 0.85 * size * chance.between(0.8, 1.25)],
        ]
    )
    canvas.lines([points], writer.pen * 1.1, writer.ink, writer.strength)


def cross(canvas: Canvas, writer: Writer, chance: Chance, box: Box) -> None:
    """An x in a tick box."""
    x, y = box.centre
    size = min(box.w, box.h) * chance.between(0.3, 0.45)
    first = np.array([[x - size, y - size], [x + size, y + size]])
    second = np.array([[x + size, y - size * 0.9], [x - size, y + size * 1.05]])
    canvas.lines([first, second], writer.pen, writer.ink, writer.strength)


def fill_in(canvas: Canvas, writer: Writer, chance: Chance, box: Box) -> None:
    """A tick box blackened with a few lines."""
    rows = np.linspace(box.y + 0.2 * box.h, box.bottom - 0.2 * box.h, chance.randint(5, 8))
    left, right = box.x + 0.18 * box.w, box.right - 0.18 * box.w
    zigzag = np.array([[left if n % 2 == 0 else right, row] for n, row in enumerate(rows)])
    canvas.lines([zigzag], writer.pen * 1.6, writer.ink, writer.strength)


def _slash(canvas: Canvas, writer: Writer, chance: Chance, box: Box) -> None:
    x, y = box.centre
    w, h = box.w * chance.between(0.1, 0.28), box.h * chance.between(0.45, 0.6)
    canvas.lines([np.array([[x - w, y + h], [x + w, y - h]])], writer.pen * 1.1, writer.ink, writer.strength)


def _scribble(canvas: Canvas, writer: Writer, chance: Chance, box: Box) -> None:
    """A few turns of the pen over the code."""
    x, y = box.centre
    along = np.linspace(0, 2 * math.pi * chance.between(2.2, 3.6), 5 * _STEPS // 2)
    a = box.w * chance.between(0.26, 0.4) * (1 + 0.12 * np.sin(1.7 * along + chance.between(0, 6)))
    b = box.h * chance.between(0.24, 0.4) * (1 + 0.12 * np.sin(2.3 * along + chance.between(0, 6)))
    drift = np.linspace(-0.1, 0.1, len(along)) * box.w * chance.choice((-1, 1))
    canvas.lines(
        [np.stack([x + a * np.cos(along) + drift, y + b * np.sin(along)], axis=1)],
        writer.pen,
        writer.ink,
        writer.strength,
    )


def strike_out(canvas: Canvas, writer: Writer, chance: Chance, box: Box) -> None:
    """二重線: two lines across what was written; drawn with a ruler or without. Some hands draw but one."""
    gap = max(0.7, min(1.4, box.h * chance.between(0.16, 0.26)))
    ruled = writer.style == "print" or chance.happens(0.35)
    middle = box.y + box.h / 2 + chance.near(0, 0.05) * box.h
    slope = 0.0 if ruled else chance.near(0, 0.012) * box.w
    strokes = []
    single = writer.hand is not None and chance.under("single").happens(SINGLE)
    for offset in (0.0,) if single else (-gap / 2, gap / 2):
        left, right = box.x - chance.between(0.1, 0.9), box.right + chance.between(0.1, 0.9)
        xs = np.linspace(left, right, 2 if ruled else 14)
        bend = 0 if ruled else np.cumsum([chance.near(0, 0.05) for _ in xs])
        strokes.append(np.stack([xs, middle + offset + slope * (xs - left) / max(1.0, box.w) + bend], axis=1))
    canvas.lines(strokes, max(0.22, writer.pen * 0.9), writer.ink, min(1.0, writer.strength + 0.05))
