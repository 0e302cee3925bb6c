"""PDF through pdfium, in the throw-away process only: the picture of each page."""

from __future__ import annotations

import ctypes
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
import pypdfium2 as pdfium
from numpy.typing import NDArray
from pypdfium2 import raw

from intake.decode.errors import Damaged, DynamicForm, Encrypted, NoPages, PageTooLarge, TooManyPages
from intake.decode.limits import Limits
from intake.decode.sniff import PDF
from intake.decode.source import RawPage, plain
from intake.decode.words import TextLayer

_OBJECTS = 20_000  # page objects looked at to tell a scan from a drawn page
_LINES = 50  # paths from which a page counts as drawn
_COVERS = 0.8  # share of the page that one image fills on a scanned page
_DRAWN = 60_000_000  # px, the most a drawn page is rendered at (A3 at 550 dpi)
_REDUCIBLE = 4  # an image of so many times the limit of a page can still be drawn smaller
_POINTS = 72.0
_INVISIBLE = 3  # text render mode of a scanner's own recognition, laid under the picture (ISO 32000-1, 9.3.6)


@dataclass(frozen=True, slots=True)
class _Look:
    """What the objects of a page say: dpi of the one image that fills it (0: none), whether text is visible, and that
    image with its size in pixels."""

    scan_dpi: float
    visible_text: bool
    scan: Any = None
    size: tuple[int, int] = (0, 0)


class PdfSource:
    """A PDF. Pages are drawn at the resolution of their scan, or at `render_dpi` if they are drawn pages."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._limits = limits
        try:
            self._document = pdfium.PdfDocument(path)
        except pdfium.PdfiumError as error:
            code = getattr(error, "err_code", None)
            raise (Encrypted if code == raw.FPDF_ERR_PASSWORD else Damaged) from error
        if self._document.get_formtype() == raw.FORMTYPE_XFA_FULL and self._needs_rendering():
            raise DynamicForm
        self.pages = len(self._document)
        if self.pages < 1:
            raise NoPages
        if self.pages > limits.max_pages:
            raise TooManyPages(limit=limits.max_pages)
        if self._document.get_formtype() != raw.FORMTYPE_NONE:
            self._document.init_forms()
        self._text = TextLayer(path, limits)

    def _needs_rendering(self) -> bool:
        """True for a dynamic XFA form: its pages are placeholders (key NeedsRendering of the catalogue)."""
        data = self._path.read_bytes()
        return b"/NeedsRendering true" in data or len(self._document) <= 1

    def decode(self, number: int) -> RawPage:
        try:
            page = self._document[number - 1]
        except pdfium.PdfiumError as error:
            raise Damaged from error
        try:
            width, height = page.get_size()  # points, rotation applied
            if not (0 < width < 1e6 and 0 < height < 1e6):
                raise PageTooLarge(width=round(width), height=round(height), limit=self._limits.max_pixels)
            look = _look(page, width * height)
            if look.size[0] * look.size[1] > self._limits.max_pixels * _REDUCIBLE:
                raise PageTooLarge(width=look.size[0], height=look.size[1], limit=self._limits.max_pixels)
            scale = self._scale(width, height, look)
            pixels = _render(page, scale, grey=width * height * scale**2 > _DRAWN)
            _refuse_undrawn(look, pixels)
            facts: dict[str, Any] = {
                "media_type": PDF, "source_width": round(width, 2), "source_height": round(height, 2),
                "scanned": look.scan_dpi > 0,
            }  # fmt: skip
            made = RawPage(plain(pixels), round(scale * _POINTS, 2), facts=facts)
            self._add_text(page, number, made, look)
            return made
        except pdfium.PdfiumError as error:
            raise Damaged from error
        finally:
            page.close()

    def _scale(self, width: float, height: float, look: _Look) -> float:
        """Pixels a point."""
        limits = self._limits
        dpi = min(look.scan_dpi, limits.max_dpi) if look.scan_dpi else limits.render_dpi
        most = limits.max_pixels if look.scan_dpi else min(_DRAWN, limits.max_pixels)
        scale = dpi / _POINTS
        if width * height * scale**2 > most:
            scale = sqrt(most / (width * height)) * 0.999
        # pdfium rounds the width up: a hair less keeps a scan at its own pixels instead of stretching it by one.
        fitted = (round(width * scale) - 1e-3) / width
        return max(fitted, 1.0 / min(width, height))  # at least a pixel

    def _add_text(self, page: Any, number: int, made: RawPage, look: _Look) -> None:
        widgets = raw.FPDFPage_GetAnnotCount(page.raw) > 0
        if not look.visible_text and not widgets:
            made.facts["text"] = "none" if not _has_text(page) else "hidden"
            return
        height, width = made.pixels.shape[:2]
        found = self._text.read(number, width, height)
        if found is None:
            made.facts["text"] = "failed"
            return
        made.words = found.words if look.visible_text else []
        made.widgets = found.widgets
        made.facts["text"] = "layer" if made.words else "none"


def _has_text(page: Any) -> bool:
    text = page.get_textpage()
    try:
        return bool(text.count_chars() > 0)
    finally:
        text.close()


def _look(page: Any, area: float) -> _Look:
    """Walk the page's objects, at most _OBJECTS of them."""
    scan_dpi, visible, drawn = 0.0, False, 0
    scan: tuple[Any, tuple[int, int]] = (None, (0, 0))
    for index, item in enumerate(page.get_objects(max_depth=4)):
        if index >= _OBJECTS:
            return _Look(0.0, visible_text=True)
        if item.type == raw.FPDF_PAGEOBJ_TEXT:
            visible = visible or raw.FPDFTextObj_GetTextRenderMode(item.raw) != _INVISIBLE
        elif item.type == raw.FPDF_PAGEOBJ_IMAGE:
            dpi, size = _image_dpi(item, area)
            if dpi > scan_dpi:
                scan_dpi, scan = dpi, (item, size)
        elif item.type in {raw.FPDF_PAGEOBJ_PATH, raw.FPDF_PAGEOBJ_SHADING}:
            drawn += 1
    # A letterhead over a background picture is a drawn page: its text must not be blurred to the picture's grain.
    if visible or drawn > _LINES:
        return _Look(0.0, visible)
    return _Look(scan_dpi, visible, *scan)


