"""The audit chains: written with the change or not at all, and every forgery shows."""

import hashlib
import json
import shutil
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from storage import audit
from storage.anchors import Anchors, heads
from storage.keys import Keyring
from storage.session import Database
from storage.tables import AuditEntry
from storage.verify import verify
from storage.work import Work

KEYS = Keyring(b"m" * 32)
START = datetime(2026, 11, 21, tzinfo=UTC)
COLUMNS = ("chain", "seq", "at", "actor", "action", "subject_type", "subject_id", "detail", "sealed", "prev", "hash")


def _record(database, n, key, sealed=None):
    with database.writing() as session:
        work = Work(session, KEYS, START + timedelta(seconds=n), f"user{n % 3}")
        audit.record(work, "settled", "filing", key, key, {"n": n, "fields": ["a", "b"], "ja": "決裁"}, sealed)


def _verdict(database, anchors):
    with database.reading() as session:
        return verify(session, anchors)


# the chain as it grows


def test_an_entry_is_written_with_its_change_or_not_at_all(any_database):
    with pytest.raises(RuntimeError), any_database.writing() as session:
        audit.record(Work(session, KEYS, START, "u"), "a", "t", "1", "1")
        raise RuntimeError
    _record(any_database, 1, "f1")
    with any_database.reading() as session:
        (entry,) = session.scalars(sa.select(AuditEntry)).all()
        assert (entry.seq, entry.at, entry.detail["ja"]) == (1, START + timedelta(seconds=1), "決裁")
        assert [each.seq for each in audit.history(session, "filing", "f1")] == [1]


def test_what_a_savepoint_queued_goes_with_it(any_database):
    with any_database.writing() as session:
        work = Work(session, KEYS, START, "u")
        audit.record(work, "kept", "t", "1", "1")
        nested = session.begin_nested()
        audit.record(work, "lost", "t", "1", "1")
        nested.rollback()
        with session.begin_nested():
            audit.record(work, "kept too", "t", "1", "1")
    with any_database.reading() as session:
        assert session.scalars(sa.select(AuditEntry.action).order_by(AuditEntry.seq)).all() == ["kept", "kept too"]


def test_chains_link_on_both_databases(any_database, tmp_path):
    for n in range(20):
        _record(any_database, n, f"f{n % 5}", b"sealed" if n % 2 else None)
    verdict = _verdict(any_database, Anchors(tmp_path / "a", KEYS))
    assert verdict.sound and verdict.entries == 20
    assert verdict.as_dict()["schema"] == "todoke.audit/1"


@pytest.mark.parametrize("detail", [{"x": 1.5}, {"x": {"y": [b"raw"]}}, {1: "x"}, {"x": {1, 2}}])
def test_what_has_no_one_text_is_refused(database, detail):
    with database.writing() as session, pytest.raises(TypeError):
        audit.record(Work(session, KEYS, START, "u"), "a", "t", "1", "1", detail)


def test_a_filing_stays_on_its_chain():
    assert audit.chain_of("f1") == audit.chain_of("f1")
    assert {audit.chain_of(str(n)) for n in range(400)} == set(range(16))


# forgeries


@pytest.fixture(scope="module")
def sealed_house(tmp_path_factory, sqlite_template):
    """A database of 60 entries on some chains, two checkpoints over the first 45, triggers gone: the attacker's."""
    folder = tmp_path_factory.mktemp("audit")
    path = folder / "house.sqlite"
    shutil.copyfile(sqlite_template, path)
    database, anchors = Database(f"sqlite:///{path}"), Anchors(folder / "anchors", KEYS)
    for n in range(60):
        if n in (20, 45):
            anchors.write(database, START + timedelta(seconds=n))
        _record(database, n, f"f{n % 4}", KEYS.fingerprint.encode() if n % 3 else None)
    assert _verdict(database, anchors).sound
    with database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    database.close()
    attacker = sqlite3.connect(path)
    for (name,) in attacker.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        attacker.execute(f"DROP TRIGGER {name}")
    attacker.execute("PRAGMA journal_mode = DELETE")
    attacker.close()
    return path, anchors


