"""A real installation for a browser: its own store, accounts and register; `todoke serve` as a process of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.error import URLError

import uvicorn

from api.accounts import add_account
from api.app import create_app
from api.opening import open_services
from api.security.sessions import issue_token
from api.services import Services
from api.synth.register import write_world
from api.synth.world import World
from api.training import ACCOUNTS, PASSWORD
from storage.master import create_master
from storage.migrate import upgrade
from storage.settings import Settings
from storage.work import TOKYO
from tests.browser.readers import FOLDER
from tests.servers import free_port

REPOSITORY = Path(__file__).parents[2]
START_S = 90.0


@dataclass
class Installation:
    """Settings, the world in its register, and the running server."""

    settings: Settings
    world: World
    papers: Path
    process: subprocess.Popen[bytes] | None = None
    token: str = ""

    @property
    def origin(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.settings.port}"

    def services(self) -> Services:
        """Its services, to look behind the pages. Close `.database` after use."""
        return open_services(self.settings)

    def start(self, workers: int = 1) -> None:
        """Serve, and wait until it answers."""
        setting = {
            "TODOKE_DATA_DIR": self.settings.data_dir, "TODOKE_KEY_FILE": self.settings.key_file,
            "TODOKE_TRAINING": str(self.settings.training).lower(), "TODOKE_PORT": self.settings.port,
            "TODOKE_WORKERS": workers, "TODOKE_READER": "tests.browser.readers:told", FOLDER: self.papers,
        }  # fmt: skip
        environment = {**os.environ, **{name: str(value) for name, value in setting.items()}}
        log = (self.papers / "server.log").open("wb")
        command = [sys.executable, "-m", "api.cli", "serve"]
        self.process = subprocess.Popen(command, cwd=REPOSITORY, env=environment, stdout=log, stderr=log)
        log.close()
        end = time.monotonic() + START_S
        while not self._answers():
            if self.process.poll() is not None or time.monotonic() > end:
                raise AssertionError((self.papers / "server.log").read_text(errors="replace")[-2000:])
            time.sleep(0.1)

    def stop(self) -> None:
        """End it as an operator does."""
        if self.process is None:
            return
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.origin}/api/v1/health", timeout=2) as answer:
                return bool(answer.status == 200)
        except (URLError, OSError):
            return False


def install(folder: Path, *, training: bool, persons: int = 150, offices: int = 4) -> Installation:
    """A fresh store with the training accounts, an API client, and a small register of invented people."""
    settings = Settings(
        data_dir=folder / "data", key_file=folder / "keys" / "master.key", training=training, port=free_port()
    )
    papers = folder / "papers"
    papers.mkdir(parents=True)
    create_master(settings.key_file, data_dir=settings.data_dir)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    world = World("browser", persons, offices, datetime.now(TOKYO).date())
    made = Installation(settings, world, papers)
    services = made.services()
    with services.writing("system:test") as work:
        for account in ACCOUNTS:
            add_account(work, account.login, account.name, [account.role], PASSWORD)
        client = add_account(work, "client", "給与ソフト", ["client"], None)
        made.token = issue_token(work, client.id, "test")
        write_world(work, world)
    services.database.close()
    return made


@contextmanager
def serving(installation: Installation) -> Iterator[None]:
    """Its pages alone, in a thread of this process: enough where nothing is read."""
    services = installation.services()
    config = uvicorn.Config(create_app(services=services), port=installation.settings.port, log_level="error")
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        while not server.started:
            time.sleep(0.05)
        yield
    finally:
        server.should_exit = True
        thread.join()
        services.database.close()


def post(origin: str, path: str, token: str, body: bytes) -> tuple[int, Any]:
    """A JSON request of an API client: status and answer."""
    import json

    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    request = urllib.request.Request(origin + path, data=body, headers=headers, method="POST")
    with urllib.request.urlopen(request, timeout=30) as answer:
        return answer.status, json.loads(answer.read())
