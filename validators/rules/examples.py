"""Examples of the item rules, made from what the item table says: one that breaks each part, one that keeps it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from validators.engine import Example

if TYPE_CHECKING:
    from validators.rules.items import Item

_SPECIAL: dict[str, tuple[dict[str, str], dict[str, str]]] = {  # breaking, passing; "." is the item's own block
    "no_bpn_when_seconded": (
        {"my_number": "2112345678", "acq_type": "3"},
        {"my_number": "2112345678", "acq_type": "1"},
    ),
    "telephone": ({".tel": "12-3"}, {".tel": "03-1234-5678"}),
    "occupation_in_words": ({".occupation_other": "自営"}, {".occupation_other": ""}),
}


def of_item(kind: str, item: Item) -> tuple[tuple[Example, ...], tuple[Example, ...]]:
    """Breaking and passing examples of an item rule."""
    given = item.only.solution(True) if item.only else {}
    fitting = _fitting(item)
    breaking: list[dict[str, str]] = [{**given, item.key: wrong} for wrong in _wrong(item.row)]
    passing: list[dict[str, str]] = [{**given, item.key: fitting}]
    if item.required is not None:
        breaking.append({**given, **item.required.solution(True), item.key: ""})
        if item.required.terms:
            passing.append({**item.required.solution(False), item.key: ""})
    if item.only is not None:
        breaking.append({**item.only.solution(False), item.key: fitting})
    if special := item.row.get("special"):
        broken, kept = (_own(item, values) for values in _SPECIAL[special])
        breaking, passing = [*breaking, broken], [kept if not item.codes else {**passing[0], **kept}]
    return tuple(Example(kind, v) for v in breaking), tuple(Example(kind, v) for v in passing)


def _own(item: Item, values: dict[str, str]) -> dict[str, str]:
    return {key.replace(".", f"{item.block}.", 1) if key.startswith(".") else key: v for key, v in values.items()}


def _fitting(item: Item) -> str:
    row = item.row
    if item.codes:
        return next(iter(item.codes))
    if row.get("prefecture"):
        return "13"
    if row.get("yen7"):
        return "1000"
    if "digits" in row or "exact" in row:
        return "1" * int(row.get("exact", 3))
    if item.key.endswith(("date", "birth")):
        return "9081116"
    return "アイウ" if row.get("kana") or "kana" in item.key else "その他"


def _wrong(row: dict[str, Any]) -> list[str]:
    """Values the item cannot have."""
    wrong: list[str] = []
    if "codes" in row:
        wrong.append("98")
    if row.get("prefecture"):
        wrong.append("99")
    if row.get("yen7"):
        wrong.append("10000000")
    if "digits" in row:
        wrong += ["0" * int(row["digits"]), "1" * (int(row["digits"]) + 1)]
    if "exact" in row:
        wrong.append("1" * (int(row["exact"]) - 1))
    if "bytes" in row:
        one, narrow = int(row["bytes"]), bool(row.get("kana"))
        wrong += ["ア" * (one + 1) if narrow else "あ" * (one // 2 + 1), "漢字" if narrow else "山😀"]
    return wrong
