"""A training installation: synthetic register, accounts and sample filings; never shares a store with real data."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import func, select

from api.accounts import add_account
from api.opening import open_services
from api.services import Services
from storage.master import create_master
from storage.migrate import upgrade
from storage.settings import Settings, load_settings
from storage.tables import Person, User

PASSWORD = "todoke-training"  # noqa: S105 - announced on purpose: invented data, loopback only
PERSONS = 3000
OFFICES = 40
SEED = "training"


@dataclass(frozen=True, slots=True)
class Account:
    """An account of the training installation."""

    login: str
    name: str
    role: str


ACCOUNTS = (
    Account("reception", "受付 花子", "reception"),
    Account("keyer1", "入力 一郎", "keyer"),
    Account("keyer2", "入力 二葉", "keyer"),
    Account("keyer3", "入力 三郎", "keyer"),
    Account("reviewer", "審査 真理", "reviewer"),
    Account("approver", "決裁 正", "approver"),
    Account("supervisor", "管理 統", "supervisor"),
    Account("admin", "運用 守", "admin"),
)


def training_settings(root: Path, port: int) -> Settings:
    """All of it under `root`, the key beside the data, on the loopback: never a store or broker of the environment,
    which may be the real one (accounts here have a public password)."""
    data = root / "data"
    return load_settings(
        data_dir=data, key_file=root / "keys" / "master.key", training=True, host="127.0.0.1", port=port,
        database_url=f"sqlite:///{data / 'todoke.sqlite'}", database_password_file=None, blob_store="dir",
        broker_url="", anchors_dir=None,
    )  # fmt: skip


def prepare(settings: Settings, samples: Path) -> Services:
    """Make what is missing - key, database, register, accounts, samples - and keep what is there."""
    if not settings.key_file.exists():
        create_master(settings.key_file, data_dir=settings.data_dir)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    upgrade(settings.database_url)
    services = open_services(settings)
    _accounts(services)
    _register(services)
    _samples(samples)
    return services


def _accounts(services: Services) -> None:
    with services.writing("system:training") as work:
        there = set(work.session.scalars(select(User.login)))
        for account in ACCOUNTS:
            if account.login not in there:
                add_account(work, account.login, account.name, [account.role], PASSWORD)


def _register(services: Services) -> None:
    from api.synth.register import write_world
    from api.synth.world import World

    with services.reading("system:training") as work:
        if work.session.scalar(select(func.count()).select_from(Person)):
            return
    with services.writing("system:training") as work:
        write_world(work, World(SEED, PERSONS, OFFICES))


def _samples(directory: Path) -> None:
    """A few filled sheets to upload, made in a process of their own (drawing needs memory that serving does not)."""
    for kind, count in (("acquisition", 6), ("dependants", 4)):
        target = directory / kind
        if target.exists():
            continue
        command = [
            sys.executable, "-m", "api.cli", "synth", kind, "--count", str(count), "--seed", SEED,
            "--style", "mixed", "--degrade", "office", "--out", str(target),
        ]  # fmt: skip
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
