"""Very long zlib streams of one piece repeated, made without compressing the piece more than once."""

from __future__ import annotations

import struct
import zlib


def repeated(piece: bytes, times: int) -> bytes:
    """A zlib stream (RFC 1950) that unpacks to `piece` repeated: one fully flushed block, copied."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    block = packer.compress(piece) + packer.flush(zlib.Z_FULL_FLUSH)
    last = zlib.compressobj(9, zlib.DEFLATED, -15).flush()
    total = 1
    for _ in range(times):
        total = zlib.adler32(piece, total)
    return b"\x78\xda" + block * times + last + struct.pack(">I", total)
