"""The office reference (事業所整理記号): two digits and a sign, written with whatever kana width."""

from __future__ import annotations

import re
from dataclasses import dataclass

import jaconv

from forms.values import kana, text

_WRITTEN = re.compile("(?P<district>[0-9_]{0,2})-*(?P<sign>.*)")
_DISTRICT_IN_KANJI = re.compile("(?P<district>[^-0-9]+)-+(?P<sign>.+)")
_SIGN = re.compile("[A-Za-z0-9]{1,4}|[ｦ-ﾟ]{1,4}")  # bytes in JIS X 0201 (domain.md 3.3)


@dataclass(frozen=True, slots=True)
class OfficeRef:
    """郡市区符号 and 事業所記号 of a reference; either may be empty."""

    district: str
    sign: str

    def __str__(self) -> str:
        return f"{self.district}-{self.sign}" if self.district or self.sign else ""

    @property
    def half(self) -> str:
        """The sign as the CSV record writes it."""
        return kana.to_half(self.sign)

    @property
    def well_formed(self) -> bool:
        """True if the district is two digits, not 00 or 99, and the sign 1-4 bytes and not all zero."""
        return (
            bool(re.fullmatch("[0-9]{2}", self.district))
            and self.district not in {"00", "99"}
            and bool(_SIGN.fullmatch(self.half))
            and set(self.sign) != {"0"}
        )


def normalise(raw: str) -> str:
    """`01ｹｲﾄ`, `０１－けいと` and `01 ケイト` are `01-ケイト`; a missing half leaves `01-` or `-ケイト`.

    Old references with the district in kanji (千代田-アイウ) stay as written: only a table knows their digits.
    """
    return text.settle(lambda t: str(parse(t)), raw)


def parse(raw: str) -> OfficeRef:
    """District and sign of a reference as written."""
    folded = text.hyphens(text.without_spaces(text.nfkc(raw))).upper()
    folded = str(jaconv.hira2kata(folded))
    folded = re.sub("(?<=^[0-9_]{2})ー", "-", folded)
    if old := _DISTRICT_IN_KANJI.fullmatch(folded):
        return OfficeRef(old["district"], old["sign"].strip("_-"))
    found = _WRITTEN.fullmatch(folded)
    if found is None:  # a line break cannot be here: spaces are gone
        raise ValueError(raw)
    return OfficeRef(found["district"].strip("_"), found["sign"].strip("_-"))
