"""Which of several forms of nearly the same print lies on a sheet: judged only where their prints differ.

Two versions of a form may differ by a line of text. A sheet without a code that was placed by its print fits both; the
printed form code, title and version are then what tells them apart, and where they cannot be read nobody may guess.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Grey
from ocr.reference import PX, Reference
from ocr.register import Registered

Verdict = Literal["this", "other", "unclear"]

_ALIKE = 0.30  # share of the print that may differ; forms that differ more never both fit a sheet
_DARKER = 70  # grey levels that two prints differ by where they differ
_JOIN = round(1.2 * PX)  # px: differences so close together are looked at as one
_EDGE = round(0.5 * PX)
_SMALL = 0.25 * PX * PX  # px: less difference than this is the renderer's
_MOVE = round(0.3 * PX)  # px that print may lie from its place
_CLEARLY = 0.12  # correlation by which the better print must be better
_LEGIBLE = 0.45  # ... and what it must have at least
_MOST = 60  # places that are compared


def judge(sheet: Registered, rivals: Sequence[Reference]) -> tuple[Verdict, Reference]:
    """Whether the sheet is of its reference, or which other it is; `unclear` where the prints are alike and the
    picture does not say."""
    verdict: Verdict = "this"
    for rival in rivals:
        mine = sheet.reference
        if _name(rival) == _name(mine) or rival.raster.shape != mine.raster.shape:
            continue
        boxes = _differences(mine, rival)
        if boxes is None:
            continue
        lead = _lead(sheet.grey, mine.raster, rival.raster, boxes)
        if lead < -_CLEARLY:
            return "other", rival
        if lead < _CLEARLY:
            verdict = "unclear"
    return verdict, sheet.reference


def _name(one: Reference) -> tuple[str, str, int]:
    return one.form.kind, one.form.version, one.page


def _differences(one: Reference, other: Reference) -> NDArray[np.intp] | None:
    """Boxes (left, top, right, bottom in px) in which two prints differ; None if they differ nearly everywhere."""
    differ = (cv2.absdiff(one.raster, other.raster) > _DARKER).astype(np.uint8)
    print_ = int(((one.raster < 170) | (other.raster < 170)).sum())
    if int(differ.sum()) > _ALIKE * max(1, print_):
        return None
    joined = cv2.dilate(differ, np.ones((_JOIN, _JOIN), np.uint8))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    size = np.bincount(labels[differ == 1], minlength=count)
    kept = np.flatnonzero(size[1:] >= _SMALL) + 1
    kept = kept[np.argsort(-size[kept], kind="stable")][:_MOST]
    left, top, width, height = (stats[kept, i] for i in range(4))
    cut = _JOIN // 2 - _EDGE  # the dilation went further than the edge that is wanted
    return np.stack([left + cut, top + cut, left + width - cut, top + height - cut], axis=1).astype(np.intp)


def _lead(page: Grey, mine: Grey, other: Grey, boxes: NDArray[np.intp]) -> float:
    """By how much the page is more like the one print than like the other, in the places where they differ; 0 where
    neither can be made out."""
    leads, weights = [], []
    height, width = page.shape
    for x0, y0, x1, y1 in boxes.tolist():
        left, top = max(_MOVE, x0), max(_MOVE, y0)
        right, bottom = min(width - _MOVE, x1), min(height - _MOVE, y1)
        if right - left < 4 or bottom - top < 4:
            continue
        window = page[top - _MOVE : bottom + _MOVE, left - _MOVE : right + _MOVE]
        seen = [_likeness(window, plane[top:bottom, left:right]) for plane in (mine, other)]
        if max(seen) >= _LEGIBLE:
            leads.append(seen[0] - seen[1])
            weights.append(float(np.sqrt((right - left) * (bottom - top))))
    return float(np.average(leads, weights=weights)) if leads else 0.0


def _likeness(window: Grey, template: Grey) -> float:
    """The best correlation of a piece of print with the page around its place; an empty piece is like an empty page."""
    if float(template.std()) < 4:
        return float(np.clip(1.0 - window.astype(np.float64).std() / 25.0, 0.0, 1.0))
    soft = cv2.GaussianBlur(template, (0, 0), 0.1 * PX)
    seen = cv2.matchTemplate(cv2.GaussianBlur(window, (0, 0), 0.05 * PX), soft, cv2.TM_CCOEFF_NORMED)
    return float(np.nan_to_num(seen).max())
