"""Every rule is proved by its own examples: the breaking ones fire it, the passing ones do not."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from validators.engine import Finding, evaluate
from validators.rules import rule, rules, samples

KINDS = ("acquisition", "dependants")


def judged(kind: str, changes: dict[str, str]) -> list[Finding]:
    header, entry = samples.laid_over(kind, changes)
    return evaluate(SimpleNamespace(kind=kind), header, [entry], samples.context(kind))


def fired(kind: str, changes: dict[str, str]) -> set[str]:
    return {f.rule for f in judged(kind, changes) if f.outcome == "fired"}


@pytest.mark.parametrize("kind", KINDS)
def test_the_sample_breaks_nothing(kind):
    assert [f for f in judged(kind, {}) if f.outcome == "fired"] == []


EVALUATED = [r for r in rules() if r.evaluated]
BREAKING = [(r.id, n) for r in EVALUATED for n in range(len(r.breaking))]
PASSING = [(r.id, n) for r in EVALUATED for n in range(len(r.passing))]


@pytest.mark.parametrize(("id_", "n"), BREAKING)
def test_a_breaking_example_fires(id_, n):
    example = rule(id_).breaking[n]
    assert id_ in fired(example.kind, example.values), example


@pytest.mark.parametrize(("id_", "n"), PASSING)
def test_a_passing_example_does_not_fire(id_, n):
    example = rule(id_).passing[n]
    assert id_ not in fired(example.kind, example.values), example


def test_every_rule_that_can_fire_has_both_kinds_of_examples():
    # A4 and D3 judge facts that no filing and no register carries: they are listed and never fire.
    never = {"A4", "D3"}
    assert {r.id for r in EVALUATED if not r.breaking} == never
    assert [r.id for r in EVALUATED if not r.passing] == []


def test_ids_are_unique_and_references_lead_to_judged_rules():
    ids = [r.id for r in rules()]
    assert len(ids) == len(set(ids))
    for r in rules():
        natures = [r.evaluated, bool(r.same_as), r.held_by is not None]
        assert sum(natures) == 1, r.id
        assert all(rule(other).evaluated for other in r.same_as), r.id


def test_all_items_of_both_records_are_listed():
    ids = {r.id for r in rules()}
    assert {f"2200-{n}" for n in range(1, 35)} <= ids
    assert {f"2202-{n}" for n in range(1, 140)} <= ids
    assert {f"G{n}" for n in range(11)} | {f"A{n}" for n in range(1, 10)} | {f"D{n}" for n in range(1, 10)} <= ids


@pytest.mark.parametrize(("id_", "n"), BREAKING)
def test_nobody_reads_the_same_sentence_twice_and_no_number_is_quoted(id_, n):
    example = rule(id_).breaking[n]
    said = judged(example.kind, example.values)
    spoken = [(f.message["ja"], f.fields) for f in said]
    assert len(spoken) == len(set(spoken))
    numbers = {v for k, v in example.values.items() if k.endswith("my_number") and len(v) > 4}
    for finding in said:
        assert finding.message["ja"] and finding.message["en"]
        assert not any(number in text for number in numbers for text in finding.message.values())
        assert all(f.startswith(("header.", "entries[0].")) for f in finding.fields)
