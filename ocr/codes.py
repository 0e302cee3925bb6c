"""Finds QR codes on a page, trying scales and binarisations until one is read."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import cv2
import numpy as np
import zxingcpp
from numpy.typing import NDArray

from ocr.page import Grey, flatten, scaled_to
from ocr.view import View

# Longer sides (px) at which a page is tried: an A4 at 200, 300 and 125 dpi, then as it is.
_SIDES = (2339, 3508, 1462)
_GLANCE = 1250  # px of the longer side: an A4's code still has two pixels a module
_BINARIZERS = (zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram)


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: its text and its corners in page pixels, clockwise from the symbol's own top left."""

    text: str
    corners: NDArray[np.float64]  # 4 x 2

    @property
    def centre(self) -> NDArray[np.float64]:
        return np.asarray(self.corners.mean(axis=0), dtype=np.float64)


def find_codes(image: Grey) -> list[Code]:
    """The QR codes on the page, each once, their corners as exact as the page allows."""
    found: list[Code] = []
    for picture, factor in _pictures(image):
        for binarizer in _BINARIZERS:
            for code in _read(picture, factor, binarizer):
                if not any(_same(code, other) for other in found):
                    found.append(code)
        if found:
            break
    return found


def glanced(page: View) -> list[Code]:
    """The codes that a look at the reduced page shows, which is most; none where the page is small already."""
    times = max(1, round(max(page.grey.shape) / _GLANCE))
    if times == 1:
        return []
    return list(_read(page.reduced(times), float(times), zxingcpp.Binarizer.LocalAverage))


def glimpsed(page: View) -> list[Code]:
    """The codes of a glance; if there are none, those of `find_codes`."""
    return glanced(page) or find_codes(page.grey)


def _pictures(image: Grey) -> Iterator[tuple[Grey, float]]:
    """Pictures to try, with the factor that brings their coordinates back to the page."""
    for side in _SIDES:
        small = scaled_to(image, side)
        yield small, max(image.shape) / max(small.shape)
    small = scaled_to(image, _SIDES[0])
    factor = max(image.shape) / max(small.shape)
    even = flatten(small, 64)
    yield even, factor
    yield np.asarray(cv2.medianBlur(even, 3), dtype=np.uint8), factor  # salt and pepper of a fax
    yield np.asarray(cv2.GaussianBlur(even, (0, 0), 1.5), dtype=np.uint8), factor  # dithered grey
    larger = cv2.resize(small, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)  # 100 dpi and less
    yield np.asarray(larger, dtype=np.uint8), factor / 2


def _read(picture: Grey, factor: float, binarizer: zxingcpp.Binarizer) -> Iterator[Code]:
    results = zxingcpp.read_barcodes(
        np.ascontiguousarray(picture), formats=zxingcpp.BarcodeFormat.QRCode, binarizer=binarizer
    )
    for result in results:
        position = result.position
        corners = [position.top_left, position.top_right, position.bottom_right, position.bottom_left]
        # pixel centres: the library counts whole pixels from the top left
        yield Code(result.text, (np.array([[c.x, c.y] for c in corners], dtype=np.float64) + 0.5) * factor - 0.5)


def _same(one: Code, other: Code) -> bool:
    reach = float(np.linalg.norm(one.corners[0] - one.corners[2]))
    return one.text == other.text and float(np.linalg.norm(one.centre - other.centre)) < reach
