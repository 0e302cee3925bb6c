"""Signing in: a password against its hash, failures audited, floods slowed down."""

from __future__ import annotations

import ipaddress
from datetime import timedelta

from sqlalchemy import func, select

from api.security.errors import TooManyAttempts, TooManyFromAddress, WrongPassword
from api.security.passwords import verify_password
from api.security.sessions import digest, open_session
from api.services import Services
from storage import audit
from storage.tables import AuditEntry, User
from storage.work import Work

PAUSE = timedelta(minutes=10)
FAILURES = 8  # of one login within PAUSE
FAILURES_FROM = 50  # of one address within PAUSE: somebody who tries one password on many logins
KNOWN = timedelta(days=30)  # for which an address is one that the account signs in from
_FACE = "system:face"


def sign_in(services: Services, login: str, password: str, address: str = "") -> str:
    """The secret of a new session. Raises WrongPassword (audited) or TooManyAttempts.

    `address` is where the request came from as the server sees it ("": unknown, not counted).
    The hash is compared between two transactions, never inside one: it takes long on purpose, and a stranger at the
    door must not hold the ledger's write lock meanwhile. What is refused by the pause is not counted as a failure, so
    that nobody can lock somebody else out for longer than the pause. A whole office may share one address: the pause of
    an address leaves alone who signed in from there within the last `KNOWN`; their own pause still counts.
    """
    with services.reading(_FACE) as work:
        source = _source(work, address)
        _refuse_flood(work, _name(login), FAILURES, TooManyAttempts)
        user = work.session.scalar(select(User).where(User.login == login)) if login.isprintable() else None
        place = _place(work, source, user)
        known = _known(work, place)
        if source and not known:
            _refuse_flood(work, source, FAILURES_FROM, TooManyFromAddress)
    stored = user.password_hash if user is not None and user.active else None
    if not verify_password(stored, password) or user is None:
        with services.writing(_FACE) as work:
            audit.record(work, "sign_in_failed", "login", _name(login), chain_key=_name(login))
            if source:
                audit.record(work, "sign_in_failed_from", "address", source, chain_key=source)
        raise WrongPassword
    with services.writing(_FACE) as work:
        if place and not known:
            audit.record(work, "signed_in_from", "address", place, chain_key=user.id)
        return open_session(work, work.session.get_one(User, user.id))


def _refuse_flood(work: Work, who: str, most: int, error: type[TooManyAttempts]) -> None:
    failed = select(func.count()).where(
        AuditEntry.subject_id == who, AuditEntry.action.in_(("sign_in_failed", "sign_in_failed_from")),
        AuditEntry.at > work.now - PAUSE,
    )  # fmt: skip
    if (work.session.scalar(failed) or 0) >= most:
        raise error(minutes=int(PAUSE.total_seconds() // 60))


def _known(work: Work, place: str) -> bool:
    query = select(AuditEntry.seq).where(
        AuditEntry.subject_id == place, AuditEntry.action == "signed_in_from", AuditEntry.at > work.now - KNOWN
    )
    return bool(place) and work.session.scalar(query.limit(1)) is not None


def _place(work: Work, source: str, user: User | None) -> str:
    """The account at that address, as the audit keeps it; "" where either is not known."""
    return work.keys.token(work.session, "address", f"{source}/{user.id}")[:32] if source and user else ""


def _source(work: Work, address: str) -> str:
    """What the audit keeps of an address: enough to count it, not to read it. All of an IPv6 /64 are one sender."""
    try:
        found = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if found.version == 6 and found.ipv4_mapped is None:
        address = str(ipaddress.ip_network((found, 64), strict=False))
    else:
        address = str(getattr(found, "ipv4_mapped", None) or found)
    return work.keys.token(work.session, "address", address)[:32]


def _name(login: str) -> str:
    """What the audit keeps of a login that failed: people type passwords into the wrong field."""
    return digest(login)[:32]
