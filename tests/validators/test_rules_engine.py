"""The engine: blank entries, values nobody could read, facts that are missing, dates between which rules hold."""

from __future__ import annotations

import time
from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from forms import catalogue
from validators.context import RuleContext
from validators.engine import Rule, evaluate
from validators.rules import UnknownRule, rule, rules, rules_for, said_by, samples

ACQUISITION, DEPENDANTS = (SimpleNamespace(kind=kind) for kind in ("acquisition", "dependants"))
REGISTERED = samples.context("acquisition")


def judge(form, header, *entries, context=REGISTERED):
    return evaluate(form, header, list(entries), context)


def fired(findings):
    return [f for f in findings if f.outcome == "fired"]


def test_a_blank_entry_gets_no_finding():
    blank = {f"entries[1].{key}": "" for key in samples.ACQUISITION}
    assert fired(judge(ACQUISITION, samples.HEADER, samples.entry("acquisition"), blank, {})) == []


def test_a_wholly_blank_filing_gets_one():
    found = judge(ACQUISITION, samples.HEADER, {}, {})
    assert [f.rule for f in fired(found)] == ["G0"]
    assert all(f.entry is None for f in found)


def test_an_entry_is_named_by_its_own_number():
    third = samples.entry("acquisition", 3) | {"entries[3].acq_date": ""}
    (found,) = fired(judge(ACQUISITION, samples.HEADER, third))
    assert (found.rule, found.entry, found.fields) == ("A1", 3, ("entries[3].acq_date",))


def test_a_value_that_nobody_could_read_is_said_once_and_fires_nothing():
    unread = samples.entry("acquisition") | {"entries[0].acq_date": None}
    found = judge(ACQUISITION, samples.HEADER, unread)
    assert fired(found) == []
    waiting = [f for f in found if f.lacks == "readable_value"]
    assert [f.fields for f in waiting] == [("entries[0].acq_date",)]
    assert {"A1", "A6", "A8", "G3"} <= {waiting[0].rule, *waiting[0].also}


def test_one_unreadable_date_does_not_hide_a_wrong_one():
    values = samples.entry("dependants") | {"entries[0].insured.birth": None, "entries[0].spouse.birth": "7050230"}
    found = judge(DEPENDANTS, samples.HEADER, values, context=samples.context("dependants"))
    assert ("G1", ("entries[0].spouse.birth",)) in [(f.rule, f.fields) for f in fired(found)]


def test_without_a_register_rules_that_need_it_say_so():
    found = judge(ACQUISITION, samples.HEADER, samples.entry("acquisition"), context=RuleContext(samples.CHECK_DATE))
    assert fired(found) == []
    assert {"P1", "P2", "P3"} <= {rule for f in found if f.lacks == "register" for rule in (f.rule, *f.also)}


@pytest.mark.parametrize(
    ("kind", "changes", "id_", "lacks"),
    [
        ("acquisition", {}, "A4", "working_hours"),
        ("acquisition", {"remarks": "3"}, "A4", "office_size"),
        ("acquisition", {"remarks": "4", "birth": "5400101"}, "A7", "attachments"),
        ("acquisition", {}, "G6", "reading_dictionary"),
        ("dependants", {"spouse.living": "2"}, "D2", "remittance"),
        ("dependants", {"insured.income": "", "spouse.income": "1"}, "D2", "insured_income"),
        ("dependants", {"spouse.income": "1", "spouse.occupation": "2"}, "D3", "labour_contract"),
        ("dependants", {"others[0].relation": "10", "others[0].living": "2"}, "D4", "degree_of_relation"),
        ("dependants", {"spouse.nationality": "ブラジル"}, "D5", "visa"),
    ],
)
def test_a_fact_that_is_on_no_form_is_listed_with_what_it_lacks(kind, changes, id_, lacks):
    header, entry = samples.laid_over(kind, changes)
    found = evaluate(SimpleNamespace(kind=kind), header, [entry], samples.context(kind))
    assert (id_, lacks) in [(f.rule, f.lacks) for f in found if f.outcome == "not_evaluable"]
    assert id_ not in [f.rule for f in fired(found)]
    assert lacks in rule(id_).lacks


