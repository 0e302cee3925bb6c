"""Passwords: argon2id with the library's recommended parameters."""

from __future__ import annotations

from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

_HASHER = PasswordHasher()


def hash_password(password: str) -> str:
    """The argon2id hash with its parameters and salt."""
    return _HASHER.hash(password)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody")


def verify_password(stored: str | None, password: str) -> bool:
    """True if it fits. An unknown login costs the same time as a known one."""
    try:
        return _HASHER.verify(stored or _nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
