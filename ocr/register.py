"""Registers a form: its place on the page, a local correction, and how well its print then fits."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr import align
from ocr.codes import Code
from ocr.flat import Colour, colour_of, flat_grey
from ocr.local import corrected
from ocr.page import Grey
from ocr.reference import PX, Reference
from ocr.types import BlockResidual, Pixels
from ocr.view import View, view
from ocr.warp import Transform, Warp

# Above this the cells of a comb (3.6 mm and more) would be cut off their middle: no value is read.
LIMIT_MM = 0.6
# Share of the form's printed tiles that must be found where they belong; a page of another kind finds few.
LEAST_FOUND = 0.55
# ... and of each block's: a block that was cut off or covered must not read as empty.
LEAST_OF_BLOCK = 0.55


@dataclass(frozen=True, slots=True)
class Registered:
    """A form laid flat: `grey` upright at PX px/mm, light evened; `colour` if the page has coloured ink."""

    reference: Reference
    warp: Warp
    grey: Grey
    colour: Colour | None
    residual_mm: float
    found: float  # share of the print that was found
    least_found: float  # ... in the block where the least was
    blocks: tuple[BlockResidual, ...]
    turned: int
    scale: float  # page px per mm
    bilevel: bool  # the page has no greys: a fax, or a scan in black and white

    @property
    def transform(self) -> Transform:
        """Form mm to page px, without the local correction."""
        return self.warp.transform

    @property
    def good(self) -> bool:
        """True if values may be read from it."""
        worst = max((block.residual_mm for block in self.blocks), default=0.0)
        near = self.residual_mm <= LIMIT_MM and worst <= LIMIT_MM
        return near and self.found >= LEAST_FOUND and self.least_found >= LEAST_OF_BLOCK


Plane = TypeVar("Plane", bound=np.generic)


def cut_any(image: NDArray[Plane], box: Box) -> NDArray[Plane]:
    """The part of a PX px/mm plane within a box (mm), cut at the plane's edge."""
    height, width = image.shape[:2]
    left, top = max(0, round(box.x * PX)), max(0, round(box.y * PX))
    right, bottom = min(width, round(box.right * PX)), min(height, round(box.bottom * PX))
    return image[top:bottom, left:right]


def register(page: Pixels | View, guess: Transform, reference: Reference, code: Code | None = None) -> Registered:
    """Lay `reference` on the page, starting from a guess of its transform (form mm to page px)."""
    seen = view(page)
    marked = align.with_marks(seen, guess, reference, code)
    near = code is not None and marked is not guess
    transform, found = align.by_print(seen, marked, reference, near)
    if near and found < LEAST_FOUND:  # the marks led astray
        transform, found = align.by_print(seen, marked, reference)
    if found < LEAST_FOUND / 2:  # nothing like the form here: no need to look closer
        return _hopeless(transform, reference, found)
    return fitted(seen, transform, reference)


def fitted(page: Pixels | View, transform: Transform, reference: Reference) -> Registered:
    """The local correction and the final measure, from a transform that is right to about a millimetre."""
    seen = view(page)
    warp, fit = corrected(seen, transform, reference)
    blocks = [b for b in reference.form.blocks if b.page == reference.page]
    return Registered(
        reference=reference,
        warp=warp,
        grey=flat_grey(seen, warp, reference),
        colour=colour_of(seen, warp, reference),
        residual_mm=fit.residual(),
        found=fit.found,
        least_found=min((fit.found_in(b.box) for b in blocks), default=1.0),
        blocks=tuple(BlockResidual(b.id, fit.residual(b.box)) for b in blocks),
        turned=align.turned(transform, reference),
        scale=align.scale_of(transform, reference),
        bilevel=_bilevel(seen),
    )


def _bilevel(page: View) -> bool:
    sample = page.grey[::3, ::3]
    return bool(((sample > 40) & (sample < 215)).mean() < 0.01)


def _hopeless(transform: Transform, reference: Reference, found: float) -> Registered:
    return Registered(
        reference=reference, warp=Warp(transform), grey=np.full((1, 1), 250, dtype=np.uint8), colour=None,
        residual_mm=9.99, found=found, least_found=0.0, blocks=(), turned=align.turned(transform, reference),
        scale=align.scale_of(transform, reference), bilevel=False,
    )  # fmt: skip
