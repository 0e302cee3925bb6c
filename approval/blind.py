"""The blind: machine values, findings and matches stay hidden while a blind keying is open."""

from __future__ import annotations

from sqlalchemy import select

from approval import people
from approval.errors import BlindTaskOpen
from storage.tables import Filing, MachineSeen, Task
from storage.work import Work

_SENT_BACK_FROM = frozenset({"adjudicating", "checking", "reviewing", "approving", "held"})


def blind_open(work: Work, filing_id: str) -> bool:
    """True while a field of the filing still waits for a blind reading (also between two key tasks)."""
    filing = work.session.get(Filing, filing_id)
    if filing is None:
        return False
    if filing.state == "keying" and filing.channel != "efiling":
        return True
    open_key = select(Task.id).where(
        Task.filing_id == filing_id, Task.step == "key", Task.state.in_(("open", "claimed"))
    )
    return work.session.scalar(open_key.limit(1)) is not None


def looks(work: Work, filing_id: str) -> bool:
    """Whether `look` has something to say: values may still be keyed blind, and the actor could be the one."""
    user = work.actor_id
    if user is None:
        return False
    if blind_open(work, filing_id):
        return True
    filing = work.session.get(Filing, filing_id)
    return (
        filing is not None
        and filing.state in _SENT_BACK_FROM
        and bool(people.roles_of(work, user) & people.ROLES["key"])
        and work.session.get(MachineSeen, (filing_id, user)) is None
    )


def look(work: Work, filing_id: str) -> None:
    """To be called by every route that is about to show machine values, findings, matches or register rows.

    While the blind is down a keying account is refused; any other is recorded as having seen them, and cannot
    key this filing any more. So is a keying account that looks later, while a field may still be sent back to be keyed
    blind. Needs a writing session if `looks`. BlindTaskOpen.
    """
    user = work.actor_id
    if user is None or not looks(work, filing_id):
        return
    if blind_open(work, filing_id) and people.roles_of(work, user) & people.ROLES["key"]:
        raise BlindTaskOpen
    people.saw_machine(work, filing_id, user)
