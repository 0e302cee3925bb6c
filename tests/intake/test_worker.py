"""Real worker processes: a job that kills its worker, a hang that only the kernel can end, and a clean stop."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path

import pytest

from intake import scratch
from intake.runtime import Runtime, load_reader
from intake.supervisor import forget_keys, sweep, worker_name, worker_pid
from intake.worker import resident_mib
from storage import migrate
from storage.keys import create_master
from storage.settings import BadSettings, Settings
from storage.tables import AuditEntry, Batch, Filing, IdempotencyKey, Job, Sheet
from tests.intake.conftest import House, picture

ROOT = Path(__file__).resolve().parents[2]
TODOKE = "import sys; from api.cli.main import main; sys.exit(main(sys.argv[1:]))"


@pytest.fixture
def real(tmp_path: Path) -> tuple[House, dict[str, str]]:
    """A migrated installation and the environment of its processes."""
    create_master(tmp_path / "key" / "master.key")
    settings = Settings(
        data_dir=tmp_path / "var", key_file=tmp_path / "key" / "master.key", training=True, lease_seconds=2,
        max_attempts=2, reader="tests.intake.readers:scripted",
    )  # fmt: skip
    migrate.upgrade(settings.database_url)
    runtime = Runtime.open(settings)
    house = House(settings, runtime.database, runtime.keys, runtime.vault)
    house.runtime.clock = runtime.clock
    told = {"data_dir": settings.data_dir, "key_file": settings.key_file, "training": "true", "lease_seconds": 2,
            "max_attempts": 2, "reader": settings.reader}  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TODOKE_")}
    return house, kept | {f"TODOKE_{k.upper()}": str(v) for k, v in told.items()} | {"PYTHONPATH": str(ROOT)}


def worker(env: dict[str, str], *arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-c", TODOKE, "worker", *arguments], env=env, cwd=ROOT, stderr=subprocess.DEVNULL, text=True
    )


def test_a_page_that_kills_its_worker_is_set_aside_and_the_rest_goes_on(real):
    house, env = real
    house.received(picture("die", 1), picture("form", 2))
    for _ in range(6):
        worker(env, "--drain").wait(60)
        house.runtime.ledger.reap(house.runtime.clock())
        if {b.state for b in house.all(Batch)} == {"released"}:
            break
        time.sleep(2.1)
        house.runtime.ledger.reap(house.runtime.clock())
    assert sorted(s.state for s in house.all(Sheet)) == ["filed", "refused"]
    (poison,) = house.all(Job, state="poison")
    assert (poison.stage, poison.error["code"]) == ("read", "worker_lost")
    assert len(house.all(Filing)) == 1


def test_sigterm_ends_a_worker_after_its_job(real):
    house, env = real
    process = worker(env)
    try:
        house.received(*(picture("form", n) for n in range(6)))
        until = time.monotonic() + 60
        while not house.all(Job, state="done") and time.monotonic() < until:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()
    assert house.all(Job, state="leased") == []


def test_the_kernel_ends_a_worker_that_hangs_in_native_code():
    script = "from intake.worker import alarm; alarm(0.3); import ctypes; ctypes.PyDLL(None).sleep(30)"  # holds the GIL
    begun = time.monotonic()
    process = subprocess.run([sys.executable, "-c", script], cwd=ROOT, check=False)
    assert process.returncode == -signal.SIGALRM
    assert time.monotonic() - begun < 20


def test_used_idempotency_keys_are_forgotten_after_the_days_of_the_setting(house, monkeypatch):
    monkeypatch.setattr("intake.supervisor._AT_ONCE", 2)
    now = house.clock()

    def used(work, days: int, key: str) -> None:
        at = now - timedelta(days=days)
        work.session.add(IdempotencyKey(user_id=work.actor, key=key, request_hash="", status=201, headers={},
                                        created_at=at))  # fmt: skip

    for number, days in enumerate((0, 29, 31, 32, 400)):
        house.as_person(lambda work, days=days, key=str(number): used(work, days, key))
    sweep(house.runtime, now - timedelta(days=1))
    assert sorted(row.key for row in house.all(IdempotencyKey)) == ["0", "1"]
    told = house.all(AuditEntry, action="idempotency.forgotten")
    assert [entry.detail["keys"] for entry in told] == [2, 1]
    assert forget_keys(house.runtime) == 0 and len(house.all(AuditEntry, action="idempotency.forgotten")) == 2


def test_plaintext_of_dead_processes_is_removed_and_that_of_living_ones_kept(small_house, tmp_path):
    data_dir = small_house.runtime.settings.data_dir
    gone = subprocess.Popen(["true"])
    gone.wait()
    left = scratch.place(data_dir) / f"{gone.pid}-left"
    left.mkdir()
    (left / "file").write_bytes(b"personal")
    with scratch.scratch(data_dir) as mine:
        small_house.runtime.vault.stage([b"nobody's"])
        assert sweep(small_house.runtime, small_house.clock()) == 0 or not left.exists()
        assert not left.exists() and mine.exists()
    assert not mine.exists()


def test_names_carry_the_pid_and_memory_is_known():
    assert worker_pid(worker_name("w1", 4711)) == 4711
    assert worker_pid("no pid") == 0
    assert 10 < resident_mib() < 10_000


@pytest.mark.parametrize("path", ["", "nowhere", "nowhere:make", "json:nothing"])
def test_a_reader_that_is_not_there_is_said_so(path):
    with pytest.raises(BadSettings):
        load_reader(path)
