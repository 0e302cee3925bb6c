"""What the face needs to run: settings, database, keys, blobs and the clock, made once a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime

from storage.keys import Keyring
from storage.session import Database
from storage.settings import Settings
from storage.vault import Vault
from storage.work import Work


def wall_clock() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Services:
    """The rooms below, ready to use."""

    settings: Settings
    database: Database
    keys: Keyring
    vault: Vault
    clock: Callable[[], datetime] = wall_clock

    @contextmanager
    def reading(self, actor: str) -> Iterator[Work]:
        """A unit of work that only reads."""
        with self.database.reading() as session:
            yield Work(session, self.keys, self.clock(), actor)

    @contextmanager
    def writing(self, actor: str) -> Iterator[Work]:
        """A unit of work that is committed at its end, or rolled back on an error."""
        with self.database.writing() as session:
            yield Work(session, self.keys, self.clock(), actor)
