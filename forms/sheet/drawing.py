"""A form as ink: print, cells, marks and the machine-readable code of each page."""

from __future__ import annotations

from forms.marks import encode_form
from forms.model import Box, Form, Mark, Part, Print
from forms.sheet.ink import BLACK, RULE, RULE_WIDTH, WHITE, Item, colour, line, rect, text
from forms.sheet.qr import qr

_HEAVY = 0.5  # mm: the rule of a cell where a thousands separator would stand


def page_items(form: Form, page: int) -> list[Item]:
    """All ink of one blank page (1-based)."""
    items: list[Item] = []
    for field in form.fields:
        if field.page == page:
            for part in field.parts:
                items += _part(part)
    for printed in form.prints:
        if printed.page == page:
            items += _print(printed)
    for mark in form.marks:
        if mark.page == page:
            items += _mark(mark)
    if page == 1 and form.code_box.w:
        items += qr(encode_form(form, page), form.code_box)
    return items


def _part(part: Part) -> list[Item]:
    if part.control in {"comb", "number"}:
        return [rect(cell, RULE_WIDTH, RULE) for cell in part.cells] + _separators(part)
    if part.control in {"free", "stamp"}:
        return [rect(part.box, RULE_WIDTH, RULE)]
    if part.control == "check":
        return [rect(choice.box, RULE_WIDTH, RULE) for choice in part.choices]
    return []


def _separators(part: Part) -> list[Item]:
    """Heavier rules at the thousands of an amount, which is written from the right."""
    if part.control != "number":
        return []
    places = [part.cells[-back].x for back in range(3, len(part.cells), 3)]
    return [line(Box(x, part.box.y, 0, part.box.h), _HEAVY, RULE) for x in places]


def _print(printed: Print) -> list[Item]:
    paint = colour(printed.colour)
    if printed.kind == "text":
        return [text(printed.box, printed.text, printed.size, printed.align, printed.weight > 0, paint)]
    if printed.kind == "rule":
        return [line(printed.box, printed.weight, paint)]
    if printed.kind == "band":
        return [rect(printed.box, fill=paint)]
    return [rect(printed.box, printed.weight, paint)] if printed.weight > 0 else []


def _mark(mark: Mark) -> list[Item]:
    """A filled square, or a square ring whose hole is half as wide: both have their centre in the middle."""
    solid = rect(mark.box, fill=BLACK)
    if mark.shape == "square":
        return [solid]
    return [solid, rect(mark.box.grown(-mark.box.w / 4), fill=WHITE)]
