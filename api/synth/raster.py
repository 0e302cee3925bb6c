"""The blank sheet as pixels: what `todoke forms blank` prints, rendered once a resolution."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pypdfium2 as pdfium

from api.synth.canvas import Canvas, Pixels
from forms.model import Form
from forms.sheet import blank_pdf


@lru_cache(maxsize=4)
def _rendered(form: Form, dpi: int) -> Pixels:
    document = pdfium.PdfDocument(blank_pdf(form))
    try:
        bitmap = document[0].render(scale=dpi / 72, rev_byteorder=True)
        return np.ascontiguousarray(bitmap.to_numpy()[..., :3])
    finally:
        document.close()


def blank_canvas(form: Form, dpi: int) -> Canvas:
    """A fresh blank sheet of the form at a resolution."""
    return Canvas(_rendered(form, dpi).copy(), dpi)
