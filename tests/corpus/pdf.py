"""PDF files put together by hand, object by object, lawful or not."""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence

A4 = b"[0 0 595 842]"


def stream(data: bytes, entries: bytes = b"") -> bytes:
    """A stream object's body."""
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def flate(data: bytes, entries: bytes = b"") -> bytes:
    """A compressed stream's body."""
    return stream(zlib.compress(data, 9), b"/Filter /FlateDecode " + entries)


def assemble(objects: Sequence[bytes] | Mapping[int, bytes], trailer: bytes = b"", root: int = 1) -> bytes:
    """A file from object bodies, numbered from 1; the catalogue is object `root`."""
    numbered = dict(objects) if isinstance(objects, Mapping) else dict(enumerate(objects, 1))
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in numbered.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = max(numbered) + 1
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        out += b"%010d 00000 n \n" % offsets[number] if number in offsets else b"0000000000 00000 f \n"
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (size, root, trailer, start)
    return bytes(out)


def one_page(content: bytes = b"0 0 m 300 300 l S", resources: bytes = b"", more: Sequence[bytes] = (),
             page: bytes = b"", box: bytes = A4, catalogue: bytes = b"") -> bytes:  # fmt: skip
    """A file of one page; `more` are objects from number 5 on."""
    return assemble(
        [
            b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalogue,
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents 4 0 R /Resources << %s >> %s >>"
            % (box, resources, page),
            stream(content),
            *more,
        ]
    )


def image_page(width: int, height: int, body: bytes, box: bytes = A4) -> bytes:
    """A page that shows one image XObject (object 5, its body given) over its whole box."""
    _, _, right, top = box.strip(b"[]").split()
    content = b"q %s 0 0 %s 0 0 cm /Im Do Q" % (right, top)
    return one_page(content, b"/XObject << /Im 5 0 R >>", [body], box=box)


def image(width: int, height: int, filters: bytes, data: bytes, bits: int = 1) -> bytes:
    """An image XObject's body in grey."""
    entries = b"/Type /XObject /Subtype /Image /Width %d /Height %d /BitsPerComponent %d /ColorSpace /DeviceGray %s"
    return stream(data, entries % (width, height, bits, filters))
