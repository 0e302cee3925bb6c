"""The blank form as the reader expects to see it: rendered once a process, with its code and marks measured."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from forms.model import Form
from ocr.codes import find_codes
from ocr.page import Grey
from ocr.tiles import Grid, grid

PX = 10  # px per mm of a registered sheet (254 dpi)
FINE = 4  # px per mm at which print is compared
COARSE = 2
FINE_TILE, FINE_STEP = 16, 12  # mm
COARSE_TILE, COARSE_STEP = 30, 20


@dataclass(frozen=True, slots=True)
class Reference:
    """One page of a blank form: `raster` at PX px/mm, 0 black to 255 paper; `code` the QR's corners in mm (clockwise
    from its own top left), or None if it has none; `marks` the registration marks' centres and sizes in mm."""

    form: Form
    page: int
    raster: Grey
    coarse: Grey
    fine_grid: Grid
    coarse_grid: Grid
    code: NDArray[np.float64] | None
    marks: NDArray[np.float64]  # n x 2, centres
    mark_sizes: NDArray[np.float64]  # n
    kept: dict[object, object] = field(default_factory=dict)  # what is made of it once (ocr.ink)

    @property
    def size(self) -> tuple[float, float]:
        """Width and height in mm."""
        return self.form.pages[self.page - 1]


def make_reference(form: Form, page: int, raster: Grey) -> Reference:
    """A reference from a raster of the blank page at PX px/mm."""
    codes = find_codes(raster)
    coarse = _reduced(raster, COARSE)
    marks = [m for m in form.marks if m.page == page]
    return Reference(
        form=form,
        page=page,
        raster=raster,
        coarse=coarse,
        fine_grid=grid(_reduced(raster, FINE), FINE, FINE_TILE * FINE, FINE_STEP * FINE),
        coarse_grid=grid(coarse, COARSE, COARSE_TILE * COARSE, COARSE_STEP * COARSE),
        code=to_mm(codes[0].corners, PX) if codes else None,
        marks=np.array([m.box.centre for m in marks], dtype=np.float64).reshape(-1, 2),
        mark_sizes=np.array([max(m.box.w, m.box.h) for m in marks], dtype=np.float64),
    )


@lru_cache(maxsize=64)
def reference(kind: str, version: str, page: int = 1) -> Reference:
    """The reference of a kind's version; raises what forms.catalogue raises for an unknown one."""
    from forms.catalogue import form as form_of
    from forms.sheet import blank_pdf

    form = form_of(kind, version)
    return make_reference(form, page, _render(blank_pdf(form), page - 1, form.pages[page - 1]))


def to_mm(points: NDArray[np.float64], scale: float) -> NDArray[np.float64]:
    """Pixel positions (centres of pixels) of a raster with `scale` px/mm as millimetres."""
    return (points + 0.5) / scale


def _render(pdf: bytes, index: int, size: tuple[float, float]) -> Grey:
    import pypdfium2

    document = pypdfium2.PdfDocument(pdf)
    try:
        bitmap = document[index].render(scale=PX * 25.4 / 72, grayscale=True)
        image = np.array(bitmap.to_numpy()).reshape(bitmap.height, bitmap.width)
    finally:
        document.close()
    wanted = (round(size[0] * PX), round(size[1] * PX))
    return np.asarray(cv2.resize(image, wanted, interpolation=cv2.INTER_AREA), dtype=np.uint8)


def _reduced(raster: Grey, scale: int) -> Grey:
    factor = scale / PX
    return np.asarray(cv2.resize(raster, None, fx=factor, fy=factor, interpolation=cv2.INTER_AREA), dtype=np.uint8)
