"""Character sets that a field allows: the decoder may only say what the field can hold."""

from __future__ import annotations

from functools import cache

DIGITS = frozenset("0123456789")
_KATAKANA = frozenset(chr(c) for c in range(0x30A1, 0x30FB)) | frozenset("ー・")
_HIRAGANA = frozenset(chr(c) for c in range(0x3041, 0x3094)) | frozenset("ゝゞ")
_LATIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
_DASHES = frozenset("-－ー―‐−–")
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
    "kana": lambda: _KATAKANA | frozenset(" ，．"),
    "kanji": lambda: kanji() | _KATAKANA | _HIRAGANA | _LATIN | frozenset(" ・－"),
    "text": lambda: (
        kanji() | _KATAKANA | _HIRAGANA | _LATIN | DIGITS | _DASHES | frozenset(" ・、。，．,.()（）/:%&〒")
    ),
    "address": lambda: kanji() | _KATAKANA | _HIRAGANA | _LATIN | DIGITS | _DASHES | frozenset(" ・（）()#"),
    "addr_kana": lambda: _KATAKANA | _LATIN | DIGITS | _DASHES | frozenset(" ・（）()"),
    "telephone": lambda: DIGITS | frozenset("-－ー―()（）"),
    "zip": lambda: DIGITS | frozenset("-－ー〒"),
    "office_ref": lambda: DIGITS | _KATAKANA | _LATIN | frozenset("-－"),
    "wareki": lambda: DIGITS | frozenset("年月日./-・明治大正昭和平成令元MTSHR "),
}
