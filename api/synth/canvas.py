"""A sheet of paper as pixels, addressed in millimetres: ink is laid on it through masks, as light is taken away."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Colour = tuple[int, int, int]
Points = NDArray[np.float64]

MM_PER_INCH = 25.4
_SUBPIXEL = 4  # bits of a pixel's fraction that OpenCV's lines keep


class Canvas:
    """RGB pixels at a resolution. Positions and sizes in millimetres from the top left of the page."""

    def __init__(self, pixels: Pixels, dpi: float) -> None:
        self.pixels = pixels
        self.dpi = dpi
        self.scale = dpi / MM_PER_INCH  # pixels a millimetre

    def lay(self, mask: NDArray[np.uint8], x: int, y: int, colour: Colour, strength: float = 1.0) -> None:
        """Lay ink through a mask (0-255) with its top left at pixel (x, y); what falls off the page is lost."""
        height, width = self.pixels.shape[:2]
        left, top = max(0, x), max(0, y)
        right, bottom = min(width, x + mask.shape[1]), min(height, y + mask.shape[0])
        if left >= right or top >= bottom:
            return
        part = mask[top - y : bottom - y, left - x : right - x]
        cover = part.astype(np.float32)[..., None] * (strength / 255.0)
        ground = self.pixels[top:bottom, left:right]
        # Ink takes light away: over a printed rule it gets darker, never lighter.
        inked = ground * (np.asarray(colour, dtype=np.float32) / 255.0)
        ground[:] = (ground + (inked - ground) * cover + 0.5).astype(np.uint8)

    def lines(
        self,
        strokes: Sequence[Points],
        width_mm: float,
        colour: Colour,
        strength: float = 1.0,
        pressure: Sequence[float] | None = None,
    ) -> None:
        """Draw polylines (n x 2, mm) with round ends; `pressure` (about 1) varies the width along each of them."""
        corners = np.concatenate([np.asarray(stroke) for stroke in strokes])
        margin = width_mm + 2 / self.scale
        left, top = np.floor((corners.min(axis=0) - margin) * self.scale).astype(int)
        right, bottom = np.ceil((corners.max(axis=0) + margin) * self.scale).astype(int)
        mask: Pixels = np.zeros((max(1, bottom - top), max(1, right - left)), np.uint8)
        for stroke in strokes:
            points = np.asarray(stroke) * self.scale - (left, top)
            fixed = np.round(points * (1 << _SUBPIXEL)).astype(np.int32)
            if pressure is None:
                cv2.polylines(mask, [fixed], False, 255, self._thick(width_mm), cv2.LINE_AA, _SUBPIXEL)
            else:
                for step in range(len(fixed) - 1):
                    force = pressure[step * len(pressure) // max(1, len(fixed) - 1)]
                    pair = fixed[step : step + 2]
                    cv2.polylines(mask, [pair], False, 255, self._thick(width_mm * force), cv2.LINE_AA, _SUBPIXEL)
        self.lay(mask, int(left), int(top), colour, strength)

    def _thick(self, width_mm: float) -> int:
        return max(1, round(width_mm * self.scale))
