"""`todoke doctor` says what is wrong, and its exit status says how bad it is."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from api.cli.main import main
from storage import migrate
from storage.master import create_master
from storage.queue import enqueue
from storage.session import Database
from storage.tables import Job


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The environment of a fresh installation."""
    key, url = tmp_path / "keys" / "master.key", f"sqlite:///{tmp_path / 'own.sqlite'}"
    migrate.upgrade(url)
    create_master(key)
    told = {"DATA_DIR": tmp_path / "data", "KEY_FILE": key, "DATABASE_URL": url, "ANCHORS_DIR": tmp_path / "anchors"}
    for name, value in told.items():
        monkeypatch.setenv(f"TODOKE_{name}", str(value))
    return tmp_path


def examined(capsys) -> tuple[int, dict[str, dict]]:
    status = main(["doctor", "--json"])
    told = json.loads(capsys.readouterr().out)
    assert told["schema"] == "todoke.doctor/1"
    return status, {check["name"]: check for check in told["checks"]}


def test_a_sound_installation(settings, capsys):
    status, checks = examined(capsys)
    assert status == 0 and {check["state"] for check in checks.values()} == {"well"}
    assert list(checks) == ["start", "store", "disk", "reader", "audit", "jobs"]


def test_without_its_key_it_cannot_work(settings, capsys):
    (settings / "keys/master.key").unlink()
    status, checks = examined(capsys)
    assert status == 2 and list(checks) == ["start"]
    assert "no_master_key" in checks["start"]["message"]["en"]


def test_a_damaged_checkpoint(settings, capsys):
    assert examined(capsys)[0] == 0
    main(["users", "add", "client", "--name", "Client", "--role", "client"])
    assert main(["audit", "anchor"]) == 0
    capsys.readouterr()
    newest = next((settings / "anchors").rglob("*.json"))
    newest.chmod(0o600)
    newest.write_bytes(newest.read_bytes().replace(b'"seq"', b'"sqe"')[:-9])
    status, checks = examined(capsys)
    assert status == 1 and "bad_anchor" in checks["audit"]["message"]["en"]


@pytest.mark.parametrize("state", ["poison", "ready", "leased"])
def test_work_that_nobody_does(settings, capsys, state):
    assert examined(capsys)[0] == 0
    now = datetime.now(UTC)
    database = Database(f"sqlite:///{settings / 'own.sqlite'}")
    with database.writing() as session:
        enqueue(session, "read", "0" * 32, now=now - timedelta(hours=1))
        job = session.query(Job).one()
        job.state = state
        if state == "leased":
            job.token, job.worker, job.lease_until = "1" * 32, "gone", now - timedelta(minutes=30)
    database.close()
    status, checks = examined(capsys)
    assert status == 1 and checks["jobs"]["state"] == "degraded"
