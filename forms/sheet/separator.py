"""The separator sheet (仕切り紙) that opens a pile: scheme, kind and receiving office for people and as a code."""

from __future__ import annotations

from forms.marks import encode_separator
from forms.model import Box, Form
from forms.sheet.ink import Item, rect, text
from forms.sheet.press import press
from forms.sheet.qr import qr

SIZE = (210.0, 297.0)
SCHEMES = {  # ours: what the pile belongs to
    "epi": ("健康保険・厚生年金保険", "Health insurance and employees' pension"),
    "np": ("国民年金", "National pension"),
    "benefit": ("年金給付", "Pension benefits"),
}


def separator_pdf(scheme: str, form: Form | None, office: str, count: int = 1) -> bytes:
    """`count` equal sheets; `form` None leaves the kind to the pages behind it; `office` is the receiving office.

    Raises BadPayload for letters that the code cannot carry.
    """
    words = encode_separator(scheme, form.code if form else None, office)
    ja, en = SCHEMES.get(scheme, (scheme, scheme))
    kind = f"{form.code}　{form.title.ja}" if form else "（種類を問わない）"
    kind_en = form.title.en if form else "any kind"
    rows = (
        ("制度", "Scheme", ja, en),
        ("届書の種類", "Kind", kind, kind_en),
        ("受付事務所", "Received by", office, ""),
    )
    items: list[Item] = [
        rect(Box(12, 12, 186, 6), fill="#000000"),
        rect(Box(12, 279, 186, 6), fill="#000000"),
        text(Box(12, 26, 186, 16), "仕切り紙", 40, "center", bold=True),
        text(Box(12, 45, 186, 6), "Separator sheet", 13, "center"),
        *qr(words, Box(65, 60, 80, 80)),
        text(Box(12, 142, 186, 5), words, 10, "center"),
    ]
    for number, (name, name_en, value, value_en) in enumerate(rows):
        top = 158.0 + 26 * number
        items += [
            rect(Box(20, top, 170, 26), 0.4),
            text(Box(24, top + 6, 42, 6), name, 13),
            text(Box(24, top + 15, 42, 5), name_en, 8.5),
            text(Box(68, top + 5, 118, 8), value, 18 if number else 16, bold=True),
            text(Box(68, top + 15, 118, 5), value_en, 8.5),
        ]
    items.append(
        text(Box(12, 250, 186, 5), "この紙の後ろに届書を重ねて、一緒にスキャンしてください。", 11, "center"),
    )
    items.append(text(Box(12, 258, 186, 4), "Lay the filings behind this sheet and scan them together.", 8.5, "center"))
    return press("仕切り紙", SIZE, [items], count)
