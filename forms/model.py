"""What a form is: immutable descriptions in millimetres, origin at the top left of the page.

One YAML file a kind and version (forms/kinds/) is loaded into these classes by forms/loader.py; the blank
form, the reading geometry, the synthetic filling, the e-filing schema and the desk are all made from them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Control = Literal["comb", "circle", "check", "free", "number", "stamp", "preprinted"]
ValueType = Literal[
    "wareki", "digits", "yen", "choice", "kana", "kanji", "address", "addr_kana",
    "text", "zip", "telephone", "office_ref",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Text:
    """A message or label in both languages."""

    ja: str
    en: str


@dataclass(frozen=True, slots=True)
class Box:
    """An axis-parallel rectangle in millimetres."""

    x: float
    y: float
    w: float
    h: float

    @property
    def right(self) -> float:
        return self.x + self.w

    @property
    def bottom(self) -> float:
        return self.y + self.h

    @property
    def centre(self) -> tuple[float, float]:
        return self.x + self.w / 2, self.y + self.h / 2

    def shifted(self, dx: float, dy: float) -> Box:
        return Box(self.x + dx, self.y + dy, self.w, self.h)

    def grown(self, margin: float) -> Box:
        """The box with `margin` mm added on each side (negative: taken away)."""
        return Box(self.x - margin, self.y - margin, self.w + 2 * margin, self.h + 2 * margin)

    def overlaps(self, other: Box, slack: float = 0.0) -> bool:
        """True if the two share more than `slack` mm in both directions."""
        return (
            min(self.right, other.right) - max(self.x, other.x) > slack
            and min(self.bottom, other.bottom) - max(self.y, other.y) > slack
        )

    def as_list(self) -> list[float]:
        return [round(v, 3) for v in (self.x, self.y, self.w, self.h)]


@dataclass(frozen=True, slots=True)
class Choice:
    """One code of a circled choice; a mark inside `box` selects it, its print stands in it."""

    code: str
    label: str
    box: Box


@dataclass(frozen=True, slots=True)
class Part:
    """One control of a field, e.g. the era circles or the six date cells of a wareki date.

    `box` is the writable area, free of print (except a choice's). `cells` for comb and number-in-cells;
    `choices` for circle and check (a tick has one choice with code "1"). `align` says where writing starts.
    `printed` is what stands in a preprinted part. `name` is one of: value, era, ymd, y, m, d, district, sign,
    sei, mei, zip, tel or what the YAML says; parts of a field join in order.
    """

    name: str
    control: Control
    box: Box
    align: Literal["left", "right"] | None = None
    cells: tuple[Box, ...] = ()
    choices: tuple[Choice, ...] = ()
    printed: str | None = None
    lines: int = 1


@dataclass(frozen=True, slots=True)
class Field:
    """A value on the form. `id` as in contracts.md, e.g. `entries[0].spouse.birth`; `key` is its last part."""

    id: str
    key: str
    block: str  # id of its Block: "header", "entries[0]", "entries[0].spouse", ...
    label: Text
    type: ValueType
    parts: tuple[Part, ...]
    box: Box
    page: int = 1
    number: str = ""  # the circled number printed on the form, e.g. "③"
    capture: bool = True
    multiple: bool = False
    preprinted: str | None = None  # a value part that is printed, e.g. era "9"
    correction_box: Box | None = None
    max_length: int | None = None  # bytes in JIS X 0201/0208 (half-width kana 1, kanji 2) where the record limits it
    digits: tuple[int, ...] = ()  # allowed lengths of a digits value, e.g. (10, 12)
    eras: tuple[str, ...] = ()  # allowed era codes of a wareki value
    csv_item: int | None = None
    required: Literal["always", "conditional", "no"] = "no"
    group: str = ""  # heading under which it is printed and shown

    @property
    def choices(self) -> tuple[Choice, ...]:
        return tuple(choice for part in self.parts for choice in part.choices)

    def part(self, name: str) -> Part:
        """The part of that name; KeyError if there is none."""
        for part in self.parts:
            if part.name == name:
                return part
        raise KeyError(f"{self.id} has no part {name}")


@dataclass(frozen=True, slots=True)
class Block:
    """A person (or the header) on the sheet: the unit that may be blank as a whole."""

    id: str
    label: Text
    box: Box
    page: int = 1
    entry: int | None = None  # index of the entry it belongs to; None for the header
    role: str = "self"  # self, insured, spouse, other0, other1; "header" for the header


@dataclass(frozen=True, slots=True)
class Mark:
    """A printed registration mark: a filled black square or ring whose centre is known to 0.05 mm."""

    id: str
    shape: Literal["square", "ring"]
    box: Box
    page: int = 1


@dataclass(frozen=True, slots=True)
class Print:
    """Something printed that is neither a cell nor a mark: a frame, a rule, a filled band or a text in its box.

    `box` of a text is where it is set: left, centred or right in it, always vertically centred. `size` in
    points; `weight` of a frame or rule in millimetres, 0 or 1 (bold) of a text. `colour`: black, rule or white.
    """

    kind: Literal["text", "frame", "rule", "band"]
    box: Box
    text: str = ""
    size: float = 6.5
    weight: float = 0.0
    align: Literal["left", "center", "right"] = "left"
    colour: Literal["black", "rule", "white"] = "black"
    page: int = 1


@dataclass(frozen=True, slots=True)
class ServiceDays:
    """Business days from the day after receipt, by channel (requirements.md, service standard)."""

    efiling: int
    media: int
    paper: int


@dataclass(frozen=True, slots=True)
class Form:
    """A filing kind in one version."""

    kind: str
    code: str  # printed form code, e.g. "2200"
    csv_code: str
    version: str  # e.g. "todoke-1"
    title: Text
    valid_from: date
    valid_to: date | None
    pages: tuple[tuple[float, float], ...]  # width, height in mm, one a page
    marks: tuple[Mark, ...]
    code_box: Box  # the machine-readable code (QR); without a width there is none
    blocks: tuple[Block, ...]
    fields: tuple[Field, ...]
    entries: int  # entries a sheet can carry: 4 for 2200, 1 for 2202
    priority: int  # smaller goes first in claim()
    service: ServiceDays
    retention: str
    route: tuple[str, ...]  # approval steps in order, e.g. ("review", "approve")
    source: str = ""
    rules: tuple[str, ...] = ()
    prints: tuple[Print, ...] = ()  # all that is printed besides cells, marks and the machine-readable code
    _index: dict[str, Field] = field(default_factory=dict, repr=False, compare=False)

    def __post_init__(self) -> None:
        self._index.update({f.id: f for f in self.fields})

    def field(self, field_id: str) -> Field:
        """The field with that id; KeyError if there is none."""
        return self._index[field_id]

    def captured(self) -> tuple[Field, ...]:
        """The fields that are read and posted, in paper order."""
        return tuple(f for f in self.fields if f.capture)

    def block(self, block_id: str) -> Block:
        """The block with that id; KeyError if there is none."""
        for block in self.blocks:
            if block.id == block_id:
                return block
        raise KeyError(f"{self.kind} has no block {block_id}")
