"""What the newest check of a filing said, opened for the pages: findings, subjects, candidates, duplicates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import or_, select

from storage.tables import Candidate, Duplicate, Entry, EntrySubject, Filing, Finding
from storage.work import Work
from validators.errors import NoSuchFiling
from validators.register import explain, views
from validators.register.weigh import Part


@dataclass(frozen=True, slots=True)
class FindingView:
    """A finding: `entry` is the 0-based number (None: header), `fields` whole ids, `message` {"ja", "en"}."""

    id: str
    entry: int | None
    rule: str
    severity: str
    outcome: str
    fields: tuple[str, ...]
    message: Mapping[str, str]
    lacks: str


@dataclass(frozen=True, slots=True)
class SubjectView:
    """A person in an entry with the decision about who it is."""

    id: str
    entry_id: str
    entry: int
    role: str
    link: str
    person_id: str | None
    decided_by: str | None
    decided_at: datetime | None
    event_type: str | None
    event_date: date | None


@dataclass(frozen=True, slots=True)
class PartView:
    """One part of an explanation; `text` says it in both languages."""

    part: str
    verdict: str
    how: str
    weight: float
    share: float | None
    text: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CandidateView:
    """A person of the register who may be the subject, with why, and the insurance periods held (R20)."""

    id: str
    subject_id: str
    entry: int
    role: str
    person: views.PersonView
    periods: tuple[views.PeriodView, ...]
    basis: str
    basis_text: Mapping[str, str]
    score: float
    parts: tuple[PartView, ...]


@dataclass(frozen=True, slots=True)
class DuplicateView:
    """A pair this filing is in. `later`: this filing came second, so it is the one that may give way."""

    id: str
    reason: str
    state: str
    holds: bool
    later: bool
    entry: int | None
    other_filing_id: str
    other_number: str
    other_kind: str
    other_channel: str
    other_state: str
    other_received_on: date
    other_entry: int | None
    other_entry_state: str | None
    decided_by: str | None
    decided_at: datetime | None
    note: str


def findings(work: Work, filing_id: str) -> list[FindingView]:
    """The findings of the newest check: header first, then by entry; blocking ones first. [] before any check."""
    filing = _filing(work, filing_id)
    rows = work.session.execute(
        select(Finding, Entry.number)
        .outerjoin(Entry, Entry.id == Finding.entry_id)
        .where(Finding.filing_id == filing_id, Finding.n == filing.checked_n)
    )
    found = [
        FindingView(
            row.id, number, row.rule, row.severity, row.outcome, tuple(row.fields),
            work.keys.unseal_json(work.session, filing.key_id, row.message, "finding.message"), row.lacks,
        )
        for row, number in rows
    ]  # fmt: skip
    return sorted(
        found,
        key=lambda f: (-1 if f.entry is None else f.entry, f.outcome != "fired", "EWI".index(f.severity), f.rule),
    )


def subjects_of(work: Work, filing_id: str) -> list[SubjectView]:
    """The persons that stand in the entries of a filing, in the order of the sheet."""
    order = ("self", "insured", "spouse", "other0", "other1")
    rows = work.session.execute(
        select(EntrySubject, Entry.number)
        .join(Entry, Entry.id == EntrySubject.entry_id)
        .where(Entry.filing_id == filing_id, Entry.state != "blank")
    )
    found = [
        SubjectView(
            row.id, row.entry_id, number, row.role, row.link, row.person_id, row.decided_by, row.decided_at,
            row.event_type, row.event_date,
        )
        for row, number in rows
    ]  # fmt: skip
    return sorted(found, key=lambda s: (s.entry, order.index(s.role)))


def candidates(work: Work, filing_id: str) -> list[CandidateView]:
    """The candidates of the newest check, subject by subject, the likeliest first (numbers before all, R18)."""
    filing = _filing(work, filing_id)
    rows = work.session.execute(
        select(Candidate, EntrySubject.role, Entry.number)
        .join(EntrySubject, EntrySubject.id == Candidate.subject_id)
        .join(Entry, Entry.id == EntrySubject.entry_id)
        .where(Entry.filing_id == filing_id, Candidate.n == filing.checked_n)
    ).all()
    people = views.people(work, (row.person_id for row, _, _ in rows))
    found = [_candidate(work, filing, row, role, number, people[row.person_id]) for row, role, number in rows]
    return sorted(found, key=lambda c: (c.entry, c.role, c.basis not in {"my_number", "bpn"}, -c.score))


def _candidate(
    work: Work, filing: Filing, row: Candidate, role: str, number: int, person: views.PersonView
) -> CandidateView:
    said: dict[str, Any] = work.keys.unseal_json(work.session, filing.key_id, row.explanation, "candidate.explanation")
    parts = tuple(
        PartView(p.part, p.verdict, p.how, p.weight, p.share, explain.part(p))
        for p in (Part(**stored) for stored in said["parts"])
    )
    periods = tuple(views.periods(work, person.id))
    return CandidateView(
        row.id, row.subject_id, number, role, person, periods, said["basis"], explain.basis(said["basis"]), row.score,
        parts,
    )  # fmt: skip


def duplicates_of(work: Work, filing_id: str) -> list[DuplicateView]:
    """Every pair this filing is or was in, those to decide first; the other filing is named, not opened."""
    rows = work.session.scalars(
        select(Duplicate).where(or_(Duplicate.filing_id == filing_id, Duplicate.other_id == filing_id))
    ).all()
    found = [_duplicate(work, filing_id, row) for row in rows]
    return sorted(found, key=lambda d: (not d.holds, d.state != "open", d.other_number, d.entry or 0))


def _duplicate(work: Work, filing_id: str, row: Duplicate) -> DuplicateView:
    later = row.filing_id == filing_id
    other = work.session.get_one(Filing, row.other_id if later else row.filing_id)
    key_id = work.session.get_one(Filing, row.filing_id).key_id
    note = work.keys.unseal_if_kept(work.session, key_id, row.note, "duplicate.note")
    mine = _entry(work, row.entry_id if later else row.other_entry_id)
    theirs = _entry(work, row.other_entry_id if later else row.entry_id)
    return DuplicateView(
        row.id, row.reason, row.state, row.holds, later, mine.number if mine else None, other.id, other.number,
        other.kind, other.channel, other.state, other.received_on, theirs.number if theirs else None,
        theirs.state if theirs else None, row.decided_by, row.decided_at, note,
    )  # fmt: skip


def _entry(work: Work, entry_id: str | None) -> Entry | None:
    return work.session.get(Entry, entry_id) if entry_id else None


def _filing(work: Work, filing_id: str) -> Filing:
    filing = work.session.get(Filing, filing_id)
    if filing is None:
        raise NoSuchFiling
    return filing
