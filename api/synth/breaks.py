"""A share of sheets breaks one named rule each; what is claimed is judged by the rule engine before it is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from api.synth.breakers import Change, natural
from api.synth.chance import Chance
from api.synth.header import Written
from forms.model import Field, Form
from forms.values import normalise
from validators.context import RuleContext
from validators.engine import Finding, evaluate
from validators.rules import rules_for

_LONGEST_RUN = 6  # examples like ああああ... say that a text is too long; nobody writes that


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
        for rule, entry, change in self._changes(values, chance):
            changed = {key: text for key, text in (values | change).items() if text}
            if not all(writable(self.form.field(key), text) for key, text in change.items()):
                continue
            for finding in self._fired(changed):
                if finding.rule == rule and finding.entry == entry and (rule, entry) not in before:
                    return changed, Break(rule, entry, _where(finding, change))
        return values, None

    def _fired(self, values: Mapping[str, str]) -> list[Finding]:
        normal = {each.id: normalise(each.type, values.get(each.id, "")) for each in self.form.captured()}
        header = {key: value for key, value in normal.items() if key.startswith("header.")}
        entries = [
            {key: value for key, value in normal.items() if key.startswith(f"entries[{number}].")}
            for number in range(self.form.entries)
        ]
        return [each for each in evaluate(self.form, header, entries, self.context) if each.outcome == "fired"]

    def _changes(self, values: Written, chance: Chance) -> Iterator[tuple[str, int | None, Change]]:
        """Rule, entry and changes of whole ids, in a random order of rules: natural slips before bare examples."""
        filled = sorted({key.partition(".")[0] for key in values if key.startswith("entries[")})
        prefix = chance.choice(filled) if filled else "entries[0]"
        own = {key.removeprefix(f"{prefix}."): text for key, text in values.items() if key.startswith(f"{prefix}.")}
        blocks = {key.rpartition(".")[0] for key in own}
        slips = natural(self.form.kind, own, self.context.check_date, chance)
        rules = [each.id for each in rules_for(self.form.kind) if each.evaluated]
        chance.shuffle(rules)
        examples = {
            each.id: [one.values for one in each.breaking if one.kind == self.form.kind]
            for each in rules_for(self.form.kind)
        }
        natural_first = sorted(rules, key=lambda rule: rule not in slips and chance.happens(0.6))
        for rule in natural_first:
            candidates = [slips[rule]] if rule in slips else [each for each in examples[rule] if _human(each)]
            chance.shuffle(candidates)
            for change in candidates:
                if all(key.startswith("header.") or key.rpartition(".")[0] in blocks for key in change):
                    whole = {key if key.startswith("header.") else f"{prefix}.{key}": t for key, t in change.items()}
                    in_header = all(key.startswith("header.") for key in change)
                    number = int(prefix[len("entries[") : -1])
                    yield rule, None if in_header else number, whole


def _human(change: Mapping[str, str]) -> bool:
    """False for texts that only a test would write."""
    return not any(len(text) > _LONGEST_RUN and len(set(text)) == 1 and not text.isdigit() for text in change.values())


def _where(finding: Finding, change: Mapping[str, str]) -> str:
    """The field to name: one that was changed and that the finding speaks of, if there is one."""
    return next((key for key in finding.fields if key in change), finding.fields[0])


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
