"""The check of a filing: rules, matching and duplicates on its newest values, stored."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, select, update

from storage import audit
from storage.tables import Candidate, Entry, EntrySubject, Filing, Finding, new_id
from storage.work import Work
from validators import duplicates
from validators.errors import NoSuchFiling
from validators.judge import Judged, Judgement, judge, newest
from validators.register import index, views
from validators.register.search import Match
from validators.said import candidates, duplicates_of, findings, subjects_of

__all__ = ["candidates", "check_filing", "duplicates_of", "findings", "judge", "subjects_of"]

_REF_LENGTH = 40
_MANY = 200  # persons whose subjects and tokens go into one transaction


def check_filing(work: Work, filing_id: str, judgement: Judgement | None = None) -> int:
    """Judge the newest values of a filing and store what is said; gives the n of the values it spoke of.

    Writes subjects with their events and search tokens, findings, candidates and duplicates, all for that n: run
    again on the same values it replaces what it said, run after a correction it leaves the older findings beside
    the values they spoke of. `judgement` is one made before in a reading session (judge.py), so that this
    transaction is short; where the values have changed since, they are judged again. NoSuchFiling; NothingToCheck
    before the first version.
    """
    filing = _lock(work, filing_id)
    if judgement is None or (judgement.n, judgement.entries) != newest(work, filing_id):
        judgement = judge(work, filing_id)
    ref = judgement.office_ref
    known = views.office_id_by_ref(work, ref)
    _update(work, filing, office_ref=ref[:_REF_LENGTH], office_id=known or filing.office_id)
    persons = _write_subjects(work, judgement)
    fired = _write_findings(work, filing, judgement)
    matched = _write_candidates(work, filing, judgement.n, persons)
    pairs = duplicates.refresh(work, filing)
    _update(work, filing, checked_n=judgement.n)
    audit.record(
        work, "filing.checked", "filing", filing.id, filing.id,
        {"n": judgement.n, "fired": fired, "candidates": matched, "duplicates": pairs},
    )  # fmt: skip
    return judgement.n


def portions(judgement: Judgement) -> list[tuple[Judged, ...]]:
    """The persons of a large filing in runs that `write_persons` takes one by one; none where there are few."""
    persons = judgement.persons
    if len(persons) <= _MANY:
        return []
    return [persons[start : start + _MANY] for start in range(0, len(persons), _MANY)]


def write_persons(work: Work, judgement: Judgement, some: Sequence[Judged]) -> None:
    """Write subjects and tokens of some persons ahead of `check_filing`, which finds them as they are to be.

    So 500 entries are many short transactions and not one in which every other writer waits. Writes nothing where
    the values have changed since. NoSuchFiling.
    """
    _lock(work, judgement.filing_id)
    if (judgement.n, judgement.entries) == newest(work, judgement.filing_id):
        _write_persons(work, some, _held(work, judgement.filing_id))


def _lock(work: Work, filing_id: str) -> Filing:
    filing = work.session.scalar(
        select(Filing).where(Filing.id == filing_id).with_for_update().execution_options(populate_existing=True)
    )
    if filing is None:
        raise NoSuchFiling
    return filing


def _update(work: Work, filing: Filing, **columns: Any) -> None:
    """Set columns that are the check's own; the optimistic lock is for values and decisions, not for these."""
    work.session.flush()
    work.session.execute(
        update(Filing).where(Filing.id == filing.id).values(**columns),
        execution_options={"synchronize_session": False},
    )
    work.session.refresh(filing)


def _write_subjects(work: Work, judgement: Judgement) -> list[tuple[EntrySubject, Judged]]:
    """Make the subjects of the entries those that stand in them, with event and tokens.

    A subject whose block is blank now stays as a row (a person may have decided on it), without event and tokens.
    """
    held = _held(work, judgement.filing_id)
    written = _write_persons(work, judgement.persons, held)
    for row in held.values():
        row.event_type = row.event_date = None
    work.session.flush()
    index.replace(work, "subject", {row.id: frozenset() for row in held.values()})
    return written


def _held(work: Work, filing_id: str) -> dict[tuple[str, str], EntrySubject]:
    rows = work.session.scalars(
        select(EntrySubject).join(Entry, Entry.id == EntrySubject.entry_id).where(Entry.filing_id == filing_id)
    )
    return {(row.entry_id, row.role): row for row in rows}


def _write_persons(
    work: Work, persons: Iterable[Judged], held: dict[tuple[str, str], EntrySubject]
) -> list[tuple[EntrySubject, Judged]]:
    """The subjects of these persons with their tokens; takes out of `held` what it finds there."""
    written = []
    for one in persons:
        row = held.pop((one.entry_id, one.subject.role), None)
        if row is None:
            row = EntrySubject(id=new_id(), entry_id=one.entry_id, role=one.subject.role, link="open")
            work.session.add(row)
        row.event_type, row.event_date = one.subject.event_type, one.subject.event_date
        written.append((row, one))
    work.session.flush()
    index.replace(work, "subject", {row.id: one.tokens for row, one in written})
    return written


def _write_findings(work: Work, filing: Filing, judgement: Judgement) -> int:
    """Store what the rules say under this n; gives how many fired."""
    by_number = {number: entry_id for entry_id, number, _ in judgement.entries}
    work.session.execute(delete(Finding).where(Finding.filing_id == filing.id, Finding.n == judgement.n))
    rows = [
        {
            "id": new_id(), "filing_id": filing.id, "n": judgement.n, "rule": said.rule, "severity": said.severity,
            "outcome": said.outcome, "fields": list(said.fields), "lacks": said.lacks, "at": work.now,
            "entry_id": None if said.entry is None else by_number.get(said.entry),
            "message": work.keys.seal_json(work.session, filing.key_id, said.message, "finding.message"),
        }
        for said in judgement.findings
    ]  # fmt: skip
    if rows:
        work.session.execute(insert(Finding), rows)
    return sum(said.outcome == "fired" for said in judgement.findings)


def _write_candidates(work: Work, filing: Filing, n: int, persons: list[tuple[EntrySubject, Judged]]) -> int:
    """Store the candidates of every subject under this n; gives how many there are."""
    of_filing = (
        select(EntrySubject.id).join(Entry, Entry.id == EntrySubject.entry_id).where(Entry.filing_id == filing.id)
    )
    work.session.execute(
        delete(Candidate).where(Candidate.subject_id.in_(of_filing), Candidate.n == n),
        execution_options={"synchronize_session": False},
    )
    rows = [
        {
            "id": new_id(), "subject_id": subject.id, "person_id": match.person.id, "n": n, "score": match.score,
            "explanation": work.keys.seal_json(
                work.session, filing.key_id, _explanation(match), "candidate.explanation"
            ),
        }
        for subject, one in persons
        for match in one.matches
    ]  # fmt: skip
    if rows:
        work.session.execute(insert(Candidate), rows)
    return len(rows)


def _explanation(match: Match) -> dict[str, Any]:
    """What is stored of a match: why it was found and what each part says; no value of the person."""
    return {
        "basis": match.basis,
        "parts": [
            {"part": p.part, "verdict": p.verdict, "weight": p.weight, "how": p.how, "share": p.share}
            for p in match.parts
        ],
    }
