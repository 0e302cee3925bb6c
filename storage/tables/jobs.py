"""The jobs ledger: what is to be done, by whom it is being done, and what could not be done."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Code, Id, Json, Ref, When, one_of

OPEN = text("state IN ('ready', 'leased')")


class Job(Base):
    """One stage to run on one subject (a file, page, batch or filing).

    ready -> leased (claim) -> done (commit with the token) ; leased -> ready (lease ran out, or a retryable
    failure) ; leased -> ready (commit, where `again` was set meanwhile) ; leased -> poison (attempts used up, evidence
    in `error`) ; poison -> ready (an operator retries) ; poison -> done (retried, but a newer job does it already).
    """

    __tablename__ = "job"
    id: Mapped[Id]
    stage: Mapped[Code]
    subject_id: Mapped[Ref]
    state: Mapped[Code] = mapped_column(default="ready")
    priority: Mapped[int] = mapped_column(default=100)  # smaller first
    due_on: Mapped[date | None]
    not_before: Mapped[When | None]
    attempts: Mapped[int] = mapped_column(default=0)
    token: Mapped[Ref | None]  # of the present lease; a commit with another token is refused
    worker: Mapped[Code | None]
    lease_until: Mapped[When | None]
    again: Mapped[bool] = mapped_column(default=False)  # asked for while it ran: its commit makes it ready, not done
    error: Mapped[Json | None]
    created_at: Mapped[When]
    done_at: Mapped[When | None]
    __table_args__ = (
        CheckConstraint(one_of("state", "ready", "leased", "done", "poison"), name="state"),
        CheckConstraint("(state = 'leased') = (token IS NOT NULL)", name="token"),
        CheckConstraint("(state = 'leased') = (lease_until IS NOT NULL)", name="lease"),
        Index("uq_job_open", "stage", "subject_id", unique=True, sqlite_where=OPEN, postgresql_where=OPEN),
        Index("ix_job_claim", "state", "priority", "due_on", "created_at"),
    )
