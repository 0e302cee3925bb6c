"""Readings that a person looks at whatever their score: rare cases of which a calibration would know too few."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

VERSION: Final = "1"  # of the rules below; other rules void a calibration
_CODES = 3  # characters from which a choice holds more than one code ("1,4")
_INK = 0.3  # mm2: a mark with less in its own field stands on another's


def exempt(cls: str, facts: Mapping[str, float]) -> bool:
    """True for a value beside a strike-out, for several marks in one field, and for a mark nearly all of whose ink is
    in another field. Such readings have no confidence, are never accepted, and no calibration learns from them."""
    if facts.get("struck", 0.0) >= 0.5:
        return True
    return cls == "choice" and (facts.get("chars", 1.0) >= _CODES or facts.get("ink", 1.0) < _INK)
