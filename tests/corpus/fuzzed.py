"""Files with a few bytes changed, cut, doubled or moved, from a fixed seed."""

from __future__ import annotations

import random
from collections.abc import Sequence
from pathlib import Path

from tests.corpus.case import Case, either

_LARGEST = 400_000  # bytes of a file worth mutating


def fuzzed(directory: Path, sources: Sequence[Path], count: int) -> list[Case]:
    """`count` mutated files; whatever they are now, each has to be answered."""
    chance = random.Random("todoke corpus")
    fit = [path for path in sources if 16 < path.stat().st_size <= _LARGEST]
    cases = []
    for number in range(count):
        source = chance.choice(fit)
        data = mutated(source.read_bytes(), chance)
        cases.append(either(directory, f"fuzz-{number:04d}{source.suffix[:5]}", data))
    return cases


def mutated(data: bytes, chance: random.Random) -> bytes:
    """The bytes after one to four mutations."""
    out = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        place, length = chance.randrange(len(out)), chance.randint(1, 64)
        manner = chance.choice(("flip", "flip", "noise", "cut", "double", "zero", "number", "end"))
        if manner == "flip":
            out[place] ^= 1 << chance.randrange(8)
        elif manner == "noise":
            out[place : place + length] = chance.randbytes(length)
        elif manner == "cut" and len(out) > 200:
            del out[place : place + length]
        elif manner == "double":
            out[place:place] = out[place : place + length]
        elif manner == "zero":
            out[place : place + length] = bytes(length)
        elif manner == "number":
            out[place : place + 4] = chance.choice((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\0\0\0\0", b"9999"))
        elif len(out) > 400:
            del out[chance.randrange(200, len(out)) :]
    return bytes(out)
