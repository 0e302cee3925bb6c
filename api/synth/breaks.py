"""A share of sheets breaks one named rule each, by the rule's own breaking change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from api.synth.chance import Chance
from api.synth.header import Written
from forms.model import Form


@dataclass(frozen=True, slots=True)
class Break:
    """A rule that a sheet breaks: where. `entry` None for the header; `field` a whole id."""

    rule: str
    entry: int | None
    field: str


class Breaker:
    """Breaks a rule on about `share` of the sheets it is shown."""

    def __init__(self, form: Form, as_of: date, share: float) -> None:
        self.form = form
        self.as_of = as_of
        self.share = share

    def maybe(self, values: Written, chance: Chance) -> tuple[Written, Break | None]:
        """The values, or the same with one rule broken and which."""
        return values, None
