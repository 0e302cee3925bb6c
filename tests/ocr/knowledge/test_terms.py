"""Words of office names and buildings."""

from __future__ import annotations

import pytest

from forms.model import Form
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
