"""Blob stores: write-once, whole or not there - on a directory and on a real S3 server."""

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from storage.blobs import BlobExists, BlobMissing, DirectoryStore, StoreUnavailable, open_store
from storage.tables import new_id


@pytest.fixture(params=["dir", pytest.param("s3", marks=pytest.mark.s3)])
def store(request):
    kind = "settings" if request.param == "dir" else "s3_settings"
    return open_store(request.getfixturevalue(kind))


def test_what_goes_in_comes_out(store):
    name, pieces = new_id(), [os.urandom(700_000) for _ in range(3)]
    store.put(name, iter(pieces))
    assert b"".join(store.get(name)) == b"".join(pieces)
    assert [each for each, _ in store.names()] == [name]


def test_nothing_is_overwritten(store):
    name = new_id()
    store.put(name, [b"first"])
    with pytest.raises(BlobExists):
        store.put(name, [b"second"])
    assert b"".join(store.get(name)) == b"first"


def test_one_of_many_writers_of_a_name_wins(store):
    name, outcomes = new_id(), []

    def write(text):
        try:
            store.put(name, [text])
            outcomes.append(text)
        except BlobExists:
            pass

    threads = [threading.Thread(target=write, args=(bytes([65 + n]) * 1000,)) for n in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(outcomes) == 1
    assert b"".join(store.get(name)) == outcomes[0]


def test_a_sender_that_breaks_off_leaves_nothing(store):
    def broken():
        yield b"half"
        raise ConnectionError("gone")

    name = new_id()
    with pytest.raises((ConnectionError, StoreUnavailable)):
        store.put(name, broken())
    with pytest.raises(BlobMissing):
        store.get(name)
    assert list(store.names()) == []


def test_removed_is_missing_and_removing_again_is_no_fault(store):
    name = new_id()
    store.put(name, [b"x"])
    store.remove(name)
    store.remove(name)
    with pytest.raises(BlobMissing):
        store.get(name)


@pytest.mark.parametrize("name", ["", "../../etc/passwd", "A" * 32, "a" * 31, "a" * 32 + "/b"])
def test_only_our_names(store, name):
    with pytest.raises(ValueError, match="not the name"):
        store.put(name, [b"x"])


def test_names_say_when(store):
    before = time.time() - 2
    store.put(new_id(), [b"x"])
    ((_, stored),) = store.names()
    assert before <= stored <= time.time() + 2


@pytest.mark.s3
def test_a_missing_bucket_and_a_wrong_secret_are_faults(s3_settings):
    from pydantic import SecretStr

    for wrong in ({"s3_bucket": "no-such-bucket"}, {"s3_secret_key": SecretStr("not-the-secret")}):
        store = open_store(s3_settings.model_copy(update=wrong))
        with pytest.raises(StoreUnavailable):
            store.put(new_id(), [b"x"])
        with pytest.raises(StoreUnavailable):
            store.get(new_id())


def test_an_s3_server_that_is_not_there(tmp_path):
    from storage.settings import Settings
    from tests.servers import free_port

    settings = Settings(
        data_dir=tmp_path / "var", key_file=tmp_path / "k", blob_store="s3", s3_endpoint=f"127.0.0.1:{free_port()}",
        s3_bucket="todoke", s3_secure=False, s3_access_key="AK", s3_secret_key="not-a-default",
    )  # fmt: skip
    with pytest.raises(StoreUnavailable):
        open_store(settings).put(new_id(), [b"x"])


def test_files_are_private_and_fanned_out(tmp_path):
    store, name = DirectoryStore(tmp_path / "blobs"), new_id()
    store.put(name, [b"x"])
    path = tmp_path / "blobs" / name[:2] / name[2:4] / name
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


CRASH = """
import os, signal, sys
from pathlib import Path
from storage import durable
from storage.blobs import DirectoryStore

def die(*_, **__):
    os.kill(os.getpid(), signal.SIGKILL)

def chunks():
    yield b"a" * 100_000
    if sys.argv[2] == "writing":
        die()
    yield b"b"

if sys.argv[2] == "linking":
    durable.os.link = die
if sys.argv[2] == "tidying":
    durable.Path.unlink = die
DirectoryStore(Path(sys.argv[1])).put("c" * 32, chunks())
"""


@pytest.mark.parametrize("moment", ["writing", "linking", "tidying"])
def test_killed_writer(tmp_path, moment):
    """kill -9 while writing, before the name is given, and after: all of it or none, and the rest is swept up."""
    root = tmp_path / "blobs"
    died = subprocess.run([sys.executable, "-c", CRASH, root, moment], cwd=Path(__file__).parents[2], check=False)
    assert died.returncode == -9
    store = DirectoryStore(root)
    if moment == "tidying":
        assert b"".join(store.get("c" * 32)) == b"a" * 100_000 + b"b"
    else:
        assert list(store.names()) == []
        with pytest.raises(BlobMissing):
            store.get("c" * 32)
    assert store.sweep(older_than_seconds=3600) == 0  # may still be written by somebody
    assert store.sweep(older_than_seconds=-1) == 1
    assert len(list(store.names())) == (moment == "tidying")
    if moment != "tidying":
        store.put("c" * 32, [b"again"])


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path, monkeypatch):
    import errno

    store = DirectoryStore(tmp_path / "blobs")

    def full(_handle):
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("storage.durable.os.fsync", full)
    with pytest.raises(StoreUnavailable, match="no space left"):
        store.put(new_id(), [b"x"])
    assert list(store.names()) == []
    assert list((tmp_path / "blobs" / "unfinished").iterdir()) == []
