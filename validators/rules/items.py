"""The item rules of the record (domain.md 3.4), built from data/items_*.yaml: `2200-15`, `2202-56`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from forms.model import Text
from forms.values import characters, kana
from forms.values.yen import CAP, amount
from validators.engine import Hit, Lack, Rule, Said, Severity
from validators.rules import specials
from validators.rules.conditions import Condition, parse
from validators.rules.examples import of_item
from validators.rules.limits import limits, load
from validators.view import View

FILES = {"acquisition": "items_2200.yaml", "dependants": "items_2202.yaml"}
_HELD_BY = {
    "form": Text("様式コードは帳票の種類から決まります。", "The form code follows from the kind of the form."),
    "office": Text(
        "都道府県コードは事業所の登録から補います。", "The prefecture code comes from the office's register row."
    ),
    "paper": Text(
        "紙の様式にない項目で、当方でも書きません。", "The paper form has no such field and none is written."
    ),
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of the record with what the item table says of it."""

    id: str
    number: int
    block: str  # "" or the block in which the person stands
    key: str  # whole short key, "" where the paper has no such field
    name: Text  # with the person before it, for sentences
    codes: dict[str, Text]
    required: Condition | None
    only: Condition | None
    severity: Severity
    row: dict[str, Any]
    words: dict[str, Text]  # "required" and "only" in words


@lru_cache(maxsize=4)
def items(kind: str) -> tuple[Item, ...]:
    """Every item of a kind's record in order of the table."""
    table = load(FILES[kind])
    out: list[Item] = []
    for section in table["sections"]:
        for copy in section["copies"]:
            out += [_item(table["code"], copy, row) for row in section["items"]]
    named = {item.key: item for item in out if item.key}
    return tuple(_worded(item, named) for item in sorted(out, key=lambda item: item.number))


def _text(both: str) -> Text:
    ja, _, en = both.partition(" / ")
    return Text(ja, en or ja)


def _item(code: str, copy: dict[str, Any], row: dict[str, Any]) -> Item:
    prefix, who = copy["prefix"], _text(copy.get("name", ""))
    key = row.get("key", "")
    whole = key if key.startswith("header.") else f"{prefix}.{key}".lstrip(".") if key else ""
    name = _text(row["name"])
    shown = Text(f"{who.ja}の{name.ja}", f"{who.en}: {name.en}") if who.ja else name
    number = row["item"] + copy["add"]
    row = {**row, "same_as": [_shifted(rule, code, copy["add"]) for rule in row.get("same_as", [])]}
    return Item(
        f"{code}-{number}",
        number,
        prefix,
        whole,
        shown,
        {str(c): _text(str(label)) for c, label in row.get("codes", {}).items()},
        parse(row["required"], prefix) if "required" in row else None,
        parse(row["only"], prefix) if "only" in row else None,
        row.get("severity", "E"),
        row,
        {},
    )


def _shifted(rule: str, code: str, add: int) -> str:
    return f"{code}-{int(rule.partition('-')[2]) + add}" if rule.startswith(f"{code}-") else rule


def _worded(item: Item, named: dict[str, Item]) -> Item:
    def name(key: str) -> Text:
        return named[key].name if key in named else Text(key, key)

    def code_name(key: str, code: str) -> Text:
        label = named[key].codes.get(code) if key in named else None
        return Text(f"{code} {label.ja}", f"{code} {label.en}") if label else Text(code, code)

    for aspect, condition in (("required", item.required), ("only", item.only)):
        if condition and condition.terms:
            item.words[aspect] = condition.words(name, code_name)
    return item


def rules(kind: str) -> tuple[Rule, ...]:
    """One rule an item."""
    source = load(FILES[kind])["source"]
    return tuple(_rule(kind, item, source) for item in items(kind))


def _rule(kind: str, item: Item, source: str) -> Rule:
    same = tuple(item.row["same_as"])
    held = _HELD_BY.get(item.row.get("held_by", ""))
    reads = tuple(dict.fromkeys(k for c in (item.required, item.only) if c for k in c.keys))
    if same or held:
        return Rule(item.id, (kind,), item.severity, item.name, source, same_as=same, held_by=held)

    def check(view: View) -> Said:
        return judge(item, view)

    breaking, passing = of_item(kind, item)
    scope: dict[str, Any] = {"header" if item.key.startswith("header.") else "entry": check}
    fields = (item.key, *(key for key in reads if key != item.key))
    return Rule(
        item.id, (kind,), item.severity, item.name, source, fields=fields, breaking=breaking, passing=passing, **scope
    )


