"""The unit of work that every service takes first: a session, the keys, the clock and the actor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from storage.keys import Keyring

TOKYO = ZoneInfo("Asia/Tokyo")


@dataclass(frozen=True, slots=True)
class Work:
    """What a service needs from outside. Services never commit and never ask for the time themselves.

    `actor` is an account id, or `system:<name>` for a worker. `now` is aware.
    """

    session: Session
    keys: Keyring
    now: datetime
    actor: str

    @property
    def today(self) -> date:
        """The business date: the day in Tokyo."""
        return self.now.astimezone(TOKYO).date()

    @property
    def actor_id(self) -> str | None:
        """The account id of a person, None for the system (nullable foreign keys)."""
        return None if self.actor.startswith("system:") else self.actor
