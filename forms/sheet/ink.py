"""The few kinds of ink that a printed sheet is made of, as plain data for the page template (mm, pt, RGB)."""

from __future__ import annotations

from typing import Any, Literal

from forms.model import Box

Item = dict[str, Any]

BLACK = "#000000"
# Grey-blue of 42 % luminance (luma 0.299 R + 0.587 G + 0.114 B): dark enough for a fax's threshold, light
# enough to be told from writing. Readers remove it by geometry, not by colour.
RULE = "#5c6b8e"
WHITE = "#ffffff"
WRITING = "#10131c"
RULE_WIDTH = 0.28  # mm
_COLOURS = {"black": BLACK, "rule": RULE, "white": WHITE}


def colour(name: Literal["black", "rule", "white"]) -> str:
    """The RGB of a form's colour name."""
    return _COLOURS[name]


def rect(box: Box, stroke: float = 0.0, paint: str = BLACK, fill: str | None = None) -> Item:
    """A rectangle with a line of `stroke` mm centred on its edge, or filled."""
    return {"kind": "rect", **_place(box), "stroke": stroke, "paint": paint, "fill": fill}


def line(box: Box, stroke: float, paint: str = BLACK) -> Item:
    """A line from the box's top left to its bottom right."""
    return {"kind": "line", **_place(box), "stroke": stroke, "paint": paint}


def ellipse(box: Box, stroke: float, paint: str = BLACK, fill: str | None = None) -> Item:
    """An ellipse that touches the box's sides."""
    return {"kind": "ellipse", **_place(box), "stroke": stroke, "paint": paint, "fill": fill}


def text(box: Box, words: str, size: float, align: str = "left", bold: bool = False, paint: str = BLACK) -> Item:
    """Words set in the box, vertically centred, made smaller if they would not fit its width."""
    return {
        "kind": "text", **_place(box), "text": words, "size": size, "align": align, "bold": bold, "paint": paint,
    }  # fmt: skip


def _place(box: Box) -> Item:
    return {"x": round(box.x, 4), "y": round(box.y, 4), "w": round(box.w, 4), "h": round(box.h, 4)}