def judge(item: Item, view: View) -> Iterator[Hit | Lack]:
    """At most one hit: filled where it must be empty, blank where it is required, or a value it cannot have."""
    if item.block not in ("", "insured") and not view.has(item.block):
        return
    value = view.get(item.key)
    if item.only is not None and value and not item.only.open(view) and not item.only.holds(view):
        yield _must_be_empty(item)
        return
    if not value:
        if item.required is not None and not item.required.open(view) and item.required.holds(view):
            yield _required(item)
    elif (wrong := _wrong(item, value)) is not None:
        yield wrong
    special = item.row.get("special")
    if special:
        yield from specials.SPECIALS[special](item.key, item.name, tuple(item.row.get("words", ())), view)


def _required(item: Item) -> Hit:
    when = item.words.get("required", Text("必ず", ""))
    return Hit(
        (item.key,),
        f"{item.name.ja}が空白です。{when.ja}記入する欄です。用紙を見直し、空白なら届出人に確認してください。",
        f"{_cap(item.name.en)} is blank. It must be filled{when.en and ' ' + when.en}."
        " If it is blank on the sheet, ask the filer.",
        item.severity,
    )


def _must_be_empty(item: Item) -> Hit:
    when = item.words["only"]
    keys = item.only.keys if item.only else ()
    return Hit(
        (item.key, *keys),
        f"{item.name.ja}が記入されています。{when.ja}だけ記入する欄です。どちらの欄が正しいか用紙で確かめてください。",
        f"{_cap(item.name.en)} is filled. It may be filled only "
        f"{when.en}. See on the sheet which of the fields is "
        "right.",
        "E",
    )


def _wrong(item: Item, value: str) -> Hit | None:
    row = item.row
    if item.codes:
        return _wrong_code(item, value)
    if row.get("prefecture"):
        allowed = limits()["prefecture_codes"]
        plain = re.fullmatch("[0-9]{2}", value) and 1 <= int(value) <= allowed["from_01_to"]
        return (
            None
            if plain or value in allowed["jps"]
            else _hit(item, f"の「{value}」は都道府県コードにありません。", f' "{value}" is no prefecture code.', "W")
        )
    if "digits" in row and (not re.fullmatch(f"[0-9]{{1,{row['digits']}}}", value) or set(value) == {"0"}):
        return _hit(
            item,
            f"の「{value}」は使えません。1〜{row['digits']}桁の数字で、全部0は不可です。",
            f' "{value}" is not 1 to {row["digits"]} digits, or all zero.',
        )
    if "exact" in row and not re.fullmatch(f"[0-9]{{{row['exact']}}}", value):
        return _hit(
            item, f"の「{value}」は{row['exact']}桁ではありません。", f' "{value}" is not {row["exact"]} digits.'
        )
    if row.get("yen7"):
        return _wrong_amount(item, value)
    return _too_long(item, value) if "bytes" in row else None


def _wrong_amount(item: Item, value: str) -> Hit | None:
    yen = amount(value)
    if yen is None:
        return _hit(item, f"の「{value}」は金額ではありません。", f' "{value}" is no amount.')
    if yen <= CAP:
        return None
    return _hit(
        item,
        f"の{yen:,}円は7桁を超えています。9,999,999円が上限です。",
        f" of {yen:,} yen is more than seven digits; 9,999,999 is the most.",
    )


def _wrong_code(item: Item, value: str) -> Hit | None:
    unknown = [code for code in value.split(",") if code not in item.codes]
    if not unknown:
        return None
    known = "・".join(item.codes)
    return _hit(
        item,
        f"の「{'、'.join(unknown)}」は使えない番号です。使えるのは{known}です。",
        f' "{", ".join(unknown)}" is no code of this field; it has {known}.',
    )


def _too_long(item: Item, value: str) -> Hit | None:
    limit = int(item.row["bytes"])
    in_kana = bool(item.row.get("kana"))
    left = "".join(dict.fromkeys(c for c in kana.to_half(value) if not _single(c))) if in_kana else ""
    left = left or ("" if in_kana else characters.reduce(value).left)
    if left:
        return _hit(
            item,
            f"の「{left}」は記録に使えない文字で、置き換える文字もありません。",
            f' has characters that the record cannot carry or replace: "{left}".',
        )
    length = kana.byte_length(value) if in_kana else characters.byte_length(value)
    if length <= limit:
        return None
    return _hit(
        item, f"が{length}バイトあります。{limit}バイトまでです。", f" has {length} bytes; {limit} is the most."
    )


def _single(ch: str) -> bool:
    return " " <= ch <= "~" or "｡" <= ch <= "ﾟ"


def _hit(item: Item, ja: str, en: str, severity: Severity = "E") -> Hit:
    remedy = Text(
        "用紙を見直し、そのとおりなら届出人に確認してください。", "Look at the sheet; if it says so, ask the filer."
    )
    return Hit((item.key,), f"{item.name.ja}{ja}{remedy.ja}", f"{_cap(item.name.en)}{en} {remedy.en}", severity)


def _cap(text: str) -> str:
    return text[:1].upper() + text[1:]
