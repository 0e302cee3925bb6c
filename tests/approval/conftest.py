"""The centre, on SQLite, and on both databases."""

from __future__ import annotations

import pytest

from storage.keys import Keyring
from storage.session import Database
from storage.vault import Vault
from tests.approval.world import World


@pytest.fixture
def world(database: Database, keys: Keyring, vault: Vault) -> World:
    return World(database, keys, vault).open()


@pytest.fixture
def any_world(any_database: Database, keys: Keyring, vault: Vault) -> World:
    return World(any_database, keys, vault).open()
