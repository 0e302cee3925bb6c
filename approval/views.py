"""The review page: what is asked, what we know, what the system says, and how we know each value."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from approval import fields, findings, people, returns, review, values, words
from approval.decide import reason_of
from approval.errors import NoSuchFiling
from approval.posting.plan import Change, Conflict
from approval.posting.post import plan
from forms.model import Block, Field, Form, Text
from storage.tables import Calibration, Decision, Entry, Filing, Office, Reading, Settlement
from storage.work import Work
from validators import said
from validators.said import CandidateView, DuplicateView, FindingView, SubjectView


@dataclass(frozen=True, slots=True)
class Reader:
    """One reading of a value: by whom, in which round, and what it said in words."""

    name: str
    person: bool
    round: int
    said: Text
    score: float | None
    at: datetime
    stands: bool = True  # False: an engine's word that the reader did not follow


@dataclass(frozen=True, slots=True)
class FieldView:
    """A value with the basis it stands on (two_readings, adjudicated, accepted, filed, assigned) and its readers."""

    id: str
    label: Text
    number: str
    shown: Text
    blank: bool
    secret: bool
    basis: str | None
    settled_by: str | None  # the adjudicator, or the calibration version that accepted it
    readers: tuple[Reader, ...]
    findings: tuple[FindingView, ...]


@dataclass(frozen=True, slots=True)
class BlockView:
    """A person of the sheet (or the header)."""

    id: str
    label: Text
    role: str
    entry: int | None
    fields: tuple[FieldView, ...]
    subject: SubjectView | None
    candidates: tuple[CandidateView, ...]


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry: its state, what posting it would change, and what stands against that."""

    id: str
    number: int
    state: str
    blocks: tuple[BlockView, ...]
    changes: tuple[Change, ...]
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class DecisionView:
    """A decision so far, with who and why."""

    step: str
    outcome: str
    who: str
    at: datetime
    entry: int | None
    code: str | None
    reason: str
    fields: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReviewView:
    """Everything the review and approval pages show. `n` goes back with the decision."""

    id: str
    number: str
    kind: str
    title: Text
    channel: str
    state: str
    n: int
    round: int
    received_on: date
    due_on: date
    office: tuple[str, str] | None  # reference and name in the register
    header: BlockView
    entries: tuple[EntryView, ...]
    findings: tuple[FindingView, ...]
    duplicates: tuple[DuplicateView, ...]
    undecided: tuple[Text, ...]  # what keeps the review from passing
    blocking: tuple[str, ...]  # rules of blocking findings: approving needs a written reason
    suggested: tuple[returns.Reason, ...]
    reasons: tuple[returns.Reason, ...]
    decisions: tuple[DecisionView, ...]
    may_review: tuple[people.Candidate, ...]
    may_approve: tuple[people.Candidate, ...]


def review_view(work: Work, filing_id: str) -> ReviewView:
    """The review page of a filing; reads only. NoSuchFiling. Blind keying is guarded by blind.look before."""
    filing = work.session.get(Filing, filing_id)
    if filing is None:
        raise NoSuchFiling
    form = fields.form_of(filing)
    told = findings.current(work, filing)
    known = values.entries(work, filing.id)
    page = _Page(work, filing, form, told)
    office = work.session.get(Office, filing.office_id) if filing.office_id else None
    blocking = findings.blocking(work, filing, frozenset(e.number for e in known if e.state == "open"))
    rules = sorted({f.rule for f in blocking})
    return ReviewView(
        id=filing.id, number=filing.number, kind=filing.kind, title=form.title, channel=filing.channel,
        state=filing.state, n=filing.n, round=filing.round, received_on=filing.received_on, due_on=filing.due_on,
        office=(office.ref, office.name) if office else None,
        header=page.block(_header_block(form), None, values.header(work, filing)),
        entries=tuple(page.entry(entry) for entry in known if entry.state != "blank"),
        findings=tuple(told),
        duplicates=tuple(said.duplicates_of(work, filing.id)),
        undecided=tuple(Text(ja, en) for ja, en in review.unsettled(work, filing)) if filing.checked_n else (),
        blocking=tuple(rules),
        suggested=returns.suggested(filing.kind, (f.rule for f in told if f.outcome == "fired" and f.severity != "I")),
        reasons=returns.reasons(filing.kind),
        decisions=tuple(decisions(work, filing)),
        may_review=tuple(people.who_may(work, filing.id, "review")),
        may_approve=tuple(people.who_may(work, filing.id, "approve")),
    )  # fmt: skip


