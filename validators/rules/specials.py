"""Item rules that the item table cannot say in its own words; `special:` in items_*.yaml names them."""

from __future__ import annotations

import re
from collections.abc import Callable

from forms.model import Text
from forms.values import numbers, telephone
from validators.engine import Hit, Said
from validators.view import View

Special = Callable[[str, Text, tuple[str, ...], View], Said]


def no_bpn_when_seconded(key: str, _name: Text, _words: tuple[str, ...], view: View) -> Said:
    """2200-16: for 取得区分 3 and 4 the pension number stays empty, so the box must hold a My Number."""
    if numbers.combined(view.get(key)) == "bpn" and set(view.codes("acq_type")) & {"3", "4"}:
        yield Hit(
            (key, "acq_type"),
            "取得区分が3（共済出向）または4（船保任継）のとき、"
            "基礎年金番号は記入できません。個人番号を届出人に確認してください。",
            "With acquisition type 3 or 4 no pension number may be written. Ask the filer for the My Number.",
        )


def telephone_parts(key: str, name: Text, _words: tuple[str, ...], view: View) -> Said:
    """2202-41..43: three parts of 2-5, 1-4 and 4-5 digits (domain.md 3.2)."""
    value = view.get(key)
    if not value:
        return
    digits = value.replace("-", "")
    parts = telephone.parts(value)
    shaped = len(parts) == 3 and all(
        re.fullmatch(f"[0-9]{{{low},{high}}}", part)
        for part, (low, high) in zip(parts, ((2, 5), (1, 4), (4, 5)), strict=True)
    )
    if not shaped and not (len(parts) == 1 and re.fullmatch("0[0-9]{9,10}", digits)):
        yield Hit(
            (key,),
            f"{name.ja}「{value}」は電話番号の形ではありません。"
            "市外局番・市内局番・加入者番号を用紙で確かめてください。",
            f'{name.en} "{value}" has not the shape of a telephone number. See area, exchange and number on the sheet.',
            "W",
        )


def occupation_in_words(key: str, name: Text, words: tuple[str, ...], view: View) -> Said:
    """2202-48, 92, 125: その他 has its words, and only it."""
    other = view.get(f"{key}_other")
    chosen = view.get(key) in words
    if chosen != bool(other):
        yield Hit(
            (f"{key}_other", key),
            f"{name.ja}の「その他」と（　）の内容は、両方書くか両方空白にします。"
            "一方だけです。届出人に確認してください。",
            f"{name.en}: other and its words go together, here is only one of them. Ask the filer.",
            "W",
        )


SPECIALS: dict[str, Special] = {
    "no_bpn_when_seconded": no_bpn_when_seconded,
    "telephone": telephone_parts,
    "occupation_in_words": occupation_in_words,
}
