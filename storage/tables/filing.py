"""Filings, entries, their append-only values, the readings they rest on, and what checks said."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Code, Id, Json, Ref, Sealed, When, Words, one_of

SIDES_OF_A_READING = text("user_id IS NOT NULL")
_READ = text("basis <> 'assigned'")
_ASSIGNED = text("basis = 'assigned'")
FILING_STATES = (
    "keying", "adjudicating", "checking", "reviewing", "approving",
    "held", "returned", "withdrawn", "decided", "noticed",
)  # fmt: skip
ROLES_OF_A_SUBJECT = ("self", "insured", "spouse", "other0", "other1")


class Filing(Base):
    """届書: one form from one office, with its attachments. Its state is derived from its entries and tasks."""

    __tablename__ = "filing"
    id: Mapped[Id]
    number: Mapped[Code] = mapped_column(unique=True)  # 受付番号
    kind: Mapped[Code]
    version: Mapped[Code]
    channel: Mapped[Code]
    state: Mapped[Code]
    key_id: Mapped[Ref] = mapped_column(ForeignKey("wrapped_key.id"))
    batch_id: Mapped[Ref] = mapped_column(ForeignKey("batch.id"), index=True)
    office_id: Mapped[Ref | None] = mapped_column(ForeignKey("office.id"), index=True)
    office_ref: Mapped[Code] = mapped_column(default="")  # as filed, at most 40 characters; in clear like the office
    received_on: Mapped[date]
    due_on: Mapped[date]
    priority: Mapped[int]
    refiles: Mapped[Ref | None] = mapped_column(ForeignKey("filing.id"))  # the returned filing it replaces
    n: Mapped[int] = mapped_column(default=1)  # optimistic lock: every write compares and sets
    round: Mapped[int] = mapped_column(default=1)  # of reading; a field sent back opens the next
    checked_n: Mapped[int | None]  # n of the values the newest check spoke of; behind the newest version: check again
    created_at: Mapped[When]
    decided_at: Mapped[When | None]
    __table_args__ = (
        CheckConstraint(one_of("channel", "paper", "media", "efiling"), name="channel"),
        # keying -> adjudicating (readings differ) -> checking -> reviewing -> approving -> decided -> noticed;
        # reviewing/approving -> keying (send back) | returned | held -> reviewing/approving
        CheckConstraint(one_of("state", *FILING_STATES), name="state"),
        Index("ix_filing_work", "state", "priority", "due_on"),
    )


class FilingVersion(Base):
    """The header values, append-only: `values` is canonical JSON {field id: value} under the filing's key."""

    __tablename__ = "filing_version"
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"))
    n: Mapped[int]
    values: Mapped[Sealed]
    cause: Mapped[Code]  # settled, filed, corrected
    actor_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[When]
    __table_args__ = (PrimaryKeyConstraint("filing_id", "n"),)


class Entry(Base):
    """届出対象者: one CSV record; the unit of check, decision, return and posting."""

    __tablename__ = "entry"
    id: Mapped[Id]
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"), index=True)
    number: Mapped[int]  # 0-based, as in entries[0]
    state: Mapped[Code] = mapped_column(default="open")
    n: Mapped[int] = mapped_column(default=0)  # newest entry_version; 0: none yet
    __table_args__ = (
        UniqueConstraint("filing_id", "number"),
        # open -> blank (both readings say so) | approved -> posted | returned | withdrawn
        CheckConstraint(one_of("state", "open", "blank", "approved", "posted", "returned", "withdrawn"), name="state"),
    )


class EntryVersion(Base):
    """The values of an entry, append-only: canonical JSON {field id: value}, ids whole (`entries[0].birth`)."""

    __tablename__ = "entry_version"
    entry_id: Mapped[Ref] = mapped_column(ForeignKey("entry.id"))
    n: Mapped[int]
    values: Mapped[Sealed]
    cause: Mapped[Code]  # settled, filed, corrected, assigned
    actor_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[When]
    __table_args__ = (PrimaryKeyConstraint("entry_id", "n"),)