def decisions(work: Work, filing: Filing) -> list[DecisionView]:
    """Every decision on a filing, in order."""
    numbers = {entry.id: entry.number for entry in values.entries(work, filing.id)}
    rows = work.session.scalars(select(Decision).where(Decision.filing_id == filing.id).order_by(Decision.filing_n))
    return [
        DecisionView(
            row.step, row.outcome, people.name_of(work, row.actor_id), row.at,
            numbers.get(row.entry_id) if row.entry_id else None, row.reason_code, reason_of(work, filing, row),
            tuple(row.fields or ()),
        )
        for row in rows
    ]  # fmt: skip


def revealed(work: Work, filing_id: str, field_id: str) -> str | None:
    """A value in clear, for a reveal that the caller logs before it answers. NoSuchFiling."""
    filing = work.session.get(Filing, filing_id)
    if filing is None:
        raise NoSuchFiling
    return values.newest(work, filing).get(field_id, "")


class _Page:
    """What the blocks of one page share, read once."""

    def __init__(self, work: Work, filing: Filing, form: Form, told: Sequence[FindingView]) -> None:
        self.work, self.filing, self.form = work, filing, form
        self.settled: dict[str, Settlement] = values.settled(work, filing)
        assigned = select(Settlement).where(Settlement.filing_id == filing.id, Settlement.basis == "assigned")
        self.settled |= {row.field: row for row in work.session.scalars(assigned)}
        self.readings: dict[str, list[Reading]] = defaultdict(list)
        rows = work.session.scalars(select(Reading).where(Reading.filing_id == filing.id).order_by(Reading.at))
        for row in rows:
            self.readings[row.field].append(row)
        self.told: dict[str, list[FindingView]] = defaultdict(list)
        for found in told:
            for name in found.fields:
                self.told[name].append(found)
        self.subjects = {(s.entry, s.role): s for s in said.subjects_of(work, filing.id)}
        self.candidates: dict[str, list[CandidateView]] = defaultdict(list)
        for candidate in said.candidates(work, filing.id) if filing.checked_n else []:
            self.candidates[candidate.subject_id].append(candidate)

    def entry(self, entry: Entry) -> EntryView:
        """One entry with its filled blocks."""
        newest = values.of_entry(self.work, self.filing, entry)
        blocks = [
            self.block(block, entry.number, newest)
            for block in fields.person_blocks(self.form, entry.number)
            if not values.blank(fields.block_values(self.form, block, entry.number, newest).values())
        ]
        made = plan(self.work, self.filing, [entry])[0] if entry.state == "open" and self.filing.checked_n else None
        return EntryView(
            entry.id, entry.number, entry.state, tuple(blocks),
            tuple(made.changes) if made else (), tuple(made.conflicts) if made else (),
        )  # fmt: skip

    def block(self, block: Block, number: int | None, newest: values.Values) -> BlockView:
        """One block with every field of it, in paper order."""
        listed = fields.block_fields(self.form, block.id)
        subject = self.subjects.get((number, block.role)) if number is not None else None
        here = (lambda name: name) if number is None else (lambda name: fields.at_entry(name, number))
        return BlockView(
            id=here(block.id),
            label=block.label, role=block.role, entry=number,
            fields=tuple(self.field(f, here(f.id), newest) for f in listed),
            subject=subject,
            candidates=tuple(self.candidates[subject.id]) if subject else (),
        )  # fmt: skip

    def field(self, field: Field, field_id: str, newest: values.Values) -> FieldView:
        """One value with its readers and findings."""
        value = newest.get(field_id, "")
        stood = self.settled.get(field_id)
        return FieldView(
            id=field_id, label=field.label, number=field.number, shown=words.shown(field, value), blank=value == "",
            secret=field.key == words.HIDDEN, basis=stood.basis if stood else None,
            settled_by=self.settled_by(stood),
            readers=tuple(self.reader(field, row) for row in self.readings[field_id]),
            findings=tuple(self.told[field_id]),
        )  # fmt: skip

    def settled_by(self, stood: Settlement | None) -> str | None:
        """Who let a value stand where readings differed, or which calibration where nobody keyed it."""
        if stood is not None and stood.calibration_id:
            return self.work.session.get_one(Calibration, stood.calibration_id).version
        return people.name_of(self.work, stood.actor_id) if stood and stood.actor_id else None

    def reader(self, field: Field, row: Reading) -> Reader:
        """Who read the field, and what it said."""
        value = None
        if row.value is not None:
            value = self.work.keys.unseal(self.work.session, self.filing.key_id, row.value, "reading.value")
        name = people.name_of(self.work, row.user_id) if row.user_id else f"{row.engine} {row.engine_version}"
        return Reader(
            name, row.user_id is not None, row.round, words.shown(field, value), row.score, row.at, row.stands
        )


def _header_block(form: Form) -> Block:
    return next(block for block in form.blocks if block.entry is None)
