"""What a decoder inside the throw-away process offers: a count, and one page at a time."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil, sqrt
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from intake.decode.limits import Limits

Box = tuple[float, float, float, float]
# Up to this many pixels (A4 at 600 dpi) a page is never reduced: a dpi tag may lie.
COMFORTABLE = 36_000_000


@dataclass(slots=True)
class RawPage:
    """A decoded page before it crosses to the parent; boxes in pixels of `pixels`."""

    pixels: NDArray[np.uint8]
    dpi: float = 0.0
    words: list[tuple[str, Box]] = field(default_factory=list)
    widgets: list[tuple[str, str, Box, str]] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)


class Source(Protocol):
    """An opened file."""

    @property
    def pages(self) -> int: ...

    def decode(self, number: int) -> RawPage:
        """The page with the 1-based number; raises DecodeError."""
        ...


def reduction(width: int, height: int, dpi: float, limits: Limits) -> int:
    """The whole factor by which a page of these pixels is to be reduced: 1 for a usual page."""
    pixels = width * height
    factor = 1
    if dpi > limits.max_dpi and pixels > COMFORTABLE:
        factor = min(ceil(dpi / limits.max_dpi), max(1, int(sqrt(pixels / COMFORTABLE))))
    if pixels / factor**2 > limits.max_pixels:
        factor = ceil(sqrt(pixels / limits.max_pixels))
    return factor


def plain(pixels: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """RGB without colour as grey: a third of the bytes for the same page."""
    if pixels.ndim == 2:
        return pixels
    step = max(1, min(pixels.shape[:2]) // 400)
    red, green, blue = (pixels[::step, ::step, channel].astype(np.int16) for channel in range(3))
    if max(int(np.abs(red - green).max()), int(np.abs(blue - green).max())) > 2:
        return pixels
    for start in range(0, pixels.shape[0], 512):  # by strips: no second copy of a large page
        strip = pixels[start : start + 512]
        if (strip[..., 0] != strip[..., 1]).any() or (strip[..., 1] != strip[..., 2]).any():
            return pixels
    return np.ascontiguousarray(pixels[..., 1])
