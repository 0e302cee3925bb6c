"""The normal form of every value type, and equality of two readings in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import get_args

from forms.model import ValueType
from forms.values import address, choice, kana, kanji, numbers, office, telephone, wareki, yen

TYPES: tuple[ValueType, ...] = get_args(ValueType)

_NORMAL: dict[ValueType, Callable[[str], str | None]] = {
    "wareki": wareki.normalise,
    "digits": numbers.normalise,
    "yen": yen.normalise,
    "choice": choice.normalise,
    "kana": kana.normalise,
    "kanji": kanji.normalise,
    "address": address.normalise,
    "addr_kana": address.normalise,
    "text": address.normalise,
    "zip": numbers.normalise_zip,
    "telephone": telephone.normalise,
    "office_ref": office.normalise,
}


def normalise(type_: ValueType, raw: str | None) -> str | None:
    """The one string that stands for `raw`: "" if blank, None if it cannot be read as that type.

    Idempotent. A readable value that breaks a rule (a 30 February, 11 digits in the combined box) is kept as
    read, so that the rule can quote it. Source: contracts.md, Values.
    """
    return None if raw is None else _NORMAL[type_](raw)


def equal(type_: ValueType, a: str | None, b: str | None) -> bool:
    """True if two readings say the same. None (unreadable) is no reading and equals nothing, not even itself.

    Telephone numbers are the same if their digits are: where the hyphens stand carries nothing.
    """
    first, second = normalise(type_, a), normalise(type_, b)
    if first is None or second is None:
        return False
    if type_ == "telephone":
        return first.replace("-", "") == second.replace("-", "")
    return first == second
