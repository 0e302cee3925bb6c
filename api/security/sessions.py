"""Signed-in sessions and API tokens: the secret lives with the client, only its sha256 in the database."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session as DbSession

from api.security.errors import TooManyAttempts, WrongPassword
from api.security.passwords import verify_password
from storage import audit
from storage.tables import ApiToken, AuditEntry, Session, User, UserRole
from storage.work import Work

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)
PAUSE = timedelta(minutes=10)
FAILURES = 8  # of one login within PAUSE


@dataclass(frozen=True, slots=True)
class Actor:
    """Who is asking."""

    id: str
    login: str
    name: str
    roles: frozenset[str]
    language: str
    csrf: str | None  # None: came with a bearer token
    session_id: str | None
    continued_from: str | None = None


def digest(secret: str) -> str:
    """What of a secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def sign_in(work: Work, login: str, password: str) -> tuple[str, User]:
    """The new session's secret and the account. Raises WrongPassword, TooManyAttempts."""
    user = work.session.scalar(select(User).where(User.login == login))
    _refuse_flood(work, login)
    if user is None or not verify_password(user.password_hash, password) or not user.active:
        raise WrongPassword
    return open_session(work, user), user


def record_failure(work: Work, login: str) -> None:
    """Audit a failed sign-in (its own transaction: the refused one is rolled back). The login is kept as a digest."""
    audit.record(work, "sign_in_failed", "login", digest(login)[:32], chain_key=digest(login), detail={})


def _refuse_flood(work: Work, login: str) -> None:
    recent = work.session.scalars(
        select(AuditEntry.seq)
        .where(AuditEntry.action == "sign_in_failed", AuditEntry.subject_id == digest(login)[:32])
        .where(AuditEntry.at > work.now - PAUSE)
        .limit(FAILURES)
    ).all()
    if len(recent) >= FAILURES:
        raise TooManyAttempts(minutes=int(PAUSE.total_seconds() // 60))


def open_session(work: Work, user: User, continued_from: str | None = None) -> str:
    """A new session for `user`; returns the secret for the cookie."""
    secret = secrets.token_urlsafe(32)
    work.session.add(
        Session(
            id=digest(secret), user_id=user.id, csrf=secrets.token_urlsafe(24), continued_from=continued_from,
            created_at=work.now, seen_at=work.now, expires_at=work.now + LIFETIME,
        )
    )  # fmt: skip
    detail = {"continued_from": continued_from} if continued_from else {}
    audit.record(work, "signed_in", "account", user.id, chain_key=user.id, detail=detail)
    return secret


def close_session(work: Work, session_id: str) -> None:
    """End a session; unknown ones are fine."""
    found = work.session.get(Session, session_id)
    if found is not None:
        work.session.delete(found)
        audit.record(work, "signed_out", "account", found.user_id, chain_key=found.user_id, detail={})


def actor_of_session(work: Work, secret: str) -> Actor | None:
    """The actor behind a cookie, None if it is unknown, ended or idle too long."""
    found = work.session.get(Session, digest(secret))
    if found is None or found.expires_at < work.now or found.seen_at + IDLE < work.now:
        return None
    user = work.session.get(User, found.user_id)
    if user is None or not user.active:
        return None
    return _actor(work.session, user, found.csrf, found.id, found.continued_from)


def actor_of_token(work: Work, secret: str) -> Actor | None:
    """The actor behind a bearer token, None if it is unknown or revoked."""
    found = work.session.get(ApiToken, digest(secret))
    user = None if found is None or found.revoked_at is not None else work.session.get(User, found.user_id)
    return None if user is None or not user.active else _actor(work.session, user, None, None, None)


def issue_token(work: Work, user_id: str, label: str) -> str:
    """A new bearer token; shown once."""
    secret = "tdk_" + secrets.token_urlsafe(32)
    work.session.add(ApiToken(id=digest(secret), user_id=user_id, label=label, created_at=work.now))
    audit.record(work, "token_issued", "account", user_id, chain_key=user_id, detail={"label": label})
    return secret


def _actor(session: DbSession, user: User, csrf: str | None, session_id: str | None, origin: str | None) -> Actor:
    roles = frozenset(session.scalars(select(UserRole.role).where(UserRole.user_id == user.id)))
    return Actor(user.id, user.login, user.name, roles, user.language, csrf, session_id, origin)
