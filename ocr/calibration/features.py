"""The features of a reading: its facts, each made even and finite; a fact that is missing is a feature of its own."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Final

from ocr.types import FieldReading, SheetReading

VERSION = "2"  # of the list below; another list voids a calibration
_LEAST = 1e-6


def _odds(value: float) -> float:
    p = min(max(value, _LEAST), 1.0 - _LEAST)
    return math.log(p / (1.0 - p))


def _log(value: float) -> float:
    return math.log1p(max(value, 0.0))


def _factor(value: float) -> float:
    return math.log(min(max(value, 1e-4), 1e4))


def _sign(value: float) -> float:
    return 1.0 if value >= 0.5 else -1.0


def _plain(value: float) -> float:
    return min(max(value, -100.0), 100.0)


# fact -> how it enters the model (docs/explanation/trust.md says what each is)
FEATURES: Final[dict[str, Callable[[float], float]]] = {
    "score": _odds, "top": _odds, "margin": _plain, "least": _odds, "chars": _log, "agree": _sign, "second": _sign,
    "known": _sign, "check": _sign, "support": _factor, "ink": _log, "outside": _plain, "strokes_cut": _log,
    "struck": _sign, "variant": _sign, "others": _plain, "sound": _plain, "residual": _log, "resolution": _log,
    "bilevel": _sign,
}  # fmt: skip
NAMES: Final = tuple(FEATURES) + tuple(f"no_{name}" for name in FEATURES)


def facts(reading: FieldReading, sheet: SheetReading | None = None) -> dict[str, float]:
    """The facts that speak for or against a reading: the reader's own, and those of its candidates and sheet.

    Only finite numbers under known names are kept; nothing personal is among them.
    """
    found: dict[str, float] = dict(reading.facts)
    found.setdefault("score", reading.score)
    found["struck"] = float(reading.struck)
    standing = [c.probability for c in reading.candidates if c.value == reading.value]
    others = [c.probability for c in reading.candidates if c.value != reading.value]
    if standing:
        found["top"] = standing[0]
        found.setdefault("margin", standing[0] - max(others, default=0.0))
    if sheet is not None:
        if sheet.residual_mm is not None:
            found["residual"] = sheet.residual_mm
        for name, fact in (("px_per_mm", "resolution"), ("bilevel", "bilevel")):
            if name in sheet.facts:
                found[fact] = sheet.facts[name]
    return {name: float(found[name]) for name in FEATURES if name in found and math.isfinite(float(found[name]))}


def vector(known: Mapping[str, float]) -> list[float]:
    """The features of those facts, in the order of NAMES; what is missing is NaN with its `no_` feature at 1."""
    values = [change(known[name]) if name in known else math.nan for name, change in FEATURES.items()]
    return values + [float(name not in known) for name in FEATURES]