def _image_dpi(item: Any, area: float) -> tuple[float, tuple[int, int]]:
    """Resolution of an image as placed, and its pixels; 0.0 if it fills less than most of the page."""
    left, bottom, right, top = (ctypes.c_float() for _ in range(4))
    if not raw.FPDFPageObj_GetBounds(item.raw, left, bottom, right, top):
        return 0.0, (0, 0)
    width, height = right.value - left.value, top.value - bottom.value
    if width <= 0 or height <= 0 or width * height < _COVERS * area:
        return 0.0, (0, 0)
    across, down = ctypes.c_uint(), ctypes.c_uint()
    if not raw.FPDFImageObj_GetImagePixelSize(item.raw, across, down):
        return 0.0, (0, 0)
    return sqrt(across.value * down.value / (width * height)) * _POINTS, (across.value, down.value)


def _refuse_undrawn(look: _Look, pixels: NDArray[np.uint8]) -> None:
    """pdfium leaves out an image that it cannot decode: a scan would pass for a blank page. Raises Damaged."""
    if look.scan is None or int(np.ptp(pixels)) > 0:
        return
    bitmap = raw.FPDFImageObj_GetBitmap(look.scan.raw)
    if not bitmap:
        raise Damaged
    raw.FPDFBitmap_Destroy(bitmap)


def _render(page: Any, scale: float, grey: bool) -> NDArray[np.uint8]:
    """The page on white paper, annotations and form values drawn."""
    bitmap = page.render(scale=scale, grayscale=grey, rev_byteorder=True, prefer_bgrx=False)
    try:
        view = bitmap.to_numpy()
        if view.ndim == 3 and view.shape[2] == 1:
            view = view[..., 0]
        return np.ascontiguousarray(view[..., :3] if view.ndim == 3 else view, dtype=np.uint8).copy()
    finally:
        bitmap.close()
