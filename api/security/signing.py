"""Signing in: a password against its hash, failures audited, floods slowed down."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select

from api.security.errors import TooManyAttempts, WrongPassword
from api.security.passwords import verify_password
from api.security.sessions import digest, open_session
from api.services import Services
from storage import audit
from storage.tables import AuditEntry, User
from storage.work import Work

PAUSE = timedelta(minutes=10)
FAILURES = 8  # of one login within PAUSE
_FACE = "system:face"


def sign_in(services: Services, login: str, password: str) -> str:
    """The secret of a new session. Raises WrongPassword (audited) or TooManyAttempts.

    The hash is compared between two transactions, never inside one: it takes long on purpose, and a stranger at the
    door must not hold the ledger's write lock meanwhile. What is refused by the pause is not counted as a failure, so
    that nobody can lock somebody else out for longer than the pause.
    """
    with services.reading(_FACE) as work:
        _refuse_flood(work, login)
        user = work.session.scalar(select(User).where(User.login == login)) if login.isprintable() else None
    stored = user.password_hash if user is not None and user.active else None
    if not verify_password(stored, password) or user is None:
        with services.writing(_FACE) as work:
            audit.record(work, "sign_in_failed", "login", _name(login), chain_key=_name(login))
        raise WrongPassword
    with services.writing(_FACE) as work:
        return open_session(work, work.session.get_one(User, user.id))


def _refuse_flood(work: Work, login: str) -> None:
    failed = select(func.count()).where(
        AuditEntry.subject_id == _name(login), AuditEntry.action == "sign_in_failed", AuditEntry.at > work.now - PAUSE
    )
    if (work.session.scalar(failed) or 0) >= FAILURES:
        raise TooManyAttempts(minutes=int(PAUSE.total_seconds() // 60))


def _name(login: str) -> str:
    """What the audit keeps of a login that failed: people type passwords into the wrong field."""
    return digest(login)[:32]
