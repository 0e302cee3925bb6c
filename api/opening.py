"""Opens the services that the settings describe: database (migrated), keys, blob store."""

from __future__ import annotations

from api.services import Services
from storage.blobs import open_store
from storage.keys import Keyring, load_master
from storage.session import Database
from storage.settings import Settings
from storage.vault import Vault


def open_services(settings: Settings) -> Services:
    """The services; raises a coded error if the key is missing or the store belongs to another installation."""
    database = Database(settings.database_url)
    keys = Keyring(load_master(settings.key_file))
    return Services(settings, database, keys, Vault(open_store(settings), keys))
