"""The same jobs through Celery on a real broker, with PostgreSQL and S3; and the ringer by itself."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select

from intake.cluster import Ringer, install, make_app, run_one
from intake.reconcile import reconcile
from intake.runtime import Runtime
from storage import migrate
from storage.keys import create_master
from storage.settings import BadSettings, Settings
from storage.tables import Filing, Job, Sheet, Task
from tests.intake.conftest import picture
from tests.intake.test_kill import PAGES_A_FILE, ROOT, bring, scripted_file
from tests.servers import S3Server, ValkeyServer

_SCRIPT = "import sys; from api.cli.main import main; sys.exit(main(sys.argv[1:]))"


@pytest.mark.parametrize("url", ["", "sqla+sqlite:///x", "filesystem://", "memory://"])
def test_a_broker_that_loses_work_is_refused(small_house, url):
    settings = small_house.runtime.settings.model_copy(update={"broker_url": url})
    with pytest.raises(BadSettings):
        make_app(settings)


def test_the_settings_that_keep_messages(small_house):
    settings = small_house.runtime.settings.model_copy(update={"broker_url": "amqp://host/"})
    app = make_app(settings)
    assert app.conf.task_acks_late and app.conf.worker_prefetch_multiplier == 1
    assert app.conf.accept_content == ["json"]
    assert app.conf.broker_transport_options == {"confirm_publish": True}
    assert app.conf.task_queues[0].queue_arguments == {"x-queue-type": "quorum"}
    redis = make_app(settings.model_copy(update={"broker_url": "redis://host/0"}))
    assert redis.conf.broker_transport_options["visibility_timeout"] == 60
    assert install(redis, small_house.runtime).name == "todoke.execute"


def test_the_ringer_rings_once_then_again_for_what_stays_ready(small_house):
    house, heard, now = small_house, [], [0.0]
    house.received(picture("form", 1))
    ringer = Ringer(house.runtime, heard.append, lambda: now[0])
    assert ringer.turn() == 1
    assert ringer.turn() == 0
    now[0] += 31.0
    assert ringer.turn() == 1  # the broker lost it
    assert heard[0] == heard[1]
    assert run_one(house.runtime, heard[0]) == "done"
    assert run_one(house.runtime, heard[1]) == "nothing"  # the second ring finds it done
    assert ringer.turn() == 1  # the page that is to be read
    assert run_one(house.runtime, "no job") == "nothing"


@pytest.fixture
def env(tmp_path: Path, empty_postgres_url: str, s3_server: S3Server, valkey_server: ValkeyServer) -> dict[str, str]:
    create_master(tmp_path / "key" / "master.key")
    migrate.upgrade(empty_postgres_url)
    told = {
        "data_dir": tmp_path / "var", "key_file": tmp_path / "key" / "master.key", "training": "true",
        "database_url": empty_postgres_url, "broker_url": valkey_server.empty(), "blob_store": "s3",
        "lease_seconds": "6", "reader": "tests.intake.readers:scripted", **s3_server.bucket(),
    }  # fmt: skip
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TODOKE_")}
    return kept | {f"TODOKE_{name.upper()}": str(value) for name, value in told.items()} | {"PYTHONPATH": str(ROOT)}


@pytest.fixture
def processes(env: dict[str, str]) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Two workers and the ringer, as three containers would run them."""
    started = [_start(env, "--cluster"), _start(env, "--cluster"), _start(env, "--ring")]
    yield started
    for process in started:
        process.kill()
        process.wait()


def _start(env: dict[str, str], role: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", _SCRIPT, "worker", role], env=env, cwd=ROOT,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip


@pytest.mark.postgres
@pytest.mark.s3
@pytest.mark.broker
def test_end_to_end_with_a_worker_and_the_ringer_killed(env, processes, monkeypatch):
    for name, value in env.items():
        if name.startswith("TODOKE_"):
            monkeypatch.setenv(name, value)
    runtime = Runtime.open(Settings(), "reception")
    for number in range(2):
        bring(runtime, scripted_file(number), f"scan{number}.tif", PAGES_A_FILE)
    _until(runtime, lambda done: done >= 12)
    processes[0].send_signal(signal.SIGKILL)
    processes[2].send_signal(signal.SIGKILL)
    processes += [_start(env, "--cluster"), _start(env, "--ring")]
    _until(runtime, lambda _: _filed(runtime) == 2 * PAGES_A_FILE)
    time.sleep(0.5)
    account = reconcile(runtime)
    assert account.differences == []
    assert account.sheets_by_state == {"filed": 2 * PAGES_A_FILE}
    with runtime.reading() as work:
        assert work.session.scalar(select(func.count()).select_from(Filing)) == 2 * PAGES_A_FILE
        assert len(set(work.session.scalars(select(Sheet.filing_id)))) == 2 * PAGES_A_FILE
        workers = set(work.session.scalars(select(Job.worker)))
    assert len(workers) >= 2
    runtime.database.close()


def _filed(runtime: Runtime) -> int:
    with runtime.reading() as work:
        return work.session.scalar(select(func.count()).select_from(Task).where(Task.step == "key")) or 0


def _until(runtime: Runtime, reached) -> None:
    until = time.monotonic() + 180
    while time.monotonic() < until:
        with runtime.reading() as work:
            done = work.session.scalar(select(func.count()).select_from(Job).where(Job.state == "done")) or 0
        if reached(done):
            return
        time.sleep(0.3)
    raise AssertionError(f"stuck after {done} jobs")
