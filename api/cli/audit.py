"""`todoke audit`: verify the audit chains, write a signed checkpoint."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import UTC, datetime

from storage import migrate
from storage.anchors import Anchors
from storage.keys import Keyring, load_master
from storage.session import Database
from storage.settings import Settings, load_settings
from storage.verify import Verdict, verify


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke audit", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    check = commands.add_parser("verify", help="walk all chains; exit 0 if they are as written, 1 if not")
    check.add_argument("--json", action="store_true", help="the verdict as JSON on standard output")
    commands.add_parser("anchor", help="write a signed checkpoint now, unless nothing happened since the last one")
    return parser


def run(arguments: list[str]) -> int:
    """0 when sound or done, 1 when `verify` finds a problem."""
    options = _parser().parse_args(arguments)
    settings = load_settings()
    migrate.require_current(settings.database_url)
    database = Database(settings.database_url)
    try:
        anchors = anchors_of(settings, Keyring(load_master(settings.key_file, data_dir=settings.data_dir)))
        if options.command == "anchor":
            return _anchor(database, anchors)
        with database.reading() as session:
            verdict = verify(session, anchors)
    finally:
        database.close()
    if options.json:
        print(json.dumps(verdict.as_dict(), ensure_ascii=False, indent=1))
    else:
        _tell(verdict)
    return 0 if verdict.sound else 1


def anchors_of(settings: Settings, keys: Keyring) -> Anchors:
    """The checkpoints as the settings say."""
    return Anchors(settings.anchors_path, keys, entries=settings.anchor_entries, seconds=settings.anchor_seconds)


def _anchor(database: Database, anchors: Anchors) -> int:
    anchor = anchors.write(database, datetime.now(UTC))
    if anchor is None:
        print("nothing happened since the last checkpoint", file=sys.stderr)
    else:
        print(f"checkpoint {anchor.number} over {anchor.entries} entries in {anchors.folder}", file=sys.stderr)
    print(f"public key {anchors.public_key}", file=sys.stderr)
    return 0


def _tell(verdict: Verdict) -> None:
    for problem in verdict.problems:
        place = "checkpoints" if problem.chain is None else f"chain {problem.chain}, entry {problem.seq}"
        print(f"[{problem.code}] {place}: {problem.message}", file=sys.stderr)
    print(
        f"{verdict.entries} entries, {verdict.anchors} checkpoints over {verdict.anchored} of them: "
        + ("sound" if verdict.sound else "NOT SOUND"),
        file=sys.stderr,
    )
