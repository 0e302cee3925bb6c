"""What was read in one part of a field, what else it may hold, and the characters it may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from forms.model import Field, Part
from ocr.candidates import Candidate, ranked
from ocr.cells import Cell
from ocr.lines import Text

WRITTEN = frozenset({"comb", "number", "free"})  # controls that are written in, not marked
MOST = 8  # options kept of a part, and candidates of a field
_BEAM = 24  # options followed while cells are put together
_LEAST = 1e-6  # an option so much less likely than the best is not followed


@dataclass(frozen=True, slots=True)
class PartRead:
    """What stands in a part: `text` ("" blank, None conflicting), `cells` one a comb cell, `score` 0-1.

    `options` are the texts the part may hold, best first; those of a comb have one character a cell, `_` where it is
    empty. `least` is the probability of the least sure character. `agree` tells whether two readings of a comb's ink
    said the same, None if there was one.
    """

    part: Part
    text: str | None
    score: float
    cells: tuple[str, ...] = ()
    free: str = ""
    options: tuple[Candidate, ...] = ()
    least: float = 1.0
    agree: bool | None = None

    @property
    def blank(self) -> bool:
        return self.text == ""

    def holding(self, option: str) -> PartRead:
        """The part as it would be if `option` stood in it."""
        if not self.part.cells or not self.cells:
            return replace(self, text=option)
        return replace(self, text=option.strip("_"), cells=tuple("" if c == "_" else c for c in option))


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
    options = put_together([_cell_options(cell) for cell in cells])
    return PartRead(part, None if "?" in inner else inner, score, characters, inner, options, score)


def _cell_options(cell: Cell) -> tuple[Candidate, ...]:
    """What a cell may hold, `_` for nothing."""
    return (Candidate(cell.text or "_", cell.score),) if cell.text != "?" else ()


def from_text(part: Part, text: Text) -> PartRead:
    """A part's text from the lines read in it."""
    if text.blank:
        return nothing(part)
    joined = "".join(text.lines)
    options = (Candidate(joined, text.score),) if joined else ()
    return PartRead(part, joined or None, text.score, (), " ".join(text.free), options, text.score)


def nothing(part: Part) -> PartRead:
    """A part in which nothing stands."""
    options = (Candidate("_" * len(part.cells), 1.0),)
    return PartRead(part, "", 1.0, ("",) * len(part.cells), options=options)


def certain(part: Part, text: str, cells: Sequence[str] = ()) -> PartRead:
    """A part whose characters are known, not guessed: from a text layer or a form value."""
    one_each = all(len(cell) <= 1 for cell in cells)
    options = (Candidate("".join(cell or "_" for cell in cells) if cells else text, 1.0),) if one_each else ()
    return PartRead(part, text, 1.0, tuple(cells), text, options)


def put_together(places: Sequence[Sequence[Candidate]], between: str = "", most: int = MOST) -> tuple[Candidate, ...]:
    """The likeliest texts of neighbouring places, held to be independent; none if a place has no options."""
    found = [Candidate("", 1.0)]
    for n, options in enumerate(places):
        joint = between if n else ""
        longer = [Candidate(a.value + joint + b.value, a.probability * b.probability) for a in found for b in options]
        found = sorted(longer, key=lambda c: -c.probability)[:_BEAM]
        found = [c for c in found if c.probability >= _LEAST * found[0].probability]
    return ranked(found, most) if places else ()
