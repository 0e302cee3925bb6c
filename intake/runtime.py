"""What a worker needs to run stages: settings, database, keys, vault, clock, ledger, and the one reader."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy.orm import Session

from intake.decode.limits import Limits
from intake.ledger import Ledger
from ocr.types import SheetReader
from storage import migrate
from storage.blobs import open_store
from storage.installation import open_installation
from storage.keys import Keyring, load_master
from storage.session import Database
from storage.settings import BadSettings, Settings
from storage.tables import Job
from storage.vault import Vault
from storage.work import Work


def wall_clock() -> datetime:
    """The time now, aware, in UTC."""
    return datetime.now(UTC)


@dataclass(slots=True)
class Runtime:
    """Made once a process, after any fork."""

    settings: Settings
    database: Database
    keys: Keyring
    vault: Vault
    name: str = "worker"
    clock: Callable[[], datetime] = wall_clock
    ledger: Ledger = field(init=False)
    _reader: SheetReader | None = None

    def __post_init__(self) -> None:
        self.ledger = Ledger(
            self.database,
            lambda session, now, actor: Work(session, self.keys, now, actor),
            _give_up,
            timedelta(seconds=self.settings.lease_seconds),
            self.settings.max_attempts,
        )

    @classmethod
    def open(cls, settings: Settings, name: str = "worker") -> Runtime:
        """Over what the settings describe. Raises the coded errors of key file, tables and installation."""
        keys = Keyring(load_master(settings.key_file, data_dir=settings.data_dir))
        migrate.require_current(settings.database_url)
        database = Database(settings.database_url)
        open_installation(database, settings, keys, now=wall_clock())
        return cls(settings, database, keys, Vault(open_store(settings), keys), name)

    @property
    def actor(self) -> str:
        return f"system:{self.name}"

    @property
    def limits(self) -> Limits:
        return Limits.from_settings(self.settings).unhurried()

    @property
    def reader(self) -> SheetReader:
        """The reader the settings name, loaded at first use in this process. Raises BadSettings."""
        if self._reader is None:
            self._reader = load_reader(self.settings.reader)
        return self._reader

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """A unit of work on one consistent moment that cannot write."""
        with self.database.reading() as session:
            yield self.work(session)

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """A unit of work that is committed at its end."""
        with self.database.writing() as session:
            yield self.work(session)

    def work(self, session: Session) -> Work:
        return Work(session, self.keys, self.clock(), self.actor)


def load_reader(path: str) -> SheetReader:
    """The SheetReader that `module:factory` makes. Raises BadSettings if there is no such factory."""
    module, _, factory = path.partition(":")
    try:
        make: Callable[[], SheetReader] = getattr(importlib.import_module(module), factory)
    except (ImportError, AttributeError, ValueError) as error:
        raise BadSettings(why_ja=f"読み取り器 {path} がない", why_en=f"reader {path}: {error}") from error
    return make()


def _give_up(work: Work, job: Job) -> None:
    from intake.stages import give_up  # the table of stages knows the runtime; the runtime only rings it here

    give_up(work, job)
