"""Comparison: two independent readings, one of them a person's, or nobody says that a value stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from approval.compare import Read, Standing, first_round, later_round

VALUES = st.sampled_from([None, "", "1", "2"])
READERS = st.sampled_from(["family:a", "family:b", "user:1", "user:2"])
READS = st.lists(st.tuples(READERS, VALUES), max_size=6).map(
    lambda pairs: [Read(str(i), reader, value, 0.5) for i, (reader, value) in enumerate(pairs)]
)


@given(READS)
def test_a_settled_value_has_two_readers_who_agree(reads: list[Read]) -> None:
    verdict = first_round("digits", reads)
    if verdict.kind != "settled":
        return
    chosen = {r.id: r for r in reads}
    readers = {chosen[i].reader for i in verdict.readings}
    assert len(readers) >= 2
    assert any(reader.startswith("user:") for reader in readers)
    assert {chosen[i].value for i in verdict.readings} == {verdict.value}


@given(READS)
def test_nobody_keys_a_field_that_two_persons_have_read(reads: list[Read]) -> None:
    if len({r.reader for r in reads if r.person}) >= 2:
        assert first_round("digits", reads).kind != "key"


@given(READS)
def test_order_does_not_matter(reads: list[Read]) -> None:
    assert first_round("digits", reads).kind == first_round("digits", reads[::-1]).kind or len(
        {r.reader for r in reads}
    ) < len(reads)


def test_engines_of_one_family_are_one_reader() -> None:
    reads = [Read("1", "family:pp-ocr", "12", 0.9), Read("2", "family:pp-ocr", "12", 0.8)]
    assert first_round("digits", reads).kind == "key"


def test_two_engines_without_a_person_settle_nothing() -> None:
    assert first_round("digits", [Read("1", "family:a", "12"), Read("2", "family:b", "12")]).kind == "key"


def test_equal_after_normalisation_only() -> None:
    reads = [Read("1", "family:a", "03-1234-5678"), Read("2", "user:1", "0312345678")]
    verdict = first_round("telephone", reads)
    assert (verdict.kind, verdict.value) == ("settled", "0312345678")
    assert first_round("kanji", [Read("1", "family:a", "高橋"), Read("2", "user:1", "髙橋")]).kind == "differs"


def test_a_null_reading_is_no_reading() -> None:
    assert first_round("digits", [Read("1", "family:a", None), Read("2", "user:1", "12")]).kind == "key"
    both = [Read("1", "family:a", None), Read("2", "user:1", None), Read("3", "user:2", None)]
    assert first_round("digits", both).kind == "differs"


def test_a_fresh_reading_lets_the_standing_value_stand_or_not() -> None:
    stood = Standing("12", "two_readings", None, ("1", "2"))
    same = later_round("digits", [Read("3", "user:3", "12")], stood)
    assert (same.kind, same.readings) == ("settled", ("1", "2", "3"))
    assert later_round("digits", [Read("3", "user:3", "13")], stood).kind == "differs"
    assert later_round("digits", [Read("3", "user:3", None)], stood).kind == "key"
    assert later_round("digits", [Read("3", "user:3", "12")], Standing(None, "adjudicated", "u", ())).kind == "differs"
