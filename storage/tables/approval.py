"""Tasks for people, who acted on which side, decisions, postings, notices, and the outbox."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Code, Id, Json, Ref, Sealed, When, Words, one_of

STEPS = ("key", "adjudicate", "review", "approve")
_OPEN = text("state IN ('open', 'claimed')")


class Task(Base):
    """Work for one person. Two people never hold the same one: a claim is a lease with a token."""

    __tablename__ = "task"
    id: Mapped[Id]
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"), index=True)
    step: Mapped[Code]
    round: Mapped[int]
    state: Mapped[Code] = mapped_column(default="open")
    fields: Mapped[Json | None]  # field ids; NULL: every captured field
    draft: Mapped[Sealed | None]  # what was typed so far, so that Esc and a crash lose nothing
    priority: Mapped[int]
    due_on: Mapped[date]
    claimed_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    claimed_at: Mapped[When | None]
    token: Mapped[Ref | None]
    lease_until: Mapped[When | None]
    n: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[When]
    done_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    done_at: Mapped[When | None]
    __table_args__ = (
        CheckConstraint(one_of("step", *STEPS), name="step"),
        # open -> claimed -> done; claimed -> open (released, or the lease ran out); open -> cancelled
        CheckConstraint(one_of("state", "open", "claimed", "done", "cancelled"), name="state"),
        CheckConstraint("(state = 'claimed') = (claimed_by IS NOT NULL)", name="claimed"),
        CheckConstraint("(state = 'done') = (done_by IS NOT NULL)", name="done"),
        Index("uq_task_open", "filing_id", "step", "round", unique=True,
              sqlite_where=_OPEN, postgresql_where=_OPEN),
        Index("ix_task_queue", "state", "step", "priority", "due_on"),
    )  # fmt: skip


class FilingActor(Base):
    """Four eyes: one side a person and filing, for ever. A second side is a primary-key violation."""

    __tablename__ = "filing_actor"
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"))
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    side: Mapped[Code]
    at: Mapped[When]
    __table_args__ = (
        PrimaryKeyConstraint("filing_id", "user_id"),
        CheckConstraint(one_of("side", "input", "review", "approval"), name="side"),
    )


class MachineSeen(Base):
    """Who saw machine values of a filing while its blind keying was open: cannot key it any more."""

    __tablename__ = "machine_seen"
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"))
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    at: Mapped[When]
    __table_args__ = (PrimaryKeyConstraint("filing_id", "user_id"),)


class Decision(Base):
    """What a person decided, with the reason where one is needed."""

    __tablename__ = "decision"
    id: Mapped[Id]
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"), index=True)
    entry_id: Mapped[Ref | None] = mapped_column(ForeignKey("entry.id"))  # NULL: the filing as a whole
    step: Mapped[Code]
    outcome: Mapped[Code]
    reason_code: Mapped[Code | None]
    reason: Mapped[Sealed | None]
    fields: Mapped[Json | None]  # fields sent back
    actor_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    filing_n: Mapped[int]  # the version that was decided on
    at: Mapped[When]
    __table_args__ = (
        CheckConstraint(one_of("step", "review", "approve"), name="step"),
        CheckConstraint(one_of("outcome", "pass", "approve", "send_back", "return", "hold", "resume"), name="outcome"),
        CheckConstraint("outcome NOT IN ('return', 'send_back', 'hold') OR reason IS NOT NULL", name="reason"),
        CheckConstraint("outcome <> 'return' OR reason_code IS NOT NULL", name="reason_code"),
    )


class Posting(Base):
    """The entry was posted to the register: exactly once, in the transaction of its decision."""

    __tablename__ = "posting"
    id: Mapped[Id]
    entry_id: Mapped[Ref] = mapped_column(ForeignKey("entry.id"), unique=True)
    decision_id: Mapped[Ref] = mapped_column(ForeignKey("decision.id"))
    entry_n: Mapped[int]
    changes: Mapped[Json]  # [{"table","id","what"}], nothing personal
    at: Mapped[When]


class Outbox(Base):
    """What must leave because of a decision; written in its transaction, delivered afterwards, at least once."""

    __tablename__ = "outbox"
    id: Mapped[Id]
    topic: Mapped[Code]  # posted, notice, returned
    subject_id: Mapped[Ref]
    created_at: Mapped[When]
    delivered_at: Mapped[When | None]
    __table_args__ = (UniqueConstraint("topic", "subject_id"),)


class Notice(Base):
    """A result notice, bound to its addressee; the PDF is a blob under the filing's key."""

    __tablename__ = "notice"
    id: Mapped[Id]
    number: Mapped[Code] = mapped_column(unique=True)
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"), index=True)
    kind: Mapped[Code]  # acquisition, dependants, returned
    office_id: Mapped[Ref | None] = mapped_column(ForeignKey("office.id"))
    addressee: Mapped[Sealed]
    addressee_token: Mapped[Words]  # HMAC of the addressee: checked against the filing's office before it leaves
    content: Mapped[Sealed]  # canonical JSON the PDF is made from
    blob_id: Mapped[Ref | None] = mapped_column(ForeignKey("blob.id"))
    created_at: Mapped[When]
    issued_at: Mapped[When | None]
    __table_args__ = (UniqueConstraint("filing_id", "kind", "office_id"),)
