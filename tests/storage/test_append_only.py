"""Append-only tables on SQLite, met by a connection that is not ours and asked for nothing."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import pytest
from sqlalchemy import Column, Index, MetaData, String, Table, Text, UniqueConstraint, text

from storage.tables import FilingActor
from storage.tables.append_only import TABLES, sqlite_triggers
from storage.tables.base import Base
from storage.tables.four_eyes import _KEPT

_ACTORS = Base.metadata.tables[FilingActor.__tablename__]
KEPT = (*TABLES, _ACTORS)


def unique_keys(table: Table) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every unique key as the database itself says, with the condition of a partial one."""
    yield tuple(c.name for c in table.primary_key.columns), ""
    for constraint in table.constraints:
        if isinstance(constraint, UniqueConstraint):
            yield tuple(c.name for c in constraint.columns), ""
    for index in table.indexes:
        if index.unique:
            where = index.dialect_options["sqlite"]["where"]
            yield tuple(c.name for c in index.columns), "" if where is None else str(where)


CASES = [(table, key, where) for table in KEPT for key, where in unique_keys(table)]
CASES += [(table, ("rowid",), "") for table in KEPT]
# a row that a partial index covers
FITTING = {"user_id IS NOT NULL": {"user_id": "u"}, "basis <> 'assigned'": {"basis": "filed"},
           "basis = 'assigned'": {"basis": "assigned"}}  # fmt: skip


def insert(connection: sqlite3.Connection, table: str, row: dict[str, object], verb: str = "INSERT") -> None:
    marks = ", ".join("?" for _ in row)
    columns = ", ".join(f'"{name}"' for name in row)
    connection.execute(f"{verb} INTO {table} ({columns}) VALUES ({marks})", tuple(row.values()))


@pytest.fixture(scope="module")
def stranger() -> Iterator[sqlite3.Connection]:
    """The triggers on bare tables: neither foreign keys nor checks help, and no pragma is set."""
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        bare = MetaData()
        for table in KEPT:
            copy = Table(table.name, bare, *(Column(c.name, String, primary_key=c.primary_key) for c in table.columns))
            columns = ", ".join(f'"{c.name}"' for c in copy.columns)
            connection.execute(f"CREATE TABLE {table.name} ({columns})")
            for key, where in unique_keys(table):
                kept = f" WHERE {where}" if where else ""
                connection.execute(f"CREATE UNIQUE INDEX u_{table.name}_{'_'.join(key)}{len(where)} "
                                   f"ON {table.name} ({', '.join(key)}){kept}")  # fmt: skip
            for statement in [_KEPT] if table is _ACTORS else sqlite_triggers(table):
                connection.execute(statement)
        yield connection


@pytest.mark.parametrize(("table", "key", "where"), CASES, ids=lambda v: v.name if isinstance(v, Table) else str(v))
def test_no_row_takes_the_place_of_another_by_any_key(
    stranger: sqlite3.Connection, table: Table, key: tuple[str, ...], where: str
) -> None:
    names = [c.name for c in table.columns]
    marker = f"{table.name}{key}{where}"
    old = {name: f"old {name} {marker}" for name in names} | FITTING.get(where, {})
    insert(stranger, table.name, old)
    rowid = stranger.execute("SELECT last_insert_rowid()").fetchone()[0]
    new = {name: f"new {name} {marker}" for name in names} | {name: old.get(name, rowid) for name in key}
    new |= FITTING.get(where, {})
    before = stranger.execute(f"SELECT * FROM {table.name}").fetchall()
    for verb in ("INSERT OR REPLACE", "REPLACE", "INSERT OR IGNORE"):
        with pytest.raises(sqlite3.IntegrityError, match=r"append-only|for ever"):
            insert(stranger, table.name, new, verb)
    assert stranger.execute(f"SELECT * FROM {table.name}").fetchall() == before


@pytest.mark.parametrize("table", KEPT, ids=lambda t: t.name)
def test_a_row_of_its_own_goes_in(stranger: sqlite3.Connection, table: Table) -> None:
    for turn in ("one", "two"):
        insert(stranger, table.name, {c.name: f"{turn} {c.name}" for c in table.columns})
    assert stranger.execute(f"SELECT count(*) FROM {table.name}").fetchone()[0] >= 2


def test_a_partial_key_speaks_only_of_the_rows_it_covers(stranger: sqlite3.Connection) -> None:
    """A number that we assign stands beside the blank that was read."""
    same = {"filing_id": "f", "field": "x", "round": "1"}
    for number, basis in enumerate(("filed", "assigned")):
        insert(stranger, "settlement", {"id": f"p{number}", "basis": basis, **same})
    with pytest.raises(sqlite3.IntegrityError):
        insert(stranger, "settlement", {"id": "p9", "basis": "adjudicated", **same}, "REPLACE")


def test_the_triggers_name_columns_and_leave_quoted_words_alone() -> None:
    table = Table("t", MetaData(), Column("id", Text, primary_key=True), Column("kind", Text), Column("a", Text))
    Index("u", table.c.a, unique=True, sqlite_where=text("kind = 'kind'"))
    assert "NEW.kind = 'kind' AND EXISTS" in "".join(sqlite_triggers(table))


def test_the_database_itself_keeps_a_posting_from_a_stranger(sqlite_url: str) -> None:
    """The second unique key of the table that says "exactly once", on a real file, past our own connections."""
    row = {"id": "p", "entry_id": "e", "decision_id": "d", "entry_n": 1, "changes": "[]", "at": "2026-11-21"}
    with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as connection:
        insert(connection, "posting", row)
        with pytest.raises(sqlite3.IntegrityError, match="posting is append-only"):
            insert(connection, "posting", row | {"id": "q", "entry_n": 2}, "REPLACE")
        assert connection.execute("SELECT id, entry_n FROM posting").fetchall() == [("p", 1)]
