"""Names in free text: after a title, and after a kind of company."""

from __future__ import annotations

import pytest

from forms.model import Form
from ocr.knowledge.lexicon import Lexicon
from ocr.knowledge.persons import Persons
from tests.ocr.knowledge.conftest import field_of, heard_line

NAME = "header.sr_name"


@pytest.mark.parametrize(
    ("read", "others", "right"),
    [
        ("社会保険労務士佐口木直樹", {8: {"々": 0.05}}, "社会保険労務士佐々木直樹"),
        ("社会福祉法人裔藤会", {6: {"斎": 0.1}}, "社会福祉法人斎藤会"),
        ("代表取締役高橘直街", {6: {"橋": 0.1}, 8: {"樹": 0.2}}, "代表取締役高橋直樹"),
        ("社会保険労務士佐薙澪桜", {8: {"藤": 0.004}}, "社会保険労務士佐薙澪桜"),  # in no list
        ("有期雇用契約裔藤", {6: {"斎": 0.1}}, "有期雇用契約裔藤"),  # no name is due
        ("社会保険労務士法人青空", {}, "社会保険労務士法人青空"),
    ],
)
def test_a_name_stands_where_one_is_due(lexicon: Lexicon, form: Form, read: str, others: dict, right: str) -> None:
    heard = {NAME: [heard_line(read, others)]}
    (found,) = Persons(lexicon).judge(form, (field_of(NAME, read),), heard)
    assert found.value == right
    assert [use.constraint for use in found.uses] == (["names"] if right != read else [])
