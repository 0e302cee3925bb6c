"""Migrations: they make the very tables the code knows, and keep the data of a database that is brought up."""

import shutil
from datetime import UTC, date, datetime

import pytest
import sqlalchemy as sa

from storage import audit, migrate
from storage.anchors import Anchors
from storage.keys import Keyring
from storage.session import Database
from storage.tables import Batch, User, UserRole
from storage.verify import verify
from storage.work import Work

KEYS = Keyring(b"m" * 32)
NOW = datetime(2026, 11, 21, tzinfo=UTC)

NEXT = '''
"""A later release: one more column and a wider check on a table that others point to."""
import sqlalchemy as sa
from alembic import op

revision = "9999"
down_revision = "{head}"


def upgrade() -> None:
    with op.batch_alter_table("account") as table:
        table.add_column(sa.Column("desk", sa.Text(), nullable=False, server_default="-"))
        table.drop_constraint(op.f("ck_account_language"), type_="check")
        table.create_check_constraint("language", "language IN ('ja', 'en', 'pt')")
'''


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def bare_url(request, tmp_path):
    """The URL of a database without any table."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'bare.sqlite'}"
    return request.getfixturevalue("empty_postgres_url")


def test_migrated_tables_are_those_of_the_code(bare_url):
    assert migrate.revision(bare_url) is None and not migrate.is_current(bare_url)
    with pytest.raises(migrate.OldTables):
        migrate.require_current(bare_url)
    assert migrate.differences(bare_url)
    migrate.upgrade(bare_url)
    assert migrate.is_current(bare_url)
    migrate.require_current(bare_url)
    assert migrate.differences(bare_url) == [], (
        "the tables changed: python -m storage.migrations.first, or a new migration"
    )
    migrate.upgrade(bare_url)  # nothing left to do


def _sqlite_schema(url):
    """Every table, index and trigger as SQL, the lines of a table in any order."""
    database = Database(url)
    with database.reading() as session:
        rows = session.execute(sa.text("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL")).all()
    database.close()
    return {
        name: sorted(line.strip(" ,\t") for line in sql.splitlines()) for name, sql in rows if "alembic" not in name
    }


def _postgres_schema(url):
    """Every constraint, index, trigger and function as the server words it (compare_metadata leaves some out)."""
    database = Database(url)
    questions = (
        "SELECT conrelid::regclass::text, conname, pg_get_constraintdef(oid) FROM pg_constraint"
        " WHERE connamespace = 'public'::regnamespace",
        "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
        "SELECT tgrelid::regclass::text, tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal",
        "SELECT '', proname, prosrc FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
        "SELECT table_name, column_name, data_type || is_nullable || coalesce(column_default, '')"
        " FROM information_schema.columns WHERE table_schema = 'public'",
        "SELECT '', chain::text, seq || hash FROM audit_head",
    )
    with database.reading() as session:
        found = {tuple(row) for question in questions for row in session.execute(sa.text(question))}
    database.close()
    return {row for row in found if "alembic" not in row[0]}


def test_sqlite_word_for_word(sqlite_url, tmp_path):
    bare = f"sqlite:///{tmp_path / 'bare.sqlite'}"
    migrate.upgrade(bare)
    assert _sqlite_schema(bare) == _sqlite_schema(sqlite_url)


@pytest.mark.postgres
def test_postgres_word_for_word(postgres_url, empty_postgres_url):
    migrate.upgrade(empty_postgres_url)
    assert _postgres_schema(empty_postgres_url) == _postgres_schema(postgres_url)


def _fill(database):
    with database.writing() as session:
        KEYS.prepare(session)
        session.add(User(id="u", login="reception", name="受付", created_at=NOW))
        session.flush()
        session.add(UserRole(user_id="u", role="reception"))
        key = KEYS.new_key(session, "batch")
        session.add(
            Batch(id="b", number="B1", channel="paper", state="open", key_id=key, received_on=date(2026, 11, 20),
                  received_basis="stamp", created_by="u", created_at=NOW)
        )  # fmt: skip
        audit.record(Work(session, KEYS, NOW, "u"), "received", "batch", "b", "b", {"pieces": 3})


def test_data_live_through_a_migration(bare_url, tmp_path, monkeypatch):
    """From the first release's tables with data in them, through every migration and one more, to the end."""
    migrate.upgrade(bare_url, "0001")
    database = Database(bare_url)
    _fill(database)
    copy = tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "versions" / "9999_next.py").write_text(NEXT.format(head=migrate.newest()), encoding="utf-8")
    monkeypatch.setattr(migrate, "FOLDER", copy)
    migrate.upgrade(bare_url)
    assert migrate.revision(bare_url) == "9999"
    with database.reading() as session:
        assert session.execute(sa.text("SELECT login, desk FROM account")).all() == [("reception", "-")]
        assert session.get_one(Batch, "b").created_by == "u"
        assert session.get_one(UserRole, ("u", "reception")) is not None
    with database.reading() as session:
        assert verify(session, Anchors(tmp_path / "anchors", KEYS)).sound
    with database.writing() as session:
        session.execute(sa.text("UPDATE account SET language = 'pt'"))
    with pytest.raises(sa.exc.IntegrityError), database.writing() as session:
        session.execute(sa.text("DELETE FROM account"))  # the references still hold
    with pytest.raises(sa.exc.DBAPIError, match="append-only"), database.writing() as session:
        session.execute(sa.text("DELETE FROM audit_entry"))
    database.close()


def test_a_migration_that_breaks_leaves_the_database_as_it_was(bare_url, tmp_path, monkeypatch):
    migrate.upgrade(bare_url)
    before, copy = migrate.newest(), tmp_path / "migrations"
    shutil.copytree(migrate.FOLDER, copy, ignore=shutil.ignore_patterns("__pycache__"))
    broken = NEXT.format(head=before) + "    raise RuntimeError('half way')\n"
    (copy / "versions" / "9999_next.py").write_text(broken, encoding="utf-8")
    monkeypatch.setattr(migrate, "FOLDER", copy)
    with pytest.raises(RuntimeError, match="half way"):
        migrate.upgrade(bare_url)
    assert migrate.revision(bare_url) == before
    assert migrate.differences(bare_url) == []
