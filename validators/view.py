"""How a rule sees an entry: values by their short key, typed, with whole field ids for the finding."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from forms.values import choice, wareki, yen
from validators.context import RuleContext

Values = Mapping[str, str | None]
_PREFIX = re.compile(r"entries\[(?P<index>[0-9]+)\]\.")


class Unreadable(Exception):
    """A rule asked for a value that nobody could read; the engine answers that it cannot be evaluated."""

    def __init__(self, key: str) -> None:
        self.key = key
        super().__init__(key)


@dataclass(frozen=True, slots=True)
class View:
    """The header and one entry (or the header alone, `index` None) of a filing of `kind`.

    Keys are short: `acq_date`, `insured.birth`, `others[0].income`; header keys begin with `header.`.
    """

    kind: str
    index: int | None
    values: Values  # short keys
    header: Values  # whole ids
    context: RuleContext
    filled_blocks: frozenset[str] = field(default_factory=frozenset)

    def get(self, key: str) -> str:
        """The value, "" if blank or absent. Raises Unreadable where the value is null."""
        value = self.header.get(key, "") if key.startswith("header.") else self.values.get(key, "")
        if value is None:
            raise Unreadable(key)
        return value

    def null(self, key: str) -> bool:
        """True if nobody could read the value."""
        return (self.header if key.startswith("header.") else self.values).get(key, "") is None

    def date(self, key: str) -> date | None:
        """The day, None if blank or no day of its era (rule G1 speaks of that)."""
        return wareki.meant(self.get(key))

    def amount(self, key: str) -> int | None:
        """Yen, None if blank."""
        return yen.amount(self.get(key))

    def codes(self, key: str) -> tuple[str, ...]:
        """The codes of a choice, () if blank."""
        return choice.codes(self.get(key))

    def has(self, block: str) -> bool:
        """True if the block (`spouse`, `others[0]`) has any value."""
        return block in self.filled_blocks

    def id(self, key: str) -> str:
        """The whole field id of a short key."""
        return key if key.startswith("header.") or self.index is None else f"entries[{self.index}].{key}"


def header_view(kind: str, header: Values, context: RuleContext) -> View:
    """The view of rules that speak of the header alone."""
    return View(kind, None, {}, header, context)


def entry_view(kind: str, position: int, header: Values, entry: Values, context: RuleContext) -> View:
    """The view of one entry; its number is what its field ids say, else its position in the list."""
    short: dict[str, str | None] = {}
    index = position
    for key, value in entry.items():
        found = _PREFIX.match(key)
        if found:
            index = int(found["index"])
        short[key[found.end() :] if found else key] = value
    blocks = frozenset(key.rpartition(".")[0] for key, value in short.items() if value != "")
    return View(kind, index, short, header, context, blocks)
