"""Accounts, sessions, API tokens, idempotency keys."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Code, Id, Json, Ref, Sealed, When, Words, one_of

ROLES = (
    "reception", "keyer", "contractor", "reviewer", "approver", "supervisor",
    "inspector", "auditor", "admin", "client",
)  # fmt: skip


class User(Base):
    """A person (or an API client) who acts; never deleted, only made inactive."""

    __tablename__ = "account"
    id: Mapped[Id]
    login: Mapped[Code] = mapped_column(unique=True)
    name: Mapped[Words]
    password_hash: Mapped[Words | None]  # argon2id
    language: Mapped[Code] = mapped_column(default="ja")
    active: Mapped[bool] = mapped_column(default=True)
    created_at: Mapped[When]
    __table_args__ = (CheckConstraint(one_of("language", "ja", "en"), name="language"),)


class UserRole(Base):
    """The roles of an account; what a role may do stands in api/security/roles.py."""

    __tablename__ = "account_role"
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"), primary_key=True)
    role: Mapped[Code] = mapped_column(primary_key=True)
    __table_args__ = (CheckConstraint(one_of("role", *ROLES), name="role"),)


class Session(Base):
    """A signed-in browser; `id` is sha256 of the cookie's secret."""

    __tablename__ = "web_session"
    id: Mapped[Words] = mapped_column(primary_key=True)
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    csrf: Mapped[Words]
    continued_from: Mapped[Ref | None]  # training only: who used "continue as ..."
    created_at: Mapped[When]
    seen_at: Mapped[When]
    expires_at: Mapped[When]


class ApiToken(Base):
    """A bearer token of an API client; `id` is sha256 of the secret."""

    __tablename__ = "api_token"
    id: Mapped[Words] = mapped_column(primary_key=True)
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    label: Mapped[Words]
    created_at: Mapped[When]
    revoked_at: Mapped[When | None]


class IdempotencyKey(Base):
    """The answer once given to a request with an Idempotency-Key; the same key with other content is refused."""

    __tablename__ = "idempotency_key"
    id: Mapped[Id]
    user_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    key: Mapped[Words]
    request_hash: Mapped[Words]
    status: Mapped[int]
    body: Mapped[Sealed | None]
    headers: Mapped[Json]
    created_at: Mapped[When] = mapped_column(index=True)
    __table_args__ = (UniqueConstraint("user_id", "key"),)
