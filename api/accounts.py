"""Making accounts."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select

from api.security.passwords import hash_password
from storage import audit
from storage.errors import TodokeError
from storage.tables import ROLES, User, UserRole
from storage.work import Work

SHORTEST = 12


class BadAccount(TodokeError):
    """The login is taken, a role is unknown, or the password is too short."""

    code = "bad_account"
    status = 422
    ja = "アカウントを作れません({why})。"
    en = "The account cannot be made ({why})."
    remedy_ja = "利用者名は未使用のもの、役割は一覧のもの、パスワードは12文字以上にしてください。"
    remedy_en = "Use a free login, listed roles, and a password of at least 12 characters."


def add_account(
    work: Work, login: str, name: str, roles: Iterable[str], password: str | None, *, language: str = "ja",
    shortest: int = SHORTEST,
) -> User:  # fmt: skip
    """A new active account. `password` None: an API client that only uses tokens. Raises BadAccount."""
    wanted = sorted(set(roles))
    if not wanted or not set(wanted) <= set(ROLES):
        raise BadAccount(why=f"roles {wanted}")
    if password is not None and len(password) < shortest:
        raise BadAccount(why=f"password under {shortest} characters")
    if work.session.scalar(select(User.id).where(User.login == login)) is not None:
        raise BadAccount(why=f"login {login} is taken")
    stored = None if password is None else hash_password(password)
    user = User(login=login, name=name, password_hash=stored, language=language, active=True, created_at=work.now)
    work.session.add(user)
    work.session.flush()
    work.session.add_all(UserRole(user_id=user.id, role=role) for role in wanted)
    audit.record(work, "account_made", "account", user.id, chain_key=user.id, detail={"roles": wanted})
    return user
