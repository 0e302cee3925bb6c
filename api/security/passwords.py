"""Passwords: argon2id with the library's recommended parameters."""

from __future__ import annotations

import threading
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from api.security.errors import SignInBusy

_HASHER = PasswordHasher()
# One verification takes 64 MiB and a thread that others need: a flood of sign-ins takes neither all memory nor all
# threads. Four at a time, eight in line, and whoever comes then is told to come back.
_AT_WORK = threading.BoundedSemaphore(4)
_IN_LINE = threading.BoundedSemaphore(12)


def hash_password(password: str) -> str:
    """The argon2id hash with its parameters and salt."""
    return _HASHER.hash(password)


@cache
def _nobody() -> str:
    return _HASHER.hash("nobody")


def warm() -> None:
    """Make the hash that unknown logins are compared with, so that the first of them takes no longer than others."""
    _nobody()


def verify_password(stored: str | None, password: str) -> bool:
    """True if it fits. An unknown login (`stored` None) costs the same time as a known one. Raises SignInBusy."""
    if not _IN_LINE.acquire(blocking=False):
        raise SignInBusy
    try:
        with _AT_WORK:
            return _HASHER.verify(stored or _nobody(), password) and stored is not None
    except (VerificationError, InvalidHashError):
        return False
    finally:
        _IN_LINE.release()
