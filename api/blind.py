"""The blind at the face: who may look at machine values while a filing is being keyed, and who may not."""

from __future__ import annotations

from sqlalchemy import select

from api.security.visit import Visit
from approval import blind, people
from approval.errors import BlindTaskOpen
from storage.tables import Task


def look(visit: Visit, filing_id: str) -> None:
    """Before values, findings or matches are shown: refuses a keying account, and records anyone else who looks.

    Writes only where the look matters (blind.looks). Raises BlindTaskOpen.
    """
    with visit.reading() as work:
        needed = blind.looks(work, filing_id)
    if needed:
        with visit.writing() as work:
            blind.look(work, filing_id)


def refuse_keyer(visit: Visit, filing_id: str) -> None:
    """Before what says something about the machine without showing its values (events). Raises BlindTaskOpen."""
    with visit.reading() as work:
        if people.roles_of(work, visit.actor.id) & people.ROLES["key"] and blind.blind_open(work, filing_id):
            raise BlindTaskOpen


def refuse_search(visit: Visit) -> None:
    """The register knows what stands on the sheet: nobody searches it with a key task in hand. Raises BlindTaskOpen."""
    with visit.reading() as work:
        held = select(Task.id).where(
            Task.step == "key", Task.state == "claimed", Task.claimed_by == visit.actor.id, Task.lease_until > work.now
        )
        if work.session.scalar(held.limit(1)) is not None:
            raise BlindTaskOpen
