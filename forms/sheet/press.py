"""Turns ink items into a PDF with embedded, subset fonts; the same items give the same bytes."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from forms.sheet.ink import Item

if TYPE_CHECKING:
    import typst

TEMPLATE = Path(__file__).with_name("sheet.typ")
FONT = "Noto Sans JP"


@lru_cache(maxsize=1)
def _fonts() -> typst.Fonts:
    """The Japanese font of the installed wheel; no font of the system is looked at."""
    import pylopdf_fonts_jp
    import typst

    folder = Path(pylopdf_fonts_jp.sans_path()).parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[str(folder)])


def press(title: str, size: tuple[float, float], sheets: list[list[Item]], copies: int = 1) -> bytes:
    """A PDF with a page of `size` mm for each list of items, all of it `copies` times."""
    import typst

    job = {"title": title, "width": size[0], "height": size[1], "font": FONT, "sheets": sheets, "copies": copies}
    made = typst.compile(
        TEMPLATE.read_bytes(),
        font_paths=_fonts(),
        sys_inputs={"job": json.dumps(job, ensure_ascii=False)},
        format="pdf",
        timestamp=0,
        pdf_tags=False,
    )
    return bytes(made)
