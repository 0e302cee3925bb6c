"""`todoke worker`: one worker process over the settings' ledger."""

from __future__ import annotations

import argparse
import os

from intake.runtime import Runtime
from intake.stages import STAGES
from intake.supervisor import worker_name
from intake.worker import Habits, Worker, die_with_parent
from storage.settings import load_settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke worker", description=__doc__)
    parser.add_argument("--name", default="worker", help="label in the ledger; the process id is added")
    parser.add_argument("--stages", nargs="+", choices=sorted(STAGES), default=(), help="only these stages")
    parser.add_argument("--drain", action="store_true", help="end when nothing is ready")
    parser.add_argument("--jobs", type=int, default=2_000, help="retire after so many jobs")
    parser.add_argument("--memory-mib", type=int, default=3_072, help="retire above this resident memory")
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
    return parser


def run(arguments: list[str]) -> int:
    """0 when it was stopped or retired."""
    options = _parser().parse_args(arguments)
    if options.parent:
        die_with_parent(options.parent)
    runtime = Runtime.open(load_settings(), worker_name(options.name, os.getpid()))
    habits = Habits(
        stages=tuple(options.stages), once=options.drain, jobs=options.jobs, memory_mib=options.memory_mib
    )  # fmt: skip
    return Worker(runtime, habits, options.parent).run()
