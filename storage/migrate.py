"""Bring a database to the newest tables: `upgrade(url)`, `is_current(url)`, `differences(url)`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from storage.errors import TodokeError
from storage.session import Database
from storage.tables import Base

FOLDER = Path(__file__).parent / "migrations"
_LOCK = 7_093_511  # any number that nothing else in the database locks


class OldTables(TodokeError):
    """The database has not been brought to this release's tables."""

    code: ClassVar[str] = "old_tables"
    status: ClassVar[int] = 503
    ja = "データベースの表がこの版のものではありません(現在: {found}、必要: {wanted})。"
    en = "The tables of the database are not those of this release (found {found}, wanted {wanted})."
    remedy_ja = "バックアップを取り、`todoke db upgrade` を実行してください。"
    remedy_en = "Make a backup, then run `todoke db upgrade`."


def upgrade(url: str, to: str = "head") -> None:
    """Run what is missing, in one transaction; another process doing the same waits. Data stay."""
    with _connected(url) as connection:
        command.upgrade(_config(connection), to)


def is_current(url: str) -> bool:
    """Whether the database is at the newest revision."""
    return revision(url) == newest()


def require_current(url: str) -> None:
    """Raises OldTables unless the database is at the newest revision."""
    found = revision(url)
    if found != newest():
        raise OldTables(found=found or "-", wanted=newest())


def revision(url: str) -> str | None:
    """The revision the database is at; None before the first."""
    database = Database(url)
    try:
        with database.reading() as session:
            return MigrationContext.configure(session.connection()).get_current_revision()
    finally:
        database.close()


def newest() -> str:
    """The newest revision of this release."""
    head = ScriptDirectory(str(FOLDER)).get_current_head()
    assert head is not None, "a release without migrations"
    return head


def differences(url: str) -> list[Any]:
    """What the tables of the database and those of storage/tables differ in (Alembic's words); empty is well."""
    database = Database(url)
    try:
        with database.reading() as session:
            context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
            return list(compare_metadata(context, Base.metadata))
    finally:
        database.close()


def new_revision(url: str, message: str, number: str) -> None:
    """Write the migration that takes the database at `url` to the present tables; for developers."""
    with _connected(url) as connection:
        command.revision(_config(connection), message, autogenerate=True, rev_id=number)


@contextmanager
def _connected(url: str) -> Iterator[Connection]:
    """A connection in a transaction that nobody else migrates in; SQLite's foreign keys wait until the tables stand."""
    database = Database(url)
    try:
        with database.engine.connect() as connection:
            if database.is_sqlite:
                # only outside a transaction: copying a table would otherwise trip over references to it
                connection.connection.driver_connection.execute("PRAGMA foreign_keys = OFF")  # type: ignore[union-attr]
            with connection.begin():
                if not database.is_sqlite:
                    connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_LOCK})")
                yield connection
                if database.is_sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first() is not None:
                    raise RuntimeError("a migration left a reference to nothing; it was rolled back")
    finally:
        database.close()


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
    config.attributes["connection"] = connection
    return config
