"""What the record can carry (domain.md 5.6), reduction that keeps the original, kana widths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.values import characters, kana

FULL_KANA = (
    "アイウエオカキクケコガギグゲゴサシスセソザジズゼゾタチツテトダヂヅデド"
    + "ナニヌネノハヒフヘホバビブベボパピプペポマミムメモヤユヨラリルレロワヲンッャュョァィゥェォヴー・　"
)


@pytest.mark.parametrize(
    ("ch", "jis", "cp932"),
    [
        ("髙", False, True), ("﨑", False, True), ("德", False, True), ("濵", False, True), ("瀨", False, True),
        ("靑", False, True), ("①", False, True), ("㈱", False, True), ("凜", True, True), ("邉", True, True),
        ("邊", True, True), ("𠮷", False, False), ("高", True, True), ("ア", True, True), ("ｱ", True, True),
        ("A", True, True), ("－", True, True), ("\n", False, True),
    ],
)  # fmt: skip
def test_what_the_record_can_carry(ch, jis, cp932):
    assert characters.in_jis(ch) is jis
    assert characters.in_cp932(ch) is cp932


@pytest.mark.parametrize(
    ("ch", "to"),
    [
        ("髙", "高"),
        ("﨑", "崎"),
        ("栁", "柳"),
        ("德", "徳"),
        ("瀨", "瀬"),
        ("𠮷", "吉"),
        ("桒", "桑"),
        ("靑", "青"),
        ("㈱", "（株）"),
    ],
)
def test_reduction(ch, to):
    reduced = characters.reduce(f"甲{ch}乙")
    assert reduced.text == f"甲{to}乙"
    assert reduced.original == f"甲{ch}乙"
    assert reduced.used == ((ch, to),)
    assert reduced.left == ""


def test_what_has_no_counterpart_is_said():
    reduced = characters.reduce("山😀田")
    assert reduced.left == "😀"
    assert characters.outside_jis(reduced.text) == "😀"


def test_a_variation_selector_is_dropped_with_a_note():
    reduced = characters.reduce("辻\U000e0100")
    assert reduced.text == "辻"
    assert reduced.used == (("\U000e0100", ""),)


@given(st.text(alphabet=st.characters(min_codepoint=0x3000, max_codepoint=0xFFFF, exclude_categories=("Cs", "Cn"))))
def test_what_is_left_after_reduction_is_all_that_is_outside(text):
    reduced = characters.reduce(text)
    assert set(characters.outside_jis(reduced.text)) == set(reduced.left)
    assert characters.reduce(reduced.text).text == reduced.text


def test_folding_brings_variants_together():
    assert characters.fold("渡邊") == characters.fold("渡邉") == characters.fold("渡辺")
    assert characters.fold("濵﨑") == characters.fold("浜崎") == characters.fold("濱崎")
    assert characters.fold("髙栁") == "高柳"


def test_characters_to_check_again():
    assert characters.to_check("高田　浜子") == "高浜"
    assert characters.variants("﨑") == "崎﨑嵜㟢"
    assert characters.variants("一") == ""


def test_bytes_of_a_name():
    assert characters.byte_length("山田　太郎") == 10
    assert kana.byte_length("ヤマダ　タロウ") == 8  # the sound mark is a byte
    assert kana.byte_length("パウロ") == 4


@given(st.text(alphabet=FULL_KANA))
def test_kana_goes_to_half_width_and_back(text):
    full = kana.normalise(text)
    assert kana.to_full(kana.to_half(full)) == full
    assert all(ord(ch) < 0x80 or 0xFF61 <= ord(ch) <= 0xFF9F for ch in kana.to_half(full))


def test_folding_of_kana():
    assert kana.fold("キョウコ　ッー") == "キヨウコツ"
    assert kana.unvoiced("ヤマザキ") == kana.unvoiced("ヤマサキ")
    assert kana.foreign("ヤマダ　太郎A") == "太郎A"
    assert kana.foreign("ジャン・ポール") == ""
