"""A worker process: claims jobs one by one, runs them under a deadline, stops cleanly, and retires before it grows old.

The deadline is the kernel's: a timer whose signal ends the process whatever it is doing, native code included. The
job's lease then runs out, the reaper takes the job back, and the supervisor starts another worker.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from forms import catalogue
from intake import scratch
from intake.decode.nursery import NURSERY
from intake.runtime import Runtime
from intake.stages import execute
from storage.session import DatabaseBusy

_PR_SET_PDEATHSIG = 1
_MIB = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Habits:
    """How a worker lives: seconds between looks at an empty ledger, and when it retires (jobs done, resident MiB)."""

    poll_seconds: float = 0.25
    longest_poll: float = 2.0
    jobs: int = 2_000
    memory_mib: int = 3_072
    stages: Sequence[str] = ()
    once: bool = False  # end when the ledger is empty (tests, `todoke worker --drain`)


@dataclass(slots=True)
class Worker:
    """One process, one reader, one job at a time."""

    runtime: Runtime
    habits: Habits = field(default_factory=Habits)
    parent: int = 0  # pid of the supervisor; without it the worker ends too
    done: int = 0
    _stopping: bool = False

    def run(self) -> int:
        """Until told to stop (SIGTERM, SIGINT), the supervisor is gone, or it is time to retire. Exit status 0."""
        self.prepare()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        pause = self.habits.poll_seconds
        while not self._stopping and not self._old() and not self._orphaned():
            ran = self._one()
            if ran:
                pause = self.habits.poll_seconds
                continue
            if self.habits.once:
                break
            self._sleep(pause)
            pause = min(pause * 1.5, self.habits.longest_poll)
        NURSERY.stop()
        self.runtime.database.close()
        return 0

    def prepare(self) -> None:
        """What a process does before its first job."""
        NURSERY.start()  # before the model and before any thread
        scratch.sweep(self.runtime.settings.data_dir)
        catalogue.kinds()  # a second of reading that no job's lease should pay for
        signal.signal(signal.SIGALRM, signal.SIG_DFL)

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _one(self) -> bool:
        """Claim and run one job; False if there was none."""
        runtime = self.runtime
        try:
            lease = runtime.ledger.claim(runtime.name, runtime.clock(), self.habits.stages)
            if lease is None:
                return bool(runtime.ledger.reap(runtime.clock()))
        except DatabaseBusy:
            return False
        if self._stopping:
            runtime.ledger.hand_back(lease)
            return False
        try:
            execute(runtime, lease, alarm)
        finally:
            alarm(0)
        self.done += 1
        return True

    def _old(self) -> bool:
        """True after many jobs or when memory has grown: models and decoders of others leak."""
        return self.done >= self.habits.jobs or resident_mib() > self.habits.memory_mib

    def _orphaned(self) -> bool:
        return bool(self.parent) and os.getppid() != self.parent

    def _sleep(self, seconds: float) -> None:
        """Sleep in small pieces: a signal handler only sets a flag."""
        until = time.monotonic() + seconds
        while not self._stopping and (left := until - time.monotonic()) > 0:
            time.sleep(min(left, 0.2))


def alarm(seconds: float) -> None:
    """End this process after so many seconds (0: never), even in the middle of native code."""
    signal.setitimer(signal.ITIMER_REAL, seconds)


def resident_mib() -> float:
    """Memory this process holds now, in MiB."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / _MIB
    except OSError:
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return peak / (_MIB if sys.platform == "darwin" else 1024)


def die_with_parent(parent: int) -> None:
    """Ask the kernel to end this process when its parent ends (Linux); elsewhere the worker looks for itself.

    Ends at once if the parent, whose pid is given, died before the kernel was asked.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(0)
