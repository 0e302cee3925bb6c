"""Words of office names and buildings."""

from __future__ import annotations

import pytest

from forms.model import Form
from ocr.knowledge.lexicon import Lexicon
from ocr.knowledge.terms import Terms
from tests.ocr.knowledge.conftest import field_of, heard_line

NAME = "header.name"


@pytest.mark.parametrize(
    ("read", "others", "right"),
    [
        ("大瀬川1556香地", {7: {"番": 0.02}}, "大瀬川1556番地"),
        ("大瀬川1556香地", {}, "大瀬川1556香地"),
        ("大瀬川香地", {3: {"番": 0.02}}, "大瀬川香地"),  # no number: a place may have that name
    ],
)
def test_a_counter_after_a_number(form: Form, read: str, others: dict, right: str) -> None:
    heard = {"header.addr": [heard_line(read, others)]}
    (found,) = Terms().judge(form, (field_of("header.addr", read),), heard)
    assert found.value == right


@pytest.mark.parametrize(
    ("read", "others", "right"),
    [
        ("株式会礼伊藤商店", {3: {"社": 0.1}}, "株式会社伊藤商店"),
        ("社会保險勞務士市川稔", {3: {"険": 0.05}, 4: {"労": 0.05}}, "社会保険労務士市川稔"),
        ("株式会礼伊藤商店", {}, "株式会礼伊藤商店"),  # the picture says nothing of 社
        ("栄和会", {}, "栄和会"),
    ],
)
def test_a_word_that_nearly_stands_there(form: Form, read: str, others: dict, right: str) -> None:
    heard = {NAME: [heard_line(read, others)]}
    (found,) = Terms().judge(form, (field_of(NAME, read),), heard)
    assert found.value == right
    assert [use.chosen for use in found.uses] == ([right] if right != read else [])


def test_other_fields_and_readings_without_lines_are_left_alone(form: Form) -> None:
    fields = (field_of(NAME, "株式会礼"), field_of("entries[0].birth", "5210527"))
    assert Terms().judge(form, fields, {}) == fields


@pytest.mark.parametrize(
    ("read", "others", "right"),
    [
        ("御調町1505若葉八イ少1201", {11: {"ツ": 0.01}}, "御調町1505若葉ハイツ1201"),  # 八 is drawn like ハ
        ("睦522ゾン青葉501", {}, "睦522ゾン青葉501"),  # the picture knows of no メ
        ("南2-ス-20", {3: {"2": 0.1}}, "南2-2-20"),  # a digit amid a house number
        ("南2-ス-20", {}, "南2-ス-20"),
        ("桜町907ハイム楼台209", {8: {"桜": 0.05}}, "桜町907ハイム桜台209"),  # a usual name of towns
        ("楼台907", {0: {"桜": 0.05}}, "楼台907"),  # a town is the postal tree's affair
    ],
)
def test_what_stands_after_the_house_number(lexicon: Lexicon, form: Form, read: str, others: dict, right: str) -> None:
    heard = {"header.addr": [heard_line(read, others)]}
    (found,) = Terms(lexicon).judge(form, (field_of("header.addr", read),), heard)
    assert found.value == right
