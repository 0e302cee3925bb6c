"""The audit chains, the access log, and what this installation is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, PrimaryKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, CanonicalJson, Code, Id, Json, Moment, Ref, Sealed, When, Words

CHAINS = 16


class AuditHead(Base):
    """The newest entry of each chain; locked in ascending order as the last statements of a transaction."""

    __tablename__ = "audit_head"
    chain: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    seq: Mapped[int]
    hash: Mapped[Words]
    __table_args__ = (CheckConstraint(f"chain >= 0 AND chain < {CHAINS}", name="chain"),)


class AuditEntry(Base):
    """One state change. `hash` = sha256(prev || canonical entry); no UPDATE, no DELETE (triggers).

    Time and detail are stored as the very text that is hashed, so that no byte of a row can change unseen.
    """

    __tablename__ = "audit_entry"
    chain: Mapped[int]
    seq: Mapped[int]
    at: Mapped[datetime] = mapped_column(Moment())
    actor: Mapped[Code]  # account id, or system:<worker>
    action: Mapped[Code]
    subject_type: Mapped[Code]
    subject_id: Mapped[Code]
    detail: Mapped[dict[str, Any]] = mapped_column(CanonicalJson())  # nothing personal in clear
    sealed: Mapped[Sealed | None]  # personal values, under the filing's key
    prev: Mapped[Words]
    hash: Mapped[Words]
    __table_args__ = (
        PrimaryKeyConstraint("chain", "seq"),
        Index("ix_audit_entry_subject", "subject_id", "subject_type"),
    )


class AccessLog(Base):
    """Who saw, searched, exported or revealed personal data, and why. Append-only (triggers)."""

    __tablename__ = "access_log"
    id: Mapped[Id]
    at: Mapped[When]
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"), index=True)
    action: Mapped[Code]  # view, search, export, reveal
    purpose: Mapped[Words]
    route: Mapped[Words]
    ids: Mapped[Json]  # of everything listed


class Installation(Base):
    """The single row that says what this store is. A training installation never shares a store with real data."""

    __tablename__ = "installation"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    training: Mapped[bool]
    name: Mapped[Words]
    created_at: Mapped[When]
    __table_args__ = (CheckConstraint("id = 1", name="single"),)


class Counter(Base):
    """Numbers given out once: receipt numbers a day, notice numbers a year."""

    __tablename__ = "counter"
    name: Mapped[Code]
    period: Mapped[Code]
    value: Mapped[int]
    __table_args__ = (PrimaryKeyConstraint("name", "period"),)
