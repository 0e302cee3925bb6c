"""Normalised values as ink in a form's cells: characters in combs, lines in free cells, rings round codes."""

from __future__ import annotations

from collections.abc import Mapping

from forms.errors import BadPayload
from forms.model import Box, Field, Form, Part
from forms.sheet.glyphs import unprintable
from forms.sheet.ink import WRITING, Item, ellipse, line, text

MM_PER_PT = 25.4 / 72
SPACE = "\u3000"
_CAP = 0.733  # height of a digit in em


def value_items(form: Form, values: Mapping[str, str]) -> dict[int, list[Item]]:
    """The ink of the values by page (1-based). BadPayload for an unknown field or a value that does not fit."""
    pages: dict[int, list[Item]] = {}
    for field_id, value in values.items():
        try:
            field = form.field(field_id)
        except KeyError:
            raise BadPayload(where=field_id, why_ja="様式にない項目", why_en="the form has no such field") from None
        if missing := unprintable(value):
            raise BadPayload(
                where=field_id, why_ja=f"書体にない文字 {missing}", why_en=f"the font has no glyph for {missing}"
            )
        if value:
            pages.setdefault(field.page, []).extend(_field(field, value))
    return pages


def pieces(field: Field, value: str) -> dict[str, str]:
    """What of the value goes into which part, by the part's name; BadPayload if it cannot be divided so."""
    names = [part.name for part in field.parts]
    if field.type == "wareki":
        if len(value) != 7 or not value.isdigit():
            raise BadPayload(
                where=field.id, why_ja="日付は元号の数字と年月日6桁", why_en="a date is an era digit and YYMMDD"
            )
        if field.preprinted and value[0] != field.preprinted:
            raise BadPayload(
                where=field.id,
                why_ja=f"様式に印刷済みの元号は{field.preprinted}",
                why_en=f"the form prints era {field.preprinted}",
            )
        return {"era": value[0], "ymd": value[1:]}
    if field.type == "office_ref":
        district, _, sign = value.partition("-")
        return {"district": district, "sign": sign}
    if names == ["sei", "mei"]:
        sei, _, mei = value.partition(SPACE)
        return {"sei": sei, "mei": mei}
    if len(names) != 1:
        raise BadPayload(
            where=field.id, why_ja="値を欄に分ける規則がない", why_en="its parts have no rule for dividing a value"
        )
    return {names[0]: value}


def _field(field: Field, value: str) -> list[Item]:
    items: list[Item] = []
    for name, piece in pieces(field, value).items():
        part = field.part(name)
        if part.control in {"comb", "number"}:
            items += _cells(field, part, piece)
        elif part.choices:
            items += _choices(field, part, piece)
        elif part.control == "free":
            items += _lines(part, piece)
    return items


def _cells(field: Field, part: Part, piece: str) -> list[Item]:
    spare = len(part.cells) - len(piece)
    if spare < 0:
        raise BadPayload(
            where=field.id,
            why_ja=f"{len(part.cells)}マスに{len(piece)}文字は入らない",
            why_en=f"{len(piece)} characters for {len(part.cells)} cells",
        )
    cells = part.cells[spare:] if part.align == "right" else part.cells
    size = min(part.cells[0].h * 0.62 / _CAP, part.cells[0].w * 0.92) / MM_PER_PT
    return [
        text(cell, sign, size, "center", paint=WRITING) for cell, sign in zip(cells, piece, strict=False) if sign != "_"
    ]


def _choices(field: Field, part: Part, piece: str) -> list[Item]:
    by_code = {choice.code: choice.box for choice in part.choices}
    items: list[Item] = []
    for code in piece.split(","):
        if code not in by_code:
            raise BadPayload(
                where=field.id, why_ja=f"様式にない符号「{code}」", why_en=f"the form prints no code '{code}'"
            )
        box = by_code[code]
        items += _tick(box) if part.control == "check" else [_ring(box, len(code))]
    return items


def _ring(box: Box, digits: int) -> Item:
    """An ellipse round the code's number, which stands at the left of its box."""
    wide = min(box.w - 0.3, 2.3 + 1.3 * digits)
    return ellipse(Box(box.x + 0.15, box.y + 0.15, wide, box.h - 0.3), 0.4, WRITING)


def _tick(box: Box) -> list[Item]:
    """A check mark with its angle low in the box."""
    x, y, w, h = box.x, box.y, box.w, box.h
    return [
        line(Box(x + 0.18 * w, y + 0.5 * h, 0.25 * w, 0.3 * h), 0.45, WRITING),
        line(Box(x + 0.43 * w, y + 0.8 * h, 0.42 * w, -0.6 * h), 0.45, WRITING),
    ]


def _lines(part: Part, piece: str) -> list[Item]:
    """The words on as many lines as the cell has; the press makes a line smaller that would be too wide."""
    height = part.box.h / part.lines
    per_line = -(-len(piece) // part.lines)
    size = min(height * 0.66, 4.2) / MM_PER_PT
    return [
        text(
            Box(part.box.x + 0.9, part.box.y + height * n, part.box.w - 1.8, height),
            piece[n * per_line : (n + 1) * per_line],
            size,
            paint=WRITING,
        )
        for n in range(part.lines)
        if piece[n * per_line : (n + 1) * per_line]
    ]
