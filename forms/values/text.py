"""What all value types share: spaces, hyphens, and NFKC that does not break idempotence."""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Callable

# The wave dash, the wavy dash and the kana double hyphen are punctuation of their own, not hyphens.
_NOT_HYPHENS = {0x301C, 0x3030, 0x30A0}
# Minus signs and the horizontal box rules that Japanese input methods offer for a dash are not in category Pd.
_MORE_HYPHENS = (0x2043, 0x207B, 0x208B, 0x2212, 0x2500, 0x2501, 0x02D7, 0x2796)
_HYPHENS = {
    code for code in range(sys.maxunicode) if unicodedata.category(chr(code)) == "Pd" and code not in _NOT_HYPHENS
} | set(_MORE_HYPHENS)
_TO_HYPHEN = dict.fromkeys(_HYPHENS, "-")
# \s, and the marks that have no width: joiners, the byte order mark, the soft hyphen.
SPACES = re.compile("[\\s\u00ad\u200b-\u200f\u2028-\u202f\u205f-\u206f\u2800\u3164\uffa0\ufeff]+")
_LONG_BETWEEN_DIGITS = re.compile("(?<=[0-9])ー(?=[0-9])")
# U+309B/C decompose to a space and a combining mark: as marks they join the kana before them instead.
_SOUND_MARKS = {0x309B: "\u3099", 0x309C: "\u309a"}
_LEFT_OVER_MARKS = {0x3099: "\u309b", 0x309A: "\u309c"}


def settle(step: Callable[[str], str], text: str) -> str:
    """Apply `step` until nothing changes: taking a space out can bring two characters together that compose."""
    while (after := step(text)) != text:
        text = after
    return text


def nfkc(text: str) -> str:
    """NFKC with the kana sound marks kept with their kana; a mark that belongs to none stays visible."""
    return unicodedata.normalize("NFKC", text.translate(_SOUND_MARKS)).translate(_LEFT_OVER_MARKS)


def hyphens(text: str) -> str:
    """Every hyphen, dash and minus as "-"."""
    return text.translate(_TO_HYPHEN)


def without_spaces(text: str) -> str:
    """No spaces of any width."""
    return SPACES.sub("", text)


def plain(text: str) -> str:
    """NFKC, no spaces, every hyphen and dash, and ー between two digits, as "-"."""
    folded = hyphens(without_spaces(nfkc(text)))
    return _LONG_BETWEEN_DIGITS.sub("-", folded)


def one_space(text: str) -> str:
    """Each run of spaces as one U+3000, none at the ends."""
    return SPACES.sub("　", text).strip("　")
