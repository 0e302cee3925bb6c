"""A whole installation in the test's own folder, with a reader that always says the same."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import cv2
import numpy as np
import pytest

from intake import batches, receive
from intake.runtime import Runtime
from intake.stages import execute
from storage.blobs import DirectoryStore
from storage.installation import open_installation
from storage.keys import Keyring
from storage.session import Database
from storage.settings import Settings
from storage.tables import Batch, User
from storage.vault import Vault
from storage.work import Work
from tests.conftest import NOW
from tests.intake.readers import Scripted


class Clock:
    """Time that a test moves."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self):
        return self.now

    def pass_(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)


class House:
    """The runtime of one worker, and short words for what tests do all the time."""

    def __init__(self, settings: Settings, database: Database, keys: Keyring, vault: Vault) -> None:
        self.clock = Clock()
        self.runtime = Runtime(settings, database, keys, vault, "w1", self.clock, Scripted())
        open_installation(database, settings, keys, now=NOW)
        with self.runtime.writing() as work:
            user = User(login="reception", name="受付", created_at=NOW)
            work.session.add(user)
            work.session.flush()
            self.user = user.id

    def person(self, session) -> Work:
        return Work(session, self.runtime.keys, self.clock(), self.user)

    def as_person(self, act: Callable[[Work], object]):
        with self.runtime.database.writing() as session:
            return act(self.person(session))

    def open(self, **given) -> Batch:
        told = {"channel": "paper", "received_on": date(2026, 11, 20), "basis": "stamp"} | given
        return self.as_person(lambda work: batches.open_batch(work, **told))

    def add(self, batch: Batch, data: bytes, name: str = "scan.png"):
        runtime = self.runtime
        arrival = receive.take_in(runtime.vault, name, [data], runtime.settings.max_file_bytes)
        return self.as_person(lambda work: receive.add_file(work, runtime.vault, batch.id, arrival))

    def close(self, batch: Batch) -> Batch:
        return self.as_person(lambda work: batches.close(work, batch.id))

    def received(self, *files: bytes, **given) -> Batch:
        """A closed batch with these files."""
        batch = self.open(**given)
        for number, data in enumerate(files, start=1):
            self.add(batch, data, f"scan{number}.png")
        return self.close(batch)

    def run(self, limit: int = 1000, stages=()) -> list[tuple[str, str]]:
        """Run what is ready, as one worker would; (stage, outcome) of each job."""
        ran = []
        for _ in range(limit):
            lease = self.runtime.ledger.claim("w1", self.clock(), stages)
            if lease is None:
                break
            ran.append((lease.stage, execute(self.runtime, lease)))
        return ran

    def all(self, table, **where):
        from sqlalchemy import select

        with self.runtime.database.reading() as session:
            return list(session.scalars(select(table).filter_by(**where)))


@pytest.fixture
def house(any_database: Database, keys: Keyring, tmp_path: Path) -> Iterator[House]:
    """On SQLite and on PostgreSQL."""
    yield _house(any_database, keys, tmp_path)


@pytest.fixture
def small_house(database: Database, keys: Keyring, tmp_path: Path) -> Iterator[House]:
    """On SQLite only: for what does not depend on the database."""
    yield _house(database, keys, tmp_path)


def _house(database: Database, keys: Keyring, tmp_path: Path) -> House:
    settings = Settings(
        data_dir=tmp_path / "var", key_file=tmp_path / "key" / "master.key", database_url=database.url, training=True
    )
    return House(settings, database, keys, Vault(DirectoryStore(tmp_path / "blobs"), keys))


def picture(said: str, number: int = 0, shape: tuple[int, int] = (120, 84)) -> bytes:
    """A small PNG on which the scripted reader reads `said` (readers.py); `number` makes it another one."""
    pixels = np.full(shape, 255, np.uint8)
    told = f"{said}#{number}".encode()
    pixels[0, 0] = len(told)
    pixels[1, : len(told)] = np.frombuffer(told, np.uint8)
    pixels[10:20, 10:20] = 0
    return cv2.imencode(".png", pixels)[1].tobytes()
