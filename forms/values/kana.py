"""Katakana names: full and half width, byte lengths in JIS X 0201, and folding for comparison."""

from __future__ import annotations

import re

import jaconv

from forms.values import text

_LONG_MARKS = str.maketrans({"-": "ー", "~": "ー", "〜": "ー"})
_ALLOWED = re.compile("[ァ-ヶー・　]*")
_TO_LARGE = str.maketrans("ァィゥェォヵヶッャュョヮ", "アイウエオカケツヤユヨワ")
# ヰ and ヱ have no half-width form (JIS X 0201), nor have ヵ ヶ ヮ: the record writes their nearest kana.
_NO_HALF = str.maketrans("ヰヱヵヶヮ", "イエカケワ")
_VOICED = str.maketrans(
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴ", "カキクケコサシスセソタチツテトハヒフヘホハヒフヘホウ"
)


def normalise(raw: str) -> str:
    """Full-width katakana with one U+3000 between 氏 and 名; a hyphen in a kana name is the long mark."""
    return text.settle(_step, raw)


def _step(raw: str) -> str:
    full = str(jaconv.hira2kata(text.nfkc(raw)))
    return text.one_space(text.hyphens(full).translate(_LONG_MARKS))


def to_half(full: str) -> str:
    """Half-width kana as in the CSV record: sound marks are characters of their own, U+3000 is a space."""
    return str(jaconv.z2h(full.translate(_NO_HALF), kana=True, ascii=True, digit=True)).replace("　", " ")


def to_full(half: str) -> str:
    """Full-width kana from half-width kana, sound marks joined."""
    return normalise(half)


def byte_length(full: str) -> int:
    """Bytes in JIS X 0201 after conversion to half width: ガ is two (domain.md 3.3)."""
    return len(to_half(full))


def foreign(full: str) -> str:
    """The characters of `full` that a kana name cannot hold, in order, each once."""
    return "".join(dict.fromkeys(ch for ch in full if not _ALLOWED.fullmatch(ch)))


def fold(full: str) -> str:
    """For comparison only: small kana as large, no long marks, middle dots or spaces."""
    return re.sub("[ー・　]", "", full.translate(_TO_LARGE))


def unvoiced(full: str) -> str:
    """For finding near names: `fold` without sound marks (ヤマサキ and ヤマザキ meet)."""
    return fold(full).translate(_VOICED)
