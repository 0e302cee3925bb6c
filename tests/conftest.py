"""Fixtures every room's tests share: databases, keys, stores and brokers, all of them real."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from storage.blobs import DirectoryStore
from storage.keys import Keyring
from storage.session import Database
from storage.settings import Settings
from storage.tables import Base
from storage.vault import Vault
from storage.work import Work
from tests.servers import PostgresServer, S3Server, ValkeyServer, started

NOW = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)  # a Saturday, noon in Tokyo


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def keys() -> Keyring:
    """A keyring under a fresh master key."""
    return Keyring(os.urandom(32))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with all tables, made once and copied for each test."""
    path = tmp_path_factory.mktemp("template") / "todoke.sqlite"
    database = Database(f"sqlite:///{path}")
    Base.metadata.create_all(database.engine)
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")  # a checkpoint needs no transaction
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of an empty SQLite database of its own, with all tables."""
    path = tmp_path / "todoke.sqlite"
    shutil.copyfile(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture
def database(sqlite_url: str) -> Iterator[Database]:
    """An empty SQLite database on a file, with all tables."""
    database = Database(sqlite_url)
    yield database
    database.close()


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A real PostgreSQL, started at the first test that asks for it."""
    yield from started(PostgresServer)


@pytest.fixture(scope="session")
def postgres_template(postgres_server: PostgresServer) -> str:
    """The name of a database with all tables, which each test's own is copied from."""
    database = Database(postgres_server.create("todoke_template"))
    Base.metadata.create_all(database.engine)
    database.close()
    return "todoke_template"


@pytest.fixture
def postgres_url(postgres_server: PostgresServer, postgres_template: str) -> Iterator[str]:
    """The URL of an empty PostgreSQL database of its own, with all tables."""
    with postgres_server.temporary(template=postgres_template) as url:
        yield url


@pytest.fixture
def empty_postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of a PostgreSQL database without any table."""
    with postgres_server.temporary() as url:
        yield url


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def any_url(request: pytest.FixtureRequest) -> str:
    """The URL of an empty database with all tables: the test runs on SQLite and on PostgreSQL."""
    return str(request.getfixturevalue(f"{request.param}_url"))


@pytest.fixture
def any_database(any_url: str) -> Iterator[Database]:
    """An empty database with all tables: the test runs on SQLite and on PostgreSQL."""
    database = Database(any_url)
    yield database
    database.close()


@pytest.fixture
def work(database: Database, keys: Keyring) -> Iterator[Work]:
    """A unit of work of the system on `database`, committed when the test ends."""
    with database.writing() as session:
        keys.prepare(session)
        yield Work(session, keys, NOW, "system:test")


@pytest.fixture
def vault(tmp_path: Path, keys: Keyring) -> Vault:
    """A vault on a directory."""
    return Vault(DirectoryStore(tmp_path / "blobs"), keys)


@pytest.fixture
def settings(tmp_path: Path, sqlite_url: str) -> Settings:
    """Settings of an installation in the test's own folder."""
    return Settings(data_dir=tmp_path / "var", key_file=tmp_path / "key" / "master.key", database_url=sqlite_url)


@pytest.fixture(scope="session")
def s3_server() -> Iterator[S3Server]:
    """A real S3 server, started at the first test that asks for it."""
    yield from started(S3Server)


@pytest.fixture
def s3_settings(s3_server: S3Server, tmp_path: Path, sqlite_url: str) -> Settings:
    """Settings of an installation whose blobs lie in a bucket of its own."""
    return Settings(
        data_dir=tmp_path / "var",
        key_file=tmp_path / "key" / "master.key",
        database_url=sqlite_url,
        blob_store="s3",
        **s3_server.bucket(),
    )


@pytest.fixture(scope="session")
def valkey_server() -> Iterator[ValkeyServer]:
    """A real Valkey, started at the first test that asks for it."""
    yield from started(ValkeyServer)


@pytest.fixture
def valkey_url(valkey_server: ValkeyServer) -> str:
    """The URL of an empty Valkey database."""
    return valkey_server.empty()
