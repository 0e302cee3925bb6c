"""What was written on a registered sheet: its ink without the form's print, rules removed by place, not by colour."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr.page import Grey
from ocr.reference import PX, Reference
from ocr.register import Registered, cut_any
from ocr.stamps import lighten

PAPER = 250
FAINT = 62  # grey levels below the paper from which a pixel may be writing ...
STRONG = 90  # ... if it hangs together with one so much darker: the shadow of a fold does not
_SPREAD = 0.12  # mm: how far printed ink may lie from its place after registration ...
_SPREAD_PX = 0.8  # ... plus so many pixels of the page, by which scanning widens a line
_RULE = round(2.5 * PX)  # px: a straight printed run of this length is a rule, shorter print is text
_UNDER = 0.6  # mm that a stroke is followed under print from either side
_TONAL = 0.35  # share of the mid-tone rules' pixels that a page with greys has at least in mid tones
_NO_TONE = 10.0  # the gain of print whose tone tells nothing
_CROSSING = 60  # grey levels that a stroke over a mid-tone rule is darker than the rule


@dataclass(frozen=True, slots=True)
class Ink:
    """The writing of a sheet at PX px/mm: `grey` (250 paper, dark writing) and its connected components.

    `labels` numbers the component of each pixel (0: none); `stats` has a row a component (left, top, width, height,
    area in px); `centroids` its x, y in px.
    """

    grey: Grey
    labels: NDArray[np.int32]
    stats: NDArray[np.int32]
    centroids: NDArray[np.float64]

    def within(self, box: Box, least: int = 4) -> NDArray[np.intp]:
        """Components of at least `least` px whose centre of mass lies in the box (mm)."""
        x, y = self.centroids[:, 0] / PX, self.centroids[:, 1] / PX
        inside = (x >= box.x) & (x < box.right) & (y >= box.y) & (y < box.bottom)
        inside &= self.stats[:, cv2.CC_STAT_AREA] >= least
        inside[0] = False
        return np.flatnonzero(inside)

    def bounds(self, members: NDArray[np.intp]) -> Box:
        """The smallest box (mm) around the components; they must not be empty."""
        left, top, width, height = (self.stats[members, i] for i in range(4))
        x0, y0 = int(left.min()), int(top.min())
        return Box(x0 / PX, y0 / PX, (int((left + width).max()) - x0) / PX, (int((top + height).max()) - y0) / PX)

    def picture(self, members: NDArray[np.intp], box: Box) -> Grey:
        """The grey writing in the box (mm); other components than those named are taken out, faint edges stay."""
        labels, grey = cut_any(self.labels, box), cut_any(self.grey, box)
        chosen = np.isin(labels, members)
        others = cv2.dilate(((labels > 0) & ~chosen).astype(np.uint8), np.ones((3, 3), np.uint8)) == 1
        return np.asarray(np.where(others & ~chosen, PAPER, grey), dtype=np.uint8)


@dataclass(frozen=True, slots=True)
class Print:
    """Where a form's print is: `rules_h`, `rules_v` straight lines, `tone` its expected darkness with tolerance."""

    rules_h: NDArray[np.uint8]
    rules_v: NDArray[np.uint8]
    covered: NDArray[np.uint8]  # 1 where print may lie
    tone: NDArray[np.uint8]  # darkness (0-250) that print may have there
    rule_core: NDArray[np.bool_]  # pixels of mid-tone print
    black_core: NDArray[np.bool_]  # pixels of black print
    spread: int  # px by which the masks are wider than the print


_prints: dict[tuple[str, str, int, int], Print] = {}


def print_of(reference: Reference, scale: float) -> Print:
    """The print masks of a reference for pages of `scale` px/mm, made once for each width of scanned lines."""
    spread = round((_SPREAD + _SPREAD_PX / scale) * PX)
    key = (reference.form.kind, reference.form.version, reference.page, spread)
    if key not in _prints:
        _prints[key] = _make_print(reference.raster, spread)
    return _prints[key]


def _make_print(raster: Grey, spread: int) -> Print:
    dark = np.asarray(np.clip(PAPER - raster.astype(np.int16), 0, PAPER), dtype=np.uint8)
    printed = (dark > 25).astype(np.uint8)
    long_h = cv2.morphologyEx(printed, cv2.MORPH_OPEN, np.ones((1, _RULE), np.uint8))
    long_v = cv2.morphologyEx(printed, cv2.MORPH_OPEN, np.ones((_RULE, 1), np.uint8))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * spread + 1, 2 * spread + 1))
    return Print(
        rules_h=np.asarray(cv2.dilate(long_h, disc), dtype=np.uint8),
        rules_v=np.asarray(cv2.dilate(long_v, disc), dtype=np.uint8),
        covered=np.asarray(cv2.dilate(printed, disc), dtype=np.uint8),
        tone=np.asarray(cv2.dilate(dark, disc), dtype=np.uint8),
        rule_core=(dark > 80) & (dark < 170) & ((long_h == 1) | (long_v == 1)),
        black_core=dark > 215,
        spread=spread,
    )


