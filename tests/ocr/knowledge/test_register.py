"""The sender's own insured persons lift what their other fields leave open."""

from __future__ import annotations

from collections.abc import Sequence

from forms import catalogue
from ocr.knowledge.register import Person, Register
from ocr.types import FieldReading
from tests.ocr.knowledge.conftest import field_of, heard_line

STEM = "entries[0].insured."
FORM = catalogue.form("dependants")
HANAKO = {"name_kanji": "渡辺\u3000花子", "name_kana": "ワタナベ\u3000ハナコ", "birth": "5510105", "insured_no": "127"}


class Office:
    """One office and its persons; remembers what it was asked."""

    def __init__(self, persons: Sequence[Person]) -> None:
        self.asked: list[str] = []
        self._persons = persons

    def insured(self, office_ref: str) -> Sequence[Person]:
        self.asked.append(office_ref)
        return self._persons if office_ref == "01-ケイト" else ()


def judged(persons: Sequence[Person], office: str = "01-ケイト", **values: str) -> dict[str, FieldReading]:
    fields = [field_of("header.office_ref", office)]
    fields += [field_of(STEM + key, value, {value: 0.9}) for key, value in values.items()]
    heard = {}
    if "name_kanji" in values:
        sei, mei = values["name_kanji"].split("\u3000")
        heard = {f"{STEM}name_kanji": [heard_line(sei, {1: {"辺": 0.01}}), heard_line(mei)]}
    return {r.id: r for r in Register(Office(persons)).judge(FORM, tuple(fields), heard)}


def test_two_fields_that_agree_lift_a_third() -> None:
    found = judged([HANAKO], name_kanji="渡部\u3000花子", birth="5510105", insured_no="127")
    kanji = found[f"{STEM}name_kanji"]
    assert kanji.value == "渡辺\u3000花子"
    assert (kanji.uses[0].constraint, kanji.uses[0].read) == ("register", "渡部\u3000花子")
    assert found[f"{STEM}birth"].value == "5510105" and not found[f"{STEM}birth"].uses, "one more is needed for these"


def test_one_field_is_not_enough() -> None:
    assert (
        judged([HANAKO], name_kanji="渡部\u3000花子", insured_no="127")[f"{STEM}name_kanji"].value == "渡部\u3000花子"
    )


def test_two_persons_that_agree_as_well_lift_nothing() -> None:
    twin = {**HANAKO, "name_kanji": "渡邊\u3000花子"}
    found = judged([HANAKO, twin], name_kanji="渡部\u3000花子", birth="5510105", insured_no="127")
    assert found[f"{STEM}name_kanji"].value == "渡部\u3000花子"


def test_what_the_reader_excludes_is_not_said() -> None:
    """She may have married: the sheet is right, the register old."""
    found = judged([HANAKO], name_kanji="山本\u3000花子", birth="5510105", insured_no="127")
    assert found[f"{STEM}name_kanji"].value == "山本\u3000花子"


def test_another_office_has_others() -> None:
    found = judged([HANAKO], office="02-アイウ", name_kanji="渡部\u3000花子", birth="5510105", insured_no="127")
    assert found[f"{STEM}name_kanji"].value == "渡部\u3000花子"
