"""Pictures in the rarer layouts of their formats: all lawful, all to be decoded."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from tests.corpus.case import Case, accept, either
from tests.corpus.sheets import bilevel, picture, pixels, saved

_DPI = (200, 200)


def odd_images(directory: Path) -> list[Case]:
    """CMYK, 16 bit, palette, alpha, interlaced, 1 bit, 2,400 dpi, tiny, no resolution, a tail of other bytes."""
    sheet = picture()
    grey = np.asarray(sheet.convert("L"))
    sixteen = Image.fromarray(grey.astype(np.uint16) * 257)
    alpha = sheet.convert("RGBA")
    alpha.putalpha(Image.fromarray(np.where(grey > 200, 0, 255).astype(np.uint8)))
    png = saved(sheet, "PNG", dpi=_DPI)
    return [
        accept(directory, "cmyk.jpg", saved(sheet.convert("CMYK"), "JPEG", quality=85, dpi=_DPI)),
        accept(directory, "progressive.jpg", saved(sheet, "JPEG", progressive=True, dpi=_DPI)),
        accept(directory, "grey.jpg", saved(sheet.convert("L"), "JPEG", dpi=_DPI)),
        accept(directory, "sixteen-bit.png", saved(sixteen, "PNG", dpi=_DPI)),
        accept(directory, "sixteen-bit-rgb.png", sixteen_bit_rgb(pixels())),
        accept(directory, "sixteen-bit.tif", saved(sixteen, "TIFF", compression="tiff_lzw", dpi=_DPI)),
        accept(directory, "palette.png", saved(sheet.quantize(16), "PNG", dpi=_DPI)),
        accept(directory, "alpha.png", saved(alpha, "PNG", dpi=_DPI)),
        accept(directory, "grey-alpha.png", saved(alpha.convert("LA"), "PNG", dpi=_DPI)),
        accept(directory, "one-bit.png", saved(bilevel(), "PNG", dpi=_DPI)),
        accept(directory, "one-bit-raw.tif", saved(bilevel(), "TIFF", dpi=_DPI)),
        accept(directory, "cmyk.tif", saved(sheet.convert("CMYK"), "TIFF", compression="tiff_lzw", dpi=_DPI)),
        accept(directory, "jpeg-in.tif", saved(sheet, "TIFF", compression="jpeg", dpi=_DPI)),
        accept(directory, "deflate.tif", saved(sheet, "TIFF", compression="tiff_adobe_deflate", dpi=_DPI)),
        accept(directory, "no-resolution.png", saved(sheet, "PNG")),
        accept(directory, "absurd-resolution.png", saved(sheet, "PNG", dpi=(1, 20_000))),
        accept(directory, "one-pixel.png", saved(Image.new("L", (1, 1), 255), "PNG")),
        accept(directory, "2400-dpi-third.png", enlarged(bilevel(dpi=300).crop((0, 0, 2480, 1169)), 8)),
        either(directory, "2400-dpi-page.png", enlarged(bilevel(dpi=300), 8)),
        accept(directory, "png-then-zip.png", png + b"PK\x03\x04" + bytes(200)),
        accept(directory, "png-then-pdf.png", png + saved(Image.new("1", (40, 40)), "PDF")),
    ]


def chunk(kind: bytes, data: bytes) -> bytes:
    """A PNG chunk with its length and check sum."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, depth: int, colour: int, rows: Iterable[bytes], dots_a_metre: int = 7874) -> bytes:
    """A PNG from its rows, filter byte first, compressed as they come, so that it may be larger than memory."""
    packer = zlib.compressobj(1)
    body = b"".join(packer.compress(row) for row in rows) + packer.flush()
    return packed_png(width, height, depth, colour, body, dots_a_metre)


def packed_png(width: int, height: int, depth: int, colour: int, body: bytes, dots_a_metre: int = 7874) -> bytes:
    """A PNG from its zlib stream."""
    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    dots = struct.pack(">IIB", dots_a_metre, dots_a_metre, 1)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + chunk(b"pHYs", dots)
        + chunk(b"IDAT", body)
        + chunk(b"IEND", b"")
    )


def sixteen_bit_rgb(image: np.ndarray) -> bytes:
    """48 bits a pixel, which Pillow does not write."""
    wide = (image.astype(np.uint16) * 257).astype(">u2")
    return png(image.shape[1], image.shape[0], 16, 2, (b"\0" + row.tobytes() for row in wide))


def enlarged(image: Image.Image, times: int) -> bytes:
    """A 1-bit PNG, `times` as large, with the resolution to match (300 dpi before)."""
    bits = np.asarray(image)
    width = bits.shape[1] * times
    same = b"\2" + bytes(-(-width // 8))  # filter Up: as the row above
    rows = (same if n else b"\0" + np.packbits(np.repeat(row, times)).tobytes() for row in bits for n in range(times))
    return png(width, bits.shape[0] * times, 1, 0, rows, dots_a_metre=round(300 * times / 0.0254))
