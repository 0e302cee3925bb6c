"""Circled and ticked codes: ascending, joined by a comma, a single tick is 1."""

from __future__ import annotations

import re

from forms.values import text

_TICKS = dict.fromkeys(map(ord, "✓✔☑レ○◯✗✘×"), "1")
_BETWEEN = re.compile("[,、・;/|]+")


def normalise(raw: str) -> str | None:
    """`3,1` is `1,3`; leading zeros of a code are kept (`01`); None if something is no code."""
    if text.without_spaces(raw.translate(_TICKS)) in {"1", ""}:
        return text.without_spaces(raw.translate(_TICKS))
    parts = [part for part in _BETWEEN.split(text.SPACES.sub(",", text.nfkc(raw))) if part]
    if any(not re.fullmatch("[0-9]{1,2}", part) for part in parts):
        return None
    return ",".join(sorted(set(parts), key=lambda code: (int(code), code)))


def codes(value: str) -> tuple[str, ...]:
    """The single codes of a normalised value, () if blank."""
    return tuple(value.split(",")) if value else ()
