"""The centre, on SQLite, and on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from storage.keys import Keyring
from storage.session import Database
from storage.vault import Vault
from tests.approval.world import World


def hasty(database: Database) -> Database:
    """SQLite without waiting for the disk: what these tests try is not the power cut."""
    if database.is_sqlite:
        event.listen(database.engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous = OFF"))
    return database


@pytest.fixture
def world(database: Database, keys: Keyring, vault: Vault) -> World:
    return World(hasty(database), keys, vault).open()


@pytest.fixture
def any_world(any_database: Database, keys: Keyring, vault: Vault) -> World:
    return World(hasty(any_database), keys, vault).open()