class EntrySubject(Base):
    """A person in an entry: the unit of match, of the link to the register, and of the duplicate."""

    __tablename__ = "entry_subject"
    id: Mapped[Id]
    entry_id: Mapped[Ref] = mapped_column(ForeignKey("entry.id"), index=True)
    role: Mapped[Code]
    link: Mapped[Code] = mapped_column(default="open")
    person_id: Mapped[Ref | None] = mapped_column(ForeignKey("person.id"))
    decided_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[When | None]
    event_type: Mapped[Code | None]  # acquisition; dependant 1, 2, 3 (change type)
    event_date: Mapped[date | None]
    __table_args__ = (
        UniqueConstraint("entry_id", "role"),
        Index("ix_entry_subject_event", "event_date", "event_type"),
        CheckConstraint(one_of("role", *ROLES_OF_A_SUBJECT), name="role"),
        CheckConstraint(one_of("link", "open", "person", "new"), name="link"),  # open -> person | new (review)
        CheckConstraint("(link = 'open') = (decided_by IS NULL)", name="decided"),
    )


class SearchToken(Base):
    """HMAC of a searchable value under the index key; finds subjects and persons over encrypted columns."""

    __tablename__ = "search_token"
    id: Mapped[Id]
    kind: Mapped[Code]  # validators/register/patterns.py: numbers, names whole and in parts, birth, three
    token: Mapped[Words]  # hex
    owner: Mapped[Code]  # subject | person
    owner_id: Mapped[Ref] = mapped_column(index=True)
    __table_args__ = (
        CheckConstraint(one_of("owner", "subject", "person"), name="owner"),
        # its index answers a search alone: who has this token, and how many do
        UniqueConstraint("kind", "token", "owner", "owner_id"),
    )


class Reading(Base):
    """One reading of one field by an engine or a person, as it was made. Values under the filing's key.

    `value` NULL: the reader said nothing it stands by (unreadable or conflicting) - that is no reading.
    """

    __tablename__ = "reading"
    id: Mapped[Id]
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"))
    sheet_id: Mapped[Ref | None] = mapped_column(ForeignKey("sheet.id"))
    field: Mapped[Code]
    round: Mapped[int]
    source: Mapped[Code]
    user_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    engine: Mapped[Code | None]
    engine_version: Mapped[Code | None]
    family: Mapped[Code | None]  # engines of one family are one reader
    raw: Mapped[Sealed | None]
    value: Mapped[Sealed | None]
    blank: Mapped[bool] = mapped_column(default=False)
    struck: Mapped[bool] = mapped_column(default=False)
    # False: an engine's word that the reader, weighing it with others, did not follow; kept, and no reading
    stands: Mapped[bool] = mapped_column(default=True)
    score: Mapped[float | None]  # the engine's own; orders work, never skips a field
    confidence: Mapped[float | None]  # calibrated, NULL until it is
    calibration_id: Mapped[Ref | None] = mapped_column(ForeignKey("calibration.id"))  # that says the confidence
    facts: Mapped[Json | None]  # the numbers it came from; nothing personal
    reader: Mapped[Code | None]  # fingerprint of all that read: engines, weights, code, lexicons
    basis: Mapped[Code]  # ocr, mark, text_layer, acroform, key
    box: Mapped[Json | None]  # mm in form coordinates
    at: Mapped[When]
    __table_args__ = (
        CheckConstraint(one_of("source", "engine", "person"), name="source"),
        CheckConstraint("(source = 'person') = (user_id IS NOT NULL)", name="person"),
        CheckConstraint("(source = 'engine') = (engine IS NOT NULL)", name="engine"),
        Index("ix_reading_field", "filing_id", "field", "round"),
        # nobody reads a field twice in a round
        Index("uq_reading_person", "filing_id", "field", "round", "user_id", unique=True,
              sqlite_where=SIDES_OF_A_READING, postgresql_where=SIDES_OF_A_READING),
    )  # fmt: skip


