"""Transactions: what is promised to readers and writers, on both databases."""

import threading

import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.session import Database, DatabaseBusy
from storage.tables import AuditEntry, Counter, UserRole


def test_an_error_leaves_nothing(any_database):
    with pytest.raises(RuntimeError), any_database.writing() as session:
        session.add(Counter(name="a", period="", value=1))
        session.flush()
        raise RuntimeError
    with any_database.reading() as session:
        assert session.get(Counter, ("a", "")) is None


def test_a_reader_cannot_write(any_database):
    with any_database.reading() as session:
        session.add(Counter(name="a", period="", value=1))
        with pytest.raises(DBAPIError):
            session.flush()
    with any_database.writing() as session:  # the same connection writes again
        session.add(Counter(name="b", period="", value=1))


def test_a_reader_sees_one_moment(any_database):
    with any_database.reading() as early:
        assert early.get(Counter, ("a", "")) is None
        with any_database.writing() as session:
            session.add(Counter(name="a", period="", value=1))
        assert early.scalar(sa.select(sa.func.count()).select_from(Counter)) == 0
    with any_database.reading() as late:
        assert late.scalar(sa.select(sa.func.count()).select_from(Counter)) == 1


def test_foreign_keys_and_checks_hold(any_database):
    with pytest.raises(IntegrityError), any_database.writing() as session:
        session.add(UserRole(user_id="nobody", role="admin"))
    with pytest.raises(IntegrityError), any_database.writing() as session:
        session.execute(sa.text("UPDATE audit_head SET chain = 99 WHERE chain = 0"))


def test_objects_stay_usable_after_the_end(any_database):
    with any_database.writing() as session:
        counter = Counter(name="a", period="", value=7)
        session.add(counter)
    assert counter.value == 7


def test_sqlite_is_set_up_to_keep_what_it_answered(database):
    with database.reading() as session:
        said = [session.scalar(sa.text(f"PRAGMA {name}")) for name in ("journal_mode", "synchronous", "foreign_keys")]
    assert said == ["wal", 2, 1]  # 2: FULL


def test_a_reader_that_turns_writer_waits_instead_of_failing(any_database):
    """Both read, then write the same row: with deferred transactions SQLite would fail one of them at once."""
    with any_database.writing() as session:
        session.add(Counter(name="a", period="", value=0))
    failures = []

    def add():
        try:
            for _ in range(20):
                with any_database.writing() as session:
                    row = session.get_one(Counter, ("a", ""), with_for_update=True)
                    row.value += 1
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    with any_database.reading() as session:
        assert session.get_one(Counter, ("a", "")).value == 80


def test_busy_is_said_in_words(any_url):
    first, second = Database(any_url), Database(any_url, busy_seconds=0.2)
    with first.writing() as session:
        session.add(Counter(name="a", period="", value=1))
    with first.writing() as session:
        session.execute(sa.update(Counter).values(value=2))
        with pytest.raises(DatabaseBusy), second.writing() as other:
            other.execute(sa.update(Counter).values(value=3))
    first.close()
    second.close()


@pytest.mark.parametrize("table", ["audit_entry", "access_log"])
def test_append_only_tables_refuse(any_database, table):
    from datetime import UTC, datetime

    from storage.tables import AccessLog, User

    at = datetime(2026, 11, 21, tzinfo=UTC)
    with any_database.writing() as session:
        session.add(User(id="u", login="u", name="U", created_at=at))
        session.flush()
        session.add(AccessLog(id="a", at=at, user_id="u", action="view", purpose="", route="", ids=[]))
        session.add(
            AuditEntry(chain=0, seq=1, at=at, actor="u", action="x", subject_type="t", subject_id="i", detail={},
                       prev="", hash="")
        )  # fmt: skip
    verbs = [f"UPDATE {table} SET action = 'y'", f"DELETE FROM {table}"]
    if any_database.is_sqlite:
        verbs.append(f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    else:
        verbs.append(f"TRUNCATE {table} CASCADE")
    for statement in verbs:
        with pytest.raises(DBAPIError, match="append-only"), any_database.writing() as session:
            session.execute(sa.text(statement))
    with any_database.reading() as session:
        assert session.scalar(sa.text(f"SELECT action FROM {table}")) in ("view", "x")
