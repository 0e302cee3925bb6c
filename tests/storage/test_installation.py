"""What a store is, is written once; training and real never meet in one."""

import shutil
import threading

import pytest

from storage.access import log_access
from storage.blobs import open_store
from storage.installation import WrongInstallation, WrongStore, open_installation
from storage.keys import Keyring, WrongMaster
from storage.session import Database
from storage.tables import AccessLog, Installation, User
from storage.work import Work


@pytest.mark.parametrize("training", [True, False])
def test_training_and_real_never_share_a_store(any_database, settings, keys, now, training):
    first = settings.model_copy(update={"training": training})
    assert open_installation(any_database, first, keys, now=now).training is training
    assert open_installation(any_database, first, keys, now=now).created_at == now
    with pytest.raises(WrongInstallation) as refused:
        open_installation(any_database, settings.model_copy(update={"training": not training}), keys, now=now)
    assert "研修用" in refused.value.message["ja"] and "training" in refused.value.message["en"]


@pytest.mark.parametrize("kind", ["settings", pytest.param("s3_settings", marks=pytest.mark.s3)])
def test_two_databases_never_share_a_blob_store(database, keys, now, kind, request, tmp_path, sqlite_template):
    """Each would sweep the other's objects away as orphans."""
    settings = request.getfixturevalue(kind)
    open_installation(database, settings, keys, now=now)
    open_installation(database, settings, keys, now=now)
    shutil.copyfile(sqlite_template, tmp_path / "other.sqlite")
    other = Database(f"sqlite:///{tmp_path / 'other.sqlite'}")
    with pytest.raises(WrongStore):
        open_installation(other, settings, keys, now=now)
    other.close()
    assert list(open_store(settings).names()) == []


def test_another_key_file_is_noticed_at_once(any_database, settings, keys, now):
    open_installation(any_database, settings, keys, now=now)
    with pytest.raises(WrongMaster):
        open_installation(any_database, settings, Keyring(b"x" * 32), now=now)


def test_opened_by_several_at_once(any_url, settings, keys, now):
    opened, failures = [], []

    def open_it():
        database = Database(any_url)
        try:
            open_installation(database, settings, keys, now=now)
            with database.reading() as session:
                opened.append((keys.installation(session), keys.token(session, "bpn", "1")))
        except Exception as error:
            failures.append(error)
        finally:
            database.close()

    threads = [threading.Thread(target=open_it) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(set(opened)) == 1 and len(opened) == 4
    database = Database(any_url)
    with database.reading() as session:
        assert session.get_one(Installation, 1).name == settings.name
    database.close()


def test_an_access_is_logged_with_everything_it_listed(any_database, keys, now):
    with any_database.writing() as session:
        session.add(User(id="u", login="u", name="U", created_at=now))
        session.flush()
        work = Work(session, keys, now, "u")
        log_access(work, "u", "search", "review", "/api/v1/register", (str(n) for n in range(3)))
        with pytest.raises(ValueError, match="no such access"):
            log_access(work, "u", "peek", "", "/", [])
    with any_database.reading() as session:
        row = session.query(AccessLog).one()
        assert (row.user_id, row.action, row.purpose, row.ids) == ("u", "search", "review", ["0", "1", "2"])
        assert row.at == now
