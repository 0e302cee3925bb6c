"""What posting an entry would do: changes before -> after, the steps that do them, and what stands against it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from forms.model import Text
from forms.values import wareki
from storage.tables import Entry, EntrySubject, Filing, Office
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that changes in the register, in words. May be personal: shown, never logged."""

    label: Text
    before: Text
    after: Text


@dataclass(frozen=True, slots=True)
class Change:
    """What happens to one row of the register."""

    table: str
    what: Text
    who: str  # the person's name as it will stand, "" for none
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Conflict:
    """Why the register does not allow the posting. `overridable`: a person may go on with a written reason."""

    code: str
    text: Text
    entry: int
    overridable: bool = False


Done = dict[str, str]  # {"table", "id", "what"}: nothing personal, goes to posting.changes
Step = Callable[[Work, str], list[Done]]  # (work, posting id)


@dataclass(slots=True)
class EntryPlan:
    """The posting of one entry; `steps` run in order, in one transaction, and only if nothing stands against it."""

    entry: Entry
    changes: list[Change] = field(default_factory=list)
    conflicts: list[Conflict] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)

    def against(self, code: str, ja: str, en: str, *, overridable: bool = False) -> None:
        """Note a conflict."""
        self.conflicts.append(Conflict(code, Text(ja, en), self.entry.number, overridable))

    def do(self, change: Change, step: Step) -> None:
        """Note a change and what makes it."""
        self.changes.append(change)
        self.steps.append(step)


@dataclass(frozen=True, slots=True)
class Ask:
    """What is to be posted: the entry with its newest values and who its persons are."""

    filing: Filing
    entry: Entry
    values: dict[str, str | None]  # whole ids
    blocks: dict[str, dict[str, str | None]]  # role -> short key -> value, filled blocks only
    subjects: dict[str, EntrySubject]
    office: Office | None

    def get(self, role: str, key: str) -> str:
        """A value by role and short key; "" if blank, absent or unreadable."""
        return self.blocks.get(role, {}).get(key) or ""

    def day(self, role: str, key: str) -> date | None:
        """A date by role and short key, None if it is none; a day written under an era just ended is meant (5.5)."""
        return wareki.meant(self.get(role, key))


def plain(text: str) -> Text:
    """What is the same in both languages: a name, a number, an address."""
    return Text(text, text)


def said(day: date | None) -> Text:
    """A day for people: 令和8年4月1日 (2026-04-01)."""
    return plain(f"{wareki.spoken(wareki.from_date(day))} ({day.isoformat()})" if day else "")


def yen(amount: int | None) -> Text:
    """An amount for people."""
    return Text("", "") if amount is None else Text(f"{amount:,}円", f"{amount:,} yen")
