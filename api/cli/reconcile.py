"""`todoke reconcile`: prove that everything received is accounted for."""

from __future__ import annotations

import argparse
import json
import sys
from datetime import timedelta

from intake.reconcile import GRACE, Account, reconcile
from intake.runtime import Runtime
from storage.settings import load_settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke reconcile", description=__doc__)
    parser.add_argument("--json", action="store_true", help="the account as JSON on standard output")
    parser.add_argument("--no-hashes", action="store_true", help="do not read the stored objects")
    parser.add_argument(
        "--grace", type=float, default=GRACE.total_seconds(), help="seconds an object may be without its row"
    )
    return parser


def run(arguments: list[str]) -> int:
    """0 clean, 1 differences."""
    options = _parser().parse_args(arguments)
    runtime = Runtime.open(load_settings(), "reconcile")
    try:
        account = reconcile(runtime, grace=timedelta(seconds=options.grace), hashes=not options.no_hashes)
    finally:
        runtime.database.close()
    if options.json:
        print(json.dumps(account.as_dict(), ensure_ascii=False, indent=1))
    else:
        _tell(account)
    return 0 if account.clean else 1


def _tell(account: Account) -> None:
    rows: list[tuple[str, str, int]] = [("pages", "", account.pages)]
    for name, counts in (
        ("files", account.files_by_state), ("sheets", account.sheets_by_state),
        ("filings", account.filings_by_state), ("jobs", account.jobs_by_state),
    ):  # fmt: skip
        rows += [(name, state, number) for state, number in counts.items()]
    rows += [("objects", "", account.blobs), ("objects", "in progress", account.in_progress)]
    for name, state, number in rows:
        print(f"  {name:<8} {state:<13} {number:>9,}")
    if poison := account.jobs_by_state.get("poison"):
        print(f"  {poison} job(s) were set aside with their evidence: `todoke intake jobs`", file=sys.stderr)
    for difference in account.differences:
        print(
            f"  DIFFERENCE {difference.kind} {difference.id}: expected {difference.expected}, found {difference.found}"
        )
    print("clean" if account.clean else f"{len(account.differences)} difference(s)")