def test_a_rule_holds_between_its_dates():
    dated = Rule("X", (), "I", rule("A1").title, "", valid_from=date(2026, 4, 1), valid_to=date(2027, 3, 31))
    assert [dated.holds(day) for day in (date(2026, 3, 31), date(2026, 4, 1), date(2027, 3, 31), date(2027, 4, 1))] == [
        False, True, True, False,
    ]  # fmt: skip
    values = samples.entry("dependants") | {"entries[0].spouse.income": "1", "entries[0].spouse.occupation": "2"}
    assert not rule("D3").holds(date(2026, 3, 31))
    early = RuleContext(date(2026, 3, 31))
    assert "D3" not in {f.rule for f in evaluate(DEPENDANTS, samples.HEADER, [values], early)}


def test_severities_follow_the_case():
    def said(kind, changes, id_):
        header, entry = samples.laid_over(kind, changes)
        found = evaluate(SimpleNamespace(kind=kind), header, [entry], samples.context(kind))
        return [f.severity for f in found if f.rule == id_ and f.outcome == "fired"]

    assert said("acquisition", {"birth": "7310501"}, "G1") == ["W"]  # 平成31年5月: understood, and proposed (5.5)
    assert said("acquisition", {"birth": "5640108"}, "G1") == ["E"]
    assert said("acquisition", {"birth": "5311117"}, "A6") == ["W"]
    assert said("acquisition", {"remarks": "1"}, "A6") == ["E"]
    assert said("dependants", {"spouse.zip": "1000014"}, "G5") == ["W"]
    assert said("dependants", {"spouse.zip": "0600001"}, "G5") == ["E"]


def test_references_are_listed_and_found():
    assert said_by("A3") == ("G10", "2200-23")
    assert rule("2202-104").fields[0] == "others[1].name_kana"
    with pytest.raises(UnknownRule):
        rule("Z9")
    assert rules_for("nothing") == ()


@pytest.mark.parametrize("kind", ["acquisition", "dependants"])
def test_rules_read_fields_that_the_form_has(kind):
    known = {f.id.removeprefix("entries[0].") for f in catalogue.form(kind).fields}
    for one in rules_for(kind):
        if one.id.startswith("22"):
            assert set(one.fields) <= known, one.id
    for key in samples.ENTRIES[kind]:
        assert key in known
    for one in rules():
        for example in (*one.breaking, *one.passing):
            if example.kind == kind:
                assert set(example.values) <= known, one.id


ANY = st.one_of(
    st.none(),
    st.sampled_from(["", "0", "1", "1,3", "9080401", "9999999", "123456789012", "abc", "あ_1"]),
    st.text(max_size=6),
)


@pytest.mark.parametrize("kind", ["acquisition", "dependants"])
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_value_makes_a_rule_fail(kind, data):
    """E-filed values that have no normal form reach the rules as they were sent."""
    keys = [f.id for f in catalogue.form(kind).captured() if not f.id.startswith("entries[1")]
    broken = data.draw(st.dictionaries(st.sampled_from(keys), ANY, max_size=12))
    header = samples.HEADER | {k: v for k, v in broken.items() if k.startswith("header.")}
    entry = samples.entry(kind) | {k: v for k, v in broken.items() if k.startswith("entries[0]")}
    for found in evaluate(SimpleNamespace(kind=kind), header, [entry], samples.context(kind)):
        assert found.message["ja"] and found.message["en"]


def test_five_hundred_entries_are_judged_in_a_moment():
    entries = [samples.entry("acquisition", n) for n in range(500)]
    begun = time.perf_counter()
    judge(ACQUISITION, samples.HEADER, *entries)
    assert time.perf_counter() - begun < 5
