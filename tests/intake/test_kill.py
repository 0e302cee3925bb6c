"""kill -9 of random workers and of the server while 200 sheets go through: nothing is lost, nothing is done twice.

Real processes over SQLite: the supervisor with its web process and two workers, decoders under them. 180 sheets are
read by a script, 20 by the real engine behind the same Protocol; the ledger is the subject.
"""

from __future__ import annotations

import contextlib
import io
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image
from sqlalchemy import func, select

from intake import batches, receive
from intake.runtime import Runtime
from storage import migrate
from storage.keys import create_master
from storage.session import DatabaseBusy
from storage.settings import Settings
from storage.tables import (
    AuditEntry,
    BatchFile,
    Entry,
    Filing,
    InsurancePeriod,
    Job,
    Notice,
    Page,
    Posting,
    Reading,
    Sheet,
    Task,
)
from tests.intake.conftest import picture
from tests.intake.people import People

ROOT = Path(__file__).resolve().parents[2]
SCRIPTED_FILES, PAGES_A_FILE = 18, 10
REAL = int(os.environ.get("KILL_REAL", "20"))  # fewer on a machine that has no time
SCRIPTED = SCRIPTED_FILES * PAGES_A_FILE
# A kill comes when so many jobs were done since the last one, so that a slow machine makes progress too.
QUICK, SLOW = (15, 45), (20, 30)  # while the script reads, while the engine reads
LONGEST = 800.0  # seconds until the test says that something is stuck; about 90 on two idle cores


class Server:
    """`todoke serve` as a process of its own, started again when it was killed."""

    def __init__(self, env: dict[str, str]) -> None:
        self.env = env
        self.kills: Counter[str] = Counter()
        self.start()

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "api.cli", "serve", "--workers", "2"],
            env=self.env, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def workers(self) -> list[int]:
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=", "-o", "args=", "--ppid", str(self.process.pid)],
            capture_output=True,
            text=True,
            check=False,
        ).stdout
        return [int(line.split()[0]) for line in listed.splitlines() if " worker " in line]

    def kill_one(self, dice: random.Random) -> bool:
        if sum(self.kills.values()) % 4 == 3:
            self.process.send_signal(signal.SIGKILL)
            self.process.wait()
            self.kills["server"] += 1
            self.start()
            return True
        workers = self.workers()
        if workers:
            with contextlib.suppress(ProcessLookupError):
                os.kill(dice.choice(workers), signal.SIGKILL)
                self.kills["worker"] += 1
        return bool(workers)

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(40)


