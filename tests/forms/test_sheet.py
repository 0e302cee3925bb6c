"""The printed sheet: one page, readable, with clear cells, a code that decodes and a rule colour that survives."""

from __future__ import annotations

import math
from io import BytesIO
from itertools import pairwise

import numpy as np
import pdfplumber
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from forms.catalogue import form
from forms.errors import BadPayload
from forms.marks import FormCode, SeparatorCode, decode
from forms.model import Box
from forms.sheet import blank_pdf, separator_pdf
from forms.sheet.glyphs import unprintable
from forms.sheet.ink import RULE
from forms.sheet.prefill import value_items
from forms.sheet.qr import modules

DPI = 200
MM = DPI / 25.4
KINDS = ("acquisition", "dependants")


def _pixels(pdf, dpi=DPI, page=0):
    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[page].render(scale=dpi / 72, grayscale=True)
        return np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
    finally:
        document.close()


def _darkest(pixels, box):
    """The darkest pixel that lies whole in the box (mm)."""
    rows = slice(math.ceil(box.y * MM), math.floor(box.bottom * MM))
    columns = slice(math.ceil(box.x * MM), math.floor(box.right * MM))
    return int(pixels[rows, columns].min())


@pytest.fixture(scope="module", params=KINDS)
def sheet(request):
    made = form(request.param)
    pdf = blank_pdf(made)
    return made, pdf, _pixels(pdf)


def test_one_a4_page_with_subset_fonts(sheet):
    _, pdf, _ = sheet
    with pdfplumber.open(BytesIO(pdf)) as document:
        assert len(document.pages) == 1
        page = document.pages[0]
        assert (round(page.width * 25.4 / 72), round(page.height * 25.4 / 72)) == (210, 297)
        fonts = {char["fontname"] for char in page.chars}
    assert fonts and all("+NotoSansJP" in name for name in fonts)
    assert len(pdf) < 200_000


def test_text_is_there(sheet):
    made, pdf, _ = sheet
    with pdfplumber.open(BytesIO(pdf)) as document:
        text = "".join(char["text"] for char in document.pages[0].chars)
    assert made.version in text
    assert "公式の様式ではありません" in text
    assert "".join(made.code) in text
    for field in made.fields:
        assert all(sign in text for sign in field.number)
        for choice in field.choices:
            if field.parts[0].control != "check":
                assert f"{choice.code}.{choice.label}" in text, field.id


def test_the_same_bytes_each_time(sheet):
    made, pdf, _ = sheet
    assert blank_pdf(made) == pdf


def test_writable_areas_are_free_of_print(sheet):
    made, _, pixels = sheet
    looked = 0
    for field in made.fields:
        for part in field.parts:
            if part.control in {"circle", "preprinted"}:
                continue
            for box in part.cells or (part.box,):
                assert _darkest(pixels, box.grown(-0.3)) == 255, (field.id, part.name)
                looked += 1
            for a, b in pairwise(part.cells):
                if b.x - a.right > 0.1:  # between two groups: as clear as the cells
                    between = Box(a.right + 0.2, a.y, b.x - a.right - 0.4, a.h)
                    assert _darkest(pixels, between) == 255, (field.id, part.name)
    assert looked > 280


def test_correction_boxes_are_clear(sheet):
    made, _, pixels = sheet
    for field in made.fields:
        if field.correction_box:
            assert _darkest(pixels, field.correction_box) == 255, field.id


def test_choice_prints_stay_in_their_boxes(sheet):
    """A choice's box holds its whole print: no ink crosses its sides, but there is ink in it."""
    made, _, pixels = sheet
    for field in made.fields:
        for part in field.parts:
            for choice in part.choices if part.control == "circle" else ():
                box = choice.box
                assert _darkest(pixels, box) < 100, field.id
                right = Box(box.right - 0.4, box.y + 0.3, 0.4, box.h - 0.6)
                assert _darkest(pixels, right) > 200, (field.id, choice.code)


def test_marks_are_where_the_form_says(sheet):
    made, _, pixels = sheet
    shapes = sorted(mark.shape for mark in made.marks)
    assert shapes == ["ring", "square", "square", "square"]
    for mark in made.marks:
        x, y = (round(v * MM) for v in mark.box.centre)
        assert pixels[y, x] == (255 if mark.shape == "ring" else 0)
        window = pixels[
            round((mark.box.y - 1) * MM) : round((mark.box.bottom + 1) * MM),
            round((mark.box.x - 1) * MM) : round((mark.box.right + 1) * MM),
        ]
        rows, columns = np.nonzero(window < 128)
        size = (columns.max() - columns.min() + 1) / MM, (rows.max() - rows.min() + 1) / MM
        assert size == pytest.approx((mark.box.w, mark.box.h), abs=0.2)


@pytest.mark.parametrize("dpi", [100, 150, 200])
@pytest.mark.parametrize("bits", [8, 1])
def test_code_decodes_from_the_print(sheet, dpi, bits):
    made, pdf, _ = sheet
    pixels = _pixels(pdf, dpi)
    if bits == 1:  # as a fax has it
        pixels = np.where(pixels < 128, 0, 255).astype(np.uint8)
    found = zxingcpp.read_barcodes(pixels, formats=zxingcpp.BarcodeFormat.QRCode)
    assert [decode(code.text) for code in found] == [FormCode(made.code, "todoke-1", 1)]


