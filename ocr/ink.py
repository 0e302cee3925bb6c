"""What was written on a registered sheet: its ink without the form's print, rules removed by place, not by colour."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr.page import Grey, shrunk
from ocr.reference import PX, Reference
from ocr.register import Registered, cut_any
from ocr.stamps import Stamp, lighten

PAPER = 250
FAINT = 62  # grey levels below the paper from which a pixel may be writing ...
STRONG = 90  # ... if it hangs together with one so much darker: the shadow of a fold does not
_SPREAD = 0.12  # mm: how far printed ink may lie from its place after registration ...
_SPREAD_PX = 0.8  # ... plus so many pixels of the page, by which scanning widens a line
_RULE = round(2.5 * PX)  # px: a straight printed run of this length is a rule, shorter print is text
_UNDER = 0.6  # mm that a stroke is followed under print from either side
_TONAL = 0.35  # share of the mid-tone rules' pixels that a page with greys has at least in mid tones
_NO_TONE = 10.0  # the gain of print whose tone tells nothing
_LEVEL = 5  # reduction at which the paper's tone is looked at
_SAMPLE = 20_000  # pixels
_CROSSING = 60  # grey levels that a stroke over a mid-tone rule is darker than the rule


@dataclass(frozen=True, slots=True)
class Ink:
    """The writing of a sheet at PX px/mm: `grey` (250 paper, dark writing) and its connected components.

    `labels` numbers the component of each pixel (0: none); `stats` has a row a component (left, top, width, height,
    area in px); `centroids` its x, y in px. `stamps` are those whose letters could not be told from writing.
    """

    grey: Grey
    labels: NDArray[np.int32]
    stats: NDArray[np.int32]
    centroids: NDArray[np.float64]
    stamps: tuple[Stamp, ...] = ()

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

    rules_h: NDArray[np.uint8]  # 255 on rules
    rules_v: NDArray[np.uint8]
    covered: NDArray[np.uint8]  # 1 where print may lie
    free: NDArray[np.uint8]  # 255 where none may lie
    tone: NDArray[np.uint8]  # darkness (0-250) that print may have there
    rule_core: NDArray[np.intp]  # places (in the flattened plane) of mid-tone print
    black_core: NDArray[np.intp]  # ... and of black print
    spread: int  # px by which the masks are wider than the print


def print_of(reference: Reference, scale: float) -> Print:
    """The print masks of a reference for pages of `scale` px/mm, made once for each width of scanned lines."""
    spread = round((_SPREAD + _SPREAD_PX / scale) * PX)
    made = reference.kept.get(spread)
    if not isinstance(made, Print):
        made = _make_print(reference.raster, spread)
        reference.kept[spread] = made
    return made


def _make_print(raster: Grey, spread: int) -> Print:
    dark = np.asarray(np.clip(PAPER - raster.astype(np.int16), 0, PAPER), dtype=np.uint8)
    printed = (dark > 25).astype(np.uint8)
    long_h = cv2.morphologyEx(printed, cv2.MORPH_OPEN, np.ones((1, _RULE), np.uint8))
    long_v = cv2.morphologyEx(printed, cv2.MORPH_OPEN, np.ones((_RULE, 1), np.uint8))
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * spread + 1, 2 * spread + 1))
    covered = np.asarray(cv2.dilate(printed, disc), dtype=np.uint8)
    return Print(
        rules_h=np.asarray(cv2.dilate(long_h, disc) * 255, dtype=np.uint8),
        rules_v=np.asarray(cv2.dilate(long_v, disc) * 255, dtype=np.uint8),
        covered=covered,
        free=np.asarray((1 - covered) * 255, dtype=np.uint8),
        tone=np.asarray(cv2.dilate(dark, disc), dtype=np.uint8),
        rule_core=_sample((dark > 80) & (dark < 170) & ((long_h == 1) | (long_v == 1))),
        black_core=_sample(dark > 215),
        spread=spread,
    )


def _sample(mask: NDArray[np.bool_]) -> NDArray[np.intp]:
    """Places of a mask in its flattened plane, evenly thinned to what a percentile needs."""
    places = np.flatnonzero(mask)
    return places[:: max(1, len(places) // _SAMPLE)]


def writing(sheet: Registered) -> Ink:
    """The ink of a registered sheet that the blank form does not have."""
    known = print_of(sheet.reference, sheet.scale)
    dark, stamps = lighten(sheet, _darkness(sheet), known.covered)
    # on a mid-tone rule a stroke is darker than the rule; where print is black (or the page bilevel) nothing is
    gain = _NO_TONE if sheet.bilevel else _gain(dark, known)
    over = cv2.subtract(dark, cv2.convertScaleAbs(known.tone, alpha=gain))
    kept = cv2.bitwise_and(dark, cv2.bitwise_or(known.free, cv2.compare(over, _CROSSING, cv2.CMP_GT)))
    reach = (2 * known.spread + round(0.9 * PX)) | 1  # the widest rule is 0.5 mm
    bands = _bands(np.asarray(cv2.compare(kept, FAINT // 2, cv2.CMP_GT), dtype=np.uint8), 2 * reach)
    kept = _bridged(np.asarray(kept, dtype=np.uint8), known, bands, reach)
    return replace(_components(kept, dark, known, bands), stamps=stamps)


Bands = list[tuple[int, int]]  # ranges of rows; between them nothing is written


def _bands(mask: NDArray[np.uint8], reach: int) -> Bands:
    """The rows within `reach` of the mask's pixels: most of a sheet is empty."""
    rows = np.flatnonzero(mask.max(axis=1))
    if not len(rows):
        return []
    bands = np.split(rows, np.flatnonzero(np.diff(rows) > 2 * reach) + 1)
    return [(max(0, int(band[0]) - reach), min(len(mask), int(band[-1]) + reach + 1)) for band in bands]


