"""Tells characters of the same shape apart by their neighbours: ー 一 -, ロ 口, エ 工, カ 力 and their like.

No picture can: they are the same strokes. What stands beside them can: katakana among katakana, kanji among kanji.
"""

from __future__ import annotations

_KANA_TO_KANJI = {
    "ー": "一", "ロ": "口", "エ": "工", "カ": "力", "タ": "夕", "ト": "卜", "ニ": "二", "ハ": "八", "ミ": "三",
    "チ": "千", "オ": "才", "ム": "厶",
}  # fmt: skip
# The others have kana of the same shape that are as likely in a name: only these are turned in both directions.
_KANJI_TO_KANA = {
    "一": "ー",
    "口": "ロ",
    "工": "エ",
    "力": "カ",
    "夕": "タ",
    "卜": "ト",
    "二": "ニ",
    "八": "ハ",
    "厶": "ム",
}
_LINKS = frozenset("ツケヶノガッ")  # 八ツ, 三ケ, 一ノ: a number stands before these
_DASHES = frozenset("-－―ー一‐−–")
_KANA_OF_HIRAGANA = {"へ": "ヘ", "べ": "ベ", "ぺ": "ペ", "り": "リ"}
_HIRAGANA_OF_KANA = {kana: hiragana for hiragana, kana in _KANA_OF_HIRAGANA.items()}


_ONE_SHAPE = str.maketrans({kanji: kana for kana, kanji in _KANA_TO_KANJI.items()} | {"-": "ー"})


def folded(text: str) -> str:
    """The text with one character for each shape: what stands in a list may be compared with it."""
    return text.translate(_ONE_SHAPE)


def settle(text: str) -> str:
    """The text with such characters as their neighbours want them; digits keep a dash between them."""
    characters = list(text)
    for place, character in enumerate(characters):
        before = _kind(characters[place - 1]) if place else ""
        after = _kind(characters[place + 1]) if place + 1 < len(characters) else ""
        following = characters[place + 1] if place + 1 < len(characters) else ""
        characters[place] = _settled(character, before, after, following)
    return "".join(characters)


def _settled(character: str, before: str, after: str, following: str) -> str:
    if character in _DASHES:
        return _dash(character, before, after)
    if character in _KANJI_TO_KANA and _is_kana(before, after, following):
        return _KANJI_TO_KANA[character]
    if character in _KANA_OF_HIRAGANA and before == "kana" and after in {"kana", ""}:
        return _KANA_OF_HIRAGANA[character]
    if character in _HIRAGANA_OF_KANA and before == "hiragana" and after != "kana":
        return _HIRAGANA_OF_KANA[character]
    if character in _KANA_TO_KANJI and before in {"kanji", ""} and after in {"kanji", ""} and before + after:
        return _KANA_TO_KANJI[character]
    return character


def _is_kana(before: str, after: str, following: str) -> bool:
    """True for a character of either shape among katakana, or that begins a word of katakana after a number."""
    if before == "digit":
        return after == "kana" and following not in _LINKS
    return before == "kana" and after in {"kana", ""}


def _dash(character: str, before: str, after: str) -> str:
    if before == "kana" and after != "digit":
        return "ー"
    if before == "digit" or after == "digit":
        return "-" if character != "一" or before == after == "digit" else character
    if {before, after} & {"kanji", "hiragana"}:
        return "一"
    return character


def _kind(character: str) -> str:
    if "ァ" <= character <= "ヺ" or character in "ー・":
        return "kana"
    if "\u3041" <= character <= "\u3096":
        return "hiragana"
    if "\u4e00" <= character <= "\u9fff" or character in "々〆":
        return "kanji"
    return "digit" if character.isdigit() or (character.isascii() and character.isalpha()) else ""
