"""Which characters the sheet's font can print: a letter that would come out as an empty box is refused instead."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import ImageFont

_PROBE = 32  # px; large enough that two different glyphs differ
_NO_CHARACTER = "\uffff"  # never assigned, so the font draws its "no glyph" box


def unprintable(words: str) -> str:
    """The characters of `words` that the font has no glyph for, in order."""
    return "".join(sign for sign in words if not _has_glyph(sign))


@lru_cache(maxsize=4096)
def _has_glyph(sign: str) -> bool:
    return sign.isspace() or _drawn(sign) != _drawn(_NO_CHARACTER)


@lru_cache(maxsize=64)
def _drawn(sign: str) -> tuple[tuple[int, int], bytes]:
    mask = _font().getmask(sign)
    return mask.size, bytes(mask)


@lru_cache(maxsize=1)
def _font() -> ImageFont.FreeTypeFont:
    import pylopdf_fonts_jp
    from PIL import ImageFont

    return ImageFont.truetype(str(pylopdf_fonts_jp.sans_path()), _PROBE)
