"""Amounts in yen: integer digits without separators or leading zeros."""

from __future__ import annotations

import re

from forms.values import text

_AMOUNT = re.compile("(?P<man>[0-9]+)万(?P<rest>[0-9]{1,4})?|(?P<yen>[0-9]+)")
_DECORATION = re.compile("[¥,、，.．円_]|-$")
CAP = 9_999_999  # seven digits in the record; more is written as the cap (domain.md 3.4)


def normalise(raw: str) -> str | None:
    """`¥300,000円` is `300000`, `30万` is `300000`, `0` is `0`; None for anything that is not an amount.

    An empty cell inside the number makes it unreadable: which digit stood there cannot be known.
    """
    bare = text.without_spaces(text.hyphens(text.nfkc(raw))).strip("_")
    if re.search("[0-9]_+[0-9]", bare):
        return None
    bare = _DECORATION.sub("", bare)
    if not bare:
        return ""
    found = _AMOUNT.fullmatch(bare)
    if not found:
        return None
    if found["man"] is not None:
        return str(int(found["man"]) * 10_000 + int(found["rest"] or 0))
    return str(int(found["yen"]))


def amount(value: str | None) -> int | None:
    """Yen as a number, None if blank or no amount."""
    return int(value) if value and re.fullmatch("[0-9]+", value) else None
