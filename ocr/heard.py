"""Keeps what the engine answered to each field's reader, so that knowledge can weigh words against the lines."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

from ocr import again, line_digits
from ocr.ask import Ask, Asking
from ocr.engine import LineReading

Answer = TypeVar("Answer")


def hear(asking: Asking[Answer], lines: list[LineReading], asked: list[Ask] | None = None) -> Asking[Answer]:
    """The same reader; the answers it gets are appended to `lines`, its questions to `asked`. Lines of which the engine
    is not sure are looked at again before they are answered."""
    answers: Sequence[LineReading] | None = None
    while True:
        try:
            asks = next(asking) if answers is None else asking.send(list(answers))
        except StopIteration as done:
            result: Answer = done.value
            return result
        answers = yield from _answered(asks)
        if asked is not None:
            asked.extend(asks)
        lines.extend(answers)


def _answered(asks: list[Ask]) -> Asking[list[LineReading]]:
    answers = yield asks
    places = [n for n, (ask, line) in enumerate(zip(asks, answers, strict=True)) if again.doubtful(ask, line)]
    found = list(answers)
    if places:
        views = yield [again.view(asks[n]) for n in places]
        for n, seen in zip(places, views, strict=True):
            found[n] = again.together(answers[n], seen)
    return line_digits.asked_too(asks, found)
