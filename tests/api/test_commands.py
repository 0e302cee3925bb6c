"""`todoke users` and `todoke doctor`, run as an operator runs them."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from pathlib import Path

import pytest

from api.cli.main import main
from api.doctor import finding, machine
from api.doctor.examine import examine
from api.opening import open_services
from api.security import signing
from api.security.errors import WrongPassword
from api.security.sessions import actor_of_token
from ocr import models
from storage.anchors import Anchors
from storage.master import create_master
from storage.migrate import upgrade
from storage.settings import Settings, load_settings
from storage.tables import AuditEntry, Job
from tests.conftest import NOW

PASSWORD = "correct horse battery"


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A migrated installation that the environment names."""
    monkeypatch.setenv("TODOKE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("TODOKE_KEY_FILE", str(tmp_path / "key" / "master.key"))
    settings = load_settings()
    create_master(settings.key_file, data_dir=settings.data_dir)
    upgrade(settings.database_url)
    return settings


def typed(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_accounts_and_tokens(
    installed: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    typed(monkeypatch, PASSWORD + "\n")
    assert main(["users", "add", "hanako", "--name", "花子", "--role", "reviewer", "--role", "keyer"]) == 0
    assert main(["users", "add", "payroll", "--name", "給与ソフト", "--role", "client"]) == 0
    capsys.readouterr()
    assert main(["users", "token", "payroll", "--label", "nightly"]) == 0
    secret = capsys.readouterr().out.strip()
    assert secret.startswith("tdk_") and len(secret) > 40
    assert main(["users", "list"]) == 0
    listed = capsys.readouterr().out
    assert secret not in listed and PASSWORD not in listed and "argon2" not in listed
    assert json.loads(listed) == [
        {"login": "hanako", "name": "花子", "active": True, "roles": ["keyer", "reviewer"], "tokens": 0},
        {"login": "payroll", "name": "給与ソフト", "active": True, "roles": ["client"], "tokens": 1},
    ]
    services = open_services(installed)
    with services.reading("system:test") as work:
        actor = actor_of_token(work, secret)
        assert actor is not None and (actor.login, actor.roles, actor.csrf) == ("payroll", {"client"}, None)
    assert main(["users", "revoke", "payroll", "--label", "nightly"]) == 0
    with services.reading("system:test") as work:
        assert actor_of_token(work, secret) is None
        told = [row.action for row in work.session.query(AuditEntry)]
    assert {"account_made", "token_issued", "token_revoked"} <= set(told)

    assert signing.sign_in(services, "hanako", PASSWORD)
    typed(monkeypatch, "another long secret\n")
    assert main(["users", "password", "hanako"]) == 0
    with pytest.raises(WrongPassword):
        signing.sign_in(services, "hanako", PASSWORD)
    assert signing.sign_in(services, "hanako", "another long secret")
    assert main(["users", "off", "hanako"]) == 0
    with pytest.raises(WrongPassword):
        signing.sign_in(services, "hanako", "another long secret")
    assert main(["users", "on", "hanako"]) == 0
    assert signing.sign_in(services, "hanako", "another long secret")
    services.database.close()


@pytest.mark.parametrize(
    ("arguments", "password", "said"),
    [
        (["add", "kurz", "--name", "x", "--role", "keyer"], "short", "password"),
        (["add", "a b", "--name", "x", "--role", "keyer"], PASSWORD, "login"),
        (["add", "x" * 41, "--name", "x", "--role", "keyer"], PASSWORD, "login"),
        (["add", "ok", "--name", " ", "--role", "keyer"], PASSWORD, "name"),
        (["token", "nobody"], "", "no_such_account"),
        (["off", "nobody"], "", "no_such_account"),
    ],
)
def test_what_cannot_be_an_account(
    installed: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], arguments: list[str],
    password: str, said: str,
) -> None:  # fmt: skip
    typed(monkeypatch, password + "\n")
    assert main(["users", *arguments]) == 2
    told = capsys.readouterr()
    assert said in told.err and not told.out and PASSWORD not in told.err


def state(found: list[finding.Finding]) -> dict[str, str]:
    return {item.name: item.state for item in found if item.state != "well"}


def test_a_variable_that_is_no_setting_is_named(
    installed: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    open_services(installed).database.close()
    monkeypatch.setenv("TODOKE_MAX_FILE_BYTE", "5")
    monkeypatch.setenv("todoke_s3_secret_kee", "hunter2")
    monkeypatch.setenv("TODOKE_XYZZY", "1")
    monkeypatch.setenv("todoke_workers", "1")  # capitals do not matter
    assert main(["doctor", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    (said,) = [check for check in told["checks"] if check["state"] != "well"]
    assert (said["name"], said["state"]) == ("variables", "degraded")
    assert "TODOKE_MAX_FILE_BYTE (TODOKE_MAX_FILE_BYTES?)" in said["message"]["en"]
    assert "TODOKE_XYZZY" in said["message"]["ja"] and "workers" not in str(said) and "hunter2" not in str(said)
    assert main(["worker", "--drain"]) == 0
    warned = capsys.readouterr().err
    assert "TODOKE_MAX_FILE_BYTES?" in warned and "無視されます" in warned and "hunter2" not in warned
    monkeypatch.delenv("TODOKE_MAX_FILE_BYTE")
    monkeypatch.delenv("todoke_s3_secret_kee")
    monkeypatch.delenv("TODOKE_XYZZY")
    assert main(["worker", "--drain"]) == 0
    assert "setting" not in capsys.readouterr().err


def test_a_fresh_installation_is_well(installed: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    open_services(installed).database.close()
    assert main(["doctor", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["schema"], told["status"]) == ("todoke.doctor/1", "well")
    assert [check["name"] for check in told["checks"]] == [
        "variables", "key_file", "database", "installation", "anchors", "poison", "workers", "acceptance",
        "blobs", "disk", "models", "fonts", "clock",
    ]  # fmt: skip
    assert all(check["remedy"] is None and all(check["message"].values()) for check in told["checks"])
    assert main(["doctor"]) == 0
    assert "[ok] database" in capsys.readouterr().err
    assert not list((installed.blobs_dir).glob("??/??/*")), "the probe was taken away again"


def test_nothing_there_is_not_able_to_work_and_nothing_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("TODOKE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("TODOKE_KEY_FILE", str(tmp_path / "key"))
    assert main(["doctor", "--json"]) == 2
    told = json.loads(capsys.readouterr().out)
    bad = {check["name"]: check for check in told["checks"] if check["state"] == "unable"}
    assert set(bad) == {"key_file", "database", "blobs"} and told["status"] == "unable"
    assert all(check["remedy"]["ja"] and check["remedy"]["en"] for check in bad.values())
    assert not list(tmp_path.iterdir())


def test_a_key_that_others_may_read_or_that_is_anothers(installed: Settings, tmp_path: Path) -> None:
    open_services(installed).database.close()
    installed.key_file.chmod(0o644)
    assert state(examine(installed, NOW)) == {"key_file": "unable"}
    other = installed.model_copy(update={"key_file": tmp_path / "other.key"})
    create_master(other.key_file)
    assert state(examine(other, NOW)) == {"installation": "unable"}
    mixed = installed.model_copy(update={"training": True})
    mixed.key_file.chmod(0o600)
    assert state(examine(mixed, NOW))["installation"] == "unable"


def test_a_database_that_does_not_answer(installed: Settings) -> None:
    away = installed.model_copy(update={"database_url": "postgresql+psycopg://nobody@127.0.0.1:1/none"})
    assert state(examine(away, NOW)) == {"database": "unable"}


def test_jobs_nobody_takes_and_jobs_set_aside(installed: Settings) -> None:
    services = open_services(installed)
    with services.writing("system:test") as work:
        work.session.add(Job(stage="read", subject_id="x", created_at=NOW - timedelta(hours=1)))
        work.session.add(Job(stage="decode", subject_id="y", state="poison", created_at=NOW, error={"code": "x"}))
    found = {item.name: item for item in examine(installed, NOW)}
    assert found["workers"].state == found["poison"].state == "degraded"
    assert "60 min" in found["workers"].en and "decode 1" in found["poison"].en
    with services.writing("system:test") as work:
        work.session.add(Job(stage="read", subject_id="z", state="done", created_at=NOW, done_at=NOW))
        held = NOW + timedelta(minutes=1)
        work.session.add(Job(stage="read", subject_id="w", state="leased", token="t", lease_until=held, created_at=NOW))
    assert {item.name: item.state for item in examine(installed, NOW)}["workers"] == "well", "busy is not dead"
    services.database.close()


def test_checkpoints_that_are_late_or_not_ours(installed: Settings) -> None:
    services = open_services(installed)
    with services.writing("system:test") as work:
        from api.accounts import add_account

        add_account(work, "a", "a", ["client"], None)
    assert state(examine(installed, NOW + timedelta(days=300)))["anchors"] == "degraded"
    anchors = Anchors(installed.anchors_path, services.keys)
    assert anchors.write(services.database, NOW)
    assert "anchors" not in state(examine(installed, NOW + timedelta(days=300)))
    (file,) = installed.anchors_path.glob("*/*.json")
    file.chmod(0o600)
    file.write_text(file.read_text().replace('"number":1', '"number":2'))
    assert state(examine(installed, NOW + timedelta(days=300)))["anchors"] == "degraded"
    services.database.close()


def test_a_clock_that_went_back(installed: Settings) -> None:
    assert machine.clock(NOW, NOW + timedelta(hours=1)).state == "degraded"
    assert machine.clock(NOW, NOW - timedelta(hours=1)).state == "well"


def test_models_that_are_not_those_that_were_tested(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert machine.models().state == "well"
    path = tmp_path / models.RECOGNISER.name / "inference.onnx"
    path.parent.mkdir(parents=True)
    path.write_bytes(b"something else")
    monkeypatch.setattr(models, "ensure", lambda: tmp_path)
    assert machine.models().state == "unable"


def test_disk_and_store(installed: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil
    from collections import namedtuple

    usage = namedtuple("usage", "total used free")
    for free, expected in ((10 * machine.GIB, "well"), (machine.GIB, "degraded"), (1000, "unable")):
        monkeypatch.setattr(shutil, "disk_usage", lambda _, free=free: usage(0, 0, free))
        assert machine.disk(installed).state == expected
    installed.data_dir.joinpath("blobs").write_text("a file where a folder is to be")
    assert [item.state for item in machine.blobs(installed)] == ["unable"]


@pytest.mark.s3
def test_an_s3_store_is_probed_and_its_lock_reported(s3_settings: Settings) -> None:
    assert [(item.name, item.state) for item in machine.blobs(s3_settings)] == [
        ("blobs", "well"),
        ("object_lock", "well"),
    ]
    nobody = s3_settings.model_copy(update={"s3_bucket": "no-such-bucket"})
    assert [item.state for item in machine.blobs(nobody)] == ["unable"]


def test_the_worst_finding_decides() -> None:
    fine, limps = finding.well("a", "あ", "a"), finding.Finding("b", "degraded", "い", "b", "う", "c")
    assert finding.worst([]) == finding.worst([fine]) == "well" and finding.worst([limps, fine]) == "degraded"
    assert fine.as_dict()["remedy"] is None and limps.as_dict()["remedy"] == {"ja": "う", "en": "c"}
