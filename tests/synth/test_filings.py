"""What is written on sheets: it keeps every rule, refers to the register, and breaks only what it says it breaks."""

from __future__ import annotations

from collections import Counter

import pytest

from api.synth.breaks import Breaker
from api.synth.chance import Chance
from api.synth.produce import FILLED_BY
from api.synth.register import facts
from api.synth.world import World
from forms import catalogue
from forms.values import normalise
from tests.synth.conftest import AS_OF, KINDS
from validators.context import RuleContext
from validators.engine import evaluate

WORLD = World("filings", 2000, 20, AS_OF)
SHEETS = 80


def written(kind, count=SHEETS, entries=None, seed="filings"):
    return list(FILLED_BY[kind](WORLD, Chance(seed, kind), count, entries))


def values_of(form, sheet):
    return {each.id: normalise(each.type, sheet.get(each.id, "")) for each in form.captured()}


def fired(form, sheet, known=None):
    values = values_of(form, sheet)
    header = {key: value for key, value in values.items() if key.startswith("header.")}
    entries = [{k: v for k, v in values.items() if k.startswith(f"entries[{n}].")} for n in range(form.entries)]
    return [f for f in evaluate(form, header, entries, RuleContext(AS_OF, known)) if f.outcome == "fired"]


@pytest.mark.parametrize("kind", KINDS)
def test_every_value_belongs_to_the_form_and_is_normal(kind):
    form = catalogue.form(kind)
    for sheet in written(kind):
        for key, text in sheet.items():
            value = normalise(form.field(key).type, text)
            assert value, (key, text)
            assert normalise(form.field(key).type, value) == value


@pytest.mark.parametrize("kind", KINDS)
def test_sheets_keep_every_rule_against_their_own_register(kind):
    form, known = catalogue.form(kind), facts(WORLD)
    said = [f for sheet in written(kind) for f in fired(form, sheet, known) if f.severity != "I"]
    # 継続再雇用 asks whether the loss of the same day was filed: a register that has not seen it yet must ask.
    assert [f for f in said if f.rule != "A7"] == []


@pytest.mark.parametrize("kind", KINDS)
def test_sheets_speak_of_persons_whom_the_register_knows(kind):
    key = "entries[0].my_number" if kind == "acquisition" else "entries[0].insured.my_number"
    known = facts(WORLD)
    found = [known.person(sheet[key]) is not None for sheet in written(kind)]
    assert sum(found) > SHEETS * 0.3
    assert kind == "dependants" or sum(found) < SHEETS * 0.9


@pytest.mark.parametrize("kind", KINDS)
def test_nobody_is_filed_twice_in_a_run(kind):
    keys = [key for key in written(kind, 1)[0] if key.endswith("my_number")]
    numbers = [sheet[key] for sheet in written(kind, 200) for key in keys if key in sheet]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("entries", [1, 2, 4])
def test_entries_says_how_many_persons_stand_on_a_sheet(entries):
    for sheet in written("acquisition", 20, entries):
        assert sum(f"entries[{n}].name_kana" in sheet for n in range(4)) == entries
    for sheet in written("dependants", 20, entries):
        blocks = ("spouse", "others[0]", "others[1]")
        assert 1 <= sum(f"entries[0].{block}.name_kana" in sheet for block in blocks) <= entries


def test_every_kind_of_change_is_filed():
    changes = Counter(sheet["entries[0].insured.change_type"] for sheet in written("dependants", 200))
    assert set(changes) == {"1", "2", "3"}
    reasons = {sheet.get("entries[0].others[0].start_reason") for sheet in written("dependants", 200)}
    assert "1" in reasons  # newborn


@pytest.mark.parametrize("kind", KINDS)
def test_named_breaks_fire_and_are_many(kind):
    form = catalogue.form(kind)
    breaker = Breaker(form, AS_OF, 1.0)
    rules = Counter()
    for number, sheet in enumerate(written(kind)):
        before = {(f.rule, f.entry) for f in fired(form, sheet)}
        after, broken = breaker.maybe(sheet, Chance("break", number))
        assert broken is not None
        assert (broken.rule, broken.entry) not in before
        assert (broken.rule, broken.entry) in {(f.rule, f.entry) for f in fired(form, after)}
        assert after.get(broken.field, "") != sheet.get(broken.field, "")
        assert all(value is not None for value in values_of(form, after).values())
        rules[broken.rule] += 1
    assert len(rules) >= 15


def test_no_share_breaks_nothing_and_half_breaks_half():
    form = catalogue.form("acquisition")
    sheets = written("acquisition")
    assert all(Breaker(form, AS_OF, 0.0).maybe(sheet, Chance(n))[1] is None for n, sheet in enumerate(sheets))
    half = sum(Breaker(form, AS_OF, 0.5).maybe(sheet, Chance(n))[1] is not None for n, sheet in enumerate(sheets))
    assert 0.3 * SHEETS < half < 0.7 * SHEETS
