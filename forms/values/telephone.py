"""Telephone numbers: digits with hyphens between their parts."""

from __future__ import annotations

import re

from forms.values import text

_BETWEEN = re.compile("[-()・.]+")


def normalise(raw: str) -> str | None:
    """Parts joined by one hyphen; brackets and spaces separate like hyphens. None if letters are in it."""
    spaced = text.SPACES.sub("-", text.nfkc(raw).strip())
    joined = _BETWEEN.sub("-", text.hyphens(spaced).replace("ー", "-")).strip("-")
    return joined if re.fullmatch("[0-9_]+(-[0-9_]+)*|", joined) else None


def parts(value: str) -> tuple[str, ...]:
    """Area, exchange and subscriber part as written, () if blank."""
    return tuple(value.split("-")) if value else ()
