"""Duplicates: the same business event filed twice, across batches and channels; found here, decided by a person."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import and_, func, or_, select
from sqlalchemy.orm import aliased

from storage.tables import Duplicate, Entry, EntrySubject, Filing, SearchToken, new_id
from storage.upsert import insert
from storage.work import Work
from validators.register.index import batched

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
    for side, other in _same_events(work, filing, mine):
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


def _same_events(work: Work, filing: Filing, mine: list[_Side]) -> Iterator[tuple[_Side, _Side]]:
    """Every subject of the filing with every other subject who may be the same person and has the same event."""
    by_id = {side.subject.id: side for side in mine}
    met = _same_persons(work, filing, mine)
    wanted = sorted({other for _, other in met} - by_id.keys())
    others = by_id | {
        side.subject.id: side for ids in batched(wanted, 500) for side in _sides(work, EntrySubject.id.in_(ids))
    }
    for one, other in sorted(met):
        if one in by_id and other in others and _same_event(by_id[one], others[other]):
            yield by_id[one], others[other]


def _same_persons(work: Work, filing: Filing, mine: list[_Side]) -> set[tuple[str, str]]:
    """Ids of subjects of this filing with those of subjects who share a number, or name + birth + sex, or a person."""
    ours, theirs = aliased(SearchToken), aliased(SearchToken)
    met = select(ours.owner_id, theirs.owner_id).join(
        theirs, and_(theirs.kind == ours.kind, theirs.token == ours.token, theirs.owner == "subject")
    )
    in_filing = (
        select(EntrySubject.id).join(Entry, Entry.id == EntrySubject.entry_id).where(Entry.filing_id == filing.id)
    )
    rows = work.session.execute(
        met.where(ours.owner_id.in_(in_filing), ours.kind.in_(_PERSON_KINDS), theirs.owner_id != ours.owner_id)
    )
    found = {(row[0], row[1]) for row in rows}
    linked = {side.subject.person_id for side in mine} - {None}
    for people in batched(sorted(person for person in linked if person), 500):
        known: dict[str, list[str]] = defaultdict(list)
        for row in work.session.scalars(select(EntrySubject).where(EntrySubject.person_id.in_(people))):
            known[row.person_id or ""].append(row.id)
        found |= {(side.subject.id, other) for side in mine for other in known.get(side.subject.person_id or "", ())}
    return found


def _same_event(one: _Side, other: _Side) -> bool:
    """The rest of (office, person, kind, change type, event date); where both are linked, the links decide."""
    a, b = one.subject, other.subject
    if one.entry.id == other.entry.id or (a.person_id and b.person_id and a.person_id != b.person_id):
        return False
    same_kind = one.filing.kind == other.filing.kind and a.event_type == b.event_type
    return same_kind and a.event_date == b.event_date and _same_office(one.filing, other.filing)


def _same_office(one: Filing, other: Filing) -> bool:
    """The office of the register; where one of the two is not known there, the reference as it was filed."""
    if one.office_id and other.office_id:
        return one.office_id == other.office_id
    return bool(one.office_ref) and one.office_ref == other.office_ref


def _worth_asking(later: _Side, earlier: _Side) -> bool:
    """False where one side is out of the way already, or was filed anew because the other was returned."""
    if later.entry.state in _GONE or earlier.entry.state in _GONE:
        return False
    return later.filing.refiles != earlier.filing.id and earlier.filing.refiles != later.filing.id


def _insert(work: Work, pairs: list[tuple[_Side, _Side]]) -> None:
    if not pairs:
        return
    rows = [
        {
            "id": new_id(), "filing_id": later.filing.id, "other_id": earlier.filing.id, "entry_id": later.entry.id,
            "other_entry_id": earlier.entry.id, "reason": "event", "state": "open", "holds": True,
        }
        for later, earlier in pairs
    ]  # fmt: skip
    work.session.execute(
        insert(work.session, Duplicate.__table__).on_conflict_do_nothing(
            index_elements=["entry_id", "other_entry_id", "reason"]
        ),
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
