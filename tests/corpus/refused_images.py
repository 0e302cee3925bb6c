"""Pictures that are cut short, lie about themselves, or are no pictures at all."""

from __future__ import annotations

import gzip
import io
import random
import struct
import zipfile
import zlib
from pathlib import Path

from PIL import Image

from tests.corpus.case import Case, either, reject
from tests.corpus.deflate import repeated
from tests.corpus.odd_images import chunk, packed_png
from tests.corpus.sheets import bilevel, picture, saved

_DPI = (200, 200)
_DAMAGED = ("damaged", "unsupported_encoding", "decoder_crashed", "decode_failed")
_TOO_BIG = ("page_too_large", "decoder_memory", "damaged", "unsupported_encoding")


def refused_images(directory: Path) -> list[Case]:
    """Truncated, empty, gigapixel, bombs, other types under our names, loops."""
    sheet = picture()
    jpeg, whole = saved(sheet, "JPEG", dpi=_DPI), saved(sheet, "PNG", dpi=_DPI)
    tiff = saved(bilevel(), "TIFF", compression="group4", dpi=_DPI)
    noise = random.Random(7).randbytes(50_000)
    unknown = ("unsupported_type",)
    return [
        reject(directory, "empty.pdf", b"", "empty_file"),
        reject(directory, "one-byte.png", b"\x89", *unknown),
        reject(directory, "noise.pdf", noise, *unknown),
        reject(directory, "nothing-but-nul.tif", bytes(1_000_000), *unknown),
        reject(directory, "truncated.jpg", jpeg[: len(jpeg) * 6 // 10], *_DAMAGED),
        reject(directory, "truncated.png", whole[: len(whole) * 6 // 10], *_DAMAGED),
        reject(directory, "truncated.tif", tiff[: len(tiff) // 3], *_DAMAGED),
        reject(directory, "signature-only.png", whole[:8], *_DAMAGED),
        reject(directory, "signature-only.jpg", jpeg[:4], *_DAMAGED),
        reject(directory, "signature-only.tif", tiff[:8], *_DAMAGED, "no_pages"),
        reject(directory, "bad-checksum.png", _bad_checksum(whole), *_DAMAGED),
        reject(directory, "no-width.png", _claimed(0, 100), *_DAMAGED, *_TOO_BIG),
        reject(directory, "gigapixel.png", _gigapixel(), *_TOO_BIG),
        reject(directory, "claims-2-to-31.png", _claimed(2**31 - 1, 2**31 - 1), *_TOO_BIG),
        reject(directory, "claims-65535.jpg", _claimed_jpeg(jpeg), *_TOO_BIG, *_DAMAGED),
        reject(directory, "gigapixel.tif", _tiff(60_000, 60_000, 8, bytes(100)), *_TOO_BIG),
        either(directory, "text-bomb.png", _text_bomb(whole)),
        either(directory, "more-data-than-rows.png", _overfull()),
        reject(directory, "no-directory.tif", b"II*\0" + struct.pack("<I", 0), "no_pages", *_DAMAGED),
        reject(directory, "directory-outside.tif", b"II*\0" + struct.pack("<I", 10**9), "no_pages", *_DAMAGED),
        either(directory, "directory-loop.tif", _tiff(32, 32, 8, bytes(1024), loop=True)),
        reject(directory, "strips-outside.tif", _tiff(100, 100, 8, b"", offset=10**8), *_DAMAGED),
        reject(directory, "ten-thousand.tif", _many_directories(10_000), "too_many_pages"),
        reject(directory, "bomb.zip", _zip_bomb(), *unknown),
        reject(directory, "zip-named-pdf.pdf", _zip_bomb(), *unknown),
        reject(directory, "zip-then-pdf.pdf", _zip_bomb() + saved(Image.new("1", (9, 9)), "PDF"), *unknown),
        reject(directory, "gzip-named-pdf.pdf", gzip.compress(bytes(10_000_000), mtime=0), *unknown),
        reject(directory, "web-page.pdf", b"<!DOCTYPE html><html><script>alert(1)</script></html>", *unknown),
        reject(directory, "drawing.png", b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", *unknown),
        reject(directory, "program.pdf", b"MZ" + noise[:4000], *unknown),
        reject(directory, "picture.gif", saved(sheet.quantize(8), "GIF"), *unknown),
        reject(directory, "picture-bmp.png", saved(sheet.convert("L"), "BMP"), *unknown),
        reject(directory, "picture-webp.jpg", saved(sheet, "WEBP", quality=40), *unknown),
    ]


def _bad_checksum(data: bytes) -> bytes:
    place = data.index(b"IDAT") + 2000
    return data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]


def _claimed(width: int, height: int) -> bytes:
    """A PNG whose header claims a size that its data never had."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def _claimed_jpeg(data: bytes) -> bytes:
    """A JPEG frame of 65,535 x 65,535."""
    place = data.index(b"\xff\xc0") + 5
    return data[:place] + b"\xff\xff\xff\xff" + data[place + 4 :]


def _gigapixel() -> bytes:
    """1.6 thousand million pixels in 200 kB, every one of them there."""
    return packed_png(40_000, 40_000, 1, 0, repeated(bytes(5001), 40_000))


def _text_bomb(data: bytes) -> bytes:
    """A compressed comment of 1 GB before the picture."""
    bomb = chunk(b"zTXt", b"Comment\0\0" + repeated(bytes(1 << 20), 1024))
    return data[:33] + bomb + data[33:]


def _overfull() -> bytes:
    """A small picture followed, inside its own stream, by 500 MB of nothing."""
    return packed_png(100, 100, 1, 0, repeated(bytes(1 << 20), 500))


def _tiff(width: int, height: int, bits: int, data: bytes, offset: int = 0, *, loop: bool = False) -> bytes:
    """A little-endian TIFF of one uncompressed strip, which may lie elsewhere, or come again and again."""
    start = 8 + len(data)
    tags = ((256, 4, width), (257, 4, height), (258, 3, bits), (259, 3, 1), (262, 3, 1),
            (273, 4, offset or 8), (277, 3, 1), (278, 4, height), (279, 4, width * height * bits // 8))  # fmt: skip
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, min(value, 2**32 - 1)) for tag, kind, value in tags)
    directory = struct.pack("<H", len(tags)) + entries + struct.pack("<I", start if loop else 0)
    return b"II*\0" + struct.pack("<I", start) + data + directory


def _many_directories(count: int) -> bytes:
    """A TIFF of that many pages of 8 x 1 pixels."""
    out = io.BytesIO()
    out.write(b"II*\0" + struct.pack("<I", 10) + b"\xaa\0")
    tags = ((256, 4, 8), (257, 4, 1), (258, 3, 1), (259, 3, 1), (262, 3, 1), (273, 4, 8), (278, 4, 1), (279, 4, 1))
    entries = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    size = 2 + len(entries) + 4
    for number in range(count):
        following = 10 + size * (number + 1) if number + 1 < count else 0
        out.write(struct.pack("<H", len(tags)) + entries + struct.pack("<I", following))
    return out.getvalue()


def _zip_bomb() -> bytes:
    """50 MB of zeros in 50 kB."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        entry = zipfile.ZipInfo("a.bin", (2026, 1, 1, 0, 0, 0))
        entry.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(entry, bytes(50_000_000))
    return buffer.getvalue()