def writing(sheet: Registered) -> Ink:
    """The ink of a registered sheet that the blank form does not have."""
    known = print_of(sheet.reference, sheet.scale)
    dark = _darkness(sheet)
    dark = lighten(sheet, dark, known.covered)
    # on a mid-tone rule a stroke is darker than the rule; where print is black (or the page bilevel) nothing is
    over = dark.astype(np.float32) - known.tone.astype(np.float32) * (_NO_TONE if sheet.bilevel else _gain(dark, known))
    kept = np.where((known.covered == 0) | (over > _CROSSING), dark, 0).astype(np.uint8)
    kept = _bridged(kept, known)
    grey = np.asarray(PAPER - kept, dtype=np.uint8)
    return _components(grey, (kept > FAINT).astype(np.uint8), (known.covered == 1) & (dark > FAINT))


def _darkness(sheet: Registered) -> NDArray[np.uint8]:
    """0 (paper) to 250, with shades wider than 5 mm taken out once more: those of folds are narrower than of lamps."""
    image = sheet.grey
    if not sheet.bilevel:
        small = cv2.resize(image, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA)
        side = round(5 * PX / 4) | 1
        paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
        paper = cv2.resize(paper, (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
        image = cv2.divide(image, np.maximum(paper, 60), scale=PAPER)
    return np.asarray(np.clip(PAPER - image.astype(np.int16), 0, PAPER), dtype=np.uint8)


def _components(grey: Grey, mask: NDArray[np.uint8], hidden: NDArray[np.bool_]) -> Ink:
    """The components of the writing. Pieces that meet under print (`hidden`: print or writing, who knows) are one: a
    ring across a frame, a tick over a label."""
    grown = mask
    for _ in range(round(_UNDER * PX)):
        grown = np.where(hidden, cv2.dilate(grown, np.ones((3, 3), np.uint8)), mask)
    count, labels = cv2.connectedComponents(grown, connectivity=8)
    labels = np.where(mask == 1, labels, 0).astype(np.int32)
    firm = np.zeros(count, dtype=bool)
    firm[labels[grey < PAPER - STRONG]] = True
    labels = np.where(firm[labels], labels, 0).astype(np.int32)
    stats, centroids = _measured(labels, count)
    return Ink(grey, labels, stats, centroids)


def _measured(labels: NDArray[np.int32], count: int) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Left, top, width, height and area of each component, and its middle."""
    ys, xs = np.nonzero(labels)
    of = labels[ys, xs]
    order = np.argsort(of, kind="stable")
    ys, xs, of = ys[order], xs[order], of[order]
    present, starts = np.unique(of, return_index=True)
    stats = np.zeros((count, 5), dtype=np.int32)
    centroids = np.full((count, 2), -1.0)
    if not len(present):
        return stats, centroids
    area = np.diff(np.append(starts, len(of)))
    left, top = np.minimum.reduceat(xs, starts), np.minimum.reduceat(ys, starts)
    right, bottom = np.maximum.reduceat(xs, starts), np.maximum.reduceat(ys, starts)
    stats[present] = np.stack([left, top, right - left + 1, bottom - top + 1, area], axis=1)
    centroids[present] = np.stack([np.add.reduceat(xs, starts) / area, np.add.reduceat(ys, starts) / area], axis=1)
    return stats, centroids


def _gain(dark: NDArray[np.uint8], known: Print) -> float:
    """How much darker the mid-tone rules of this page are than those of the reference; _NO_TONE where they are as dark
    as its black print."""
    rule, black = known.rule_core, known.black_core
    if not rule.any() or not black.any():
        return _NO_TONE
    between = (dark[rule] > 50) & (dark[rule] < 200)
    if float(between.mean()) < _TONAL:  # rules of black dots: black and white before it was laid on a grey page
        return _NO_TONE
    here, there = float(np.percentile(dark[rule], 85)), max(1.0, float(np.median(known.tone[rule])))
    if float(np.median(dark[black])) - here < _CROSSING:
        return _NO_TONE
    return float(np.clip(here / there, 0.7, 2.0))


def _bridged(kept: NDArray[np.uint8], known: Print) -> NDArray[np.uint8]:
    """Strokes that cross a removed rule are joined again where there is writing on both sides of it."""
    reach = (2 * known.spread + round(0.9 * PX)) | 1  # the widest rule is 0.5 mm
    joined = kept
    for rules, shape in ((known.rules_h, (reach, 3)), (known.rules_v, (3, reach))):
        closed = cv2.morphologyEx(joined, cv2.MORPH_CLOSE, np.ones(shape, np.uint8))
        joined = np.where(rules == 1, np.maximum(joined, closed), joined)
    return np.asarray(joined, dtype=np.uint8)
