"""`todoke worker`: one worker process over the settings' ledger."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time

from api.doctor.variables import tell_unknown
from intake.runtime import Runtime
from intake.stages import STAGES
from intake.supervisor import worker_name
from intake.worker import Habits, Worker, die_with_parent
from storage.session import DatabaseBusy
from storage.settings import load_settings


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke worker", description=__doc__)
    parser.add_argument("--name", default="worker", help="label in the ledger; the process id is added")
    parser.add_argument("--stages", nargs="+", choices=sorted(STAGES), default=(), help="only these stages")
    parser.add_argument("--drain", action="store_true", help="end when nothing is ready")
    parser.add_argument("--jobs", type=int, default=2_000, help="retire after so many jobs")
    parser.add_argument("--memory-mib", type=int, default=3_072, help="retire above this resident memory")
    parser.add_argument("--cluster", action="store_true", help="wait for the broker's bell (TODOKE_BROKER_URL)")
    parser.add_argument("--ring", action="store_true", help="be the ringer: tell the broker what is ready")
    parser.add_argument("--parent", type=int, default=0, help=argparse.SUPPRESS)
    return parser


def run(arguments: list[str]) -> int:
    """0 when it was stopped or retired."""
    options = _parser().parse_args(arguments)
    if options.parent:
        die_with_parent(options.parent)
    else:
        tell_unknown()
    runtime = Runtime.open(load_settings(), worker_name(options.name, os.getpid()))
    if options.ring:
        return _ring(runtime)
    if options.cluster:
        return _cluster(runtime)
    habits = Habits(
        stages=tuple(options.stages), once=options.drain, jobs=options.jobs, memory_mib=options.memory_mib
    )  # fmt: skip
    return Worker(runtime, habits, options.parent).run()


def _cluster(runtime: Runtime) -> int:
    """A worker that the broker rings for."""
    from intake.cluster import work_for

    Worker(runtime).prepare()
    work_for(runtime)
    return 0


def _ring(runtime: Runtime, every: float = 0.3) -> int:
    """Ring until stopped; a broker that does not answer is tried again."""
    from kombu.exceptions import OperationalError

    from intake.cluster import make_ringer

    ringer, stopped = make_ringer(runtime), list[int]()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda got, _: stopped.append(got))
    while not stopped:
        try:
            ringer.turn()
        except (OperationalError, DatabaseBusy) as error:
            print(f"todoke: {error}", file=sys.stderr)
            time.sleep(2.0)
        time.sleep(every)
    return 0
