"""What the kernel can take away from the decoder's process: the network, privileges, and the rest of the disk.

Each is tried and left out where the kernel does not offer it; what always holds are the rlimits, the deadline, and
that the process was started without keys, database or secrets. docs/explanation/hostile-files.md says what remains.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from pathlib import Path

_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS = 1, 4, 38
_CLONE_NEWUSER, _CLONE_NEWNET, _CLONE_NEWIPC = 0x10000000, 0x40000000, 0x08000000
_SIGKILL = 9
# Landlock (Linux 5.13), include/uapi/linux/landlock.h; the same numbers on all architectures.
_SYS_CREATE, _SYS_ADD, _SYS_RESTRICT = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_EXECUTE, _WRITE_FILE, _READ_FILE, _READ_DIR = 1, 2, 4, 8
_ABI_1 = (1 << 13) - 1  # every right of the first version: all of them are taken away unless a rule gives them back
_READ = _READ_FILE | _READ_DIR
_MAKE_REG, _REMOVE_FILE = 1 << 8, 1 << 5
_SHARED = ("/usr", "/lib", "/lib64", "/etc/fonts", "/opt", "/dev/null", "/dev/urandom", "/proc/self")


def shut_in(readable: Path, writable: Path) -> None:
    """Leave only the file to read, the folder to write, and the system's libraries and fonts. Linux only."""
    if not sys.platform.startswith("linux"):
        return
    libc = ctypes.CDLL(None, use_errno=True)
    with contextlib.suppress(OSError, AttributeError):
        libc.prctl(_PR_SET_PDEATHSIG, _SIGKILL, 0, 0, 0)
        libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        _leave_network(libc)
        _leave_disk(libc, readable, writable)
        libc.prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _leave_network(libc: ctypes.CDLL) -> None:
    """A network namespace of its own has no interface that is up."""
    if libc.unshare(_CLONE_NEWNET | _CLONE_NEWIPC) != 0:
        libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET | _CLONE_NEWIPC)


def _leave_disk(libc: ctypes.CDLL, readable: Path, writable: Path) -> None:
    if libc.syscall(_SYS_CREATE, None, 0, _VERSION_FLAG) < 1:
        return
    handled = struct.pack("=Q", _ABI_1)
    ruleset = libc.syscall(_SYS_CREATE, handled, len(handled), 0)
    if ruleset < 0:
        return
    try:
        for place in {*_SHARED, sys.prefix, sys.base_prefix, *(entry for entry in sys.path if entry)}:
            _allow(libc, ruleset, place, _READ | _EXECUTE)
        _allow(libc, ruleset, str(readable), _READ_FILE)
        _allow(libc, ruleset, str(writable), _READ | _WRITE_FILE | _MAKE_REG | _REMOVE_FILE)
        libc.syscall(_SYS_RESTRICT, ruleset, 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, place: str, rights: int) -> None:
    try:
        handle = os.open(place, os.O_PATH | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not Path(place).is_dir():
            rights &= _EXECUTE | _WRITE_FILE | _READ_FILE
        rule = struct.pack("=Qi", rights, handle)
        libc.syscall(_SYS_ADD, ruleset, _PATH_BENEATH, rule, 0)
    finally:
        os.close(handle)
