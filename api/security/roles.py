"""The one table of what each role may do. A route names a permission; nothing else decides access."""

from __future__ import annotations

from typing import Final

_ALL: Final = frozenset(
    {"reception", "keyer", "contractor", "reviewer", "approver", "supervisor", "inspector", "auditor", "admin"}
)
_DECIDING: Final = frozenset({"reviewer", "approver", "supervisor"})
_WATCHING: Final = frozenset({"inspector", "auditor"})

PERMISSIONS: Final[dict[str, frozenset[str]]] = {
    "home": _ALL,
    # intake: the door
    "batch.receive": frozenset({"reception", "supervisor", "client"}),
    "batch.view": _DECIDING | _WATCHING | {"reception", "client"},
    "batch.correct": frozenset({"reception", "supervisor"}),
    "custody.write": frozenset({"reception", "supervisor"}),
    # the desk. A keying role never sees machine values of a filing whose blind keying is open.
    "task.work": frozenset({"keyer", "contractor", "reviewer", "approver", "supervisor"}),  # hold a task of some step
    "task.key": frozenset({"keyer", "contractor"}),
    "task.adjudicate": frozenset({"keyer", "supervisor"}),
    "task.review": frozenset({"reviewer"}),
    "task.approve": frozenset({"approver"}),
    "task.decide": frozenset({"reviewer", "approver"}),  # each its own step; the service looks again
    "task.steal": frozenset({"supervisor"}),
    # filings and the register
    "filing.file": frozenset({"client"}),  # push an e-filing
    "filing.view": _DECIDING | _WATCHING,
    "filing.state": _ALL | {"client"},  # number, kind, office, stage: nothing personal; a client sees its own
    "image.view": _DECIDING | _WATCHING | {"reception", "keyer", "contractor"},
    "register.search": _DECIDING | _WATCHING,
    "reveal": frozenset({"keyer", "reviewer", "approver", "supervisor"}),  # My Number shown on purpose, logged
    "export": frozenset({"reception", "reviewer", "approver", "supervisor", "auditor"}),  # never a contractor
    # running the place
    "queue.manage": frozenset({"supervisor", "admin"}),
    "audit.view": frozenset({"auditor", "supervisor", "admin"}),
    "metrics": frozenset({"admin", "supervisor", "client"}),
    "users.manage": frozenset({"admin"}),
}


def may(roles: frozenset[str], permission: str) -> bool:
    """True if one of `roles` has `permission`; an unknown permission is a programming error (KeyError)."""
    return bool(PERMISSIONS[permission] & roles)


def roles_that_may(permission: str) -> frozenset[str]:
    """For the sentence "someone else must do this"."""
    return PERMISSIONS[permission]
