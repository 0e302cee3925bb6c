"""How long an e-filing of many persons holds the ledger's write lock, from the request to its review.

    python -m benchmarks.efiling_lock                          # 2202 and 2200, 500 entries, SQLite

Prints each write transaction in its order: what held the lock, for how many seconds, and how many rows it wrote; then
the longest hold beside the time the same work takes in all. On SQLite nobody else writes during a hold.
"""

from __future__ import annotations

import argparse
import copy
import random
import tempfile
import time
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from fastapi.testclient import TestClient
from sqlalchemy import event

from api.app import create_app
from api.examples import example
from api.security.sessions import issue_token
from api.services import Services
from intake.runtime import Runtime
from intake.stages import execute
from storage.blobs import open_store
from storage.installation import open_installation
from storage.keys import Keyring
from storage.session import Database
from storage.settings import Settings
from storage.tables import Base, Settlement, User, UserRole
from storage.vault import Vault
from validators.register import store
from validators.register.rows import OfficeRow

OFFICE = OfficeRow("01-ケイト", "12345", "健保サービス株式会社", "健保良一", "1000013", "東京都千代田区霞が関1-2-2")
KANA, KANJI = "アイウカキサシスタチツナニハマミヤユリ", "山川田中木村林井上藤佐高橋石原小野"


@dataclass
class Holds:
    """The write transactions of an engine: what was being done, and for how many seconds."""

    doing: str = ""
    seen: list[tuple[str, float]] = field(default_factory=list)
    _since: float | None = None

    def watch(self, engine: sa.Engine) -> None:
        event.listen(engine, "begin", self._begin)  # after BEGIN IMMEDIATE: waiting for the lock is no hold
        event.listen(engine, "checkin", self._end)  # after COMMIT, its fsync included

    def _begin(self, connection: sa.Connection) -> None:
        reads = connection.get_execution_options().get("todoke_reads", False)
        self._since = None if reads else time.perf_counter()

    def _end(self, *_: object) -> None:
        if self._since is not None:
            self.seen.append((self.doing, time.perf_counter() - self._since))
            self._since = None


def body(kind: str, entries: int) -> dict[str, Any]:
    """The kind's example with its entry again and again, every person in it somebody else."""
    made, rng = example(kind), random.Random(1)
    made["entries"] = [_others(copy.deepcopy(made["entries"][0]), rng) for _ in range(entries)]
    return made


def _others(entry: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    for block in [entry, *(v for v in entry.values() if isinstance(v, dict)), *entry.get("others", [])]:
        if block.get("name_kana"):
            block["name_kana"] = "\u3000".join("".join(rng.choices(KANA, k=4)) for _ in range(2))
            block["name_kanji"] = "\u3000".join("".join(rng.choices(KANJI, k=2)) for _ in range(2))
            block["birth"] = f"7{rng.randint(1, 30):02}{rng.randint(1, 12):02}{rng.randint(1, 28):02}"
            block["my_number"] = "".join(rng.choices("0123456789", k=12))
    return entry


def measure(kind: str, entries: int, folder: Path) -> tuple[Holds, float]:
    """File it over REST and let a worker take it to its review."""
    settings = Settings(data_dir=folder / "var", key_file=folder / "key", database_url=f"sqlite:///{folder}/t.sqlite")
    database, keys = Database(settings.database_url), Keyring(bytes(range(32)))
    Base.metadata.create_all(database.engine)
    now = datetime.now(UTC)
    open_installation(database, settings, keys, now=now)
    services = Services(settings, database, keys, Vault(open_store(settings), keys))
    with services.writing("system:benchmark") as work:
        work.session.add(User(id="client", login="client", name="Client", created_at=now))
        work.session.flush()
        work.session.add(UserRole(user_id="client", role="client"))
        token = issue_token(work, "client", "benchmark")
        store.add_office(work, OFFICE)
    runtime = Runtime(settings, database, keys, services.vault, "b.1")
    web = TestClient(create_app(services=services))
    holds = Holds()
    started = time.perf_counter()
    holds.watch(database.engine)
    holds.doing = "request"
    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": "1"}
    answer = web.post("/api/v1/filings", json=body(kind, entries), headers=headers)
    assert answer.status_code == 201, answer.text
    while (lease := runtime.ledger.claim("b.1", runtime.clock())) is not None:
        holds.doing = lease.stage
        assert execute(runtime, lease) == "done", lease
        holds.doing = "claim"
    took = time.perf_counter() - started
    with runtime.reading() as work:
        count = work.session.scalar(sa.select(sa.func.count()).select_from(Settlement))
    print(f"{kind}: {entries} entries, {count} settlements")
    database.close()
    return holds, took


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--entries", type=int, default=500)
    parser.add_argument("--kind", action="append", choices=["acquisition", "dependants"])
    options = parser.parse_args()
    for kind in options.kind or ["dependants", "acquisition"]:
        with tempfile.TemporaryDirectory() as folder:
            holds, took = measure(kind, options.entries, Path(folder))
        for what, seconds in holds.seen:
            if seconds >= 0.05:
                print(f"  {what:10} {seconds:7.2f} s")
        longest = max(seconds for _, seconds in holds.seen)
        print(f"  longest hold {longest:.2f} s of {took:.2f} s in all")


if __name__ == "__main__":
    main()
