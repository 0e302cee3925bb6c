"""The strokes of characters: KanjiVG's paths where the package is installed, our own figures, nothing for the rest.

KanjiVG (PyPI `kanjivg`, Ulrich Apel, CC BY-SA 3.0) is a tool of the generator: it is a development requirement and no
path of it is kept in this repository or in what the product ships.
"""

from __future__ import annotations

import re
from functools import cache, lru_cache
from importlib import metadata
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from api.synth import figures

Strokes = NDArray[np.float64]  # strokes x points x 2, in shares of the em around its middle

_UNITS = 109.0  # the side of a KanjiVG drawing
_PATH = re.compile(r'<path [^>]*\bd="([^"]+)"')
_TOKEN = re.compile(r"[MmCcSsLl]|-?(?:\d+\.?\d*|\.\d+)")
_STEPS = np.linspace(0, 1, 9)[1:, None]
_FEW = 5  # glyphs of fewer strokes have long, curved ones


@cache
def folder() -> Path | None:
    """Where the package's drawings are, None if it is not installed."""
    try:
        found = Path(str(metadata.distribution("kanjivg").locate_file("kanji")))
    except metadata.PackageNotFoundError:
        return None
    return found if found.is_dir() else None


def ways(character: str) -> int:
    """In how many ways a character can be written; 0 if nobody here knows its strokes."""
    character = figures.SAME.get(character, character)
    if character in figures.WAYS:
        return len(figures.WAYS[character])
    return 0 if _drawing(character) is None else 1


@lru_cache(maxsize=8192)
def strokes(character: str, way: int = 0) -> Strokes:
    """The strokes of a character, all with as many points; KeyError if nobody knows them (`ways` is 0)."""
    character = figures.SAME.get(character, character)
    if character in figures.WAYS:
        lines: tuple[NDArray[np.float64], ...] = figures.strokes(character, way)
    else:
        path = _drawing(character)
        if path is None:
            raise KeyError(character)
        found = _PATH.findall(path.read_text(encoding="utf-8"))
        lines = tuple(_points(data) / _UNITS - 0.5 for data in found)
    count = 28 if len(lines) < _FEW else 14
    return np.stack([_even(line, count) for line in lines])


@lru_cache(maxsize=8192)
def _drawing(character: str) -> Path | None:
    base = folder()
    if base is None or len(character) != 1:
        return None
    path = base / f"{ord(character):05x}.svg"
    return path if path.is_file() else None


def _points(data: str) -> NDArray[np.float64]:
    """The points along an SVG path of moves, lines and cubic curves."""
    tokens = _TOKEN.findall(data)
    here, handle = np.zeros(2), np.zeros(2)
    out: list[NDArray[np.float64]] = []
    command, place = "", 0

    def take(count: int) -> NDArray[np.float64]:
        nonlocal place
        taken = np.array([float(each) for each in tokens[place : place + count]]).reshape(-1, 2)
        place += count
        return taken + (here if command.islower() else 0)

    while place < len(tokens):
        if tokens[place].isalpha():
            command = tokens[place]
            place += 1
        if command in "MmLl":
            here = take(2)[0]
            out.append(here[None])
            handle = here
            continue
        if command in "Cc":
            first, second, end = take(6)
        else:
            second, end = take(4)
            first = 2 * here - handle
        t = _STEPS
        out.append((1 - t) ** 3 * here + 3 * (1 - t) ** 2 * t * first + 3 * (1 - t) * t**2 * second + t**3 * end)
        here, handle = end, second
    return np.concatenate(out)


def _even(line: NDArray[np.float64], count: int) -> NDArray[np.float64]:
    """The same line with `count` points at even distances."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate([[0.0], np.cumsum(steps)])
    if along[-1] == 0:
        return np.repeat(line[:1], count, axis=0)
    at = np.linspace(0, along[-1], count)
    return np.stack([np.interp(at, along, line[:, 0]), np.interp(at, along, line[:, 1])], axis=1)
