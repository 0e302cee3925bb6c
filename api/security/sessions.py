"""Signed-in sessions and API tokens: the secret lives with the client, only its sha256 in the database."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session as DbSession

from storage import audit
from storage.tables import ApiToken, Session, User, UserRole
from storage.work import Work

LIFETIME = timedelta(hours=12)
IDLE = timedelta(hours=2)
TOUCH = timedelta(minutes=5)  # how old the note of a session's last use may become


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
    untouched: bool = False  # the note of the session's last use is older than TOUCH


def digest(secret: str) -> str:
    """What of a secret is kept."""
    return hashlib.sha256(secret.encode()).hexdigest()


def open_session(work: Work, user: User, continued_from: str | None = None) -> str:
    """A new session for `user`; returns the secret for the cookie. Sessions that have ended are cleared away."""
    ended = (Session.expires_at < work.now) | (Session.seen_at < work.now - IDLE)
    work.session.execute(delete(Session).where(ended), execution_options={"synchronize_session": False})
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
    return _actor(work.session, user, found, found.seen_at + TOUCH < work.now)


def touch(work: Work, session_id: str) -> None:
    """The session is in use: its idle time begins anew."""
    work.session.execute(
        update(Session).where(Session.id == session_id).values(seen_at=work.now),
        execution_options={"synchronize_session": False},
    )


def actor_of_token(work: Work, secret: str) -> Actor | None:
    """The actor behind a bearer token, None if it is unknown or revoked."""
    found = work.session.get(ApiToken, digest(secret))
    user = None if found is None or found.revoked_at is not None else work.session.get(User, found.user_id)
    return None if user is None or not user.active else _actor(work.session, user)


def issue_token(work: Work, user_id: str, label: str) -> str:
    """A new bearer token; shown once."""
    secret = "tdk_" + secrets.token_urlsafe(32)
    work.session.add(ApiToken(id=digest(secret), user_id=user_id, label=label, created_at=work.now))
    audit.record(work, "token_issued", "account", user_id, chain_key=user_id, detail={"label": label})
    return secret


def revoke_tokens(work: Work, user_id: str, label: str | None = None) -> int:
    """Revoke the account's tokens (only those with that label); gives how many there were."""
    wanted = select(ApiToken).where(ApiToken.user_id == user_id, ApiToken.revoked_at.is_(None))
    found = work.session.scalars(wanted if label is None else wanted.where(ApiToken.label == label)).all()
    for token in found:
        token.revoked_at = work.now
    if found:
        detail = {"tokens": len(found)} | ({} if label is None else {"label": label})
        audit.record(work, "token_revoked", "account", user_id, chain_key=user_id, detail=detail)
    return len(found)


def _actor(session: DbSession, user: User, held: Session | None = None, untouched: bool = False) -> Actor:
    roles = frozenset(session.scalars(select(UserRole.role).where(UserRole.user_id == user.id)))
    if held is None:
        return Actor(user.id, user.login, user.name, roles, user.language, None, None)
    return Actor(
        user.id, user.login, user.name, roles, user.language, held.csrf, held.id, held.continued_from, untouched
    )
