"""Breakers really break the rule they name, on sheets as the synthetic filer writes them, and only there."""

from __future__ import annotations

from datetime import date
from functools import cache
from itertools import islice
from random import Random
from types import SimpleNamespace

import pytest

from api.synth.chance import Chance
from api.synth.produce import FILLED_BY
from api.synth.world import World
from forms import catalogue
from forms.values import normalise
from validators.context import RuleContext
from validators.engine import evaluate
from validators.rules import rule
from validators.rules.breakers import breakers, breaks, changed

AS_OF = date(2026, 11, 21)
KINDS = ("acquisition", "dependants")
SHEETS = 24


def normal(kind: str, written: dict[str, str]) -> dict[str, str]:
    form = catalogue.form(kind)
    return {key: normalise(form.field(key).type, text) or "" for key, text in written.items()}


@cache
def sheets(kind: str) -> list[dict[str, str]]:
    written = FILLED_BY[kind](World("rules", 2000, 40, AS_OF), Chance("rules", kind), SHEETS, None)
    return [normal(kind, values) for values in islice(written, SHEETS)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_synthetic_sheet_breaks_nothing(kind):
    for values in sheets(kind):
        header = {k: v for k, v in values.items() if k.startswith("header.")}
        entries = [{k: v for k, v in values.items() if k.startswith(f"entries[{n}].")} for n in range(4)]
        found = evaluate(SimpleNamespace(kind=kind), header, entries, RuleContext(AS_OF))
        assert [f for f in found if f.outcome == "fired" and f.severity != "I"] == []


@pytest.mark.parametrize(("kind", "id_"), [(kind, id_) for kind in KINDS for id_ in breakers(kind)])
def test_a_breaker_breaks_its_rule_where_it_changes_anything(kind, id_):
    rng = Random(id_)
    broken = 0
    for values in sheets(kind):
        before = dict(values)
        after = breakers(kind)[id_](values, rng)
        assert values == before
        ids = changed(values, after)
        if ids:
            broken += 1
            assert breaks(kind, normal(kind, after), id_, AS_OF), (ids, [after.get(key) for key in ids])
            entries = {key.partition(".")[0] for key in ids if not key.startswith("header.")}
            assert len(entries) <= 1
    assert broken, "nothing to break on any sheet"


@pytest.mark.parametrize("kind", KINDS)
def test_breakers_name_rules_of_their_kind(kind):
    assert len(breakers(kind)) >= 25
    assert all(kind in rule(id_).kinds and rule(id_).evaluated for id_ in breakers(kind))
