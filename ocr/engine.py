"""The port to a text engine: pictures of single lines in, constrained readings out."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ocr.errors import EngineFailed
from ocr.lattice import Lattice

Crop = NDArray[np.uint8]  # height x width, or height x width x 3 (BGR); dark writing on white


@dataclass(frozen=True, slots=True)
class LineReading:
    """What an engine saw in one picture of one line.

    `text` holds only characters of the set asked for; `free` is what the engine would have said without it. `score`
    is the engine's own mean probability of the characters (0-1, not calibrated); `chars` gives each character's
    probability and its place as a share of the picture's width. `lattice` holds what else each step may have been.
    """

    text: str
    score: float
    free: str = ""
    chars: tuple[tuple[str, float, float], ...] = ()
    lattice: Lattice | None = None


class TextEngine(Protocol):
    """Reads lines. One instance a process; never shared between threads."""

    @property
    def name(self) -> str: ...

    @property
    def version(self) -> str: ...

    @property
    def family(self) -> str:
        """Engines of one family count as one reader."""
        ...

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        """One reading a crop, in order; `charsets[i]` is a name of ocr/charsets.py."""
        ...


def read_lines(engine: TextEngine, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
    """Ask the engine and hold it to its contract. Raises EngineFailed if it answers something else."""
    if not crops:
        return []
    try:
        answer = engine.read(crops, charsets)
    except (MemoryError, EngineFailed):
        raise
    except Exception as error:
        raise EngineFailed(engine=engine.name, why=type(error).__name__) from error
    if not isinstance(answer, list) or len(answer) != len(crops):
        raise EngineFailed(engine=engine.name, why_ja="読み取り結果の数が合わない", why_en="wrong number of readings")
    for reading in answer:
        _check(engine, reading)
    return answer


def _check(engine: TextEngine, reading: LineReading) -> None:
    if not isinstance(reading, LineReading) or not isinstance(reading.text, str):
        raise EngineFailed(engine=engine.name, why_ja="読み取り結果の形ではない", why_en="not a reading")
    if not math.isfinite(reading.score) or not 0.0 <= reading.score <= 1.0:
        raise EngineFailed(engine=engine.name, why_ja="スコアが範囲の外", why_en="score out of range")
    if reading.lattice is not None and not _sound(reading.lattice):
        raise EngineFailed(engine=engine.name, why_ja="読み取り候補の表が壊れている", why_en="broken lattice")


def _sound(lattice: Lattice) -> bool:
    """True for a table of log probabilities with a column for the blank and for each character."""
    rows = lattice.log_probabilities
    if not isinstance(rows, np.ndarray) or rows.ndim != 2 or rows.shape[1] != len(lattice.characters) + 1:
        return False
    return bool(np.isfinite(rows).all() and (rows < 0.1).all())
