"""Takes out the lines that dust on a scanner's glass draws down (or across) a whole page."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import grey
from ocr.types import Pixels

_BESIDE = 4  # px: the paper beside a streak; streaks are up to 5 px wide
_DARKER = 12  # grey levels
_ALONG = 0.7  # share of the page's length; and it goes on in both margins, where no form has print
_MARGIN = 0.025
_LOOKED_AT = 600  # rows: enough to see a line all the way down
_MOST = 24  # columns: more are no streaks but a pattern
_OPAQUE = 0.3  # share of light: a darker streak hides what is under it


def without_streaks(page: Pixels) -> Pixels:
    """The page with straight full-length lines along its rows and columns taken out; a copy if there were any.

    A streak dims what lies under it, so strokes across it stay; under an opaque one the neighbours are joined.
    """
    image = grey(page)
    for axis in (1, 0):
        columns = _streaks(image if axis == 1 else image.T)
        if columns:
            page = _turned(_cleaned(_turned(page, axis), columns), axis)
            image = grey(page)
    return page


def _turned(page: Pixels, axis: int) -> Pixels:
    return page if axis == 1 else np.ascontiguousarray(np.swapaxes(page, 0, 1))


def _streaks(image: NDArray[np.uint8]) -> list[tuple[int, int]]:
    """Column ranges (first, one past the last) that are darker than both sides nearly all the way down."""
    rows = np.ascontiguousarray(image[:: max(1, len(image) // _LOOKED_AT)])
    darker = np.zeros(rows.shape, dtype=bool)
    beside = cv2.min(rows[:, : -2 * _BESIDE], rows[:, 2 * _BESIDE :])
    darker[:, _BESIDE:-_BESIDE] = cv2.subtract(beside, rows[:, _BESIDE:-_BESIDE]) > _DARKER
    margin = max(4, round(_MARGIN * len(rows)))
    everywhere = (darker.mean(axis=0) > _ALONG) & (darker[:margin].mean(axis=0) > 0.5)
    everywhere &= darker[-margin:].mean(axis=0) > 0.5
    found = np.flatnonzero(everywhere)
    if not 0 < len(found) <= _MOST:
        return []
    groups = np.split(found, np.flatnonzero(np.diff(found) > 2) + 1)
    return [(int(g[0]) - 1, int(g[-1]) + 2) for g in groups]


def _cleaned(page: Pixels, columns: list[tuple[int, int]]) -> Pixels:
    clean = page.copy()
    for first, last in columns:
        left, right = max(0, first - 2), min(page.shape[1] - 1, last + 1)
        paper = (page[:, left].astype(np.float32) + page[:, right]) / 2
        for column in range(max(0, first), min(page.shape[1], last)):
            here = page[:, column].astype(np.float32)
            light = float(np.median(here / np.maximum(paper, 1.0)))
            restored = here / light if light > _OPAQUE else paper
            clean[:, column] = np.clip(restored, 0, 255).astype(np.uint8)
    return clean
