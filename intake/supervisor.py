"""The supervisor: starts the web process and the workers, starts again what dies, ends what hangs, and keeps house.

It decides by the ledger alone: a worker whose lease ran out is hung or gone, so it is killed and its job given back.
"""

from __future__ import annotations

import contextlib
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import delete, select

from intake import scratch
from intake.reconcile import GRACE
from intake.runtime import Runtime
from storage import audit
from storage.anchors import Anchors, BadAnchor
from storage.errors import TodokeError
from storage.tables import IdempotencyKey

_TURN = 0.25  # seconds between looks at the children
_PATIENCE = 20.0  # seconds that children get to stop by themselves
_SHORT_LIFE = 5.0  # a child that lived no longer failed to start
_LONGEST_PAUSE = 8.0
_AT_ONCE = 500  # rows that are deleted in one transaction
_ANCHOR_EVERY, _SWEEP_EVERY = 5.0, 600.0


@dataclass(slots=True)
class Child:
    """A process that is to be running. `command` makes the arguments; `vital`: without it there is no service."""

    name: str
    command: Sequence[str]
    vital: bool = False
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0  # short lives in a row
    not_before: float = 0.0

    def start(self) -> None:
        self.process = subprocess.Popen(list(self.command))
        self.started = time.monotonic()

    @property
    def pid(self) -> int:
        return self.process.pid if self.process is not None else 0


@dataclass(slots=True)
class Supervisor:
    """Runs in the foreground. `say` gets a line for people when something happens."""

    runtime: Runtime
    children: list[Child]
    anchors: Anchors
    say: Callable[[str], None] = lambda line: print(line, file=sys.stderr, flush=True)  # noqa: T201
    most_failures: int = 5  # of a vital child in a row
    _stopping: bool = False
    _due: dict[str, float] = field(default_factory=dict)

    def run(self) -> int:
        """Until SIGTERM or SIGINT (0), or until a vital child cannot be started (1)."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        status = 0
        while not self._stopping:
            if not self._look():
                status = 1
                break
            self._keep_house()
            time.sleep(_TURN)
        self._end_all()
        self._anchor(final=True)
        self.runtime.database.close()
        return status

    def _stop(self, *_: object) -> None:
        self._stopping = True

    def _look(self) -> bool:
        """Start what is not running; False if a vital child fails again and again."""
        now = time.monotonic()
        for child in self.children:
            if child.process is not None and child.process.poll() is None:
                continue
            if child.process is not None:
                self._died(child, now)
                if child.vital and child.failures >= self.most_failures:
                    self.say(f"todoke: {child.name} cannot be started")
                    return False
            if child.process is None and now >= child.not_before:
                child.start()
        return True

    def _died(self, child: Child, now: float) -> None:
        assert child.process is not None
        status = child.process.returncode
        short = now - child.started < _SHORT_LIFE and status != 0
        child.failures = child.failures + 1 if short else 0
        child.not_before = now + (min(_LONGEST_PAUSE, 0.25 * 2**child.failures) if short else 0.0)
        child.process = None
        if status != 0:
            self.say(f"todoke: {child.name} ended with {status}; it is started again")

    def _keep_house(self) -> None:
        if self._is_due("reap", max(0.5, self.runtime.ledger.lease.total_seconds() / 6)):
            self._guarded(self._reap)
        if self._is_due("anchor", _ANCHOR_EVERY):
            self._guarded(self._anchor)
        if self._is_due("sweep", _SWEEP_EVERY):
            self._guarded(self._sweep)

    def _is_due(self, what: str, seconds: float) -> bool:
        now = time.monotonic()
        if now < self._due.get(what, 0.0):
            return False
        self._due[what] = now + seconds
        return True

    def _guarded(self, act: Callable[[], None]) -> None:
        """Housekeeping that fails says so and is tried again at its next turn; the service goes on."""
        try:
            act()
        except (TodokeError, OSError) as error:
            self.say(f"todoke: {error}")

    def _reap(self) -> None:
        """Give late jobs back; a worker of ours that had one and still lives is hung: kill it."""
        for late in self.runtime.ledger.reap(self.runtime.clock()):
            self.say(f"todoke: job {late.job_id} ({late.stage}) taken back from {late.worker}"
                     + (", set aside" if late.poison else ""))  # fmt: skip
            pid = worker_pid(late.worker)
            for child in self.children:
                if child.pid == pid and child.process is not None and child.process.poll() is None:
                    child.process.kill()

    def _anchor(self, *, final: bool = False) -> None:
        now = self.runtime.clock()
        with contextlib.suppress(BadAnchor) if final else contextlib.nullcontext():
            if final:
                self.anchors.write(self.runtime.database, now)
            else:
                self.anchors.keep_anchored(self.runtime.database, now)

    def _sweep(self) -> None:
        """Remove what dead writers left: objects that no row names, and their plaintext."""
        sweep(self.runtime, self.runtime.clock() - GRACE)

    def _end_all(self) -> None:
        running = [child.process for child in self.children if child.process is not None]
        for process in running:
            process.terminate()
        until = time.monotonic() + _PATIENCE
        for process in running:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def sweep(runtime: Runtime, before: datetime) -> int:
    """Remove objects without a row stored before `before`, and plaintext of dead processes; gives how many objects.

    Forgets old Idempotency-Keys, too.
    """
    forget_keys(runtime)
    scratch.sweep(runtime.settings.data_dir)
    with runtime.reading() as work:
        swept = runtime.vault.sweep(work.session, before)
    unfinished = getattr(runtime.vault.store, "sweep", None)
    if unfinished is not None:
        unfinished(GRACE.total_seconds())
    return len(swept)


def forget_keys(runtime: Runtime) -> int:
    """Forget the Idempotency-Keys that were used longer ago than the setting says; gives how many.

    The answers kept with them are personal data, which is not kept for ever. Reads first: usually there is none.
    """
    before = runtime.clock() - timedelta(days=runtime.settings.idempotency_days)
    old = select(IdempotencyKey.id).where(IdempotencyKey.created_at < before).limit(_AT_ONCE)
    forgotten = 0
    while True:
        with runtime.reading() as work:
            ids = list(work.session.scalars(old))
        if not ids:
            return forgotten
        with runtime.writing() as work:
            work.session.execute(
                delete(IdempotencyKey).where(IdempotencyKey.id.in_(ids)),
                execution_options={"synchronize_session": False},
            )
            detail = {"keys": len(ids), "before": before.isoformat()}
            audit.record(work, "idempotency.forgotten", "installation", "1", "installation", detail)
        forgotten += len(ids)


def worker_name(label: str, pid: int) -> str:
    """The name a worker claims under: `w1.4711`."""
    return f"{label}.{pid}"


def worker_pid(name: str) -> int:
    """The pid in a worker's name, 0 if there is none."""
    pid = name.rpartition(".")[2]
    return int(pid) if pid.isdigit() else 0
