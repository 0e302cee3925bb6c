"""Character sets that a field allows: the decoder may only say what the field can hold."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from unicodedata import normalize

from forms.values.characters import FAMILIES

DIGITS = frozenset("0123456789")
_KATAKANA = frozenset(chr(c) for c in range(0x30A1, 0x30FB)) | frozenset("ー・")
_HIRAGANA = frozenset(chr(c) for c in range(0x3041, 0x3094)) | frozenset("ゝゞ")
_LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
# The many dashes are one, as in the values; ー is a letter of its own. Spaces are gaps, which the decoder knows.
_DASHES = frozenset("-ー")
_DASH_FORMS = frozenset("-－―‐−–—─")
# Variants that people have in their names although JIS X 0208 lacks them; the first two planes of CP932 hold most.
_VARIANTS = frozenset("髙﨑栁濵德瀨靑𠮷")


@cache
def kanji() -> frozenset[str]:
    """Kanji that CP932 can write (JIS levels 1 and 2 with the NEC and IBM extensions), and the name variants.

    It masks the Chinese forms (增, 宫, 爱) that the recogniser's dictionary also has.
    """
    found = set(_VARIANTS) | set("々〆ヶヵ")
    for lead in [*range(0x81, 0xA0), *range(0xE0, 0xFD)]:
        for trail in range(0x40, 0xFD):
            try:
                character = bytes((lead, trail)).decode("cp932")
            except UnicodeDecodeError:
                continue
            if "\u4e00" <= character <= "\u9fff" or "\uf900" <= character <= "\ufaff":
                found.add(character)
    return frozenset(found)


@cache
def charset(name: str) -> frozenset[str]:
    """The characters of the named set; KeyError if there is none.

    Names: digits, yen, kana, kanji, text, address, addr_kana, telephone, zip, office_ref, wareki.
    """
    return _SETS[name]()


_SETS = {
    "digits": lambda: DIGITS,
    "yen": lambda: DIGITS | frozenset(",，.円¥￥"),
    "kana": lambda: _KATAKANA | frozenset("，．"),
    "kanji": lambda: kanji() | _KATAKANA | _HIRAGANA | _LATIN | frozenset("・"),
    "text": lambda: kanji() | _KATAKANA | _HIRAGANA | _LATIN | DIGITS | _DASHES | frozenset("・、。，．,.()（）/:%&〒"),
    "address": lambda: kanji() | _KATAKANA | _HIRAGANA | _LATIN | DIGITS | _DASHES | frozenset("・（）()#"),
    "addr_kana": lambda: _KATAKANA | _LATIN | DIGITS | _DASHES | frozenset("・（）()"),
    "telephone": lambda: DIGITS | frozenset("-()（）"),
    "zip": lambda: DIGITS | frozenset("-〒"),
    "office_ref": lambda: DIGITS | _KATAKANA | _LATIN | frozenset("-"),
    "wareki": lambda: DIGITS | frozenset("年月日./-・明治大正昭和平成令元MTSHR"),
}


# Classes of the recogniser that are drawn like an allowed character: their probability counts for that one.
_TWINS = {
    "0": "Oo〇○", "1": "lIi|丨", "2": "Zz", "5": "Ss", "6": "b", "7": "フ", "8": "B", "9": "qg", "-": "ー一_",
    "ー": "一-丨|", "オ": "才", "エ": "工", "ロ": "口□", "カ": "力", "タ": "夕", "ト": "卜", "ニ": "二=", "ハ": "八",
    "ミ": "三", "チ": "千", "ム": "厶", "ヘ": "へ", "ベ": "べ", "ペ": "ぺ", "リ": "り", "ノ": "丿/", "メ": "乂",
    "イ": "亻", "ヒ": "匕",
}  # fmt: skip
# A rare form of a family of variants (薰 of 薫, 曾 of 曽) must be so much surer than the common one to be said. The
# four that people do have in their names, and that no engine says by mistake, are believed.
RARITY = 0.1
_BELIEVED = frozenset("髙﨑栁濵")


def twins(name: str, classes: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of an allowed character and a class that is drawn like it and not allowed: half-width and full-width
    forms, all kinds of dashes, and characters of the same shape."""
    allowed = charset(name)
    found = [(plain, c) for c in classes if c not in allowed and (plain := _plain(c)) in allowed]
    return found + [(c, t) for c, others in _TWINS.items() if c in allowed for t in others if t not in allowed]


def _plain(character: str) -> str:
    folded = normalize("NFKC", character)
    return "-" if folded in _DASH_FORMS else folded


@cache
def rare() -> frozenset[str]:
    """Characters that are rarer forms of a common one."""
    return frozenset(c for family in FAMILIES for c in family[1:]) - _BELIEVED
