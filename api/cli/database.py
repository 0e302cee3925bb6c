"""`todoke db`: the tables of the database, and the master key of a new installation."""

from __future__ import annotations

import argparse
import sys

from storage import migrate
from storage.master import create_master
from storage.settings import load_settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke db", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("upgrade", help="bring the tables to this release; the data stay")
    commands.add_parser("check", help="exit 0 if the tables are those of this release, 1 if not")
    commands.add_parser("key", help="write a new master key file (0600) where TODOKE_KEY_FILE says; never overwrites")
    return parser


def run(arguments: list[str]) -> int:
    """0 when done or current, 1 when `check` finds other tables."""
    command = _parser().parse_args(arguments).command
    settings = load_settings()
    if command == "upgrade":
        migrate.upgrade(settings.database_url)
        print(f"tables at {migrate.newest()}", file=sys.stderr)
        return 0
    if command == "key":
        create_master(settings.key_file, data_dir=settings.data_dir)
        print(f"master key written to {settings.key_file}; keep a copy where the data are not", file=sys.stderr)
        return 0
    found = migrate.revision(settings.database_url)
    differences = migrate.differences(settings.database_url) if found == migrate.newest() else []
    print(f"tables at {found or '-'}, this release has {migrate.newest()}", file=sys.stderr)
    for difference in differences:
        print(f"  {difference}", file=sys.stderr)
    return 0 if found == migrate.newest() and not differences else 1
