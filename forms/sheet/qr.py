"""QR codes as ink: modules drawn as rectangles, so that they stay sharp at any size."""

from __future__ import annotations

from forms.model import Box
from forms.sheet.ink import BLACK, Item, rect

QUIET = 4  # modules of white on each side (ISO/IEC 18004)


def qr(words: str, box: Box) -> list[Item]:
    """The code with its quiet zone in the box; a run of dark modules is one rectangle."""
    rows = modules(words)
    side = box.w / (len(rows) + 2 * QUIET)
    out = []
    for y, row in enumerate(rows):
        x = 0
        while x < len(row):
            run = x
            while run < len(row) and row[run]:
                run += 1
            if run > x:
                place = Box(box.x + (x + QUIET) * side, box.y + (y + QUIET) * side, (run - x) * side, side)
                out.append(rect(place, fill=BLACK))
            x = run + 1
    return out


def modules(words: str) -> list[list[bool]]:
    """The code's modules, row by row, True where dark; error correction Q (a quarter may be lost)."""
    import numpy as np
    import zxingcpp

    made = zxingcpp.create_barcode(words, zxingcpp.BarcodeFormat.QRCode, ec_level="Q")
    image = np.asarray(zxingcpp.write_barcode_to_image(made, scale=1, add_quiet_zones=False))
    return [[bool(value < 128) for value in row] for row in image]
