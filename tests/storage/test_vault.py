"""The vault: encrypted in chunks, verified on reading, durable before its row."""

import hashlib
import os
from datetime import UTC, datetime, timedelta

import pytest
import sqlalchemy as sa

from storage.blobs import BlobMissing, open_store
from storage.keys import KeyDestroyed
from storage.tables import Blob
from storage.vault import CHUNK, BlobCorrupt, BlobTooLarge, UnknownBlob, Vault

SIZES = [0, 1, CHUNK - 1, CHUNK, CHUNK + 1, 3 * CHUNK, 3 * CHUNK + 7]


def _put(database, vault, *chunks, scope="batch"):
    with database.writing() as session:
        vault.keys.prepare(session)
        return vault.put(session, vault.keys.new_key(session, scope), chunks, "image/png")


def _path(tmp_path, blob):
    return tmp_path / "blobs" / blob.id[:2] / blob.id[2:4] / blob.id


@pytest.mark.parametrize("size", SIZES)
def test_every_size_comes_back(database, vault, tmp_path, size):
    data = os.urandom(size)
    blob = _put(database, vault, data)
    stored = _path(tmp_path, blob).read_bytes()
    assert (blob.size, blob.sha256) == (size, hashlib.sha256(stored).hexdigest())
    with database.reading() as session:
        assert vault.read(session, blob.id) == data
        vault.check(session, blob.id)
    if size > 64:
        assert data[:64] not in stored


@pytest.mark.s3
def test_the_same_on_s3(any_database, keys, s3_settings):
    vault, data = Vault(open_store(s3_settings), keys), os.urandom(2 * CHUNK + 5)
    blob = _put(any_database, vault, data[:10], data[10:])
    with any_database.reading() as session:
        assert vault.read(session, blob.id) == data
        vault.check(session, blob.id)


def test_the_stream_outlives_its_session(database, vault):
    blob = _put(database, vault, b"a" * CHUNK, b"b" * 10)
    with database.reading() as session:
        stream = vault.stream(session, blob.id)
    assert b"".join(stream) == b"a" * CHUNK + b"b" * 10


def test_same_bytes_same_fingerprint_other_everything(database, vault):
    one, two = _put(database, vault, b"same"), _put(database, vault, b"sa", b"me")
    assert one.fingerprint == two.fingerprint
    assert one.fingerprint != hashlib.sha256(b"same").hexdigest()
    assert (one.id, one.sha256, one.wrapped_dek) != (two.id, two.sha256, two.wrapped_dek)


def test_every_damage_shows(database, vault, tmp_path):
    """Flip, cut at and inside a chunk, drop, swap, lengthen: read and check both say so."""
    whole = 4 + CHUNK + 16
    blob = _put(database, vault, os.urandom(3 * CHUNK))
    path = _path(tmp_path, blob)
    good = path.read_bytes()
    first, second, third = good[4:whole], good[whole : whole + CHUNK + 16], good[whole + CHUNK + 16 :]
    damaged = {
        "magic": b"X" + good[1:],
        "flip": good[:50] + bytes([good[50] ^ 1]) + good[51:],
        "tail": good[:-1] + bytes([good[-1] ^ 128]),
        "cut inside": good[:-100],
        "cut between": good[: whole + CHUNK + 16],
        "cut to one": good[:whole],
        "cut to magic": good[:4],
        "empty": b"",
        "dropped": good[:4] + second + third,
        "swapped": good[:4] + second + first + third,
        "longer": good + b"\0",
        "doubled": good + third,
    }
    for how, stored in damaged.items():
        path.write_bytes(stored)
        with database.reading() as session:
            with pytest.raises(BlobCorrupt):
                pytest.fail(f"{how} was read: {len(vault.read(session, blob.id))} bytes")
            with pytest.raises(BlobCorrupt):
                vault.check(session, blob.id)
    path.write_bytes(good)
    with database.reading() as session:
        assert len(vault.read(session, blob.id)) == 3 * CHUNK


def test_one_blob_is_not_another(database, vault, tmp_path):
    one, two = _put(database, vault, b"one"), _put(database, vault, b"two")
    _path(tmp_path, two).write_bytes(_path(tmp_path, one).read_bytes())
    with database.reading() as session, pytest.raises(BlobCorrupt):
        vault.read(session, two.id)


def test_missing_object_and_unknown_row(database, vault, tmp_path):
    blob = _put(database, vault, b"x")
    _path(tmp_path, blob).unlink()
    with database.reading() as session:
        with pytest.raises(BlobMissing):
            vault.read(session, blob.id)
        with pytest.raises(BlobMissing):
            vault.check(session, blob.id)
        with pytest.raises(UnknownBlob):
            vault.read(session, "0" * 32)


def test_too_large_stops_early_and_keeps_nothing(database, vault):
    taken = 0

    def endless():
        nonlocal taken
        while True:
            taken += 1
            yield b"x" * 1000

    with pytest.raises(BlobTooLarge):
        vault.stage(endless(), max_bytes=10_000)
    assert taken == 11
    assert list(vault.store.names()) == []


def test_a_commit_that_is_not_heard_of_keeps_the_object(database, vault, monkeypatch):
    """A server that commits and then drops the connection: the row stands, so its bytes must."""
    name = []
    with pytest.raises(ConnectionResetError), database.writing() as session:
        vault.keys.prepare(session)
        name.append(vault.put(session, vault.keys.new_key(session, "batch"), [b"received"], "image/png").id)
        commit = session.commit

        def lost():
            commit()
            raise ConnectionResetError

        monkeypatch.setattr(session, "commit", lost)

    with database.reading() as session:
        assert vault.read(session, name[0]) == b"received"


def test_a_rollback_takes_the_object_back(database, vault):
    with pytest.raises(RuntimeError), database.writing() as session:
        vault.keys.prepare(session)
        vault.put(session, vault.keys.new_key(session, "batch"), [b"x"], "image/png")
        raise RuntimeError
    assert list(vault.store.names()) == []


def test_a_sender_holds_no_lock_while_it_streams(database, vault):
    staged = vault.stage([b"slow"])
    with database.writing() as session:  # durable, and unreadable for ever without its row
        vault.keys.prepare(session)
        assert session.scalar(sa.select(sa.func.count()).select_from(Blob)) == 0
        blob = vault.keep(session, vault.keys.new_key(session, "batch"), staged, "text/plain")
    with database.reading() as session:
        assert vault.read(session, blob.id) == b"slow"


def test_orphans_are_found_and_swept_but_never_young_ones(database, vault):
    kept, lost = _put(database, vault, b"kept"), vault.stage([b"lost"])
    with database.reading() as session:
        assert vault.orphans(session, datetime.now(UTC) - timedelta(hours=1)) == []
        assert vault.sweep(session, datetime.now(UTC) + timedelta(seconds=5)) == [lost.name]
        assert [name for name, _ in vault.store.names()] == [kept.id]


def test_disposal_of_the_key_ends_its_blobs(database, vault):
    blob, other = _put(database, vault, b"secret"), _put(database, vault, b"other")
    with database.writing() as session:
        vault.keys.destroy(session, blob.key_id)
    with database.reading() as session:
        with pytest.raises(KeyDestroyed):
            vault.read(session, blob.id)
        vault.check(session, blob.id)  # still whole, for the accounting
        assert vault.read(session, other.id) == b"other"
