"""What was read in one part of a field, what else it may hold, and the characters it may hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from forms.model import Field, Part
from ocr.candidates import Candidate, ranked
from ocr.cells import Cell
from ocr.lines import Text

WRITTEN = frozenset({"comb", "number", "free"})  # controls that are written in, not marked
OWN, LINE = "own", "line"  # the cell classifier, the text engine
MOST = 8  # options kept of a part, and candidates of a field
_BEAM = 24  # options followed while cells are put together
_LEAST = 1e-6  # an option so much less likely than the best is not followed


@dataclass(frozen=True, slots=True)
class PartRead:
    """What stands in a part: `text` ("" blank, None conflicting), `cells` one a comb cell, `score` 0-1.

    `options` are the texts the part may hold, best first; those of a comb have one character a cell, `_` where it is
    empty. `least` is the probability of the least sure character. `agree` tells whether two readings of a comb's ink
    said the same, None if there was one. `told` has what each engine that read all of a comb's characters alone says:
    its cells and its score, by OWN and LINE.
    """

    part: Part
    text: str | None
    score: float
    cells: tuple[str, ...] = ()
    free: str = ""
    options: tuple[Candidate, ...] = ()
    least: float = 1.0
    agree: bool | None = None
    told: dict[str, tuple[tuple[str, ...], float]] = field(default_factory=dict)

    @property
    def blank(self) -> bool:
        return self.text == ""

    def by(self, engine: str) -> PartRead | None:
        """The part as one engine alone reads it, None if it did not read all of it."""
        if self.blank or not self.part.cells:
            return self
        if engine not in self.told:
            return None
        cells, score = self.told[engine]
        text = "".join(c or "_" for c in cells).strip("_")
        return replace(self, text=None if self.text is None and "?" in text else text, cells=cells, score=score)

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
    compared = [cell.agree for cell in cells if cell.agree is not None]
    agree = all(compared) if compared else None
    text = None if "?" in inner else inner
    return PartRead(part, text, score, characters, inner, options, score, agree, _told(cells))


def _told(cells: Sequence[Cell]) -> dict[str, tuple[tuple[str, ...], float]]:
    """What the classifier and the text engine say, each if it read every cell with writing."""
    found: dict[str, tuple[tuple[str, ...], float]] = {}
    for engine in (OWN, LINE):
        said = [cell.own if engine == OWN else cell.line for cell in cells]
        asked = [one for one, cell in zip(said, cells, strict=True) if cell.text]
        if asked and all(one is not None for one in asked):
            score = min(one.probability for one in asked if one is not None)
            characters = [one.value if one and cell.text else "" for one, cell in zip(said, cells, strict=True)]
            found[engine] = tuple(characters), score
    return found


def _cell_options(cell: Cell) -> tuple[Candidate, ...]:
    """What a cell may hold, `_` for nothing."""
    if cell.options:
        return tuple(Candidate(option.value or "_", option.probability) for option in cell.options)
    return (Candidate(cell.text or "_", cell.score),) if cell.text != "?" else ()


def from_text(part: Part, text: Text) -> PartRead:
    """A part's text from the lines read in it."""
    if text.blank:
        return nothing(part)
    joined = "".join(text.lines)
    options = text.options or ((Candidate(joined, text.score),) if joined else ())
    return PartRead(part, joined or None, text.score, (), " ".join(text.free), options, text.least)


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
