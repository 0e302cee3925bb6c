"""Triggers that refuse UPDATE and DELETE, and the first heads of the audit chains; created with the tables."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import DDL, Table, event

from storage.tables.approval import Decision, Posting
from storage.tables.audit import CHAINS, AccessLog, AuditEntry, AuditHead
from storage.tables.base import Base
from storage.tables.filing import EntryVersion, FilingVersion, Reading, Settlement
from storage.tables.intake import CustodyEvent, ReceiptDateChange

GENESIS = "0" * 64  # `prev` of the first entry of a chain

# What happened stays as it was written; disposal destroys the key a row is sealed under, never the row.
TABLES: tuple[Table, ...] = tuple(
    Base.metadata.tables[entity.__tablename__]
    for entity in (
        AuditEntry, AccessLog, EntryVersion, FilingVersion, Reading, Settlement, Decision, Posting, CustodyEvent,
        ReceiptDateChange,
    )
)  # fmt: skip


def sqlite_triggers(table: str, key: tuple[str, ...]) -> Iterator[str]:
    """The statements that make `table` append-only on SQLite.

    REPLACE deletes without firing delete triggers (sqlite.org/lang_conflict.html), so a taken `key` is refused.
    """
    for verb in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
        )
    same = " AND ".join(f"{column} = NEW.{column}" for column in key)
    taken = f"SELECT 1 FROM {table} WHERE {same}"  # noqa: S608 - names of ours only
    yield (
        f"CREATE TRIGGER {table}_no_replace BEFORE INSERT ON {table} "
        f"WHEN EXISTS ({taken}) BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    )


def postgresql_triggers(table: str) -> Iterator[str]:
    """The statements that make `table` append-only on PostgreSQL, TRUNCATE included."""
    yield (
        f"CREATE FUNCTION {table}_refuse() RETURNS trigger LANGUAGE plpgsql AS "
        f"$$BEGIN RAISE EXCEPTION '{table} is append-only' USING ERRCODE = '23514'; END$$"
    )
    yield (
        f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION {table}_refuse()"
    )
    yield (
        f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_refuse()"
    )


def first_heads() -> str:
    """The statement that starts all chains."""
    rows = ", ".join(f"({chain}, 0, '{GENESIS}')" for chain in range(CHAINS))
    return f"INSERT INTO audit_head (chain, seq, hash) VALUES {rows}"  # noqa: S608 - constants only


def statements(dialect: str, tables: tuple[Table, ...] = TABLES) -> Iterator[str]:
    """All triggers for a dialect, for a migration."""
    for table in tables:
        key = tuple(column.name for column in table.primary_key)
        yield from sqlite_triggers(table.name, key) if dialect == "sqlite" else postgresql_triggers(table.name)


def _with(table: Table) -> None:
    for dialect in ("sqlite", "postgresql"):
        for statement in statements(dialect, (table,)):
            event.listen(table, "after_create", _ddl(statement).execute_if(dialect=dialect))
    drop = _ddl(f"DROP FUNCTION IF EXISTS {table.name}_refuse() CASCADE")
    event.listen(table, "after_drop", drop.execute_if(dialect="postgresql"))


def _ddl(statement: str) -> DDL:
    return DDL(statement)  # type: ignore[no-untyped-call]


for _table in TABLES:
    _with(_table)
event.listen(Base.metadata.tables[AuditHead.__tablename__], "after_create", _ddl(first_heads()))
