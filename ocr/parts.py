"""What was read in one part of a field, and the characters a part may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from forms.model import Field, Part
from ocr.cells import Cell

WRITTEN = frozenset({"comb", "number", "free"})  # controls that are written in, not marked


@dataclass(frozen=True, slots=True)
class PartRead:
    """What stands in a part: `text` ("" blank, None conflicting), `cells` one a comb cell, `score` 0-1."""

    part: Part
    text: str | None
    score: float
    cells: tuple[str, ...] = ()
    free: str = ""

    @property
    def blank(self) -> bool:
        return self.text == ""


def charset_of(item: Field, part: Part) -> str:
    """The character set a part may hold."""
    if item.type in {"digits", "zip"}:
        return "zip" if item.type == "zip" and not part.cells else "digits"
    if item.type == "wareki" or part.control == "comb":
        return "office_ref" if item.type == "office_ref" and part.name != "district" else "digits"
    return item.type


def from_cells(part: Part, cells: Sequence[Cell]) -> PartRead:
    """A part's text from its cells: empty ones outside the writing dropped, inner ones `_`."""
    characters = tuple(cell.text for cell in cells)
    inner = "".join(c or "_" for c in characters).strip("_")
    score = min((cell.score for cell in cells), default=1.0)
    return PartRead(part, None if "?" in inner else inner, score, characters, free=inner)
