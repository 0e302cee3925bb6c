"""`todoke db` and `todoke audit` as an operator meets them."""

import json

import pytest
import sqlalchemy as sa

from api.cli.main import main
from storage import audit
from storage.installation import open_installation
from storage.keys import Keyring, load_master
from storage.session import Database
from storage.settings import load_settings
from storage.work import Work


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("TODOKE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("TODOKE_KEY_FILE", str(tmp_path / "key" / "master.key"))
    return tmp_path


def _change(now, n):
    settings = load_settings()
    database, keys = Database(settings.database_url), Keyring(load_master(settings.key_file))
    open_installation(database, settings, keys, now=now)
    with database.writing() as session:
        audit.record(Work(session, keys, now, "system:test"), "did", "thing", str(n), "k")
    database.close()


def test_from_nothing_to_a_verified_audit(home, now, capsys):
    assert main(["db", "check"]) == 1
    assert main(["audit", "verify"]) == 2  # no tables yet: not a verdict
    assert "[old_tables]" in capsys.readouterr().err
    assert main(["db", "upgrade"]) == 0
    assert main(["db", "check"]) == 0
    assert main(["audit", "verify"]) == 2
    assert "[no_master_key]" in capsys.readouterr().err
    assert main(["db", "key"]) == 0
    assert main(["db", "key"]) == 2  # never overwritten
    _change(now, 1)
    assert main(["audit", "anchor"]) == 0
    capsys.readouterr()
    assert main(["audit", "verify", "--json"]) == 0
    verdict = json.loads(capsys.readouterr().out)
    assert (verdict["schema"], verdict["sound"], verdict["entries"]) == ("todoke.audit/1", True, 1)
    assert (verdict["anchors"], verdict["anchored"]) == (1, 1)


def test_a_forgery_exits_1_and_says_where(home, now, capsys):
    main(["db", "upgrade"])
    main(["db", "key"])
    _change(now, 1)
    database = Database(load_settings().database_url)
    with database.writing() as session:
        session.execute(sa.text("DROP TRIGGER audit_entry_no_update"))
        session.execute(sa.text("UPDATE audit_entry SET actor = 'nobody'"))
    database.close()
    capsys.readouterr()
    assert main(["audit", "verify", "--json"]) == 1
    told = capsys.readouterr()
    (problem,) = json.loads(told.out)["problems"]
    assert (problem["code"], problem["seq"]) == ("changed", 1)
    assert main(["audit", "verify"]) == 1
    assert "NOT SOUND" in capsys.readouterr().err
    main(["db", "check"])


def test_changed_tables_are_named(home, capsys):
    main(["db", "upgrade"])
    database = Database(load_settings().database_url)
    with database.writing() as session:
        session.execute(sa.text("DROP INDEX ix_job_claim"))
    database.close()
    assert main(["db", "check"]) == 1
    assert "ix_job_claim" in capsys.readouterr().err


def test_the_database_is_private(home):
    main(["db", "upgrade"])
    assert (home / "var" / "todoke.sqlite").stat().st_mode & 0o777 == 0o600
