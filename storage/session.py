"""The database: one engine, a reading and a writing transaction, the same promises on SQLite and PostgreSQL.

SQLite: a deferred transaction that reads first and then writes fails at once with SQLITE_BUSY_SNAPSHOT, whatever the
busy timeout is, so every writer begins with BEGIN IMMEDIATE and a reader is not able to write at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session, SessionTransaction

from storage.errors import TodokeError

BUSY_SECONDS = 30.0
# What the two servers say when another transaction holds what we need: worth a retry, never a fault of the data.
_BUSY = ("database is locked", "database table is locked", "deadlock detected", "lock timeout", "could not serialize")


class DatabaseBusy(TodokeError):
    """Another transaction held the data for longer than the busy timeout; nothing was written."""

    code: ClassVar[str] = "database_busy"
    status: ClassVar[int] = 503
    ja = "データベースが混み合っています。何も書き込まれていません。"
    en = "The database was busy; nothing was written."
    remedy_ja = "少し待ってからもう一度実行してください。"
    remedy_en = "Wait a moment and try again."


class LedgerSession(Session):
    """A session whose transaction ends at the edge; `pending` are audit entries still to be chained.

    What was queued inside a savepoint goes with the savepoint.
    """

    def __init__(self, bind: Engine) -> None:
        super().__init__(bind, expire_on_commit=False, autoflush=True)
        self.pending: list[Any] = []
        self.on_rollback: list[Any] = []
        self._marks: dict[SessionTransaction, int] = {}


@event.listens_for(LedgerSession, "after_transaction_create")
def _mark(session: LedgerSession, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session._marks[transaction] = len(session.pending)


@event.listens_for(LedgerSession, "after_soft_rollback")
def _forget(session: LedgerSession, transaction: SessionTransaction) -> None:
    del session.pending[session._marks.pop(transaction, 0) :]
    session.info.pop("keys", None)  # a key made inside is gone with its row


class Database:
    """SQLite (WAL, local disk only) or PostgreSQL through psycopg 3; one a process: fork, then make it."""

    def __init__(self, url: str, *, busy_seconds: float = BUSY_SECONDS) -> None:
        parsed = make_url(url)
        self.url = url
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        self._busy_seconds = busy_seconds
        if self.is_sqlite:
            if parsed.database:
                _private_file(Path(parsed.database))
            self.engine = create_engine(parsed, hide_parameters=True, connect_args={"timeout": busy_seconds})
            event.listen(self.engine, "connect", self._open_sqlite)
            event.listen(self.engine, "begin", _begin_sqlite)
            self._reader = self.engine.execution_options(todoke_reads=True)
        else:
            parsed = parsed.set(drivername="postgresql+psycopg")
            options = f"-c timezone=UTC -c lock_timeout={int(busy_seconds * 1000)}"
            self.engine = create_engine(
                parsed, hide_parameters=True, pool_pre_ping=True, connect_args={"options": options}
            )
            # A reader sees one moment, as it does on SQLite: a list and its count agree, the audit walk is whole.
            self._reader = self.engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)

    def _open_sqlite(self, connection: Any, _record: object) -> None:
        connection.isolation_level = None  # the driver begins nothing by itself; _begin_sqlite does
        cursor = connection.cursor()
        cursor.execute(f"PRAGMA busy_timeout = {int(self._busy_seconds * 1000)}")
        cursor.execute("PRAGMA journal_mode = WAL")
        cursor.execute("PRAGMA synchronous = FULL")  # a commit that was answered survives a power cut
        cursor.execute("PRAGMA foreign_keys = ON")
        cursor.execute("PRAGMA recursive_triggers = ON")  # INSERT OR REPLACE then meets the triggers against DELETE
        cursor.close()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on one consistent moment; it cannot write. Ends with a rollback."""
        session = LedgerSession(self._reader)
        try:
            yield session
        finally:
            session.close()

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session that is committed at the end of the block, its audit entries last; any error rolls all back.

        Raises DatabaseBusy when another writer did not finish in time.
        """
        from storage.audit import append_pending  # audit needs the tables, the tables need no session

        session = LedgerSession(self.engine)
        try:
            yield session
            session.flush()
            append_pending(session)
            # From here the outcome may stay unknown (a server that commits and is not heard again): what was stored is
            # kept, and `Vault.sweep` removes it later if no row came of it.
            session.on_rollback.clear()
            session.commit()
        except OperationalError as error:
            _undo(session)
            if any(words in str(error.orig) for words in _BUSY):
                raise DatabaseBusy from error
            raise
        except BaseException:
            _undo(session)
            raise
        finally:
            session.close()

    def close(self) -> None:
        """Give all connections back."""
        self.engine.dispose()

    def after_fork(self) -> None:
        """In a forked child: leave the parent's connections alone and open new ones."""
        self.engine.dispose(close=False)


def _private_file(path: Path) -> None:
    """Nobody else on the machine reads the ledger; its WAL takes the mode of the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)


def _undo(session: LedgerSession) -> None:
    session.rollback()
    for clean in session.on_rollback:
        clean()


def _begin_sqlite(connection: Connection) -> None:
    reads = connection.get_execution_options().get("todoke_reads", False)
    connection.exec_driver_sql(f"PRAGMA query_only = {'ON' if reads else 'OFF'}")
    connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")
