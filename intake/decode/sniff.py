"""What a file is, by its bytes and never by its name."""

from __future__ import annotations

from pathlib import Path

HEAD = 1024  # bytes looked at; the PDF header may stand anywhere in them (ISO 32000-1, annex H.3, note 13)

PDF = "application/pdf"
TIFF = "image/tiff"
PNG = "image/png"
JPEG = "image/jpeg"
ACCEPTED = (PDF, TIFF, PNG, JPEG)

_MAGIC = (
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"\xff\xd8\xff", JPEG),
    (b"II*\x00", TIFF),
    (b"MM\x00*", TIFF),
    (b"II+\x00", TIFF),  # BigTIFF
    (b"MM\x00+", TIFF),
    (b"%PDF-", PDF),
    (b"PK\x03\x04", "application/zip"),
    (b"GIF8", "image/gif"),
    (b"BM", "image/bmp"),
    (b"\x00\x00\x00\x0cjP  ", "image/jp2"),
    (b"\x97JB2\r\n\x1a\n", "image/jbig2"),
    (b"\xd0\xcf\x11\xe0", "application/x-ole-storage"),
    (b"%!PS", "application/postscript"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-elf"),
    (b"{\\rtf", "application/rtf"),
)


def sniff(head: bytes) -> str:
    """The media type of the first HEAD bytes; `application/octet-stream` if nothing is recognised.

    A file that is several types at once (polyglot) is what its first bytes say, and decoded as that alone.
    """
    for magic, media_type in _MAGIC:
        if head.startswith(magic):
            return media_type
    if head[4:8] == b"ftyp":
        return "image/heif"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if b"%PDF-" in head[:HEAD]:
        return PDF
    start = head[:HEAD].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if start.startswith((b"<!doctype html", b"<html", b"<svg", b"<?xml")):
        return "text/xml"
    return "application/octet-stream"


def sniff_file(path: Path) -> str:
    """As `sniff`; raises OSError if the file cannot be read."""
    with path.open("rb") as file:
        return sniff(file.read(HEAD))
