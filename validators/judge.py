"""Judging a filing without writing: what the rules say of its newest values, and who its persons may be."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from forms import catalogue
from storage.tables import Entry, EntryVersion, Filing, FilingVersion
from storage.work import Work
from validators import engine
from validators.context import RuleContext
from validators.errors import NoSuchFiling, NothingToCheck
from validators.register import index
from validators.register.facts import RegisterFacts
from validators.register.patterns import tokens_for
from validators.register.search import Match, search
from validators.register.weigh import Identity
from validators.subjects import Subject, subjects

Values = dict[str, str | None]
_NOT_JUDGED = frozenset({"returned", "withdrawn"})  # an entry that went back or gave way says nothing any more


@dataclass(frozen=True, slots=True)
class Judged:
    """A person in an entry, with the candidates of the register and the search tokens of its own."""

    entry_id: str
    subject: Subject
    matches: tuple[Match, ...]
    tokens: frozenset[index.Token]


@dataclass(frozen=True, slots=True)
class Judgement:
    """What was found of the values `n` of a filing; `entries` are ids, numbers and versions as they were read."""

    filing_id: str
    n: int
    entries: tuple[tuple[str, int, int], ...]
    office_ref: str
    findings: tuple[engine.Finding, ...]
    persons: tuple[Judged, ...]


def judge(work: Work, filing_id: str) -> Judgement:
    """Run the rules and search the register for the newest values; needs a session that can read, nothing more.

    The long part of a check, so that no transaction of a writer has to wait for it. NoSuchFiling; NothingToCheck
    before the first version.
    """
    filing = work.session.get(Filing, filing_id)
    if filing is None:
        raise NoSuchFiling
    n, header = _header(work, filing)
    entries = _entries(work, filing)
    form = catalogue.form(filing.kind, version=filing.version)
    context = RuleContext(check_date=filing.received_on, facts=RegisterFacts(work))
    judged = [values for entry, values in entries if entry.state not in _NOT_JUDGED]
    return Judgement(
        filing_id,
        n,
        tuple((entry.id, entry.number, entry.n) for entry, _ in entries),
        (header.get("header.office_ref") or "").replace("\0", ""),
        tuple(engine.evaluate(form, header, judged, context)),
        tuple(
            Judged(entry.id, subject, tuple(search(work, subject.identity)), _tokens(work, subject.identity))
            for entry, values in entries
            for subject in subjects(filing.kind, header, values)
        ),
    )


def _tokens(work: Work, known: Identity) -> frozenset[index.Token]:
    return index.tokens(
        work, tokens_for(known.name_kana, known.name_kanji, known.birth, known.sex, known.my_number, known.bpn)
    )


def newest(work: Work, filing_id: str) -> tuple[int, tuple[tuple[str, int, int], ...]]:
    """n and entries as `judge` would find them now: a judgement with others speaks of older values."""
    n = work.session.scalar(
        select(FilingVersion.n).where(FilingVersion.filing_id == filing_id).order_by(FilingVersion.n.desc()).limit(1)
    )
    rows = work.session.execute(
        select(Entry.id, Entry.number, Entry.n).where(Entry.filing_id == filing_id).order_by(Entry.number)
    )
    return n or 0, tuple((row[0], row[1], row[2]) for row in rows)


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
