"""Duplicates: the same business event filed twice, across batches and channels; found here, decided by a person."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select, true
from sqlalchemy.dialects import postgresql, sqlite

from storage.tables import Duplicate, Entry, EntrySubject, Filing, SearchToken, new_id
from storage.work import Work

# An entry in one of these states is not a second filing of anything: it went back, or gave way already.
_GONE = frozenset({"blank", "returned", "withdrawn"})
_PERSON_KINDS = ("my_number", "bpn", "three")


@dataclass(frozen=True, slots=True)
class _Side:
    """A subject with its entry and filing: one side of a pair."""

    subject: EntrySubject
    entry: Entry
    filing: Filing

    @property
    def order(self) -> tuple[Any, ...]:
        """Which of two came first: the filing, then the place on the sheet."""
        return self.filing.created_at, self.filing.id, self.entry.number


def refresh(work: Work, filing: Filing) -> int:
    """Find the duplicates of a filing's events as its subjects and tokens now stand; gives how many pairs hold.

    A duplicate is the same (office, person, kind, change type, event date). Nothing is ever deleted: a pair that a
    correction took the ground from no longer `holds`, and holds again if the correction is taken back. Run for
    either filing of a pair, as often as one likes, the result is one row.
    """
    work.session.flush()
    mine = _sides(work, Filing.id == filing.id)
    _one_at_a_time(work, filing, mine)
    pairs: dict[tuple[str, str], tuple[_Side, _Side]] = {}
    for side in mine:
        for other in _same_event(work, side):
            later, earlier = sorted((side, other), key=lambda s: s.order, reverse=True)
            pairs[later.entry.id, earlier.entry.id] = (later, earlier)
    _insert(work, [pair for pair in pairs.values() if _worth_asking(*pair)])
    _mark(work, filing, set(pairs))
    return len(pairs)


def _sides(work: Work, *where: Any) -> list[_Side]:
    rows = work.session.execute(
        select(EntrySubject, Entry, Filing)
        .join(Entry, Entry.id == EntrySubject.entry_id)
        .join(Filing, Filing.id == Entry.filing_id)
        .where(EntrySubject.event_date.is_not(None), EntrySubject.event_type.is_not(None), *where)
    )
    return [_Side(row[0], row[1], row[2]) for row in rows]


def _same_event(work: Work, side: _Side) -> list[_Side]:
    """Other subjects with the same event at the same office who are, or may be, the same person."""
    others = _sides(
        work,
        EntrySubject.event_date == side.subject.event_date,
        EntrySubject.event_type == side.subject.event_type,
        Filing.kind == side.filing.kind,
        _same_office(side.filing),
        Entry.id != side.entry.id,
    )
    tokens = _tokens(work, [side, *others]) if others else {}
    return [other for other in others if _same_person(side.subject, other.subject, tokens)]


def _same_office(filing: Filing) -> Any:
    """The office of the register; where one of the two is not known there, the reference as it was filed."""
    by_ref = and_(Filing.office_ref == filing.office_ref, Filing.office_ref != "") if filing.office_ref else None
    by_id = Filing.office_id == filing.office_id if filing.office_id else None
    known = [condition for condition in (by_id, by_ref) if condition is not None]
    return or_(*known) if known else ~true()


def _tokens(work: Work, sides: list[_Side]) -> dict[str, set[tuple[str, str]]]:
    found: dict[str, set[tuple[str, str]]] = defaultdict(set)
    rows = work.session.execute(
        select(SearchToken.owner_id, SearchToken.kind, SearchToken.token).where(
            SearchToken.owner == "subject",
            SearchToken.owner_id.in_([side.subject.id for side in sides]),
            SearchToken.kind.in_(_PERSON_KINDS),
        )
    )
    for owner_id, kind, token in rows:
        found[owner_id].add((kind, token))
    return found


def _same_person(a: EntrySubject, b: EntrySubject, tokens: dict[str, set[tuple[str, str]]]) -> bool:
    """By what a person decided, where both are linked; else by a number, or by name + birth + sex."""
    if a.person_id and b.person_id:
        return a.person_id == b.person_id
    return bool(tokens.get(a.id, set()) & tokens.get(b.id, set()))


def _worth_asking(later: _Side, earlier: _Side) -> bool:
    """False where one side is out of the way already, or was filed anew because the other was returned."""
    if later.entry.state in _GONE or earlier.entry.state in _GONE:
        return False
    return later.filing.refiles != earlier.filing.id and earlier.filing.refiles != later.filing.id


def _insert(work: Work, pairs: list[tuple[_Side, _Side]]) -> None:
    if not pairs:
        return
    insert: Any = sqlite.insert if work.session.get_bind().dialect.name == "sqlite" else postgresql.insert
    rows = [
        {
            "id": new_id(), "filing_id": later.filing.id, "other_id": earlier.filing.id, "entry_id": later.entry.id,
            "other_entry_id": earlier.entry.id, "reason": "event", "state": "open", "holds": True, "note": "",
        }
        for later, earlier in pairs
    ]  # fmt: skip
    work.session.execute(
        insert(Duplicate.__table__).on_conflict_do_nothing(index_elements=["entry_id", "other_entry_id", "reason"]),
        rows,
    )


def _mark(work: Work, filing: Filing, pairs: set[tuple[str, str]]) -> None:
    rows = work.session.scalars(
        select(Duplicate).where(
            Duplicate.reason == "event", or_(Duplicate.filing_id == filing.id, Duplicate.other_id == filing.id)
        )
    )
    for row in rows:
        row.holds = (row.entry_id, row.other_entry_id) in pairs
    work.session.flush()


def _one_at_a_time(work: Work, filing: Filing, sides: list[_Side]) -> None:
    """Two filings of one event are checked one after the other, or neither would see the other's subjects.

    SQLite has one writer at a time; PostgreSQL gets a lock for each event, in one order, until the transaction ends.
    """
    if work.session.get_bind().dialect.name != "postgresql":
        return
    offices = {filing.office_id or "", filing.office_ref} - {""}
    events: set[tuple[str, str | None, date | None]] = {
        (office, side.subject.event_type, side.subject.event_date) for side in sides for office in offices
    }
    for key in sorted(_lock_key(filing.kind, *event) for event in events):
        work.session.execute(select(func.pg_advisory_xact_lock(key)))


def _lock_key(*parts: object) -> int:
    """A signed 64-bit number, as PostgreSQL wants it."""
    digest = hashlib.sha256("\0".join(map(str, parts)).encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)
