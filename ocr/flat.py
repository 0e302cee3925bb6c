"""The sheet laid flat: its grey upright at PX px/mm with its light evened, and its colour where somebody asks."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from ocr.page import Grey, brightest, flatten, shrunk
from ocr.reference import COARSE, PX, Reference
from ocr.types import Pixels
from ocr.view import View
from ocr.warp import Warp, scale_at, scales_of_page

_PAPER = 250
_FINER = 1.15  # times PX: a page of fewer px/mm is enlarged first, which keeps thin strokes whole
_MUCH_FINER = 1.9
_COLOURED = 36  # levels between the brightest and the darkest channel of coloured ink
_LITTLE = 0.0002  # share of the sheet: less coloured ink than this is none
_LEVEL = 4  # reduction of the COARSE picture to that of the paper's colour


@dataclass(frozen=True, slots=True)
class Colour:
    """The colour of a flat sheet, looked up on the page where it is asked for."""

    pixels: Pixels
    warp: Warp
    paper: Grey  # the paper's brightest channel, COARSE / _LEVEL px a mm

    def darkness(self, left: int, top: int, right: int, bottom: int) -> Grey:
        """0 (paper) to 250 in the brightest channel of each pixel of a window (px of the flat sheet): coloured ink is
        nearly paper there."""
        maps = self.warp.maps((right - left, bottom - top), PX, (1.0, 1.0), (left, top))
        flat = cv2.remap(self.pixels, *maps, interpolation=cv2.INTER_LINEAR, borderValue=(_PAPER,) * 3)
        per = COARSE / _LEVEL / PX  # of the paper's picture, a px of the sheet
        place = np.array([[per, 0, (left + 0.5) * per - 0.5], [0, per, (top + 0.5) * per - 0.5]])
        paper = cv2.warpAffine(
            self.paper, place, (right - left, bottom - top), flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        even = cv2.divide(brightest(np.asarray(flat, dtype=np.uint8)), paper, scale=_PAPER)
        return np.asarray(_PAPER - np.minimum(even, _PAPER), dtype=np.uint8)


def flat_grey(page: View, warp: Warp, reference: Reference) -> Grey:
    """The sheet upright at PX px/mm, its light evened."""
    size = (round(reference.size[0] * PX), round(reference.size[1] * PX))
    image, factor = _working_copy(page, scales_of_page(warp.transform, reference.size))
    return flatten(warp.taken(image, size, PX, factor, _PAPER), 12 * PX)


def _working_copy(page: View, scales: tuple[float, float]) -> tuple[Grey, tuple[float, float]]:
    """The page enlarged (by cubics) if it has fewer pixels than the sheet will, reduced if it has many more; and the
    factors. Enlarging the whole and then interpolating linearly costs a third of a cubic look-up a pixel."""
    times = int(min(scales) / (_FINER * PX))
    if times > 1:
        return page.reduced(times), (1 / times, 1 / times)
    by = [1.0 if s >= _FINER * PX else 1.5 if s >= _FINER * PX / 1.5 else min(4.0, np.ceil(PX / s)) for s in scales]
    if by == [1.0, 1.0]:
        return page.grey, (1.0, 1.0)
    height, width = page.grey.shape
    size = (round(width * by[0]), round(height * by[1]))
    larger = cv2.resize(page.grey, size, interpolation=cv2.INTER_CUBIC)
    return np.asarray(larger, dtype=np.uint8), (size[0] / width, size[1] / height)


def colour_of(page: View, warp: Warp, reference: Reference) -> Colour | None:
    """The sheet's colour, or None if it has no ink that is not grey."""
    if page.pixels.ndim == 2:
        return None
    times = max(1, round(scale_at(warp.transform, reference.size) / COARSE))
    size = (round(reference.size[0] * COARSE), round(reference.size[1] * COARSE))
    small = warp.taken(shrunk(page.pixels, times), size, COARSE, (1 / times, 1 / times), _PAPER)
    top = brightest(small)
    if float((cv2.subtract(top, 255 - brightest(255 - small)) > _COLOURED).mean()) <= _LITTLE:
        return None
    level = shrunk(top, _LEVEL)
    paper = cv2.medianBlur(cv2.dilate(level, np.ones((7, 7), np.uint8)), 5)
    return Colour(page.pixels, warp, np.maximum(paper, 40).astype(np.uint8))
