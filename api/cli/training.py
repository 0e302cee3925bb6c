"""`todoke training`: set up a training installation once, print address and accounts, and serve it."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from api.training import ACCOUNTS, PASSWORD, prepare, training_settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke training", description=__doc__)
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--root", type=Path, default=Path("var/training"), help="where its data and key are kept")
    parser.add_argument("--prepare-only", action="store_true", help="set up, print, and stop")
    return parser


def run(arguments: list[str]) -> int:
    """Serves in the foreground until it is stopped."""
    options = _parser().parse_args(arguments)
    root = options.root.absolute()
    samples = root / "samples"
    settings = training_settings(root, options.port)
    print("todoke: preparing the training installation (a minute at the first start)", file=sys.stderr)
    services = prepare(settings, samples)
    services.database.close()
    _announce(settings.port, samples)
    if options.prepare_only:
        return 0
    for name in [name for name in os.environ if name.startswith("TODOKE_")]:
        del os.environ[name]  # a store, bucket or broker named there may be the real one
    os.environ.update(
        TODOKE_DATA_DIR=str(settings.data_dir), TODOKE_KEY_FILE=str(settings.key_file), TODOKE_TRAINING="true",
        TODOKE_PORT=str(settings.port),
    )  # fmt: skip
    from api.cli.serve import run as serve

    return serve([])


def _announce(port: int, samples: Path) -> None:
    lines = [
        "",
        f"  Todoke 届 (training): http://127.0.0.1:{port}",
        f"  password of every account: {PASSWORD}",
        "",
        *(f"    {account.login:<11} {account.name}" for account in ACCOUNTS),
        "",
        f"  sample filings to upload: {samples}",
        "  stop with Ctrl+C; the data stays",
        "",
    ]
    print("\n".join(lines), flush=True)
