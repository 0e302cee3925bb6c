"""Patterns: what meets, and what does not."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from validators.register.patterns import Pattern, tokens_for

BIRTH = date(1980, 4, 1)
KANA = st.text(
    "アイウエオカキクケコガギグサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワン",
    min_size=1,
    max_size=6,
)
SMALL = str.maketrans("アイウエオツヤユヨワ", "ァィゥェォッャュョヮ")


def kinds(patterns: frozenset[Pattern], kind: str) -> set[str]:
    return {p.value for p in patterns if p.kind == kind}


def test_a_whole_identity() -> None:
    found = tokens_for("タカハシ　キョウイチ", "髙橋　京一", BIRTH, "1", "123456789018", "2101123456")
    assert kinds(found, "my_number") == {"123456789018"}
    assert kinds(found, "bpn") == {"2101123456"}
    assert kinds(found, "birth") == {"1980-04-01"}
    assert kinds(found, "kana") == {"タカハシキヨウイチ", "キヨウイチタカハシ"}
    assert kinds(found, "kana_sei") == {"タカハシ"}
    assert kinds(found, "kana_mei") == {"キヨウイチ"}
    assert kinds(found, "kanji") == {"髙橋京一"}
    assert kinds(found, "kanji_reduced") == {"高橋京一", "京一高橋"}
    assert kinds(found, "kanji_sei") == {"高橋"}
    assert "kana:タカハシキヨウイチ|1980-04-01|1" in kinds(found, "three")
    assert "kanji:高橋京一|1980-04-01|1" in kinds(found, "three")


def test_nothing_known_is_no_pattern() -> None:
    assert tokens_for() == frozenset()
    assert tokens_for("", "", None, "1", "", "") == frozenset()


@pytest.mark.parametrize("number", ["12345678901", "1234567890123", "12345_789018", "1234567890"])
def test_half_a_my_number_finds_nobody(number: str) -> None:
    assert tokens_for(my_number=number) == frozenset()


@settings(deadline=None, max_examples=60)
@given(KANA, KANA)
def test_order_small_kana_long_marks_and_the_place_of_the_space_do_not_matter(sei: str, mei: str) -> None:
    person = tokens_for(f"{sei}　{mei}", "", BIRTH, "2")
    written = (f"{mei}　{sei}", f"{sei}　{mei}".translate(SMALL), f"{sei}ー　{mei}", f"{sei}{mei}")
    for other in written:
        subject = tokens_for(other, "", BIRTH, "2")
        assert kinds(person, "kana") & kinds(subject, "kana")
        assert kinds(person, "three") & kinds(subject, "three")


@settings(deadline=None, max_examples=60)
@given(KANA, KANA, KANA, KANA)
def test_other_names_do_not_meet(sei: str, mei: str, other_sei: str, other_mei: str) -> None:
    a, b = tokens_for(f"{sei}　{mei}", "", BIRTH, "1"), tokens_for(f"{other_sei}　{other_mei}", "", BIRTH, "1")
    same = {sei + mei, mei + sei} & {other_sei + other_mei, other_mei + other_sei}
    assert bool(kinds(a, "three") & kinds(b, "three")) == bool(same)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("髙橋　京一", "高橋　京一"),
        ("渡邊　恵", "渡辺　惠"),
        ("齋藤　花子", "斎藤　花子"),
        ("濵田　徳子", "浜田　德子"),
    ],
)
def test_variant_characters_meet_reduced_and_not_exactly(one: str, other: str) -> None:
    a, b = tokens_for("", one, BIRTH, "1"), tokens_for("", other, BIRTH, "1")
    assert kinds(a, "kanji_reduced") == kinds(b, "kanji_reduced")
    assert not kinds(a, "kanji") & kinds(b, "kanji")


def test_birth_and_sex_are_part_of_the_three() -> None:
    a = kinds(tokens_for("サトウ　ハナコ", "", BIRTH, "2"), "three")
    assert not a & kinds(tokens_for("サトウ　ハナコ", "", BIRTH, "1"), "three")
    assert not a & kinds(tokens_for("サトウ　ハナコ", "", date(1980, 4, 2), "2"), "three")


def test_voicing_meets_only_in_the_near_pattern() -> None:
    a, b = tokens_for("ヤマザキ　ジロウ"), tokens_for("ヤマサキ　シロウ")
    assert kinds(a, "kana_near") & kinds(b, "kana_near")
    assert not kinds(a, "kana") & kinds(b, "kana")
