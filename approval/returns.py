"""Return reasons: the coded grounds on which a filing goes back to its filer (返戻), as data."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml

from approval.errors import UnknownReason
from forms.model import Text


@dataclass(frozen=True, slots=True)
class Reason:
    """A return reason. `official`: on the agency's published list (domain.md 6.3)."""

    code: str
    text: Text
    official: bool
    rules: frozenset[str]


@cache
def _reasons() -> dict[str, tuple[Reason, ...]]:
    rows = yaml.safe_load(resources.files("approval").joinpath("data/returns.yaml").read_text("utf-8"))
    return {
        kind: tuple(
            Reason(row["code"], Text(row["ja"], row["en"]), row["official"], frozenset(row["rules"])) for row in listed
        )
        for kind, listed in rows.items()
    }


def reasons(kind: str) -> tuple[Reason, ...]:
    """The reasons for a kind: its own first, then those that every kind has."""
    return (*_reasons().get(kind, ()), *_reasons()["any"])


def reason(kind: str, code: str) -> Reason:
    """The reason with that code. UnknownReason."""
    for found in reasons(kind):
        if found.code == code:
            return found
    raise UnknownReason(code=code)


def suggested(kind: str, rules: Iterable[str]) -> tuple[Reason, ...]:
    """The reasons that the fired rules point to, in the order of the list."""
    fired = frozenset(rules)
    return tuple(found for found in reasons(kind) if found.rules & fired)
