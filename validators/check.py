"""The check of a filing: rules, matching and duplicates on its newest values, stored; and what they said."""

from __future__ import annotations

from typing import Any

from sqlalchemy import delete, insert, select, update

from forms import catalogue
from storage import audit
from storage.tables import Candidate, Entry, EntrySubject, EntryVersion, Filing, FilingVersion, Finding, new_id
from storage.work import Work
from validators import duplicates, engine
from validators.context import RuleContext
from validators.errors import NoSuchFiling, NothingToCheck
from validators.register import index, views
from validators.register.facts import RegisterFacts
from validators.register.patterns import Pattern, tokens_for
from validators.register.search import Match, search
from validators.register.weigh import Identity
from validators.said import candidates, duplicates_of, findings, subjects_of
from validators.subjects import Subject, subjects

__all__ = ["candidates", "check_filing", "duplicates_of", "findings", "subjects_of"]

Values = dict[str, str | None]
_NOT_JUDGED = frozenset({"returned", "withdrawn"})  # an entry that went back or gave way says nothing any more
_REF_LENGTH = 40


def check_filing(work: Work, filing_id: str) -> int:
    """Judge the newest values of a filing and store what is said; gives the n of the values it spoke of.

    Writes subjects with their events and search tokens, findings, candidates and duplicates, all for that n: run
    again on the same values it replaces what it said, run after a correction it leaves the older findings beside
    the values they spoke of. NoSuchFiling; NothingToCheck before the first version.
    """
    filing = work.session.scalar(
        select(Filing).where(Filing.id == filing_id).with_for_update().execution_options(populate_existing=True)
    )
    if filing is None:
        raise NoSuchFiling
    n, header = _header(work, filing)
    entries = _entries(work, filing)
    _place(work, filing, header)
    found = [
        (subject, said)
        for entry, values in entries
        for subject, said in _write_subjects(work, entry, subjects(filing.kind, header, values))
    ]
    fired = _judge(work, filing, n, header, entries)
    matched = _match(work, filing, n, found)
    pairs = duplicates.refresh(work, filing)
    _update(work, filing, checked_n=n)
    audit.record(
        work, "filing.checked", "filing", filing.id, filing.id,
        {"n": n, "fired": fired, "candidates": matched, "duplicates": pairs},
    )  # fmt: skip
    return n


def _header(work: Work, filing: Filing) -> tuple[int, Values]:
    row = work.session.scalar(
        select(FilingVersion).where(FilingVersion.filing_id == filing.id).order_by(FilingVersion.n.desc()).limit(1)
    )
    if row is None:
        raise NothingToCheck
    return row.n, _open(work, filing, row.values, "filing_version.values")


def _entries(work: Work, filing: Filing) -> list[tuple[Entry, Values]]:
    """Entries in the order of the sheet with their newest values."""
    rows = work.session.execute(
        select(Entry, EntryVersion)
        .outerjoin(EntryVersion, (EntryVersion.entry_id == Entry.id) & (EntryVersion.n == Entry.n))
        .where(Entry.filing_id == filing.id)
        .order_by(Entry.number)
    )
    return [
        (entry, _open(work, filing, version.values, "entry_version.values") if version else {})
        for entry, version in rows
    ]


def _open(work: Work, filing: Filing, sealed: bytes, context: str) -> Values:
    values: Values = work.keys.unseal_json(work.session, filing.key_id, sealed, context)
    return values


def _place(work: Work, filing: Filing, header: Values) -> None:
    """Which office filed: the reference as written stays in clear, the office is resolved if we know it."""
    ref = header.get("header.office_ref") or ""
    _update(work, filing, office_ref=ref[:_REF_LENGTH], office_id=views.office_id_by_ref(work, ref) or filing.office_id)


def _update(work: Work, filing: Filing, **columns: Any) -> None:
    """Set columns that are the check's own; the optimistic lock is for values and decisions, not for these."""
    work.session.flush()
    work.session.execute(
        update(Filing).where(Filing.id == filing.id).values(**columns),
        execution_options={"synchronize_session": False},
    )
    work.session.refresh(filing)


def _write_subjects(work: Work, entry: Entry, said: list[Subject]) -> list[tuple[EntrySubject, Identity]]:
    """Make the subjects of an entry those that stand in it, with event and tokens.

    A subject whose block is blank now stays as a row (a person may have decided on it), without event and tokens.
    """
    held = {
        row.role: row for row in work.session.scalars(select(EntrySubject).where(EntrySubject.entry_id == entry.id))
    }
    written = []
    for one in said:
        row = held.pop(one.role, None)
        if row is None:
            row = EntrySubject(id=new_id(), entry_id=entry.id, role=one.role, link="open")
            work.session.add(row)
        row.event_type, row.event_date = one.event_type, one.event_date
        written.append((row, one.identity))
    for row in held.values():
        row.event_type = row.event_date = None
        index.replace(work, "subject", row.id, ())
    work.session.flush()
    for row, known in written:
        index.replace(work, "subject", row.id, _patterns(known))
    return written


def _patterns(known: Identity) -> frozenset[Pattern]:
    return tokens_for(known.name_kana, known.name_kanji, known.birth, known.sex, known.my_number, known.bpn)


def _judge(work: Work, filing: Filing, n: int, header: Values, entries: list[tuple[Entry, Values]]) -> int:
    """Run the rules and store what they say under this n; gives how many fired."""
    form = catalogue.form(filing.kind, version=filing.version)
    context = RuleContext(check_date=filing.received_on, facts=RegisterFacts(work))
    judged = [values for entry, values in entries if entry.state not in _NOT_JUDGED]
    said = engine.evaluate(form, header, judged, context)
    by_number = {entry.number: entry.id for entry, _ in entries}
    work.session.execute(delete(Finding).where(Finding.filing_id == filing.id, Finding.n == n))
    rows = [
        {
            "id": new_id(), "filing_id": filing.id, "n": n, "rule": found.rule, "severity": found.severity,
            "outcome": found.outcome, "fields": list(found.fields), "lacks": found.lacks, "at": work.now,
            "entry_id": None if found.entry is None else by_number.get(found.entry),
            "message": work.keys.seal_json(work.session, filing.key_id, found.message, "finding.message"),
        }
        for found in said
    ]  # fmt: skip
    if rows:
        work.session.execute(insert(Finding), rows)
    return sum(found.outcome == "fired" for found in said)


def _match(work: Work, filing: Filing, n: int, found: list[tuple[EntrySubject, Identity]]) -> int:
    """Search the register for every subject and store the candidates under this n; gives how many there are."""
    ids = [subject.id for subject, _ in found]
    work.session.execute(delete(Candidate).where(Candidate.subject_id.in_(ids), Candidate.n == n))
    rows = [
        {
            "id": new_id(), "subject_id": subject.id, "person_id": match.person.id, "n": n, "score": match.score,
            "explanation": work.keys.seal_json(
                work.session, filing.key_id, _explanation(match), "candidate.explanation"
            ),
        }
        for subject, known in found
        for match in search(work, known)
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
