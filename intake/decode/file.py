"""Decode a hostile file: pages as they come, each page or the file refused with a code, nothing raised."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Generator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intake.decode.errors import (
    DecodeError,
    DecoderCrashed,
    DecoderMemory,
    DecoderTimeout,
    EmptyFile,
    FileTooLarge,
    FileUnreadable,
    NoPages,
    NoSuchPage,
    UnsupportedType,
    from_child,
)
from intake.decode.limits import Limits
from intake.decode.nursery import NURSERY, Birth
from intake.decode.page import DecodedPage, PageFailure
from intake.decode.sniff import ACCEPTED, sniff_file
from intake.decode.trust import NotBelieved, read_page

_LINE = 8 * 1024  # bytes of a message
_MEMORY_EXIT, _CPU_EXIT = "3", str(-signal.SIGXCPU)
_RESTARTS = 20  # crashes in a row after which the rest of the file is given up


def decode_file(
    path: Path, limits: Limits | None = None, pages: set[int] | None = None, scratch: Path | None = None
) -> Iterator[DecodedPage | PageFailure]:
    """Every page of the file, or those numbered in `pages`, in order; at least one answer.

    Nothing is raised for what a file holds: a page that cannot be decoded is a PageFailure and the next page goes on;
    a file that cannot be opened is one PageFailure with number 1 and `whole_file`. Decoding runs in a throw-away
    process under the limits; it leaves each page in a private folder (in `scratch`, else among the system's temporary
    files). Close the iterator (or use it up) to end that process.
    """
    limits = limits or Limits()
    refusal = _at_the_door(path, limits)
    if refusal is not None:
        yield PageFailure(1, refusal, whole_file=True)
        return
    directory = Path(tempfile.mkdtemp(prefix="todoke-decode-", dir=scratch))
    try:
        yield from _Decoding(path.resolve(), directory, limits, sorted(pages) if pages is not None else None).run()
    finally:
        shutil.rmtree(directory, ignore_errors=True)


def _at_the_door(path: Path, limits: Limits) -> DecodeError | None:
    """What size and first bytes alone decide."""
    try:
        if not path.is_file():
            return FileUnreadable()
        size = path.stat().st_size
        if size == 0:
            return EmptyFile()
        if size > limits.max_bytes:
            return FileTooLarge(limit=limits.max_bytes)
        media_type = sniff_file(path)
    except OSError:
        return FileUnreadable()
    return None if media_type in ACCEPTED else UnsupportedType(found=media_type)


Answers = Generator[DecodedPage | PageFailure, None, bool]


@dataclass(slots=True)
class _Decoding:
    path: Path
    directory: Path
    limits: Limits
    wanted: list[int] | None
    total: int | None = None
    next: int = 1  # the page that is to be answered next
    credit: float = 0.0  # seconds of decoding this file may still take
    crashes: int = 0
    answered: int = 0
    _buffer: bytearray = field(default_factory=bytearray)

    def run(self) -> Iterator[DecodedPage | PageFailure]:
        self.credit = self.limits.file_seconds
        while True:
            over = yield from self._one_process()
            if over:
                break
        if self.answered == 0:
            yield PageFailure(1, DecoderCrashed(), whole_file=True)

    def _numbers(self) -> list[int]:
        """Pages still to be answered."""
        if self.total is None:
            return []
        listed = self.wanted if self.wanted is not None else range(1, self.total + 1)
        return [number for number in listed if self.next <= number <= self.total]

    def _one_process(self) -> Answers:
        """Until the file is done (returns True) or the process has died and another is to go on (False)."""
        try:
            birth = NURSERY.bear(
                {"path": str(self.path), "directory": str(self.directory), "limits": self.limits.as_dict(),
                 "pages": self.wanted, "start": self.next}
            )  # fmt: skip
        except DecoderCrashed as error:
            yield from self._give_up(error)
            return True
        self._buffer.clear()
        try:
            while True:
                message = self._listen(birth)
                if isinstance(message, DecodeError):
                    return (yield from self._died(message))
                answer = self._understood(message)
                if answer is None:
                    continue
                yield answer
                if isinstance(answer, PageFailure) and answer.whole_file:
                    return True
                if not self._numbers():
                    return True
                self._acknowledge(birth)
        finally:
            NURSERY.kill(birth)
            birth.close()

    def _understood(self, message: dict[str, Any]) -> DecodedPage | PageFailure | None:
        """The answer a message makes. What is not believed is a failed page."""
        if "refuse" in message:
            self.answered += 1
            return PageFailure(1, from_child(message["refuse"], message.get("params")), whole_file=True)
        if "open" in message:
            self._opened(message["open"])
            return None if self._numbers() else self._nothing()
        number = self._numbers()[0] if self._numbers() else self.next
        if "fail" in message:
            error = from_child(message.get("code"), message.get("params"))
            answer: DecodedPage | PageFailure = PageFailure(number, error)
        else:
            try:
                answer = read_page(self.directory, number, self.limits)
            except NotBelieved:
                answer = PageFailure(number, DecoderCrashed())
        self._count(number)
        self.crashes = 0
        return answer

    def _opened(self, pages: object) -> None:
        told = pages if isinstance(pages, int) and 0 < pages <= self.limits.max_pages else 1
        if self.total is None:
            self.total = told

    def _nothing(self) -> PageFailure | None:
        """None of the wanted pages exists."""
        if self.answered:
            return None
        self.answered += 1
        if self.wanted and self.total is not None and self.wanted[0] > self.total:
            return PageFailure(self.wanted[0], NoSuchPage(page=self.wanted[0], pages=self.total))
        return PageFailure(1, NoPages(), whole_file=True)

    def _count(self, number: int) -> None:
        self.next = number + 1
        self.answered += 1
        self.credit = min(self.credit + self.limits.seconds_per_page, self.limits.file_seconds * 4)

    def _died(self, error: DecodeError) -> Answers:
        """The process ended before its time: it cost the page it was at. Returns True if nothing is left."""
        if self.total is None:
            self.answered += 1
            yield PageFailure(1, error, whole_file=True)
            return True
        left = self._numbers()
        if not left:
            return True
        self._count(left[0])
        yield PageFailure(left[0], error)
        self.crashes += 1
        if self.crashes >= _RESTARTS:
            yield from self._give_up(error)
        return not self._numbers()

    def _give_up(self, error: DecodeError) -> Iterator[DecodedPage | PageFailure]:
        for number in self._numbers():
            self._count(number)
            yield PageFailure(number, type(error)(**error.params))

    def _listen(self, birth: Birth) -> dict[str, Any] | DecodeError:
        """The next message, or why there is none. Waiting is paid from the credit."""
        begun = time.monotonic()
        deadline = begun + max(0.3, min(self.limits.page_seconds, self.credit))
        try:
            while b"\n" not in self._buffer:
                left = deadline - time.monotonic()
                ready = select.select([birth.channel], [], [], max(0.0, left))[0] if left > 0 else []
                if not ready:
                    NURSERY.kill(birth)
                    return DecoderTimeout()
                data = _received(birth)
                if not data or len(self._buffer) > _LINE:
                    return self._cause(birth)
                self._buffer += data
        finally:
            self.credit -= time.monotonic() - begun
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer[:] = rest
        try:
            message = json.loads(line)
        except ValueError:
            return DecoderCrashed()
        if not isinstance(message, dict) or "end" in message:
            return DecoderCrashed()
        return message

    @staticmethod
    def _cause(birth: Birth) -> DecodeError:
        """Why the channel closed, by the exit status: our memory exit, else a crash."""
        NURSERY.kill(birth)
        if not select.select([birth.status], [], [], 2.0)[0]:
            return DecoderCrashed()
        told = os.read(birth.status, 16).decode("ascii", "replace")
        return {_MEMORY_EXIT: DecoderMemory, _CPU_EXIT: DecoderTimeout}.get(told, DecoderCrashed)()

    @staticmethod
    def _acknowledge(birth: Birth) -> None:
        try:
            birth.channel.send(b"\n", 0x4000)  # MSG_NOSIGNAL
        except OSError:
            return


def _received(birth: Birth) -> bytes:
    try:
        return birth.channel.recv(_LINE)
    except OSError:
        return b""
