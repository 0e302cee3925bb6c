"""What this store is: one row, written at the first opening. Training data and real data never share a store."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from storage.blobs import open_store
from storage.errors import TodokeError
from storage.keys import Keyring
from storage.session import Database
from storage.settings import Settings
from storage.tables import Installation
from storage.upsert import insert


class WrongInstallation(TodokeError):
    """A training installation was pointed at a real store, or the reverse."""

    code: ClassVar[str] = "wrong_installation"
    status: ClassVar[int] = 500
    ja = "このデータベースは{stored}です。{asked}として開くことはできません。"
    en = "This store belongs to a {stored} installation and cannot be opened as a {asked} one."
    remedy_ja = "TODOKE_TRAINING、TODOKE_DATABASE_URL、TODOKE_DATA_DIR の組み合わせを確認してください。"
    remedy_en = "Check TODOKE_TRAINING together with TODOKE_DATABASE_URL and TODOKE_DATA_DIR."


class WrongStore(TodokeError):
    """The blob store belongs to another database: its sweep would take our objects for left-overs, and ours its."""

    code: ClassVar[str] = "wrong_blob_store"
    status: ClassVar[int] = 500
    ja = "データ保管庫は別のデータベースのものです。"
    en = "The blob store belongs to another database."
    remedy_ja = "TODOKE_DATA_DIR または TODOKE_S3_BUCKET とデータベースの組み合わせを確認してください。"
    remedy_en = "Check TODOKE_DATA_DIR or TODOKE_S3_BUCKET together with the database."


def open_installation(database: Database, settings: Settings, keys: Keyring, *, now: datetime) -> Installation:
    """The installation's row, made at the first opening together with its keys. The tables must exist.

    Raises WrongInstallation, WrongMaster when the key file is of another installation, or WrongStore.
    """
    with database.reading() as session:
        found = session.get(Installation, 1)
    if found is None:
        found = _make(database, settings, now)
    if found.training != settings.training:
        raise WrongInstallation(
            stored_ja=_ja(found.training), stored_en=_en(found.training),
            asked_ja=_ja(settings.training), asked_en=_en(settings.training),
        )  # fmt: skip
    with database.writing() as session:
        keys.prepare(session)
        identity = keys.installation(session)  # random, and in every backup of this database
    if open_store(settings).owner(identity) != identity:
        raise WrongStore
    return found


def _make(database: Database, settings: Settings, now: datetime) -> Installation:
    # Two processes may open a new database at once: one row is written, and both go by it.
    row = {"id": 1, "training": settings.training, "name": settings.name, "created_at": now}
    with database.writing() as session:
        session.execute(insert(session, Installation).values(row).on_conflict_do_nothing())
        return session.get_one(Installation, 1)


def _ja(training: bool) -> str:
    return "研修用" if training else "本番用"


def _en(training: bool) -> str:
    return "training" if training else "production"
