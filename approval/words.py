"""Values in words: what a person reads on a review page, numbers of persons never whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from forms.model import Field, Text
from forms.values import choice, wareki

HIDDEN = "my_number"  # the combined box: My Number or basic pension number
BLANK = Text("(空欄)", "(blank)")
UNREADABLE = Text("(判読不能)", "(unreadable)")


def shown(field: Field, value: str | None) -> Text:
    """The value for people: a date in its era and ISO, yen with separators, a choice with its words."""
    if value is None:
        return UNREADABLE
    if value == "":
        return BLANK
    if field.key == HIDDEN:
        return _same(masked(value))
    if field.type == "choice":
        return _chosen(field, value)
    return _WORDS.get(field.type, _same)(value)


def masked(number: str) -> str:
    """The last four digits; the whole number is only ever shown by a logged reveal."""
    return "•" * max(0, len(number) - 4) + number[-4:]


def _date(value: str) -> Text:
    day = wareki.to_date(value)
    return _same(f"{wareki.spoken(value)} ({day.isoformat()})" if day else wareki.spoken(value))


def _yen(value: str) -> Text:
    return Text(f"{int(value):,}円", f"{int(value):,} yen") if value.isdigit() else _same(value)


def _zip(value: str) -> Text:
    return _same(f"{value[:3]}-{value[3:]}" if len(value) == 7 else value)


def _chosen(field: Field, value: str) -> Text:
    labels = {c.code: c.label for c in field.choices}
    return _same("、".join(f"{code} {labels[code]}" if code in labels else code for code in choice.codes(value)))


def _same(text: str) -> Text:
    return Text(text, text)


_WORDS: Final[dict[str, Callable[[str], Text]]] = {"wareki": _date, "yen": _yen, "zip": _zip}
