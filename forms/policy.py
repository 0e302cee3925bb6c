"""What a machine reading may stand for: a field's class, by which it is calibrated, and what policy.yaml allows."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml

from forms.model import Field, Text
from forms.values import numbers

_FILE: Final = Path(__file__).with_name("policy.yaml")
_DIGITAL = {"text_layer", "acroform"}
_NUMBERS = {"digits", "zip", "telephone", "office_ref"}
_OF_TYPE = {
    "wareki": "date", "yen": "amount", "choice": "choice", "kana": "kana", "kanji": "kanji", "address": "address",
    "addr_kana": "address", "text": "text",
}  # fmt: skip
# Fields of a class share a control, an alphabet and a kind of mistake, so that one curve can speak for all of them.
CLASSES: Final[dict[str, Text]] = {
    "comb_check": Text("検査数字のある番号", "numbers with a check digit"),
    "comb": Text("マス目の数字", "digits in cells"),
    "number": Text("枠のない数字", "digits without cells"),
    "date": Text("日付", "dates"),
    "amount": Text("金額", "amounts"),
    "choice": Text("選択", "choices"),
    "kana": Text("カナ氏名", "kana names"),
    "kanji": Text("漢字氏名", "kanji names"),
    "address": Text("住所", "addresses"),
    "text": Text("その他の文字", "other text"),
    "blank": Text("空欄", "blanks"),
    "blank_mark": Text("印のない選択", "choices without a mark"),
    "digital": Text("電子データの文字層", "text of a born-digital PDF"),
}


@dataclass(frozen=True, slots=True)
class Policy:
    """`accept`: a calibrated reading may stand alone. `two_engines`: two engine families may be the two readings."""

    accept: bool
    two_engines: bool


@dataclass(frozen=True, slots=True)
class Keying:
    """What is known of the people who label by keying (requirements.md, R11).

    `error`: a single keying is wrong in 0.29 % of fields, so that differences are adjudicated before they count.
    `misjudged`: how often the adjudicator then takes the wrong side. `hidden`: the share of wrong machine values which
    a keyer does not notice because he misreads the same way. The last two are assumed, and to be measured by keying a
    sample twice.
    """

    error: float = 0.0029
    misjudged: float = 0.02
    hidden: float = 0.05

    def apparent(self, error: float) -> float:
        """The share of inspections that come out wrong after adjudication, where that share of values is."""
        return error * (1.0 - self.hidden) + (1.0 - error) * self.error * self.misjudged


def field_class(field: Field, value: str | None, basis: str) -> str:
    """The class of a reading of `field`: by its type and control, whether it is blank, and how it was read."""
    if basis in _DIGITAL:
        return "digital"
    marks = all(part.control in {"circle", "check", "preprinted", "stamp"} for part in field.parts)
    if value == "":
        return "blank_mark" if marks else "blank"
    if field.type in _NUMBERS:
        if value is not None and numbers.combined(value) == "my_number" and 12 in field.digits:
            return "comb_check"
        return "comb" if any(part.cells for part in field.parts) else "number"
    return _OF_TYPE[field.type]


def policy(kind: str, key: str, cls: str) -> Policy:
    """The policy of a field (its short name) of a kind, read as that class. What forbids goes before what allows."""
    told = _policies()
    found: dict[str, Any] = dict(told["default"])
    for row in told["fields"]:
        if row.get("kind", kind) == kind and row["field"] == key:
            found |= {name: row[name] for name in ("accept", "two_engines") if name in row}
    limits = told["classes"].get(cls, {})
    return Policy(*(bool(found[name]) and bool(limits.get(name, True)) for name in ("accept", "two_engines")))


@cache
def _policies() -> dict[str, Any]:
    told: dict[str, Any] = yaml.safe_load(_FILE.read_text(encoding="utf-8"))
    if unknown := set(told["classes"]) - set(CLASSES):
        raise ValueError(f"policy.yaml: no class {', '.join(sorted(unknown))}")
    return told
