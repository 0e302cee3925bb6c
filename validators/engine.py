"""The rule engine: what a rule is, and what the rules say of a filing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Literal, Protocol

from forms.model import Text
from validators.context import RuleContext
from validators.view import Unreadable, Values, View, entry_view, header_view

Severity = Literal["E", "W", "I"]  # blocks (JPS automatic check, return reason); needs a person; information
Outcome = Literal["fired", "not_evaluable"]


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule is broken: at these short keys, for this reason, with what to do.

    `severity` overrides the rule's; `also` names the rules that say the same (a reviewer reads it once).
    """

    fields: tuple[str, ...]
    ja: str
    en: str
    severity: Severity | None = None
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lack:
    """A rule cannot be evaluated: `what` is a stable word for the fact that is missing (`working_hours`)."""

    what: str
    ja: str
    en: str
    fields: tuple[str, ...] = ()


def unreadable(key: str) -> Lack:
    """A value is null: nobody could read it."""
    return Lack(
        "readable_value",
        "この欄が読み取れていないため、関係する規則を確認できません。値を確定してください。",
        "This field could not be read, so rules about it cannot be judged. Settle its value.",
        (key,),
    )


Said = Iterable[Hit | Lack]
Check = Callable[[View], Said]


@dataclass(frozen=True, slots=True)
class Example:
    """Short keys and values laid over the sample filing of `kind` (rules/samples.py); keys may be `header.*`."""

    kind: str
    values: dict[str, str]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of a filing kind: who says it, what it reads, when it holds, and how it is judged.

    Exactly one of these is its nature: it has a check; it says the same as another rule (`same_as`); the form
    itself holds it (`held_by`: a field the paper does not have, or a value we write ourselves).
    """

    id: str
    kinds: tuple[str, ...]
    severity: Severity
    title: Text
    source: str
    fields: tuple[str, ...] = ()  # short keys it reads
    entry: Check | None = None
    header: Check | None = None
    same_as: tuple[str, ...] = ()
    held_by: Text | None = None
    lacks: tuple[str, ...] = ()  # facts it can be missing
    breaking: tuple[Example, ...] = ()
    passing: tuple[Example, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None

    def holds(self, on: date) -> bool:
        """True if the rule is in force on that day."""
        return (self.valid_from is None or self.valid_from <= on) and (self.valid_to is None or on <= self.valid_to)

    @property
    def evaluated(self) -> bool:
        return self.entry is not None or self.header is not None


@dataclass(frozen=True, slots=True)
class Finding:
    """What a rule said. `entry` is None for the header; `fields` are whole ids; `message` is {"ja", "en"}.

    `lacks` is "" where the rule fired. Messages quote no My Number and no basic pension number.
    """

    rule: str
    severity: Severity
    outcome: Outcome
    entry: int | None
    fields: tuple[str, ...]
    message: dict[str, str]
    lacks: str = ""
    also: tuple[str, ...] = field(default=())

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return {
            "rule": self.rule,
            "severity": self.severity,
            "outcome": self.outcome,
            "entry": self.entry,
            "fields": list(self.fields),
            "message": self.message,
            "lacks": self.lacks,
            "also": list(self.also),
        }


class OfKind(Protocol):
    """Anything that says its kind; a forms.model.Form does."""

    @property
    def kind(self) -> str: ...


def evaluate(form: OfKind, header: Values, entries: Sequence[Values], context: RuleContext) -> list[Finding]:
    """What the rules in force on the check date say of a filing, header first, then entry by entry.

    `header` and `entries` hold normalised values under whole field ids. A blank entry is nobody and gets no
    finding; a filing without any filled entry gets one (G0).
    """
    from validators.rules import rules_for

    rules = [rule for rule in rules_for(form.kind) if rule.evaluated and rule.holds(context.check_date)]
    views = [entry_view(form.kind, n, header, values, context) for n, values in enumerate(entries)]
    filled = [view for view in views if view.filled_blocks]
    head = header_view(form.kind, header, context)
    findings = [found for rule in rules if rule.header for found in _judge(rule, rule.header, head)]
    if not filled:
        findings.append(_blank_filing())
    for view in filled:
        findings += [found for rule in rules if rule.entry for found in _judge(rule, rule.entry, view)]
    return _once(findings)


def _once(findings: list[Finding]) -> list[Finding]:
    """What cannot be evaluated for one and the same reason is said once, with all the rules that wait for it."""
    kept: dict[object, Finding] = {}
    for n, found in enumerate(findings):
        same = found.outcome == "not_evaluable" and found.lacks in {"readable_value", "register"}
        fields = found.fields if found.lacks == "readable_value" else ()
        key = (found.entry, found.lacks, found.message["en"], fields) if same else n
        first = kept.get(key)
        if first is None:
            kept[key] = found
        else:
            every = tuple(dict.fromkeys((*first.fields, *found.fields)))
            kept[key] = replace(first, fields=every, also=(*first.also, found.rule))
    return list(kept.values())


def _judge(rule: Rule, check: Check, view: View) -> Iterable[Finding]:
    try:
        for said in check(view):
            yield _finding(rule, said, view)
    except Unreadable as missing:
        yield _finding(rule, unreadable(missing.key), view)


def _finding(rule: Rule, said: Hit | Lack, view: View) -> Finding:
    fields = tuple(view.id(key) for key in said.fields)
    message = {"ja": said.ja, "en": said.en}
    if isinstance(said, Lack):
        return Finding(rule.id, rule.severity, "not_evaluable", view.index, fields, message, said.what)
    return Finding(rule.id, said.severity or rule.severity, "fired", view.index, fields, message, "", said.also)


def _blank_filing() -> Finding:
    from validators.rules import BLANK_FILING

    message = {
        "ja": "届出対象者が1人も記入されていません。全欄が空白の用紙です。用紙を確かめ、届出人に返してください。",
        "en": "Nobody is entered: every field of the form is blank. Look at the sheet and return it to the filer.",
    }
    return Finding(BLANK_FILING, "E", "fired", None, (), message)
