"""What a file of the corpus is for: an answer that is expected of whoever decodes it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Outcome = Literal["accept", "reject", "any"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """`accept`: `pages` pages are decoded. `reject`: some page, or the file, is refused with one of `codes`.

    `any`: it is answered within the limits, either way, and the next file goes on. `sheets` is what reading gives
    for the first page, (status, turned) a sheet, where the file holds a form; () where that is not the point.
    """

    outcome: Outcome
    pages: int = 1
    codes: frozenset[str] = frozenset()
    sheets: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Case:
    """A file with its name, place and expectation."""

    name: str
    path: Path
    expectation: Expectation


def accept(directory: Path, name: str, data: bytes, pages: int = 1, sheets: Iterable[tuple[str, int]] = ()) -> Case:
    """Write a file that is to be decoded."""
    return Case(name, write(directory, name, data), Expectation("accept", pages, sheets=tuple(sheets)))


def reject(directory: Path, name: str, data: bytes, *codes: str) -> Case:
    """Write a file that is to be refused with one of the codes."""
    return Case(name, write(directory, name, data), Expectation("reject", codes=frozenset(codes)))


def either(directory: Path, name: str, data: bytes) -> Case:
    """Write a file that only has to be answered."""
    return Case(name, write(directory, name, data), Expectation("any"))


def write(directory: Path, name: str, data: bytes) -> Path:
    """Write the bytes; gives the path."""
    directory.mkdir(parents=True, exist_ok=True)
    path = directory / name
    path.write_bytes(data)
    return path
