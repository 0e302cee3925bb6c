from __future__ import annotations

import numpy as np
import pytest

from ocr.reader import FormReader
from ocr.testing import FixedEngine
from ocr.types import PageImage, Widget, Word
from tests.ocr.drawing import PX, Sheet, scanned, values

READER = FormReader(FixedEngine("9"))


def word(text: str, x: float, y: float, width: float, height: float = 3.0) -> Word:
    return Word(text, (x * PX, y * PX, width * PX, height * PX))


@pytest.fixture(scope="module")
def drawn() -> tuple[Sheet, tuple[Word, ...]]:
    """A 2200 as a payroll program draws it: words in the text layer, circles as lines."""
    sheet, words = Sheet(), []
    for name, text, part in (("entries[0].name_kanji", "髙橋", 0), ("entries[0].name_kanji", "一郎", 1)):
        sheet.free(name, text, part)
        box = sheet.field(name).parts[part].box
        words.append(word(text, box.x + 1, box.y + 1, 8))
    for name, text in (("entries[0].my_number", "123456789018"), ("entries[0].birth", "080401")):
        sheet.cells(name, text)
        for cell, digit in zip(sheet.field(name).parts[-1].cells, text, strict=False):
            words.append(word(digit, cell.x + 1, cell.y + 1, 2))
    sheet.ring("entries[0].birth", "7")
    sheet.ring("entries[0].kind", "1")
    sheet.cells("entries[0].insured_no", "9")  # drawn as a picture: not in the text layer
    words.append(word("氏名", 47, 64, 5))  # the form's own print
    return sheet, tuple(words)


def test_the_text_layer_is_believed_over_any_guess(drawn: tuple[Sheet, tuple[Word, ...]]) -> None:
    sheet, words = drawn
    (reading,) = READER.read(PageImage(sheet.pixels, dpi=254, words=words))
    fields = {field.id: field for field in reading.fields}
    assert fields["entries[0].name_kanji"].value == "髙橋\u3000一郎", "no engine can see that 髙 is not 高"
    assert fields["entries[0].my_number"].value == "123456789018"
    assert fields["entries[0].birth"].value == "7080401"
    for name in ("name_kanji", "my_number", "birth"):
        assert fields[f"entries[0].{name}"].basis == "text_layer"
    assert (fields["entries[0].kind"].value, fields["entries[0].kind"].basis) == ("1", "mark")
    assert (fields["entries[0].insured_no"].value, fields["entries[0].insured_no"].basis) == ("9", "ocr")
    assert fields["entries[1].name_kanji"].blank


def test_a_scanners_own_text_layer_is_not_believed(drawn: tuple[Sheet, tuple[Word, ...]]) -> None:
    sheet, words = drawn
    wrong = tuple(Word("0" * len(w.text), w.box) for w in words)
    (reading,) = READER.read(PageImage(scanned(sheet.pixels, dpi=254, noise=6), words=wrong))
    assert {field.basis for field in reading.fields} <= {"ocr", "mark"}


def test_form_values_fill_their_fields() -> None:
    sheet = Sheet()
    number = sheet.field("entries[0].my_number").parts[0].box
    choice = next(c for c in sheet.field("entries[0].kind").choices if c.code == "2").box
    other = next(c for c in sheet.field("entries[0].kind").choices if c.code == "1").box

    def at(box: object) -> tuple[float, float, float, float]:
        return tuple(v * PX for v in (box.x, box.y, box.w, box.h))  # type: ignore[attr-defined,return-value]

    widgets = (
        Widget("number", "123456789018", at(number)), Widget("woman", "1", at(choice), "check"),
        Widget("man", "", at(other), "check"),
    )  # fmt: skip
    pixels = sheet.pixels
    (reading,) = READER.read(PageImage(pixels, dpi=254, widgets=widgets))
    fields = {field.id: field for field in reading.fields}
    assert (fields["entries[0].my_number"].value, fields["entries[0].my_number"].basis) == ("123456789018", "acroform")
    assert (fields["entries[0].kind"].value, fields["entries[0].kind"].basis) == ("2", "acroform")
    assert values(reading)["entries[0].birth"] == ""
    assert np.array_equal(pixels, sheet.pixels), "the page is not written on"