@pytest.fixture
def env(tmp_path: Path) -> dict[str, str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    create_master(tmp_path / "key" / "master.key")
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TODOKE_")}
    return kept | {
        "TODOKE_DATA_DIR": str(tmp_path / "var"), "TODOKE_KEY_FILE": str(tmp_path / "key" / "master.key"),
        "TODOKE_TRAINING": "true", "TODOKE_PORT": str(port), "TODOKE_LEASE_SECONDS": "6",
        "TODOKE_MAX_ATTEMPTS": "12", "TODOKE_READER": "tests.intake.readers:mixed", "PYTHONPATH": str(ROOT),
    }  # fmt: skip


@pytest.fixture
def server(env: dict[str, str]) -> Iterator[Server]:
    server = Server(env)
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()


@pytest.fixture(scope="module")
def real_sheets(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Printed filings as they come from an office scanner."""
    folder = tmp_path_factory.mktemp("real")
    from api.cli.main import main

    with contextlib.redirect_stdout(io.StringIO()):
        told = ["synth", "acquisition", "--count", str(REAL), "--seed", "7", "--style", "print",
                "--degrade", "clean", "--entries", "1", "--as-of", "2026-11-20", "--out", str(folder)]  # fmt: skip
        assert main(told) == 0
    return [path.read_bytes() for path in sorted(folder.iterdir()) if path.suffix != ".json"]


def scripted_file(number: int, said: str = "form") -> bytes:
    """A TIFF of ten small pages, each another picture."""
    pages = []
    for page in range(PAGES_A_FILE):
        drawn = cv2.imdecode(np.frombuffer(picture(said, number * 100 + page), np.uint8), cv2.IMREAD_UNCHANGED)
        pages.append(Image.fromarray(drawn))
    out = io.BytesIO()
    pages[0].save(out, "TIFF", save_all=True, append_images=pages[1:], compression="tiff_lzw")
    return out.getvalue()


def settings_of(env: dict[str, str]) -> Settings:
    names = ("data_dir", "key_file", "training", "lease_seconds", "reader")
    return Settings(**{name: env[f"TODOKE_{name.upper()}"] for name in names})  # type: ignore[arg-type]


def open_runtime(env: dict[str, str]) -> Runtime:
    settings = settings_of(env)
    until = time.monotonic() + 60
    while time.monotonic() < until:
        with contextlib.suppress(Exception):
            if migrate.is_current(settings.database_url):
                return Runtime.open(settings, "reception")
        time.sleep(0.3)
    raise AssertionError("the server did not make its database")


def bring(runtime: Runtime, data: bytes, name: str, pages: int | None = None) -> None:
    """Reception takes in one envelope, whatever dies meanwhile."""
    arrival = receive.take_in(runtime.vault, name, [data], runtime.settings.max_file_bytes)
    for _ in range(5):
        try:
            with runtime.writing() as work:
                batch = batches.open_batch(
                    work, channel="paper", received_on=date(2026, 11, 20), basis="stamp", declared_pages=pages
                )
                receive.add_file(work, runtime.vault, batch.id, arrival)
                batches.close(work, batch.id)
            return
        except DatabaseBusy:
            arrival = receive.take_in(runtime.vault, name, [data], runtime.settings.max_file_bytes)
    raise AssertionError("the database stayed busy")


def progress(runtime: Runtime) -> tuple[int, int]:
    """Filings that have gone as far as they go without a person, and jobs done."""
    with runtime.reading() as work:
        filings = work.session.scalar(select(func.count()).select_from(Task).where(Task.step == "key"))
        jobs = work.session.scalar(select(func.count()).select_from(Job).where(Job.state == "done"))
        return filings or 0, jobs or 0


def todoke(env: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    script = "import sys; from api.cli.main import main; sys.exit(main(sys.argv[1:]))"
    return subprocess.run(
        [sys.executable, "-c", script, *arguments], env=env, cwd=ROOT, capture_output=True, text=True, check=False
    )


@pytest.mark.engine
@pytest.mark.timeout(900)
def test_nothing_is_lost_or_done_twice(server: Server, env: dict[str, str], real_sheets: list[bytes]) -> None:
    dice = random.Random(20261121)
    runtime = open_runtime(env)
    for number in range(SCRIPTED_FILES):
        said = "form" if number else "good"  # the ten forms of the first file are carried on to their notice
        bring(runtime, scripted_file(number, said), f"scan{number}.tif", PAGES_A_FILE)
    for number, data in enumerate(real_sheets):
        bring(runtime, data, f"form{number}")

    wanted, began, done = SCRIPTED + REAL, time.monotonic(), 0
    next_kill = 10
    people = People.of(runtime)
    while done < wanted or people.noticed < PAGES_A_FILE:
        assert time.monotonic() - began < LONGEST, f"{done} of {wanted} after {LONGEST} s, {server.kills}"
        time.sleep(0.2)
        done, jobs = progress(runtime)
        people.turn()
        if jobs >= next_kill and server.kill_one(dice):
            next_kill = jobs + dice.randint(*(QUICK if done < SCRIPTED * 0.9 else SLOW))
    assert server.kills["worker"] >= 6 and server.kills["server"] >= 2, server.kills
    time.sleep(1.0)
    assert server.stop() == 0

    accounted(runtime, wanted)
    told = todoke(env, "reconcile", "--json")
    account = json.loads(told.stdout)
    assert (told.returncode, account["differences"]) == (0, [])
    assert account["sheets_by_state"] == {"filed": wanted}
    assert todoke(env, "audit", "verify").returncode == 0


def accounted(runtime: Runtime, wanted: int) -> None:
    """Each sheet is one filing, with its entries, its readings and one open task; no job is left or set aside."""
    with runtime.reading() as work:
        session = work.session

        def count(column) -> int:
            return session.scalar(select(func.count()).select_from(column)) or 0

        assert count(Sheet) == count(Filing) == wanted
        keyed = select(func.count()).select_from(Task).where(Task.step == "key")
        assert session.scalar(keyed) == wanted
        assert count(Posting) == count(InsurancePeriod) == count(Notice) == PAGES_A_FILE
        assert len(set(session.scalars(select(InsurancePeriod.insured_no)))) == PAGES_A_FILE
        posted = select(func.count()).where(Entry.state == "posted")
        assert session.scalar(posted) == PAGES_A_FILE
        assert count(Page) == sum(session.scalars(select(BatchFile.pages)))
        assert count(Entry) == 4 * wanted
        assert len(set(session.scalars(select(Sheet.filing_id)))) == wanted
        assert len(set(session.scalars(select(Filing.number)))) == wanted
        fields = session.execute(select(Reading.filing_id, Reading.field, func.count()).where(
            Reading.source == "engine").group_by(
            Reading.filing_id, Reading.field, Reading.engine, Reading.round)).all()  # fmt: skip
        assert {number for _, _, number in fields} == {1}
        assert len(fields) == 89 * wanted
        assert dict(session.execute(select(Job.state, func.count()).group_by(Job.state)).all()).keys() == {"done"}
        received = select(func.count()).where(AuditEntry.action == "filing.received")
        assert session.scalar(received) == wanted
