"""The small language in which item rules say when a field must, or may, be filled."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from forms.model import Text
from forms.values import numbers
from validators.view import View

_TERM = re.compile(r"(?P<blank>!)?(?P<key>[\w\[\]./]+?)(?:(?P<not>!)?(?P<op>[=:])(?P<codes>[0-9|]+))?")
_KINDS = {"12": "my_number", "10": "bpn"}
# Numbers that satisfy `:12` and `:10` in examples: the ordinance's test vector and a made-up pension number.
EXAMPLE_NUMBERS = {"12": "123456789018", "10": "2112345678"}
Name = Callable[[str], Text]
CodeName = Callable[[str, str], Text]


@dataclass(frozen=True, slots=True)
class Term:
    """One comparison: `op` is "filled", "=" (one of the codes is among the value's) or ":" (kind of number)."""

    key: str  # whole short key
    op: str
    codes: tuple[str, ...]
    negated: bool

    def holds(self, view: View) -> bool:
        """True if the comparison is true of the entry."""
        value = view.get(self.key)
        if self.op == "filled":
            true = bool(value)
        elif self.op == ":":
            true = numbers.combined(value) == _KINDS[self.codes[0]]
        else:
            true = any(code in self.codes for code in view.codes(self.key))
        return true != self.negated

    def solution(self, truth: bool) -> dict[str, str]:
        """A value that makes the comparison true (or false)."""
        if truth == self.negated:
            other = "10" if self.op == ":" and self.codes[0] == "12" else "12"
            wrong = EXAMPLE_NUMBERS[other] if self.op == ":" else ""
            if self.key.endswith("change_type"):
                wrong = next(code for code in "123" if code not in self.codes)
            return {self.key: wrong}
        if self.op == ":":
            return {self.key: EXAMPLE_NUMBERS[self.codes[0]]}
        return {self.key: self.codes[0] if self.codes else "1"}


@dataclass(frozen=True, slots=True)
class Condition:
    """Terms that must all hold; no terms is always true."""

    terms: tuple[Term, ...]

    def holds(self, view: View) -> bool:
        """True if every term is true of the entry."""
        return all(term.holds(view) for term in self.terms)

    def open(self, view: View) -> bool:
        """True while the kind of change, on which the condition hangs, is itself blank (its own rule speaks)."""
        return any(term.key.endswith("change_type") and not view.get(term.key) for term in self.terms)

    @property
    def keys(self) -> tuple[str, ...]:
        """The short keys it reads."""
        return tuple(term.key for term in self.terms)

    def solution(self, truth: bool) -> dict[str, str]:
        """Values under which the condition is true (or false)."""
        if truth:
            return {key: value for term in self.terms for key, value in term.solution(True).items()}
        return self.terms[0].solution(False)

    def words(self, name: Name, code_name: CodeName) -> Text:
        """`異動の別が「1 該当」のとき` / `when kind of change is "1 becomes a dependant"`."""
        spoken = [_words(term, name, code_name) for term in self.terms]
        return Text("、".join(part.ja for part in spoken), " and ".join(part.en for part in spoken))


def _words(term: Term, name: Name, code_name: CodeName) -> Text:
    field = name(term.key)
    if term.op == "filled":
        ja, en = ("空白の", "is blank") if term.negated else ("記入されている", "is filled")
        return Text(f"{field.ja}が{ja}とき", f"when {field.en} {en}")
    if term.op == ":":
        number = Text("個人番号", "a My Number") if term.codes[0] == "12" else Text("基礎年金番号", "a pension number")
        ja, en = ("書かれていない", "no") if term.negated else ("書かれている", "")
        return Text(
            f"{number.ja}が{ja}とき", f"when {en or number.en.split()[0]} {number.en.split(' ', 1)[1]} is written"
        )
    codes = [code_name(term.key, code) for code in term.codes]
    ja_codes = "・".join(f"「{code.ja}」" for code in codes)
    en_codes = " or ".join(f'"{code.en}"' for code in codes)
    if term.negated:
        return Text(f"{field.ja}が{ja_codes}でないとき", f"when {field.en} is not {en_codes}")
    return Text(f"{field.ja}が{ja_codes}のとき", f"when {field.en} is {en_codes}")


def parse(text: str | bool, prefix: str) -> Condition:
    """A condition of items_*.yaml. Keys stand in the block `prefix` unless they begin with "/". `yes` is always.

    Raises ValueError for what is no condition.
    """
    if text is True:
        return Condition(())
    terms = []
    for part in str(text).split(" & "):
        found = _TERM.fullmatch(part)
        if found is None:
            raise ValueError(f"no condition: {part!r}")
        terms.append(_term(found.groupdict(), prefix))
    return Condition(tuple(terms))


def _term(found: Mapping[str, str | None], prefix: str) -> Term:
    written = found["key"] or ""
    key = written[1:] if written.startswith("/") else f"{prefix}.{written}".lstrip(".")
    codes = tuple((found["codes"] or "").split("|")) if found["codes"] else ()
    return Term(key, found["op"] or "filled", codes, bool(found["blank"]) or bool(found["not"]))
