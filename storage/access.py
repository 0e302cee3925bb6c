"""The access log: who saw, searched, exported or revealed personal data, and why. Appended, never changed."""

from __future__ import annotations

from collections.abc import Iterable

from storage.tables import AccessLog
from storage.work import Work

ACTIONS = ("view", "search", "export", "reveal")


def log_access(work: Work, user_id: str, action: str, purpose: str, route: str, ids: Iterable[str]) -> AccessLog:
    """One entry for one answer, with the ids of everything it lists; written before the answer goes out.

    `action` is one of ACTIONS; anything else is a mistake of ours and a ValueError.
    """
    if action not in ACTIONS:
        raise ValueError(f"no such access: {action}")
    entry = AccessLog(at=work.now, user_id=user_id, action=action, purpose=purpose, route=route, ids=list(ids))
    work.session.add(entry)
    work.session.flush()
    return entry
