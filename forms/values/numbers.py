"""Numbers of persons and offices: digits, the combined box, and check digits."""

from __future__ import annotations

import re
from typing import Literal

from stdnum.exceptions import ValidationError
from stdnum.jp import cn, in_

from forms.values import text

Combined = Literal["blank", "bpn", "my_number", "other"]


def normalise(raw: str) -> str | None:
    """Digits with leading zeros kept and `_` for an empty cell between two digits; None if letters are in it."""
    bare = text.without_spaces(text.hyphens(text.nfkc(raw))).replace("-", "").replace("ー", "").strip("_")
    return bare if re.fullmatch("[0-9_]*", bare) else None


def normalise_zip(raw: str) -> str | None:
    """Seven digits; another count stays as read, for a rule to speak of."""
    return normalise(raw.replace("〒", "").replace("〶", ""))


def combined(value: str) -> Combined:
    """What the combined box holds: 10 digits are a basic pension number, 12 a My Number (domain.md 1.1)."""
    if not value:
        return "blank"
    if not re.fullmatch("[0-9]+", value):
        return "other"
    kinds: dict[int, Combined] = {10: "bpn", 12: "my_number"}
    return kinds.get(len(value), "other")


def my_number_check_digit(base: str) -> str:
    """The twelfth digit for eleven base digits (総務省令第85号 第5条)."""
    return str(in_.calc_check_digit(base))


def is_my_number(value: str) -> bool:
    """True if twelve digits with a right check digit; one wrong digit in sixty still passes (domain.md 5.1)."""
    return bool(re.fullmatch("[0-9]{12}", value)) and my_number_check_digit(value[:-1]) == value[-1]


def doubtful_my_number(value: str) -> bool:
    """True for numbers that pass the check digit and are still nobody's: one digit repeated, or leading 0000."""
    return len(set(value)) == 1 or value.startswith("0000")


def split_bpn(value: str) -> tuple[str, str] | None:
    """課所符号 (4) and 一連番号 (6), None if not ten digits."""
    return (value[:4], value[4:]) if re.fullmatch("[0-9]{10}", value) else None


def is_bpn(value: str) -> bool:
    """True if both parts are there and neither is zero; no check digit is documented (domain.md 1.1)."""
    parts = split_bpn(value)
    return parts is not None and parts[0] != "0000" and parts[1] != "000000"


def corporate_check_digit(base: str) -> str:
    """The first digit for twelve base digits of a 法人番号."""
    return str(cn.calc_check_digit(base))


def is_corporate_number(value: str) -> bool:
    """True if thirteen digits whose first is the right check digit (domain.md 5.2)."""
    try:
        return bool(cn.validate(value))
    except ValidationError:
        return False
