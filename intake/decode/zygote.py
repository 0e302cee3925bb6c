"""The clean process that decoders are forked from: started by exec, with one thread, no model, no key, no database.

It reads requests from the socket on its standard input; each brings two descriptors, the channel of the child and
the end of a pipe on which the child's exit status is reported. When its parent dies it kills its children and ends.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import selectors
import signal
import socket
import sys
from typing import Any

_LARGEST = 64 * 1024  # bytes of a request


class Zygote:
    """One control socket, any number of children at once."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, tuple[int, int]] = {}  # pid -> (request id, status descriptor)

    def run(self) -> None:
        """Until the parent closes the socket."""
        woken, wake = socket.socketpair()
        woken.setblocking(False)
        wake.setblocking(False)
        signal.set_wakeup_fd(wake.fileno(), warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        selector = selectors.DefaultSelector()
        selector.register(self._control, selectors.EVENT_READ, True)
        selector.register(woken, selectors.EVENT_READ, False)
        going = True
        while going:
            for key, _ in selector.select():
                if key.data:
                    going = self._answer([woken, wake], selector)
                else:
                    with contextlib.suppress(BlockingIOError):
                        woken.recv(4096)
            self._reap()
        for pid in self._children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)

    def _answer(self, own: list[socket.socket], selector: selectors.BaseSelector) -> bool:
        data, descriptors, _flags, _address = socket.recv_fds(self._control, _LARGEST, 2)
        if not data:
            return False
        request = json.loads(data)
        if "kill" in request:
            for pid, (number, _status) in self._children.items():
                if number == request["kill"]:
                    with contextlib.suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
            return True
        channel, status = descriptors
        pid = os.fork()
        if pid == 0:
            self._become_child(request, channel, status, own, selector)
        os.close(channel)
        self._children[pid] = (request["id"], status)
        return True

    def _become_child(
        self, request: dict[str, Any], channel: int, status: int, own: list[socket.socket],
        selector: selectors.BaseSelector,
    ) -> None:  # fmt: skip
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        selector.close()
        for held in [self._control, *own]:
            held.close()
        for _number, other in self._children.values():
            os.close(other)
        os.close(status)
        from intake.decode.child import main

        main(request, socket.socket(fileno=channel))

    def _reap(self) -> None:
        while self._children:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            _number, pipe = self._children.pop(pid, (0, -1))
            if pipe >= 0:
                with contextlib.suppress(OSError):
                    os.write(pipe, str(os.waitstatus_to_exitcode(status)).encode())
                os.close(pipe)


def _preload() -> None:
    """Import the decoders once; the pages are shared with every child."""
    import PIL.BmpImagePlugin
    import PIL.JpegImagePlugin
    import PIL.PngImagePlugin
    import PIL.TiffImagePlugin  # noqa: F401

    import intake.decode.child
    import intake.decode.pdf
    import intake.decode.picture  # noqa: F401

    gc.collect()
    gc.freeze()


if __name__ == "__main__":
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # numpy starts no thread: a fork copies only one
    os.setsid()
    _control = socket.socket(fileno=os.dup(0))
    _null = os.open(os.devnull, os.O_RDWR)
    os.dup2(_null, 0)
    _preload()
    Zygote(_control).run()
    sys.exit(0)
