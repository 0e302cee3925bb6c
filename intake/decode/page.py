"""What comes out of a file: page images with what the file itself says of them, or the reason why not."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from intake.decode.errors import DecodeError
from ocr.types import PageImage, Pixels, Widget, Word


@dataclass(frozen=True, slots=True)
class DecodedPage:
    """One page, upright as the file says (orientation applied).

    `number` is the 1-based page of the file; `image` what the reader takes: pixels uint8, height x width (grey) or
    height x width x 3 (RGB), dpi (0.0 if the file does not say), words of the text layer and AcroForm widgets with
    boxes in pixels. `facts`: media_type, source_width, source_height (px, or pt for PDF), reduced (factor),
    scanned (a PDF page that is one image), text (none, layer, hidden, failed).
    """

    number: int
    image: PageImage
    facts: dict[str, Any] = field(default_factory=dict)

    @property
    def pixels(self) -> Pixels:
        return self.image.pixels

    @property
    def dpi(self) -> float | None:
        return self.image.dpi or None

    @property
    def words(self) -> tuple[Word, ...]:
        return self.image.words

    @property
    def widgets(self) -> tuple[Widget, ...]:
        return self.image.widgets


@dataclass(frozen=True, slots=True)
class PageFailure:
    """A page that could not be decoded; `whole_file` if nothing of the file could (number is then 1)."""

    number: int
    error: DecodeError
    whole_file: bool = False
