"""The parent's hold on its zygote: started at first use, once a process, again if it died or we were forked."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from intake.decode.errors import DecoderCrashed

_ROOT = Path(__file__).resolve().parents[2]


@dataclass(slots=True)
class Birth:
    """A running decoder: its channel (messages and acknowledgements) and the pipe that will tell its exit status."""

    id: int
    channel: socket.socket
    status: int

    def close(self) -> None:
        self.channel.close()
        os.close(self.status)


class Nursery:
    """Starts decoders. Safe to use from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._owner = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None
        self._numbers = itertools.count(1)

    def bear(self, request: dict[str, Any]) -> Birth:
        """A decoder for the request. Raises DecoderCrashed if none can be started."""
        for _ in range(2):
            ours, theirs = socket.socketpair()
            reader, writer = os.pipe()
            number = next(self._numbers)
            message = json.dumps({**request, "id": number}).encode()
            try:
                with self._lock:
                    socket.send_fds(self._ready(), [message], [theirs.fileno(), writer])
                return Birth(number, ours, reader)
            except OSError:
                ours.close()
                os.close(reader)
                self.stop()
            finally:
                theirs.close()
                os.close(writer)
        raise DecoderCrashed

    def kill(self, birth: Birth) -> None:
        """SIGKILL through the zygote, which alone knows that the process is still its child."""
        with self._lock, contextlib.suppress(OSError):
            if self._control is not None and self._owner == os.getpid():
                self._control.send(json.dumps({"kill": birth.id}).encode())

    def start(self) -> None:
        """Start the zygote now: before any model is loaded or thread is started."""
        with self._lock:
            self._ready()

    def stop(self) -> None:
        """End the zygote and all its children."""
        with self._lock:
            control, process, owner = self._control, self._process, self._owner
            self._control = self._process = None
            if control is not None:
                control.close()
            if process is not None and owner == os.getpid():
                with contextlib.suppress(subprocess.TimeoutExpired):
                    process.wait(timeout=2)
                if process.poll() is None:
                    process.kill()
                    process.wait()

    def _ready(self) -> socket.socket:
        if self._control is not None and self._owner == os.getpid() and self._alive():
            return self._control
        if self._control is not None:
            self._control.close()
        ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-m", "intake.decode.zygote"],
                stdin=theirs.fileno(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                env=_environment(), cwd="/",
            )  # fmt: skip
        self._control, self._owner = ours, os.getpid()
        return ours

    def _alive(self) -> bool:
        return self._process is not None and self._process.poll() is None


def _environment() -> dict[str, str]:
    """What a decoder may know: where Python is, nothing of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "LANG", "LC_ALL", "HOME", "TMPDIR") if name in os.environ}
    return {**kept, "PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


NURSERY = Nursery()
