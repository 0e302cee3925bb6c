"""TIFF, PNG and JPEG through Pillow, in the throw-away process only."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps, UnidentifiedImageError

from intake.decode.errors import Damaged, DecodeError, NoPages, PageTooLarge, TooManyPages, UnsupportedEncoding
from intake.decode.limits import Limits
from intake.decode.sniff import JPEG, PNG, TIFF
from intake.decode.source import RawPage, plain, reduction

_FORMAT = {PNG: "PNG", JPEG: "JPEG", TIFF: "TIFF"}
# Bytes a pixel takes in Pillow's memory.
_BYTES = {"1": 1, "L": 1, "P": 1, "I;16": 2, "I;16B": 2, "I;16L": 2}
_RESOLUTION_UNIT, _CENTIMETRE = 296, 3
_MOST_REDUCED = 8  # libjpeg decodes to 1/2, 1/4 or 1/8
# Share of the process's memory that the pixels of a page may take; Python, its libraries and the copy need the rest.
_SHARE = 0.6
# What a header may promise before decoding is not even tried; memory stops what lies below it.
_ABSURD = 30_000

Image.MAX_IMAGE_PIXELS = None  # our own limits hold, in explicit units, and are checked before any pixel is decoded


class PictureSource:
    """One image file; a TIFF may have many pages. PNG and JPEG have one (further frames are no pages of a filing)."""

    def __init__(self, path: Path, media_type: str, limits: Limits) -> None:
        self._limits = limits
        self._media_type = media_type
        try:
            # A file object, not a name: Pillow 13 loses the orientation of a TIFF that it maps into memory by name.
            self._image = Image.open(path.open("rb"), formats=[_FORMAT[media_type]])
        except UnidentifiedImageError as error:
            raise Damaged from error
        self.pages = self._count() if media_type == TIFF else 1
        if self.pages > limits.max_pages:
            raise TooManyPages(limit=limits.max_pages)

    def _count(self) -> int:
        """Frames of the TIFF, counted no further than the limit. A broken chain counts the page that cannot be reached,
        so that it is answered as damaged and not silently missing."""
        count = 0
        try:
            while count <= self._limits.max_pages:
                self._image.seek(count)
                count += 1
        except EOFError:
            pass
        except (OSError, ValueError, SyntaxError, KeyError, TypeError, RuntimeError, ZeroDivisionError):
            count += 1
        if count == 0:
            raise NoPages
        return count

    def decode(self, number: int) -> RawPage:
        image = self._image
        if self._media_type == TIFF:
            try:
                image.seek(number - 1)
            except EOFError as error:
                raise Damaged from error
        facts: dict[str, Any] = {"media_type": self._media_type, "mode": image.mode}
        dpi = _dpi(image)
        width, height = image.size
        facts |= {"source_width": width, "source_height": height, "text": "none"}
        dpi = self._draft(dpi)
        self._check_memory()
        upright = self._load()
        factor = reduction(*upright.size, dpi, self._limits)
        pixels = _pixels(upright, factor)
        shrunk = max(width, height) / max(pixels.shape[:2])
        if shrunk > 1:
            facts["reduced"] = round(shrunk, 2)
        return RawPage(plain(pixels), round(_dpi(self._image) / shrunk, 2), facts=facts)

    def _draft(self, dpi: float) -> float:
        """Let libjpeg decode a large JPEG at 1/2 to 1/8; returns the dpi it then has."""
        image = self._image
        width, height = image.size
        factor = reduction(width, height, dpi, self._limits)
        if self._media_type != JPEG or factor == 1:
            return dpi
        scale = 1
        while scale < min(factor, _MOST_REDUCED):
            scale *= 2
        image.draft(None, (max(1, width // scale), max(1, height // scale)))
        return dpi * image.size[0] / width

    def _check_memory(self) -> None:
        """Refuse what cannot be held while it is reduced, from the header alone. Raises PageTooLarge."""
        image, limits = self._image, self._limits
        width, height = image.size
        factor = reduction(width, height, _dpi(image), limits)
        held = width * height * _BYTES.get(image.mode, 4)
        if factor > 1:
            held += width * height * (1 if image.mode == "1" else 0)
        if max(width, height) > _ABSURD and width * height > limits.max_pixels * 4:
            raise PageTooLarge(width=width, height=height, limit=limits.max_pixels)
        if held > limits.memory_bytes * _SHARE:
            raise PageTooLarge(width=width, height=height, limit=limits.max_pixels)

    def _load(self) -> Image.Image:
        """The pixels, turned as the orientation tag says (TIFF 6.0 tag 274, EXIF)."""
        image = self._image
        try:
            image.load()
            if self._media_type == TIFF:
                return image  # Pillow turns a TIFF as it loads it
            return ImageOps.exif_transpose(image)
        except (MemoryError, DecodeError):
            raise
        except OSError as error:
            text = str(error)
            if "decoder" in text and "not available" in text:
                raise UnsupportedEncoding from error
            raise Damaged from error
        except Exception as error:
            raise Damaged from error


def _dpi(image: Image.Image) -> float:
    """Dots per inch as the file says, 0.0 if it does not or says nonsense."""
    found = image.info.get("dpi")
    try:
        dpi = float(found[0]) if found else 0.0
    except (TypeError, ValueError, ZeroDivisionError, IndexError):
        return 0.0
    return dpi if 30 <= dpi <= 20_000 else 0.0


def _pixels(image: Image.Image, factor: int) -> NDArray[np.uint8]:
    """uint8 grey or RGB, reduced by the factor; transparent parts become paper."""
    if image.mode in {"I;16", "I;16B", "I;16L", "I", "F"}:
        return _stretched(image, factor)
    if image.mode in {"P", "PA", "LA", "La", "RGBA", "RGBa"} and _transparent(image):
        layer = image.convert("RGBA")
        paper = Image.new("RGBA", layer.size, "white")
        image = Image.alpha_composite(paper, layer).convert("RGB")
    if image.mode == "1" or (image.mode in {"LA", "La"}):
        image = image.convert("L")
    elif image.mode not in {"L", "RGB"}:
        image = image.convert("RGB")  # P, CMYK, YCbCr, LAB, HSV
    if factor > 1:
        image = image.reduce(factor)
    return np.asarray(image, dtype=np.uint8)


def _transparent(image: Image.Image) -> bool:
    return image.mode != "P" or "transparency" in image.info


def _stretched(image: Image.Image, factor: int) -> NDArray[np.uint8]:
    """16- and 32-bit grey to 8 bits: by the bits that are used (8, 12 or 16), or from 0-1 for floats."""
    values = np.asarray(image)
    if factor > 1:
        values = values[::factor, ::factor]
    top = float(np.nanmax(values)) if values.size else 0.0
    full = next((limit for limit in (1.0, 255.0, 4095.0, 65535.0) if top <= limit), max(top, 1.0))
    if values.dtype.kind in "iu" and full == 1.0:
        full = 255.0
    scaled = np.clip(np.nan_to_num(values.astype(np.float32)), 0, full) * np.float32(255.0 / full)
    return scaled.astype(np.uint8)