class Attack:
    """A copy of the house that is changed behind the back of the application, then verified."""

    def __init__(self, house, folder):
        original, self.anchors = house
        self.path = folder / "attacked.sqlite"
        Path(f"{self.path}-wal").unlink(missing_ok=True)
        Path(f"{self.path}-shm").unlink(missing_ok=True)
        shutil.copyfile(original, self.path)
        self.sql = sqlite3.connect(self.path)
        self.entries = self.sql.execute("SELECT chain, seq FROM audit_entry ORDER BY chain, seq").fetchall()

    def verdict(self):
        self.sql.commit()
        self.sql.close()
        database = Database(f"sqlite:///{self.path}")
        try:
            return _verdict(database, self.anchors)
        finally:
            database.close()

    def row(self, chain, seq):
        found = self.sql.execute("SELECT * FROM audit_entry WHERE chain = ? AND seq = ?", (chain, seq)).fetchone()
        return dict(zip(COLUMNS, found, strict=True))

    def write(self, chain, seq, row):
        names = ", ".join(f"{name} = ?" for name in row)
        self.sql.execute(f"UPDATE audit_entry SET {names} WHERE chain = ? AND seq = ?", (*row.values(), chain, seq))

    def rehash(self, chain, after):
        """Make the chain fit together again behind `after`, head included: all an attacker can do without the key."""
        last = self.row(chain, after)["hash"] if after else "0" * 64
        for each, seq in self.entries:
            if each == chain and seq > after:
                row = self.row(chain, seq)
                sealed = None if row["sealed"] is None else hashlib.sha256(row["sealed"]).hexdigest()
                words = [row[name] for name in ("at", "actor", "action", "subject_type", "subject_id", "detail")]
                told = audit.entry_hash(last, chain, seq, *words, sealed)
                self.write(chain, seq, {"prev": last, "hash": told})
                last = told
        self.head(chain)

    def head(self, chain):
        seq, last = self.sql.execute(
            "SELECT seq, hash FROM audit_entry WHERE chain = ? ORDER BY seq DESC LIMIT 1", (chain,)
        ).fetchone() or (0, "0" * 64)
        self.sql.execute("UPDATE audit_head SET seq = ?, hash = ? WHERE chain = ?", (seq, last, chain))


MANY = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
SOME = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@MANY
@given(data=st.data())
def test_any_changed_byte_of_any_entry_shows(sealed_house, tmp_path, data):
    attack = Attack(sealed_house, tmp_path)
    chain, seq = data.draw(st.sampled_from(attack.entries))
    column = data.draw(st.sampled_from(COLUMNS))
    old = attack.row(chain, seq)[column]
    if isinstance(old, int):
        new = old + data.draw(st.integers(-70, 70).filter(bool))
        taken = attack.sql.execute(
            "SELECT 1 FROM audit_entry WHERE chain = ? AND seq = ?",
            (new if column == "chain" else chain, new if column == "seq" else seq),
        ).fetchone()
        if taken:
            new += 1000
        attack.sql.execute(f"UPDATE audit_entry SET {column} = ? WHERE chain = ? AND seq = ?", (new, chain, seq))
    else:
        stored = bytearray(old.encode() if isinstance(old, str) else old or b"")
        place = data.draw(st.integers(0, max(0, len(stored) - 1)))
        how = data.draw(st.sampled_from(["flip", "insert", "delete"])) if stored else "insert"
        if how == "flip":
            stored[place] ^= data.draw(st.integers(1, 255))
        elif how == "insert":
            stored.insert(place, data.draw(st.integers(0, 255)))
        else:
            del stored[place]
        to = "BLOB" if column == "sealed" else "TEXT"
        attack.sql.execute(
            f"UPDATE audit_entry SET {column} = CAST(? AS {to}) WHERE chain = ? AND seq = ?",
            (bytes(stored), chain, seq),
        )
    assert not attack.verdict().sound


@SOME
@given(data=st.data())
def test_any_removed_entry_shows(sealed_house, tmp_path, data):
    attack = Attack(sealed_house, tmp_path)
    attack.sql.execute(
        "DELETE FROM audit_entry WHERE chain = ? AND seq = ?", data.draw(st.sampled_from(attack.entries))
    )
    assert not attack.verdict().sound


@SOME
@given(data=st.data())
def test_any_reordering_shows(sealed_house, tmp_path, data):
    """Two entries change places, with their hashes or without."""
    attack = Attack(sealed_house, tmp_path)
    one, two = data.draw(st.lists(st.sampled_from(attack.entries), min_size=2, max_size=2, unique=True))
    moved = COLUMNS[2:] if data.draw(st.booleans()) else COLUMNS[2:-2]
    first, second = attack.row(*one), attack.row(*two)
    attack.write(*one, {name: second[name] for name in moved})
    attack.write(*two, {name: first[name] for name in moved})
    assert not attack.verdict().sound


@SOME
@given(data=st.data())
def test_a_tail_cut_below_the_last_anchor_shows(sealed_house, tmp_path, data):
    attack = Attack(sealed_house, tmp_path)
    anchored = {chain: seq for chain, (seq, _) in enumerate(attack.anchors.last().heads) if seq}
    chain = data.draw(st.sampled_from(sorted(anchored)))
    keep = data.draw(st.integers(0, anchored[chain] - 1))
    attack.sql.execute("DELETE FROM audit_entry WHERE chain = ? AND seq > ?", (chain, keep))
    attack.head(chain)
    verdict = attack.verdict()
    assert {problem.code for problem in verdict.problems} == {"cut"}


