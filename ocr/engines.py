"""Text engines by name: the two that come with the house, and those that other packages announce by entry point.

A package announces one in the group `todoke.engines`; the object is called without arguments and returns a
`TextEngine` (docs/how-to/plug-in-an-engine.md).
"""

from __future__ import annotations

from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

from ocr import models
from ocr.engine import TextEngine
from ocr.errors import UnknownEngine

GROUP = "todoke.engines"
FIRST, SECOND = "paddleocr", "pp-ocrv5-mobile"


def names() -> tuple[str, ...]:
    """Every name that `engine` takes."""
    return tuple(sorted({FIRST, SECOND, *(point.name for point in entry_points(group=GROUP))}))


def engine(name: str, directory: Path | None = None, threads: int | None = None) -> TextEngine:
    """The named engine, not loaded yet. Raises UnknownEngine for a name that nothing announces, or for one whose
    object is no engine."""
    from ocr.paddle import PaddleEngine

    if name in {FIRST, SECOND}:
        return PaddleEngine(directory, threads, models.RECOGNISER if name == FIRST else models.SECOND)
    found = [point for point in entry_points(group=GROUP) if point.name == name]
    if not found:
        raise UnknownEngine(engine=name, known=", ".join(names()))
    made: Any = found[0].load()()
    if not all(isinstance(getattr(made, part, None), str) for part in ("name", "version", "family")) or not callable(
        getattr(made, "read", None)
    ):
        raise UnknownEngine(engine=name, known=", ".join(names()))
    engine: TextEngine = made
    return engine


def second_ready(directory: Path | None = None) -> bool:
    """True if the weights of the house's own second engine are there."""
    return models.is_ready(directory or models.default_dir(), models.SECOND)
