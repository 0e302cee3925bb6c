"""Keeps what the engine answered to each field's reader, so that knowledge can weigh words against the lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ocr.ask import Ask, Asking
from ocr.engine import LineReading

Answer = TypeVar("Answer")


def hear(asking: Asking[Answer], lines: list[LineReading], asked: list[Ask] | None = None) -> Asking[Answer]:
    """The same reader; the answers it gets are appended to `lines`, its questions to `asked`."""
    answers: Sequence[LineReading] | None = None
    while True:
        try:
            asks = next(asking) if answers is None else asking.send(list(answers))
        except StopIteration as done:
            result: Answer = done.value
            return result
        answers = yield asks
        if asked is not None:
            asked.extend(asks)
        lines.extend(answers)
