"""`todoke intake`, `todoke worker --drain` and `todoke reconcile` on one installation, as an operator uses them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from sqlalchemy import delete

from api.cli.main import main
from intake.runtime import Runtime
from storage import migrate
from storage.keys import create_master
from storage.settings import Settings
from storage.tables import Job
from tests.intake.conftest import House, picture


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]):
    """Run a command; gives (exit status, what it printed)."""
    create_master(tmp_path / "key" / "master.key")
    for name, value in (
        ("DATA_DIR", tmp_path / "var"), ("KEY_FILE", tmp_path / "key" / "master.key"), ("TRAINING", "true"),
        ("READER", "tests.intake.readers:scripted"),
    ):  # fmt: skip
        monkeypatch.setenv(f"TODOKE_{name}", str(value))
    migrate.upgrade(Settings().database_url)

    def run(*arguments: str) -> tuple[int, str]:
        status = main(list(arguments))
        return status, capsys.readouterr().out

    return run


def work_off() -> None:
    """What the workers would do, in this process."""
    runtime = Runtime.open(Settings())
    house = House(runtime.settings, runtime.database, runtime.keys, runtime.vault)
    house.runtime.clock = house.clock = runtime.clock
    house.run()
    runtime.database.close()


def test_from_a_file_to_a_clean_account(told, tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(picture("form"))
    status, out = told("intake", "add", str(scan), "--received-on", "2026-01-05", "--pieces", "2")
    batch = json.loads(out)
    assert status == 0 and batch["state"] == "closed" and batch["files"][0]["type"] == "image/png"
    work_off()
    (listed,) = json.loads(told("intake", "list")[1])
    assert (listed["state"], listed["found"]) == ("held", {"pieces": 1, "pages": 1})
    assert told("intake", "accept", batch["number"], "--reason", "one form was taken back")[0] == 0
    with Runtime.open(Settings()).database.writing() as session:
        assert session.query(Job).filter_by(stage="assemble", state="ready").count() == 1
    shown = json.loads(told("intake", "show", batch["number"])[1])
    assert [s["state"] for s in shown["sheets"]] == ["form"]
    assert told("intake", "acknowledge", batch["number"], "--out", str(tmp_path / "slip.pdf"))[0] == 0
    assert (tmp_path / "slip.pdf").read_bytes().startswith(b"%PDF-")
    assert [e["event"] for e in json.loads(told("intake", "custody", batch["number"])[1])] == ["received", "scanned"]
    status, out = told("reconcile")
    assert status == 0 and "clean" in out and "sheets   form" in out


def test_a_difference_ends_with_1_and_is_named(told, tmp_path: Path) -> None:
    scan = tmp_path / "scan.png"
    scan.write_bytes(picture("form"))
    told("intake", "add", str(scan), "--received-on", "2026-01-05")
    with Runtime.open(Settings()).database.writing() as session:
        session.execute(delete(Job))
    status, out = told("reconcile", "--json")
    account = json.loads(out)
    assert status == 1 and account["schema"] == "todoke.reconcile/1"
    assert [(d["kind"], d["found"]) for d in account["differences"]] == [("file", "received, no job")]
    status, out = told("reconcile")
    assert status == 1 and "DIFFERENCE file" in out


def test_faults_are_said_with_their_remedy(told, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["intake", "show", "20260101-00001"]) == 2
    error = capsys.readouterr().err
    assert "[no_such_intake]" in error and "受付一覧" in error
