"""Writes page images as PDF, TIFF, PNG or JPEG; the same pages give the same bytes."""

from __future__ import annotations

import time
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from api.synth.scan import Scan


def write(path: Path, pages: Sequence[Scan], dated: date) -> None:
    """Write the pages to `path`; its suffix says the format. `dated` stands in a PDF's information."""
    images = [_image(page) for page in pages]
    suffix = path.suffix.lower()
    if suffix == ".pdf":
        _pdf(path, images, pages, dated)
    elif suffix in {".tif", ".tiff"}:
        _tiff(path, images, pages)
    elif suffix == ".png":
        images[0].save(path, compress_level=2, dpi=pages[0].dpi)
    else:
        images[0].save(path, quality=pages[0].quality, dpi=_whole(pages[0].dpi))


def _image(page: Scan) -> Image.Image:
    if page.tone == "bilevel":
        return Image.fromarray(page.pixels, "L").convert("1", dither=Image.Dither.NONE)
    return Image.fromarray(page.pixels)


def _whole(dpi: tuple[float, float]) -> tuple[int, int]:
    return round(dpi[0]), round(dpi[1])


def _pdf(path: Path, images: list[Image.Image], pages: Sequence[Scan], dated: date) -> None:
    """JPEG pages, or CCITT G4 where bilevel."""
    stamp = time.struct_time((*dated.timetuple()[:3], 9, 0, 0, 0, 1, 0))
    options = {} if pages[0].tone == "bilevel" else {"quality": pages[0].quality}
    images[0].save(
        path, "PDF", save_all=True, append_images=images[1:], dpi=pages[0].dpi,
        title="", creationDate=stamp, modDate=stamp, producer="todoke synth", **options,
    )  # fmt: skip


def _tiff(path: Path, images: list[Image.Image], pages: Sequence[Scan]) -> None:
    """G4 where bilevel, LZW where that stays small, JPEG in TIFF for large pages."""
    first = pages[0]
    options: dict[str, Any] = {"compression": "group4"}
    if first.tone != "bilevel":
        small = first.dpi[0] <= 200 or first.tone == "grey"
        options = {"compression": "tiff_lzw"} if small else {"compression": "jpeg", "quality": first.quality}
    images[0].save(path, "TIFF", save_all=True, append_images=images[1:], dpi=first.dpi, **options)
