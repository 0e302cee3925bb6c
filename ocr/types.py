"""What goes into the reading path and what comes out of it: a page image in, sheets with field readings out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from forms.errors import TodokeError
from ocr.candidates import Candidate, Use

Pixels = NDArray[np.uint8]  # height x width (grey) or height x width x 3 (RGB)
Status = Literal["form", "separator", "blank", "attachment", "unregistered", "refused"]
Basis = Literal["ocr", "mark", "text_layer", "acroform"]
Matrix = tuple[tuple[float, float, float], tuple[float, float, float], tuple[float, float, float]]
Corners = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a PDF's text layer; `box` is (x, y, width, height) in pixels of the page image, origin top left."""

    text: str
    box: tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Widget:
    """A form value of a PDF (AcroForm); `box` as in Word. `kind` is text, check or choice; a check's value is "1"
    or ""."""

    name: str
    value: str
    box: tuple[float, float, float, float]
    kind: Literal["text", "check", "choice"] = "text"


@dataclass(frozen=True, slots=True)
class PageImage:
    """A decoded page. `dpi` is what the file says, or 0 if it does not say; geometry never relies on it."""

    pixels: Pixels
    dpi: float = 0.0
    words: tuple[Word, ...] = ()
    widgets: tuple[Widget, ...] = ()


@dataclass(frozen=True, slots=True)
class EngineReading:
    """What one engine said of one field. `value` None: nothing it stands by. `score` is the engine's own."""

    engine: str
    version: str
    family: str
    value: str | None
    score: float | None


@dataclass(frozen=True, slots=True)
class FieldReading:
    """A field of a sheet. `value` as contracts.md, Values; `confidence` None until calibrated; `box_mm` (x, y, w, h)
    in form coordinates.

    `candidates` are the values it may have, `uses` the knowledge that spoke of it, `facts` the numbers from which the
    calibration makes a probability (docs/explanation/reading.md names them)."""

    id: str
    value: str | None
    raw: str
    score: float
    confidence: float | None
    blank: bool
    struck: bool
    box_mm: tuple[float, float, float, float]
    basis: Basis
    readings: tuple[EngineReading, ...] = ()
    candidates: tuple[Candidate, ...] = ()
    uses: tuple[Use, ...] = ()
    facts: dict[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class BlockResidual:
    """How far the print of a block lies from where the form says, after registration (mm)."""

    id: str
    residual_mm: float


@dataclass(frozen=True, slots=True)
class SheetReading:
    """What one part of a page turned out to be. `transform` maps form mm to page pixels (3 x 3, row-major);
    `turned` is the degrees clockwise that bring the sheet upright; `separator` is its QR's text."""

    number: int
    status: Status
    kind: str | None = None
    version: str | None = None
    residual_mm: float | None = None
    blocks: tuple[BlockResidual, ...] = ()
    turned: int = 0
    transform: Matrix | None = None
    fields: tuple[FieldReading, ...] = ()
    separator: str | None = None
    error: TodokeError | None = None
    page: int = 1  # page of the form
    facts: dict[str, float] = field(default_factory=dict)


class SheetReader(Protocol):
    """Reads pages; the ledger knows only this."""

    def read(self, page: PageImage) -> tuple[SheetReading, ...]:
        """Every sheet on the page, at least one. Bad pages give a status, not an exception."""
        ...

    def read_placed(self, page: PageImage, kind: str, version: str, corners: Corners) -> SheetReading:
        """The sheet whose corners (page pixels, clockwise from the form's top left) a person has named."""
        ...
