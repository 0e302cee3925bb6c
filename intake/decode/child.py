"""The throw-away process: shuts itself in, decodes one file page by page, and leaves each page as plain bytes."""

from __future__ import annotations

import contextlib
import json
import os
import resource
import socket
import sys
from pathlib import Path
from typing import Any

from intake.decode.errors import Damaged, DecodeError, DecoderMemory, UnsupportedType
from intake.decode.jail import shut_in
from intake.decode.limits import Limits
from intake.decode.sniff import ACCEPTED, PDF, sniff_file
from intake.decode.source import RawPage, Source

_SLACK = 64 * 1024 * 1024  # bytes of a page's files beyond its pixels
_FILES = 64
_AHEAD = 1  # pages decoded before the parent has taken the one before


def serve(request: dict[str, Any], channel: socket.socket) -> None:
    """Decode what `request` asks for; messages are JSON lines, each page is acknowledged by one byte.

    Messages: {"open": pages}, {"page": n}, {"fail": n, "code", "params"}, {"refuse": code, "params"}, {"end": true}.
    """
    limits = Limits.from_dict(request["limits"])
    path, directory = Path(request["path"]), Path(request["directory"])
    _limit(limits)
    shut_in(readable=path, writable=directory)
    say = _Voice(channel)
    try:
        source = _opened(path, limits)
    except MemoryError:
        say.refuse(DecoderMemory())
        return
    except DecodeError as error:
        say.refuse(error)
        return
    except Exception:
        say.refuse(Damaged())
        return
    say.tell({"open": source.pages})
    wanted = request["pages"]
    numbers = wanted if wanted is not None else range(1, source.pages + 1)
    waiting = 0
    for number in numbers:
        if not request["start"] <= number <= source.pages:
            continue
        _allow_cpu(limits)
        _one(source, number, directory, say)
        waiting += 1
        if waiting > _AHEAD:
            say.wait()
            waiting -= 1
    say.tell({"end": True})


def _opened(path: Path, limits: Limits) -> Source:
    media_type = sniff_file(path)
    if media_type not in ACCEPTED:
        raise UnsupportedType(found=media_type)
    if media_type == PDF:
        from intake.decode.pdf import PdfSource

        return PdfSource(path, limits)
    from intake.decode.picture import PictureSource

    return PictureSource(path, media_type, limits)


def _one(source: Source, number: int, directory: Path, say: _Voice) -> None:
    try:
        page = source.decode(number)
        _leave(page, number, directory)
    except MemoryError:
        say.fail(number, DecoderMemory())
    except DecodeError as error:
        say.fail(number, error)
    except OSError as error:
        say.fail(number, DecoderMemory() if error.errno in {12, 27, 28} else Damaged())  # ENOMEM, EFBIG, ENOSPC
    except Exception:
        say.fail(number, Damaged())
    else:
        say.tell({"page": number})


def _leave(page: RawPage, number: int, directory: Path) -> None:
    """Write N.raw (pixels, row-major uint8) and N.json (shape, dpi, words, widgets, facts)."""
    with (directory / f"{number}.raw").open("wb") as file:
        page.pixels.tofile(file)
    described = {"shape": list(page.pixels.shape), "dpi": page.dpi, "words": page.words, "widgets": page.widgets,
                 "facts": page.facts}  # fmt: skip
    (directory / f"{number}.json").write_text(json.dumps(described), encoding="utf-8")


def _limit(limits: Limits) -> None:
    """The kernel's limits on this process: memory, size and number of files, no core dump; processor time by page."""
    largest = max(limits.max_pixels * 3, 1_000_000) + _SLACK
    _allow_cpu(limits)
    for kind, most in (
        (resource.RLIMIT_AS, limits.memory_bytes),
        (resource.RLIMIT_FSIZE, min(largest, limits.file_bytes)),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _soft, hard = resource.getrlimit(kind)
        allowed = most if hard == resource.RLIM_INFINITY else min(most, hard)
        # Where the system has no such limit (macOS and address space), the parent's deadline still holds.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(kind, (allowed, allowed))


def _allow_cpu(limits: Limits) -> None:
    """Processor time for the next page (or for opening the file); the kernel ends the process with SIGXCPU."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime + limits.cpu_seconds) + 1
    _soft, hard = resource.getrlimit(resource.RLIMIT_CPU)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))


class _Voice:
    """The child's end of the channel."""

    def __init__(self, channel: socket.socket) -> None:
        self._channel = channel

    def tell(self, message: dict[str, Any]) -> None:
        self._channel.sendall(json.dumps(message).encode() + b"\n")

    def refuse(self, error: DecodeError) -> None:
        self.tell({"refuse": error.code, "params": error.params})

    def fail(self, number: int, error: DecodeError) -> None:
        self.tell({"fail": number, "code": error.code, "params": error.params})

    def wait(self) -> None:
        if not self._channel.recv(1):
            os._exit(0)  # the parent has gone


def main(request: dict[str, Any], channel: socket.socket) -> None:
    """Run `serve` and leave without any clean-up that a damaged heap could trip over."""
    status = 1
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        sys.setrecursionlimit(2_000)
        serve(request, channel)
        status = 0
    except MemoryError:
        status = 3
    except BaseException:
        status = 1
    finally:
        os._exit(status)