def test_code_is_the_smallest_symbol_with_its_quiet_zone(sheet):
    made, _, pixels = sheet
    assert len(modules(f"{made.code}/TODOKE-1/1")) == 21
    module = made.code_box.w / 29
    assert module * 21 >= 14
    quiet = made.code_box.grown(-0.05)
    top = Box(quiet.x, quiet.y, quiet.w, 3.8 * module)
    assert _darkest(pixels, top) == 255


def test_rules_are_of_middle_luminance(sheet):
    red, green, blue = (int(RULE[i : i + 2], 16) for i in (1, 3, 5))
    luminance = (0.299 * red + 0.587 * green + 0.114 * blue) / 255
    assert 0.35 <= luminance <= 0.55
    made, _, _ = sheet
    pixels = _pixels(blank_pdf(made), 600)
    cell = made.field("header.office_no").parts[0].cells[1]
    scale = 600 / 25.4
    x, y = round(cell.x * scale), round(cell.centre[1] * scale)
    assert 0.35 <= pixels[y, x - 2 : x + 3].min() / 255 <= 0.55


def test_count_gives_that_many_equal_pages():
    pdf = blank_pdf(form("acquisition"), count=3)
    document = pypdfium2.PdfDocument(pdf)
    assert len(document) == 3
    document.close()
    assert np.array_equal(_pixels(pdf, 60, 0), _pixels(pdf, 60, 2))


PREFILL = {
    "header.submit_date": "9081121",
    "header.office_ref": "01-ケイト",
    "entries[0].name_kanji": "髙﨑　𠮷子",
    "entries[0].birth": "5210527",
    "entries[0].my_number": "1234567890",
    "entries[0].wage_cash": "250000",
    "entries[0].remarks": "3,5",
    "entries[0].addr": "東京都千代田区霞が関1-2-2中央合同庁舎第5号館の中のとても長い建物名と部屋番号まで書いた住所",
    "entries[0].cert_needed": "1",
    "entries[1].wage_cash": "",
}


def _inked(before, after, box):
    rows = slice(round(box.y * MM), round(box.bottom * MM))
    columns = slice(round(box.x * MM), round(box.right * MM))
    return bool((before[rows, columns].astype(int) - after[rows, columns] > 80).any())


def test_prefill_writes_each_value_in_its_place_and_nowhere_else():
    made = form("acquisition")
    pdf = blank_pdf(made, prefill=PREFILL)
    before, after = _pixels(blank_pdf(made)), _pixels(pdf)
    with pdfplumber.open(BytesIO(pdf)) as document:
        text = "".join(char["text"] for char in document.pages[0].chars)
    assert "髙﨑" in text and "𠮷子" in text
    written = {k for k, v in PREFILL.items() if v}
    for field in made.fields:
        if field.id not in written:
            assert not _inked(before, after, field.box.grown(-0.4)), field.id
    number = made.field("entries[0].my_number").parts[0].cells
    assert [_inked(before, after, cell.grown(-0.4)) for cell in number] == [True] * 10 + [False] * 2
    wage = made.field("entries[0].wage_cash").parts[0].cells
    assert [_inked(before, after, cell.grown(-0.4)) for cell in wage] == [False] + [True] * 6
    remarks = {c.code: _inked(before, after, c.box.grown(-0.4)) for c in made.field("entries[0].remarks").choices}
    assert remarks == {"1": False, "2": False, "3": True, "4": False, "5": True}
    era = {c.code: _inked(before, after, c.box.grown(-0.4)) for c in made.field("entries[0].birth").choices}
    assert era == {"5": True, "7": False, "9": False}
    address = made.field("entries[0].addr")
    assert not _inked(before, after, Box(address.parts[0].box.right + 0.3, address.box.y, 0.4, 5))


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("entries[9].birth", "5210527"),
        ("entries[0].birth", "521"),
        ("entries[0].birth", "3210527"),
        ("entries[0].acq_date", "7310430"),
        ("entries[0].my_number", "1234567890123"),
        ("entries[0].kind", "4"),
        ("entries[0].name_kanji", "山田　\U0002f9ff"),
    ],
)
def test_prefill_that_does_not_fit_is_refused(field, value):
    with pytest.raises(BadPayload) as caught:
        blank_pdf(form("acquisition"), prefill={field: value})
    assert field in caught.value.message["en"]


@given(st.text(max_size=30))
def test_any_text_is_printed_or_refused(text):
    try:
        items = value_items(form("acquisition"), {"entries[0].addr": text})
    except BadPayload:
        assert unprintable(text)
    else:
        assert "".join(item["text"] for item in items.get(1, [])) == text


def test_names_of_the_register_are_printable():
    assert unprintable("髙﨑𠮷栁濵辻𠮟塚　ヴァイオレット-1") == ""
    assert unprintable("山\U0002f9ff\ue000") == "\U0002f9ff\ue000"


@pytest.mark.parametrize(("kind", "code"), [("dependants", "2202"), (None, None)])
def test_separator_says_scheme_kind_and_office(kind, code):
    pdf = separator_pdf("epi", form(kind) if kind else None, "2101", count=2)
    found = zxingcpp.read_barcodes(_pixels(pdf, 72, page=1), formats=zxingcpp.BarcodeFormat.QRCode)
    assert [decode(c.text) for c in found] == [SeparatorCode("epi", code, "2101")]
    with pdfplumber.open(BytesIO(pdf)) as document:
        assert len(document.pages) == 2
        text = "".join(char["text"] for char in document.pages[0].chars)
    assert "仕切り紙" in text and "2101" in text
