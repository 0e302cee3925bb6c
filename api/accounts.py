"""Making accounts."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import delete, select

from api.security.passwords import hash_password
from storage import audit
from storage.errors import TodokeError
from storage.tables import ROLES, Session, User, UserRole
from storage.work import Work

SHORTEST, LONGEST = 12, 200  # characters of a password
LOGIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@-]{0,39}")


class BadAccount(TodokeError):
    """The login is taken, a role is unknown, or the password is too short."""

    code = "bad_account"
    status = 422
    ja = "アカウントを作れません({why})。"
    en = "The account cannot be made ({why})."
    remedy_ja = "利用者名は未使用の英数字40字以内、役割は一覧のもの、パスワードは12〜200文字にしてください。"
    remedy_en = (
        "Use a free login of at most 40 letters and digits, listed roles, and a password of 12 to 200 characters."
    )


class NoSuchAccount(TodokeError):
    """Nobody has that login."""

    code = "no_such_account"
    status = 404
    ja = "利用者 {login} はいません。"
    en = "There is no account {login}."
    remedy_ja = "`todoke users list` で確かめてください。"
    remedy_en = "See `todoke users list`."


def add_account(
    work: Work, login: str, name: str, roles: Iterable[str], password: str | None, *, language: str = "ja",
    shortest: int = SHORTEST,
) -> User:  # fmt: skip
    """A new active account. `password` None: an API client that only uses tokens. Raises BadAccount."""
    wanted = sorted(set(roles))
    if not wanted or not set(wanted) <= set(ROLES):
        raise BadAccount(why_ja=f"役割の指定 {wanted}", why_en=f"roles {wanted}")
    if not LOGIN.fullmatch(login):
        raise BadAccount(
            why_ja="利用者名は英数字と ._@- で40字以内", why_en="login: letters, digits and ._@-, at most 40"
        )
    if not name.strip() or not name.isprintable() or len(name) > 100:
        raise BadAccount(why_ja="氏名は1〜100文字", why_en="name: 1 to 100 printable characters")
    _judge(password, shortest)
    if work.session.scalar(select(User.id).where(User.login == login)) is not None:
        raise BadAccount(why_ja=f"利用者名「{login}」は使用中", why_en=f"login {login} is taken")
    stored = None if password is None else hash_password(password)
    user = User(login=login, name=name, password_hash=stored, language=language, active=True, created_at=work.now)
    work.session.add(user)
    work.session.flush()
    work.session.add_all(UserRole(user_id=user.id, role=role) for role in wanted)
    audit.record(work, "account_made", "account", user.id, chain_key=user.id, detail={"roles": wanted})
    return user


def account(work: Work, login: str) -> User:
    """The account with that login. Raises NoSuchAccount."""
    user = work.session.scalar(select(User).where(User.login == login))
    if user is None:
        raise NoSuchAccount(login=login)
    return user


def set_password(work: Work, login: str, password: str, *, shortest: int = SHORTEST) -> None:
    """A new password; sessions that were opened with the old one end. Raises NoSuchAccount, BadAccount."""
    user = account(work, login)
    _judge(password, shortest)
    user.password_hash = hash_password(password)
    _end_sessions(work, user)
    audit.record(work, "password_set", "account", user.id, chain_key=user.id)


def switch(work: Work, login: str, *, active: bool) -> None:
    """Let an account in, or keep it out from now on: its sessions end, its tokens no longer count."""
    user = account(work, login)
    if user.active == active:
        return
    user.active = active
    if not active:
        _end_sessions(work, user)
    audit.record(work, "account_on" if active else "account_off", "account", user.id, chain_key=user.id)


def _judge(password: str | None, shortest: int) -> None:
    if password is not None and not shortest <= len(password) <= LONGEST:
        raise BadAccount(
            why_ja=f"パスワードは{shortest}〜{LONGEST}文字", why_en=f"password of {shortest} to {LONGEST} characters"
        )


def _end_sessions(work: Work, user: User) -> None:
    work.session.execute(delete(Session).where(Session.user_id == user.id))
