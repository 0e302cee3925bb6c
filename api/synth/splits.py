"""Train, calibrate, test: which faces, hands and words belong where, so that no figure is measured on its own teacher.

Faces are assigned by family in data/fonts.csv. A word (surname, given name, town, company, building) belongs to the
split that a digest of it says; nobody keeps a list. Writers are drawn from streams that carry the split's name.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Literal, TypeVar

Split = Literal["train", "calibrate", "test"]

SPLITS: tuple[Split, ...] = ("train", "calibrate", "test")
_SHARES: tuple[tuple[Split, int], ...] = (("train", 40), ("calibrate", 30), ("test", 30))  # of 100 words
Row = TypeVar("Row", bound=tuple[str, ...])


@lru_cache(maxsize=65536)
def split_of(word: str) -> Split:
    """The split to which a word belongs; the same on every machine and for ever."""
    place = int.from_bytes(hashlib.sha256(word.encode()).digest()[:4]) % 100
    for split, share in _SHARES:
        place -= share
        if place < 0:
            return split
    raise AssertionError(word)  # the shares make 100


def within(rows: Iterable[Row], split: Split | None) -> tuple[Row, ...]:
    """The rows whose first column belongs to the split; all of them without one."""
    return tuple(row for row in rows if split is None or split_of(row[0]) == split)