def _darkness(sheet: Registered) -> NDArray[np.uint8]:
    """0 (paper) to 250, with shades wider than 5 mm taken out once more: those of folds are narrower than of lamps."""
    image = sheet.grey
    if not sheet.bilevel:
        small = shrunk(image, _LEVEL)
        side = round(5 * PX / _LEVEL) | 1
        paper = cv2.morphologyEx(small, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)))
        paper = cv2.resize(np.maximum(paper, 60), (image.shape[1], image.shape[0]), interpolation=cv2.INTER_LINEAR)
        image = np.asarray(cv2.divide(image, paper, scale=PAPER), dtype=np.uint8)
    return np.asarray(cv2.subtract(PAPER, image), dtype=np.uint8)


def _components(kept: NDArray[np.uint8], dark: NDArray[np.uint8], known: Print, bands: Bands) -> Ink:
    """The components of the writing. Pieces that meet under print (which hides whether there is writing) are one: a
    ring across a frame, a tick over a label."""
    mask = cv2.compare(kept, FAINT, cv2.CMP_GT)
    hidden = cv2.bitwise_and(cv2.compare(dark, FAINT, cv2.CMP_GT), cv2.compare(known.covered, 0, cv2.CMP_GT))
    grown = _followed(np.asarray(mask, dtype=np.uint8), np.asarray(hidden, dtype=np.uint8), bands)
    count, labels = cv2.connectedComponents(grown, connectivity=8)
    here = _places(grown)
    of = labels.ravel()[here]
    own = mask.ravel()[here] > 0
    tone = kept.ravel()[here]
    firm = np.zeros(count, dtype=bool)
    firm[of[own & (tone > STRONG)]] = True
    stays = own & firm[of]
    labels.ravel()[here[~stays]] = 0
    grey = np.asarray(cv2.subtract(PAPER, kept), dtype=np.uint8)
    stats, centroids = _measured(here[stays], of[stays], count, labels.shape[1])
    return Ink(grey, labels, stats, centroids)


def _followed(mask: NDArray[np.uint8], hidden: NDArray[np.uint8], bands: Bands) -> NDArray[np.uint8]:
    """The mask grown by _UNDER mm, but only under print."""
    reach = round(_UNDER * PX)
    grown = mask.copy()
    kernel = np.ones((3, 3), np.uint8)
    for top, bottom in bands:
        own, under = mask[top:bottom], hidden[top:bottom]
        part = own
        for _ in range(reach):
            part = cv2.bitwise_or(own, cv2.bitwise_and(under, cv2.dilate(part, kernel)))
        grown[top:bottom] = part
    return grown


def _places(mask: NDArray[np.uint8]) -> NDArray[np.intp]:
    """Places of a mask in its flattened plane."""
    found = cv2.findNonZero(mask)
    if found is None:
        return np.zeros(0, dtype=np.intp)
    return np.asarray(found[:, 0, 1].astype(np.intp) * mask.shape[1] + found[:, 0, 0], dtype=np.intp)


def _measured(
    here: NDArray[np.intp], of: NDArray[np.int32], count: int, width: int
) -> tuple[NDArray[np.int32], NDArray[np.float64]]:
    """Left, top, width, height and area of each component, and its middle; `here` are the pixels, `of` their
    components."""
    stats = np.zeros((count, 5), dtype=np.int32)
    centroids = np.full((count, 2), -1.0)
    if not len(here):
        return stats, centroids
    ys, xs = np.divmod(here, width)
    area = np.bincount(of, minlength=count)
    present = np.flatnonzero(area)
    low = np.full((2, count), np.iinfo(np.int32).max, dtype=np.int64)
    high = np.full((2, count), -1, dtype=np.int64)
    for axis, at in enumerate((xs, ys)):
        np.minimum.at(low[axis], of, at)
        np.maximum.at(high[axis], of, at)
        total = np.bincount(of, weights=at, minlength=count)
        centroids[present, axis] = total[present] / area[present]
    sides = high[:, present] - low[:, present] + 1
    stats[present] = np.stack([*low[:, present], *sides, area[present]], axis=1)
    return stats, centroids


def _gain(dark: NDArray[np.uint8], known: Print) -> float:
    """How much darker the mid-tone rules of this page are than those of the reference; _NO_TONE where they are as dark
    as its black print."""
    if not len(known.rule_core) or not len(known.black_core):
        return _NO_TONE
    rule, black = dark.ravel()[known.rule_core], dark.ravel()[known.black_core]
    between = (rule > 50) & (rule < 200)
    if float(between.mean()) < _TONAL:  # rules of black dots: black and white before it was laid on a grey page
        return _NO_TONE
    here, there = float(np.percentile(rule, 85)), max(1.0, float(np.median(known.tone.ravel()[known.rule_core])))
    if float(np.median(black)) - here < _CROSSING:
        return _NO_TONE
    return float(np.clip(here / there, 0.7, 2.0))


def _bridged(kept: NDArray[np.uint8], known: Print, bands: Bands, reach: int) -> NDArray[np.uint8]:
    """Strokes that cross a removed rule (`reach` px with what lies beside it) are joined again where there is writing
    on both sides of it."""
    joined = kept.copy()
    for top, bottom in bands:
        band = joined[top:bottom]
        for rules, shape in ((known.rules_h, (reach, 3)), (known.rules_v, (3, reach))):
            closed = cv2.morphologyEx(band, cv2.MORPH_CLOSE, np.ones(shape, np.uint8))
            band = np.asarray(cv2.max(band, cv2.bitwise_and(closed, rules[top:bottom])), dtype=np.uint8)
        joined[top:bottom] = band
    return joined
