"""Triggers that refuse UPDATE and DELETE, and the first heads of the audit chains; created with the tables."""

from __future__ import annotations

import re
from collections.abc import Iterator

from sqlalchemy import DDL, PrimaryKeyConstraint, Table, UniqueConstraint, event

from storage.tables.approval import Decision, Posting
from storage.tables.audit import CHAINS, AccessLog, AuditEntry, AuditHead
from storage.tables.base import Base
from storage.tables.filing import EntryVersion, FilingVersion, Reading, Settlement
from storage.tables.intake import CustodyEvent, ReceiptDateChange
from storage.tables.trust import Calibration, Inspection, InspectionLabel, TrustEvent

GENESIS = "0" * 64  # `prev` of the first entry of a chain

# What happened stays as it was written; disposal destroys the key a row is sealed under, never the row.
TABLES: tuple[Table, ...] = tuple(
    Base.metadata.tables[entity.__tablename__]
    for entity in (
        AuditEntry, AccessLog, EntryVersion, FilingVersion, Reading, Settlement, Decision, Posting, CustodyEvent,
        ReceiptDateChange, Calibration, TrustEvent, Inspection, InspectionLabel,
    )
)  # fmt: skip


def sqlite_triggers(table: Table) -> Iterator[str]:
    """The statements that make `table` append-only on SQLite."""
    for verb in ("UPDATE", "DELETE"):
        yield (
            f"CREATE TRIGGER {table.name}_no_{verb.lower()} BEFORE {verb} ON {table.name} "
            f"BEGIN SELECT RAISE(ABORT, '{table.name} is append-only'); END"
        )
    yield no_replace(table, f"{table.name} is append-only")


def no_replace(table: Table, words: str) -> str:
    """The SQLite trigger that refuses a new row in the place of one that is there, by whichever unique key.

    REPLACE deletes the row in its way without firing delete triggers, unless the connection asked for recursive
    triggers (sqlite.org/lang_conflict.html); ours do, but the rule is to hold for every connection. The rowid is a
    key too; where an INSERT does not give one, NEW.rowid is -1 (sqlite.org/lang_createtrigger.html).
    """
    keys = [(_columns(table.primary_key), "")]
    keys += [(_columns(c), "") for c in table.constraints if isinstance(c, UniqueConstraint)]
    for index in table.indexes:
        if index.unique:
            where = index.dialect_options["sqlite"]["where"]
            keys.append((tuple(column.name for column in index.columns), "" if where is None else str(where)))
    taken = [f"EXISTS (SELECT 1 FROM {table.name} WHERE rowid = NEW.rowid AND NEW.rowid <> -1)"]  # noqa: S608
    taken += [_taken(table, *key) for key in sorted(keys)]
    return (
        f"CREATE TRIGGER {table.name}_no_replace BEFORE INSERT ON {table.name} WHEN {' OR '.join(taken)} "
        f"BEGIN SELECT RAISE(ABORT, 'UNIQUE constraint failed: {words}'); END"
    )


def _taken(table: Table, columns: tuple[str, ...], where: str) -> str:
    """Whether a row has these columns of the new one; of a partial index both rows are in it."""
    same = " AND ".join(f"{column} = NEW.{column}" for column in columns)
    if not where:
        return f"EXISTS (SELECT 1 FROM {table.name} WHERE {same})"  # noqa: S608 - names of ours only
    names = "|".join(column.name for column in table.columns)
    new = re.sub(rf"\b({names})\b(?=([^']*'[^']*')*[^']*$)", r"NEW.\1", where)  # outside of quoted text
    return f"({new} AND EXISTS (SELECT 1 FROM {table.name} WHERE {same} AND {where}))"  # noqa: S608


def _columns(constraint: PrimaryKeyConstraint | UniqueConstraint) -> tuple[str, ...]:
    return tuple(column.name for column in constraint.columns)


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
        yield from sqlite_triggers(table) if dialect == "sqlite" else postgresql_triggers(table.name)


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
