"""A second text engine as an alarm: PP-OCRv5 mobile, asked about the fields of which the first is not sure.

It is of the first engine's family (the same dictionary, the same training data), so that its agreement is never a
second reading; but where the two differ, one of them is wrong (ocr-facts: of lines on which both agree 89-98 % are
right, of the others about half). Another engine of another family may stand in its place.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ocr.ask import Ask
from ocr.engine import LineReading, TextEngine, read_lines
from ocr.types import FieldReading

FACT = "second"


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """An engine, and when it is asked: of fields whose score is under `below`, and of a share `sample` of the rest
    (by a hash of what was read, so that the same sheet is asked the same)."""

    engine: TextEngine
    below: float = 0.97
    sample: float = 0.0

    @property
    def version(self) -> str:
        return f"{self.engine.name} {self.engine.version} below {self.below} sample {self.sample}"

    def ask(
        self,
        fields: Sequence[FieldReading],
        asked: Mapping[str, Sequence[Ask]],
        heard: Mapping[str, Sequence[LineReading]],
    ) -> tuple[FieldReading, ...]:
        """The fields with the fact `second`: 1.0 if the second engine reads every line of it alike, else 0.0."""
        chosen = [f for f in fields if asked.get(f.id) and self._wanted(f)]
        asks = [ask for f in chosen for ask in asked[f.id]]
        told = iter(read_lines(self.engine, [a.crop for a in asks], [a.charset for a in asks]))
        agree: dict[str, float] = {}
        for reading in chosen:
            lines = [next(told) for _ in asked[reading.id]]
            same = all(a.text == b.text for a, b in zip(lines, heard[reading.id], strict=True))
            agree[reading.id] = float(same)
        return tuple(replace(f, facts={**f.facts, FACT: agree[f.id]}) if f.id in agree else f for f in fields)

    def _wanted(self, reading: FieldReading) -> bool:
        if reading.basis != "ocr" or reading.blank:
            return False
        if reading.score < self.below:
            return True
        drawn = hashlib.sha256(f"{reading.id}/{reading.raw}".encode()).digest()
        return int.from_bytes(drawn[:4], "big") < self.sample * 2**32
