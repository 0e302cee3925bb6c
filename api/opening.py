"""Opens the services that the settings describe: keys, database, installation, blob store."""

from __future__ import annotations

from api.services import Services, wall_clock
from storage.blobs import open_store
from storage.installation import open_installation
from storage.keys import Keyring
from storage.master import load_master
from storage.session import Database
from storage.settings import Settings, load_settings
from storage.vault import Vault


def open_services(settings: Settings | None = None) -> Services:
    """The services over a migrated database.

    Raises the coded errors of settings, key file and installation (a training store refuses real data and the
    reverse).
    """
    settings = settings or load_settings()
    keys = Keyring(load_master(settings.key_file, data_dir=settings.data_dir))
    database = Database(settings.database_url)
    open_installation(database, settings, keys, now=wall_clock())
    return Services(settings, database, keys, Vault(open_store(settings), keys))
