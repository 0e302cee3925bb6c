"""How readers of fields ask for text: a reader yields its crops and goes on with the answers, so that the crops of a
whole sheet are read in one batch."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from ocr.engine import Crop, LineReading, TextEngine, read_lines

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Ask:
    """A picture of one line and the name of its character set."""

    crop: Crop
    charset: str


Asking = Generator[list[Ask], list[LineReading], Answer]


def settle(engine: TextEngine, readers: Sequence[Asking[Answer]]) -> list[Answer]:
    """Run the readers to their ends, round by round, with one call of the engine a round."""
    answers: list[Answer | None] = [None] * len(readers)
    waiting: list[tuple[int, list[Ask]]] = []
    for i, reader in enumerate(readers):
        _step(reader, None, i, waiting, answers)
    while waiting:
        asks = [ask for _, some in waiting for ask in some]
        readings = iter(read_lines(engine, [a.crop for a in asks], [a.charset for a in asks]))
        due, waiting = waiting, []
        for i, some in due:
            _step(readers[i], [next(readings) for _ in some], i, waiting, answers)
    return [answer for answer in answers if answer is not None]


def _step(
    reader: Asking[Answer],
    given: list[LineReading] | None,
    place: int,
    waiting: list[tuple[int, list[Ask]]],
    answers: list[Answer | None],
) -> None:
    try:
        asks = next(reader) if given is None else reader.send(given)
    except StopIteration as done:
        answers[place] = done.value
    else:
        waiting.append((place, asks))
