"""The filled sheet that most files of the corpus show."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date
from functools import cache

import numpy as np
from PIL import Image

from api.synth import acquisition, dependants
from api.synth.chance import Chance
from api.synth.fill import Filler
from api.synth.raster import blank_canvas
from api.synth.world import World
from forms import catalogue

AS_OF = date(2026, 11, 21)
_WORLD = World("corpus", 500, 8, AS_OF)


@cache
def pixels(kind: str = "acquisition", dpi: int = 200, version: str | None = None) -> np.ndarray:
    """A printed sheet (h x w x 3); `version` puts another version into its code than we know."""
    form = catalogue.form(kind)
    canvas = blank_canvas(replace(form, version=version) if version else form, dpi)
    maker = acquisition if kind == "acquisition" else dependants
    values = next(maker.sheets(_WORLD, Chance("corpus", kind), 1, 2))
    Filler(form, canvas, Chance("corpus", kind, "fill"), "print").fill(values, None)
    return canvas.pixels


def picture(kind: str = "acquisition", dpi: int = 200) -> Image.Image:
    """The sheet as a Pillow image."""
    return Image.fromarray(pixels(kind, dpi))


def bilevel(kind: str = "acquisition", dpi: int = 200) -> Image.Image:
    """The sheet in black and white."""
    return picture(kind, dpi).convert("L").point(lambda level: 255 * (level > 150)).convert("1")


def saved(image: Image.Image, format_: str, **options: object) -> bytes:
    """The file's bytes."""
    buffer = io.BytesIO()
    if format_ == "PNG":
        options.setdefault("compress_level", 1)
    image.save(buffer, format_, **options)
    return buffer.getvalue()
