"""The rules of filings: one registry, found by id or by kind."""

from __future__ import annotations

from functools import lru_cache

from validators.engine import Rule
from validators.rules import acquisition, dates, dependants, income, items, names, numbers, office, register
from validators.rules.blank import BLANK_FILING, RULE
from validators.rules.errors import UnknownRule

__all__ = ["BLANK_FILING", "UnknownRule", "rule", "rules", "rules_for", "said_by"]
_MODULES = (dates, office, names, numbers, acquisition, income, dependants, register)


@lru_cache(maxsize=1)
def rules() -> tuple[Rule, ...]:
    """Every rule, named rules first, then the items of each record in order."""
    named = [RULE, *(r for module in _MODULES for r in module.RULES)]
    return (*sorted(named, key=_order), *items.rules("acquisition"), *items.rules("dependants"))


def _order(rule: Rule) -> tuple[int, int]:
    return "GADP".index(rule.id[0]), int(rule.id[1:])


@lru_cache(maxsize=8)
def rules_for(kind: str) -> tuple[Rule, ...]:
    """The rules of a kind, () for a kind without any."""
    return tuple(r for r in rules() if kind in r.kinds)


@lru_cache(maxsize=1)
def _index() -> dict[str, Rule]:
    return {r.id: r for r in rules()}


def rule(id_: str) -> Rule:
    """The rule of that id; UnknownRule if there is none."""
    found = _index().get(id_)
    if found is None:
        raise UnknownRule(rule=id_)
    return found


@lru_cache(maxsize=1024)
def said_by(id_: str) -> tuple[str, ...]:
    """The ids of the rules that refer to this one (G10 to A3): listed, never judged a second time."""
    return tuple(r.id for r in rules() if id_ in r.same_as)
