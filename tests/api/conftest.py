"""The face of a small centre: the application is made once a session, everything under it for each test."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from intake.decode.nursery import NURSERY
from storage.blobs import DirectoryStore
from storage.keys import Keyring
from storage.session import Database
from storage.settings import Settings
from storage.tables import Base
from storage.vault import Vault
from tests.api.face import Face
from tests.approval.conftest import hasty

_MADE: list[FastAPI] = []  # the routes are the same for every installation; the services are put in for each


def make_face(database: Database, keys: Keyring, folder: Path, **settings: object) -> Face:
    """An installation in `folder`."""
    given = Settings(
        data_dir=folder / "var", key_file=folder / "key" / "master.key", database_url=database.url, training=True,
        **settings,
    )  # fmt: skip
    face = Face(hasty(database), keys, Vault(DirectoryStore(given.blobs_dir), keys), given, *_MADE)
    _MADE[:] = [face.app]
    return face


@pytest.fixture(scope="session", autouse=True)
def nursery() -> Iterator[None]:
    """The decoders' zygote ends with the tests."""
    yield
    NURSERY.stop()


@pytest.fixture
def face(database: Database, keys: Keyring, tmp_path: Path) -> Face:
    """On SQLite."""
    return make_face(database, keys, tmp_path)


@pytest.fixture
def any_face(any_database: Database, keys: Keyring, tmp_path: Path) -> Face:
    """On SQLite and on PostgreSQL."""
    return make_face(any_database, keys, tmp_path)


@pytest.fixture(scope="session")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Face]:
    """One house for all requests that are refused: they change nothing, which the tests also look at."""
    folder = tmp_path_factory.mktemp("house")
    database = hasty(Database(f"sqlite:///{folder}/todoke.sqlite"))
    Base.metadata.create_all(database.engine)
    yield make_face(database, Keyring(b"k" * 32), folder)
    database.close()
