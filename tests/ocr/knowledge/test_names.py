"""Kanji and kana of a name vote for each other; a name that no list has stays as it was read."""

from __future__ import annotations

import pytest

from forms.model import Form
from ocr.knowledge.lexicon import Lexicon
from ocr.knowledge.names import Names
from ocr.types import FieldReading
from tests.ocr.knowledge.conftest import Line, field_of, heard_line

KANJI, KANA = "entries[0].name_kanji", "entries[0].name_kana"


def judged(
    lexicon: Lexicon, form: Form, kanji: tuple[Line, Line], kana: tuple[Line, Line]
) -> tuple[FieldReading, FieldReading]:
    heard = {KANJI: [heard_line(*line) for line in kanji], KANA: [heard_line(*line) for line in kana]}
    fields = tuple(field_of(name, "\u3000".join(line.text for line in lines)) for name, lines in heard.items())
    found = {reading.id: reading for reading in Names(lexicon).judge(form, fields, heard)}
    return found[KANJI], found[KANA]


def test_the_kana_choose_between_two_kanji(lexicon: Lexicon, form: Form) -> None:
    kanji, kana = judged(
        lexicon, form, (("福山", {1: {"田": 0.01}}), ("恭平", {})), (("フクダ", {}), ("キョウヘイ", {}))
    )
    assert kanji.value == "福田\u3000恭平" and kana.value == "フクダ\u3000キョウヘイ"
    (use,) = kanji.uses
    assert (use.constraint, use.read, use.chosen) == ("names", "福山\u3000恭平", "福田\u3000恭平") and use.support > 1
    assert kanji.facts["known"] == 1.0 and kanji.facts["support"] > 1
    assert kanji.readings[0].value == "福山\u3000恭平", "the engine's own reading stays"


@pytest.mark.parametrize(
    ("read", "other", "right"),
    [("ツョシ", {1: {"ヨ": 0.3}}, "ツヨシ"), ("ダクヤ", {0: {"タ": 0.3}}, "タクヤ"), ("カズキ", {}, "カズキ")],
)
def test_the_kanji_choose_between_two_kana(lexicon: Lexicon, form: Form, read: str, other: dict, right: str) -> None:
    mei = {"ツヨシ": "剛", "タクヤ": "拓也", "カズキ": "和樹"}[right]
    _, kana = judged(lexicon, form, (("渡辺", {}), (mei, {})), (("ワタナベ", {}), (read, other)))
    assert kana.value == f"ワタナベ\u3000{right}"


def test_a_name_that_no_list_has_stays(lexicon: Lexicon, form: Form) -> None:
    """佐薙 and 澪桜 are in no list;佐藤 and 美桜 are near them."""
    kanji, kana = judged(
        lexicon, form, (("佐薙", {1: {"藤": 0.004}}), ("澪桜", {0: {"美": 0.004}})), (("サナギ", {}), ("ミオ", {}))
    )
    assert kanji.value == "佐薙\u3000澪桜" and kana.value == "サナギ\u3000ミオ"
    assert kanji.facts["known"] == 0.0


def test_kana_choose_the_kanji_of_an_unknown_name_by_how_it_is_read_elsewhere(lexicon: Lexicon, form: Form) -> None:
    """樫枝 is in no list, but カシ begins names with 樫, and none with 橙."""
    assert not lexicon.words("sei").knows("樫枝") and not lexicon.words("sei").knows("橙枝")
    kanji, _ = judged(lexicon, form, (("橙枝", {0: {"樫": 0.3}}), ("真央", {})), (("カシエダ", {}), ("マオ", {})))
    assert kanji.value == "樫枝\u3000真央" and kanji.facts["known"] == 0.0


def test_an_unusual_sound_that_is_clearly_written_stays(lexicon: Lexicon, form: Form) -> None:
    _, kana = judged(lexicon, form, (("銀堤", {}), ("学", {})), (("ギンヅツミ", {2: {"ツ": 0.08}}), ("マナブ", {})))
    assert kana.value == "ギンヅツミ\u3000マナブ"


def test_what_the_picture_excludes_is_never_chosen(lexicon: Lexicon, form: Form) -> None:
    """福田 would be the usual reading of フクダ, but nothing in the picture speaks for 田."""
    kanji, _ = judged(lexicon, form, (("福森", {}), ("恭平", {})), (("フクダ", {}), ("キョウヘイ", {})))
    assert kanji.value == "福森\u3000恭平"


def test_characters_whose_variants_no_engine_sees_are_flagged(lexicon: Lexicon, form: Form) -> None:
    plain = (("タカハシ", {}), ("ケンジ", {}))
    kanji, _ = judged(lexicon, form, (("高橋", {}), ("健二", {})), plain)
    assert kanji.value == "高橋\u3000健二" and kanji.facts["variant"] == 1.0
    seen, _ = judged(lexicon, form, (("髙橋", {0: {"高": 0.1}}), ("健二", {})), plain)
    assert seen.value == "髙橋\u3000健二", "a variant that the picture shows is kept, and as known as the common form"
    assert seen.facts["known"] == 1.0


def test_struck_or_unread_names_are_left_alone(lexicon: Lexicon, form: Form) -> None:
    fields = (field_of(KANJI, None), field_of(KANA, "フクダ\u3000キョウヘイ"))
    assert Names(lexicon).judge(form, fields, {}) == fields
