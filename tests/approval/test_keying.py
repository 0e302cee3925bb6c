"""Blind keying: every field is read, checks see only what was typed, and what differs is decided by a third."""

from __future__ import annotations

import pytest

from approval import keying, tasks
from approval.errors import AlreadyRead, BlockNotBlank, FieldsMissing, FieldsNotAsked, TypedNotValid
from tests.approval.world import NUMBERS, World, acquisition, hired

TRUTH = acquisition(hired())
EMPTY = ("entries[1]", "entries[2]", "entries[3]")


def submit(world: World, filing: str, values: dict[str, object], blank: tuple[str, ...] = EMPTY) -> None:
    held = world.claim("keyer1", filing, "key")
    with world.acting("keyer1") as work:
        keying.submit_key(work, held.task_id, held.token, values, blank)


def full(**changed: object) -> dict[str, object]:
    from forms import catalogue

    asked = [f.id for f in catalogue.form("acquisition").captured() if f.block not in EMPTY]
    return {name: TRUTH.get(name, "") for name in asked} | changed


def test_every_field_needs_a_reading(world: World) -> None:
    filing = world.filing(TRUTH)
    said = full()
    del said["entries[0].birth"]
    with pytest.raises(FieldsMissing, match="birth"):
        submit(world, filing, said)
    assert world.state(filing) == "keying"


def test_nothing_else_than_asked(world: World) -> None:
    filing = world.filing(TRUTH)
    with pytest.raises(FieldsNotAsked):
        submit(world, filing, full(**{"entries[9].birth": "7021230"}))
    with pytest.raises(FieldsNotAsked):
        submit(world, filing, full(), (*EMPTY, "entries[7]"))


def test_a_block_declared_blank_is_blank(world: World) -> None:
    filing = world.filing(TRUTH)
    with pytest.raises(BlockNotBlank, match=r"entries\[1\].birth"):
        submit(world, filing, full(**{"entries[1].birth": "7021230"}))


def test_what_cannot_be_a_value_is_refused_and_what_breaks_a_rule_is_not(world: World) -> None:
    filing = world.filing(TRUTH)
    with pytest.raises(TypedNotValid, match="birth"):
        submit(world, filing, full(**{"entries[0].birth": "昨日"}))
    submit(world, filing, full(**{"entries[0].birth": "7021330"}))  # the 13th month, as the paper may say


def test_what_is_typed_is_normalised_before_it_is_compared(world: World) -> None:
    filing = world.filing(TRUTH)
    submit(world, filing, full(**{"entries[0].birth": "H2.12.30", "entries[0].wage_total": "250,000"}))
    assert world.advance(filing) == "reviewing"


def test_struck_without_a_correction_is_the_blank(world: World) -> None:
    filing = world.filing(acquisition(hired(wage_kind="")))
    submit(world, filing, full(**{"entries[0].wage_kind": {"struck": True, "value": ""}}))
    assert world.advance(filing) == "reviewing"
    assert world.values(filing)["entries[0].wage_kind"] == ""


def test_a_null_machine_reading_is_read_by_two_persons(world: World) -> None:
    filing = world.filing(TRUTH, {"entries[0].birth": None, "entries[0].my_number": None})
    assert world.key("keyer1", filing, TRUTH, EMPTY) == "keying"
    with pytest.raises(AlreadyRead):
        world.claim("keyer1", filing, "key")
    held = world.claim("keyer2", filing, "key")
    with world.acting("keyer2") as work:
        assert tasks.asked(tasks.get(work, held.task_id)) == {"entries[0].birth", "entries[0].my_number"}
        tasks.release(work, held.task_id, held.token)
    assert world.key("keyer2", filing, TRUTH) == "reviewing"
    assert world.basis(filing)["entries[0].birth"] == "two_readings"


def test_a_sheet_that_no_engine_read_is_keyed_twice(world: World) -> None:
    filing = world.filing(TRUTH, families=())
    assert world.key("keyer1", filing, TRUTH, EMPTY) == "keying"
    assert world.key("keyer2", filing, TRUTH, EMPTY) == "reviewing"


def test_an_unreadable_field_is_asked_again_and_then_decided(world: World) -> None:
    filing = world.filing(TRUTH)
    unread = TRUTH | {"entries[0].name_kana": None}
    assert world.key("keyer1", filing, unread, EMPTY) == "keying"
    assert world.key("keyer2", filing, TRUTH) == "reviewing"  # the engine and the second keyer agree
    other = world.filing(TRUTH, {"entries[0].name_kana": None})
    world.key("keyer1", other, unread, EMPTY)
    assert world.key("keyer2", other, unread) == "adjudicating"
    assert world.adjudicate("keyer3", other, unread) == "reviewing"
    assert world.values(other)["entries[0].name_kana"] is None


def test_keyer_and_machine_disagree_and_a_third_decides(world: World) -> None:
    filing = world.filing(TRUTH, {"entries[0].my_number": NUMBERS[1]})
    assert world.key("keyer1", filing, TRUTH, EMPTY) == "adjudicating"
    with pytest.raises(AlreadyRead):
        world.claim("keyer1", filing, "adjudicate")
    assert world.adjudicate("keyer2", filing, TRUTH) == "reviewing"
    assert world.basis(filing)["entries[0].my_number"] == "adjudicated"
    assert world.basis(filing)["entries[0].birth"] == "two_readings"
    assert world.values(filing)["entries[0].my_number"] == NUMBERS[0]


def test_a_person_whom_the_machine_takes_for_blank_is_caught(world: World) -> None:
    truth = acquisition(
        hired(), hired(my_number=NUMBERS[1], name_kanji="五十嵐\u3000健", name_kana="イガラシ\u3000ケン")
    )
    missed: dict[str, str | None] = {name: "" for name in truth if name.startswith("entries[1].")}
    filing = world.filing(truth, missed)
    assert world.key("keyer1", filing, truth, ("entries[2]", "entries[3]")) == "adjudicating"
    assert world.adjudicate("supervisor", filing, truth) == "reviewing"
    found = world.values(filing)
    assert found["entries[1].name_kanji"] == "五十嵐\u3000健"
    assert world.basis(filing)["entries[1].name_kanji"] == "adjudicated"


def test_two_engines_of_one_family_do_not_read_for_a_person(world: World) -> None:
    filing = world.filing(TRUTH, families=("pp-ocr", "marks"))
    assert world.state(filing) == "keying"
    assert world.key("keyer1", filing, TRUTH, EMPTY) == "reviewing"


def test_advance_is_idempotent(world: World) -> None:
    filing = world.filing(TRUTH)
    before = world.rows_of_tasks()
    for _ in range(3):
        assert world.advance(filing) == "keying"
    assert world.rows_of_tasks() == before
    world.key("keyer1", filing, TRUTH, EMPTY)
    before = world.rows_of_tasks()
    for _ in range(3):
        assert world.advance(filing) == "reviewing"
    assert world.rows_of_tasks() == before