class Settlement(Base):
    """Why a value stands: the basis each posted value must have."""

    __tablename__ = "settlement"
    id: Mapped[Id]
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"))
    field: Mapped[Code]
    round: Mapped[int]
    basis: Mapped[Code]
    value: Mapped[Sealed]
    readings: Mapped[Json]  # ids of the readings it rests on
    actor_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))  # the adjudicator, if any
    calibration_id: Mapped[Ref | None] = mapped_column(ForeignKey("calibration.id"))  # the version that accepted it
    at: Mapped[When]
    __table_args__ = (
        # one settlement a field and round; a number that we assign at the posting stands beside the blank that was read
        Index("uq_settlement_read", "filing_id", "field", "round", unique=True,
              sqlite_where=_READ, postgresql_where=_READ),
        Index("uq_settlement_assigned", "filing_id", "field", unique=True,
              sqlite_where=_ASSIGNED, postgresql_where=_ASSIGNED),
        CheckConstraint(one_of("basis", "two_readings", "adjudicated", "accepted", "filed", "assigned"), name="basis"),
        CheckConstraint("basis <> 'adjudicated' OR actor_id IS NOT NULL", name="adjudicator"),
        CheckConstraint("(basis = 'accepted') = (calibration_id IS NOT NULL)", name="accepted"),
    )  # fmt: skip


class Finding(Base):
    """What a rule said of a version of an entry; superseded findings keep the version they spoke of."""

    __tablename__ = "finding"
    id: Mapped[Id]
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"), index=True)
    entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("entry.id"))
    n: Mapped[int]  # filing.n it was made for; only findings of the newest check count
    rule: Mapped[Code]
    severity: Mapped[Code]
    outcome: Mapped[Code]  # fired, not_evaluable
    fields: Mapped[Json]
    message: Mapped[Sealed]  # {"ja","en"}, may quote values
    lacks: Mapped[Words] = mapped_column(default="")
    at: Mapped[When]
    __table_args__ = (
        CheckConstraint(one_of("severity", "E", "W", "I"), name="severity"),
        CheckConstraint(one_of("outcome", "fired", "not_evaluable"), name="outcome"),
    )


class Candidate(Base):
    """A person of the register who may be the subject, with the explanation; never a merge by itself (R19)."""

    __tablename__ = "candidate"
    id: Mapped[Id]
    subject_id: Mapped[Ref] = mapped_column(ForeignKey("entry_subject.id"), index=True)
    person_id: Mapped[Ref] = mapped_column(ForeignKey("person.id"))
    n: Mapped[int]
    score: Mapped[float]
    explanation: Mapped[Sealed]  # which parts agree, how rare
    __table_args__ = (UniqueConstraint("subject_id", "person_id", "n"),)


class Duplicate(Base):
    """Two subjects that may be the same business event, or two files of the same bytes; decided by a person.

    `filing_id` is the later of the two filings, `other_id` the one that came first; one row a pair of entries.
    """

    __tablename__ = "duplicate"
    id: Mapped[Id]
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"), index=True)
    other_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"), index=True)
    entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("entry.id"))
    other_entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("entry.id"))
    reason: Mapped[Code]  # event, bytes
    state: Mapped[Code] = mapped_column(default="open")
    holds: Mapped[bool] = mapped_column(default=True)  # False: a correction took the ground away; the row stays
    decided_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    decided_at: Mapped[When | None]
    note: Mapped[Sealed | None]  # under the key of `filing_id`
    __table_args__ = (
        UniqueConstraint("entry_id", "other_entry_id", "reason"),
        CheckConstraint(one_of("reason", "event", "bytes"), name="reason"),
        # open -> distinct (both go on) | same (this one is not posted again)
        CheckConstraint(one_of("state", "open", "distinct", "same"), name="state"),
    )