@SOME
@given(data=st.data())
def test_a_rewritten_past_shows_from_the_last_anchor_on(sealed_house, tmp_path, data):
    """One word changed and everything behind it hashed anew, heads included."""
    attack = Attack(sealed_house, tmp_path)
    anchored = attack.anchors.last().heads
    chain, seq = data.draw(st.sampled_from([entry for entry in attack.entries if entry[1] <= anchored[entry[0]][0]]))
    attack.write(chain, seq, {"actor": "somebody-else"})
    attack.rehash(chain, seq - 1)
    assert {problem.code for problem in attack.verdict().problems} == {"anchor_mismatch"}


def test_what_no_anchor_covers_yet_can_be_rewritten_unseen(sealed_house, tmp_path):
    """The limit of the design, kept in view: behind the last checkpoint a rehash is not visible, until the next one."""
    attack = Attack(sealed_house, tmp_path)
    anchored = attack.anchors.last().heads
    chain, seq = next(entry for entry in attack.entries if entry[1] > anchored[entry[0]][0])
    attack.write(chain, seq, {"actor": "somebody-else"})
    attack.rehash(chain, seq - 1)
    verdict = attack.verdict()
    assert verdict.sound and verdict.anchored < verdict.entries


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_head SET seq = seq + 1 WHERE seq > 0",
        "UPDATE audit_head SET hash = 'x'",
        "DELETE FROM audit_head WHERE chain = 3",
        f"INSERT INTO audit_entry SELECT 77, {', '.join(COLUMNS[1:])} FROM audit_entry LIMIT 1",
        "DROP TABLE audit_head",
    ],
)
def test_heads_and_strays(sealed_house, tmp_path, statement):
    attack = Attack(sealed_house, tmp_path)
    attack.sql.execute(statement)
    assert not attack.verdict().sound


# checkpoints


@pytest.fixture
def anchored(database, tmp_path):
    anchors = Anchors(tmp_path / "anchors", KEYS, entries=5, seconds=600)
    for n in range(9):
        _record(database, n, "f")
        if n % 3 == 2:
            anchors.write(database, START + timedelta(minutes=n))
    return anchors


def test_checkpoints_are_due_by_count_or_time(database, tmp_path):
    anchors = Anchors(tmp_path / "anchors", KEYS, entries=5, seconds=600)
    assert anchors.keep_anchored(database, START) is None  # nothing happened
    _record(database, 1, "f")
    assert anchors.keep_anchored(database, START).number == 1  # the first one at once
    for n in range(4):
        _record(database, n, "f")
    assert anchors.keep_anchored(database, START + timedelta(seconds=599)) is None
    assert anchors.keep_anchored(database, START + timedelta(seconds=600)).number == 2
    for n in range(5):
        _record(database, n, "f")
    assert anchors.keep_anchored(database, START + timedelta(seconds=601)).entries == 10
    assert anchors.keep_anchored(database, START + timedelta(days=1)) is None
    assert anchors.write(database, START) is None
    assert [anchor.number for anchor in anchors.all()] == [1, 2, 3]


@pytest.mark.parametrize("number", [1, 2, 3])
def test_any_change_of_a_checkpoint_shows(database, anchored, number):
    path = anchored._path(number)
    good = path.read_bytes()
    for place in range(0, len(good), 61):
        path.write_bytes(good[:place] + bytes([good[place] ^ 1]) + good[place + 1 :])
        assert [problem.code for problem in _verdict(database, anchored).problems][:1] == ["bad_anchor"]
    path.write_bytes(good)
    assert _verdict(database, anchored).sound


def test_a_missing_checkpoint_and_a_foreign_one_show(database, anchored):
    anchored._path(2).unlink()
    assert not _verdict(database, anchored).sound
    foreign = Anchors(anchored.folder, Keyring(b"x" * 32))
    with pytest.raises(Exception, match="signature"):
        foreign.last()


def test_a_database_put_back_to_yesterday_gets_no_new_checkpoint(database, anchored, sqlite_template, tmp_path):
    shutil.copyfile(sqlite_template, tmp_path / "yesterday.sqlite")
    yesterday = Database(f"sqlite:///{tmp_path / 'yesterday.sqlite'}")
    with pytest.raises(Exception, match="fewer entries"):
        anchored.write(yesterday, START + timedelta(days=1))
    assert "cut" in {problem.code for problem in _verdict(yesterday, anchored).problems}
    yesterday.close()


def test_two_that_write_the_same_checkpoint(database, anchored):
    _record(database, 99, "f")
    last = anchored.last()
    with database.reading() as session:
        present = heads(session)
    assert anchored._write(last, present, START) is not None
    assert anchored._write(last, present, START) is None
    assert len(list(anchored.all())) == 4


def test_a_checkpoint_says_nothing_secret(anchored):
    body = json.loads(anchored._path(1).read_text())
    assert sorted(body) == ["at", "heads", "number", "prev", "signature", "v"]
