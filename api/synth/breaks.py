"""A share of sheets breaks one named rule each; what is claimed is judged by the rule engine before it is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from api.synth.chance import Chance
from api.synth.header import Written
from forms.model import Field, Form
from forms.values import normalise
from validators.context import RuleContext
from validators.engine import Finding, evaluate
from validators.rules.breakers import breakers, changed


@dataclass(frozen=True, slots=True)
class Break:
    """A rule that a sheet breaks: where. `entry` None for the header; `field` a whole id."""

    rule: str
    entry: int | None
    field: str


class Breaker:
    """Breaks a rule on about `share` of the sheets it is shown; each rule that can be broken has its turn."""

    def __init__(self, form: Form, as_of: date, share: float) -> None:
        self.form = form
        self.context = RuleContext(as_of)
        self.share = share

    def maybe(self, values: Written, chance: Chance) -> tuple[Written, Break | None]:
        """The values, or the same with one rule broken and which."""
        if not chance.happens(self.share):
            return values, None
        before = {(each.rule, each.entry) for each in self._fired(values)}
        known = breakers(self.form.kind)
        for rule in chance.sample(sorted(known), len(known)):
            after = known[rule](values, chance.under(rule))
            ids = changed(values, after)
            if not ids or not all(writable(self.form.field(key), after.get(key, "")) for key in ids):
                continue
            for finding in self._fired(after):
                if finding.rule == rule and (rule, finding.entry) not in before:
                    named = next((key for key in ids if key in finding.fields), ids[0])
                    return {key: text for key, text in after.items() if text}, Break(rule, finding.entry, named)
        return values, None

    def _fired(self, values: Mapping[str, str]) -> list[Finding]:
        normal = {each.id: normalise(each.type, values.get(each.id, "")) for each in self.form.captured()}
        header = {key: value for key, value in normal.items() if key.startswith("header.")}
        entries = [
            {key: value for key, value in normal.items() if key.startswith(f"entries[{number}].")}
            for number in range(self.form.entries)
        ]
        return [each for each in evaluate(self.form, header, entries, self.context) if each.outcome == "fired"]


def writable(each: Field, text: str) -> bool:
    """True if a pen can write the value into the field's boxes and a reader can read it out again."""
    if not text:
        return True
    if normalise(each.type, text) is None:
        return False
    if each.type == "wareki":
        circles = {choice.code for choice in each.choices}
        return len(text) == 7 and (text[0] in circles or text[0] == each.preprinted)
    if each.type == "choice":
        codes = text.split(",")
        return set(codes) <= {choice.code for choice in each.choices} and (each.multiple or len(codes) == 1)
    cells = [part for part in each.parts if part.cells]
    return len(cells) != 1 or len(each.parts) > 1 or len(text) <= len(cells[0].cells)
