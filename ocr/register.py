"""Registers a form: its place on the page, a local correction, and how well its print then fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr import align
from ocr.align import Transform
from ocr.codes import Code
from ocr.page import Grey, flatten, grey
from ocr.reference import FINE, PX, Reference
from ocr.tiles import Displacements, measure, smooth
from ocr.types import BlockResidual, Pixels

# Above this the cells of a comb (3.6 mm and more) would be cut off their middle: no value is read.
LIMIT_MM = 0.6
# Share of the form's printed tiles that must be found where they belong; a page of another kind finds few.
LEAST_FOUND = 0.55

_TILE, _STEP, _REACH = 16 * FINE, 12 * FINE, 7  # px at FINE; reach 1.4 mm


@dataclass(frozen=True, slots=True)
class Registered:
    """A form laid flat: `grey` (and `colour`, RGB, if the page has colour) upright at PX px/mm, light evened."""

    reference: Reference
    transform: Transform
    grey: Grey
    colour: Pixels | None
    residual_mm: float
    found: float  # share of the print that was found
    blocks: tuple[BlockResidual, ...]
    turned: int
    scale: float  # page px per mm
    bilevel: bool  # the page has no greys: a fax, or a scan in black and white

    @property
    def good(self) -> bool:
        """True if values may be read from it."""
        return self.residual_mm <= LIMIT_MM and self.found >= LEAST_FOUND


Plane = TypeVar("Plane", bound=np.generic)


def cut_any(image: NDArray[Plane], box: Box) -> NDArray[Plane]:
    """The part of a PX px/mm plane within a box (mm), cut at the plane's edge."""
    height, width = image.shape[:2]
    left, top = max(0, round(box.x * PX)), max(0, round(box.y * PX))
    right, bottom = min(width, round(box.right * PX)), min(height, round(box.bottom * PX))
    return image[top:bottom, left:right]


def register(page: Pixels, guess: Transform, reference: Reference, code: Code | None = None) -> Registered:
    """Lay `reference` on the page, starting from a guess of its transform (form mm to page px)."""
    image = grey(page)
    transform = align.with_marks(image, guess, reference, code)
    transform, found = align.by_print(image, transform, reference)
    if found < LEAST_FOUND / 2:  # nothing like the form here: no need to look closer
        return _hopeless(transform, reference, found)
    return fitted(page, transform, reference)


def fitted(page: Pixels, transform: Transform, reference: Reference) -> Registered:
    """The local correction and the final measure, from a transform that is right to about a millimetre."""
    image, factor = _working_copy(page, align.scale_of(transform, reference))
    working = np.diag([factor, factor, 1.0]) @ transform
    canvas = align.lay_out(grey(image), working, reference, FINE)
    seen = measure(canvas, reference.fine, _TILE, _STEP, _REACH)
    field = smooth(seen, stiffness=0.4)
    rows = _maps(working, reference, seen, field)
    flat = cv2.remap(image, *rows, interpolation=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=_PAPER)
    flat = np.asarray(flat, dtype=np.uint8)
    even = flatten(grey(flat), 12 * PX)
    check = measure(_fine(even), reference.fine, _TILE, _STEP, _REACH)
    blocks = tuple(
        BlockResidual(b.id, _residual(check, b.box)) for b in reference.form.blocks if b.page == reference.page
    )
    return Registered(
        reference=reference,
        transform=transform,
        grey=even,
        colour=flat if _coloured(flat) else None,
        residual_mm=_residual(check, None),
        found=check.believed,
        blocks=blocks,
        turned=align.turned(transform, reference),
        scale=align.scale_of(transform, reference),
        bilevel=_bilevel(page),
    )


_PAPER = (250, 250, 250)
_COARSE_MAP = 5  # px


def _working_copy(page: Pixels, scale: float) -> tuple[Pixels, float]:
    """The page reduced if it has many more pixels than the sheet will; and the factor."""
    factor = 1.25 * PX / scale
    if factor >= 0.9:
        return page, 1.0
    return np.asarray(
        cv2.resize(page, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8
    ), factor


def _maps(
    transform: Transform, reference: Reference, seen: Displacements, field: NDArray[np.float64]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Where each pixel of the flat sheet comes from on the page."""
    size = (round(reference.size[0] * PX), round(reference.size[1] * PX))
    # both the transform and the field are smooth: every fifth pixel is computed, the others interpolated
    ys, xs = np.mgrid[0 : size[1] // _COARSE_MAP, 0 : size[0] // _COARSE_MAP].astype(np.float64)
    x_mm, y_mm = (xs + 0.5) * _COARSE_MAP / PX, (ys + 0.5) * _COARSE_MAP / PX
    first, step = seen.centres[0, 0], float(_STEP)
    # grid coordinates of each pixel, for interpolating the field between tile centres
    gx = ((x_mm * FINE - first[0] - 0.5) / step).astype(np.float32)
    gy = ((y_mm * FINE - first[1] - 0.5) / step).astype(np.float32)
    moved = [
        cv2.remap(field[..., a].astype(np.float32), gx, gy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE) / FINE
        for a in range(2)
    ]
    points = np.stack([x_mm + moved[0], y_mm + moved[1]], axis=2)
    at = cv2.perspectiveTransform(points.reshape(-1, 1, 2), transform).reshape(*xs.shape, 2).astype(np.float32)
    mx, my = (cv2.resize(at[..., a], size, interpolation=cv2.INTER_LINEAR) for a in range(2))
    return np.asarray(mx), np.asarray(my)


def _fine(even: Grey) -> Grey:
    factor = FINE / PX
    return np.asarray(cv2.resize(even, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _residual(check: Displacements, box: Box | None) -> float:
    """Root mean square of the remaining displacements (mm), weighted by how well they are known."""
    weight = check.weight.copy()
    if box is not None:
        x, y = check.centres[..., 0] / FINE, check.centres[..., 1] / FINE
        inside = (x > box.x - 4) & (x < box.right + 4) & (y > box.y - 4) & (y < box.bottom + 4)
        weight[~inside] = 0
    total = float(weight.sum())
    if total < 1e-6:
        return 9.99  # nothing of the block's print was found
    return round(float(np.sqrt((weight * (check.shift / FINE) ** 2).sum() / total)), 3)


def _bilevel(page: Pixels) -> bool:
    sample = grey(page)[::3, ::3]
    return bool(((sample > 40) & (sample < 215)).mean() < 0.01)


def _coloured(flat: Pixels) -> bool:
    """True if the picture has ink that is not grey."""
    if flat.ndim == 2:
        return False
    small = cv2.resize(flat, None, fx=0.25, fy=0.25, interpolation=cv2.INTER_AREA).astype(np.int16)
    return bool(((small.max(axis=2) - small.min(axis=2)) > 50).mean() > 0.0002)


def _hopeless(transform: Transform, reference: Reference, found: float) -> Registered:
    empty = np.full((1, 1), 250, dtype=np.uint8)
    return Registered(
        reference=reference, transform=transform, grey=empty, colour=None, residual_mm=9.99, found=found, blocks=(),
        turned=align.turned(transform, reference), scale=align.scale_of(transform, reference),
        bilevel=False,
    )  # fmt: skip
