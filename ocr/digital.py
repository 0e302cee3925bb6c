"""Born-digital pages: words and form values that lie in a field are its reading; no character is guessed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np

from forms.model import Box, Field, Part
from ocr import facts
from ocr.align import Transform
from ocr.fields import compose, marked, sign
from ocr.ink import Ink
from ocr.lines import written
from ocr.page import Grey
from ocr.parts import WRITTEN, PartRead, certain
from ocr.types import FieldReading, PageImage, Widget, Word

TEXT_LAYER = ("text_layer", "1", "text_layer")
ACROFORM = ("acroform", "1", "acroform")
_WHITE = 0.6  # share of pixels that are exactly paper on a page that was drawn, not scanned


def is_born_digital(page: PageImage, image: Grey) -> bool:
    """True if the page was drawn by a program: pure white paper and smooth edges.

    A scanner's own text layer (searchable PDF) is somebody's OCR and is not believed.
    """
    if not page.words and not page.widgets:
        return False
    white = float((image >= 254).mean())
    between = float(((image > 20) & (image < 235)).mean())
    return white > _WHITE and between > 0.0005


class DigitalLayer:
    """The words and form values of one sheet, in form millimetres."""

    def __init__(self, page: PageImage, transform: Transform) -> None:
        back = np.asarray(np.linalg.inv(transform), dtype=np.float64)
        self._words = [(word, _to_mm(word.box, back)) for word in page.words if word.text.strip()]
        self._widgets = [(widget, _to_mm(widget.box, back)) for widget in page.widgets]

    def read(self, item: Field, ink: Ink) -> FieldReading | None:
        """The field's reading from the layer, or None if the layer does not cover it (then the picture is read).

        Circles and ticks are drawn as lines and read from the picture; so is a field with writing outside words.
        """
        if (filled := self._from_widgets(item, ink)) is not None:
            return filled
        parts = [part for part in item.parts if part.control not in {"preprinted", "stamp"}]
        read = [self._from_words(part) if part.control in WRITTEN else marked(ink, item, part) for part in parts]
        if all(part.blank for part in read if part.part.control in WRITTEN):
            return None
        if any(p.blank and p.part.control in WRITTEN and len(written(ink, p.part.box)) for p in read):
            return None
        found = replace(compose(item, read), facts=facts.of_ink(ink, parts))
        return sign(item, found, "text_layer", *TEXT_LAYER)

    def _from_widgets(self, item: Field, ink: Ink) -> FieldReading | None:
        parts = [part for part in item.parts if part.control not in {"preprinted", "stamp"}]
        found = [(part, self._in(part)) for part in parts]
        if not all(widgets for _, widgets in found):
            return None
        filled = compose(item, [_widget_part(p, w) for p, w in found])
        return sign(item, replace(filled, facts=facts.of_ink(ink, parts)), "acroform", *ACROFORM)

    def _in(self, part: Part) -> list[tuple[Widget, Box]]:
        boxes = [choice.box for choice in part.choices] or [part.box]
        return [(w, box) for w, box in self._widgets if any(_covers(b.grown(0.8), box) for b in boxes)]

    def _from_words(self, part: Part) -> PartRead:
        inside = [(word, box) for word, box in self._words if _covers(part.box.grown(0.6), box)]
        if part.cells:
            return _in_cells(part, inside)
        inside.sort(key=lambda pair: (round(pair[1].centre[1] / 2.5), pair[1].x))
        return certain(part, "".join(word.text for word, _ in inside))


def _in_cells(part: Part, inside: Sequence[tuple[Word, Box]]) -> PartRead:
    """Characters of the words spread over the cells by their place in the word."""
    cells = [""] * len(part.cells)
    for word, box in inside:
        text = word.text.strip()
        for n, character in enumerate(text):
            x = box.x + box.w * (n + 0.5) / len(text)
            place = min(range(len(cells)), key=lambda i: abs(part.cells[i].centre[0] - x))
            cells[place] += character
    text = "".join(c or "_" for c in cells).strip("_")
    return certain(part, text, cells)


def _widget_part(part: Part, widgets: Sequence[tuple[Widget, Box]]) -> PartRead:
    if part.choices:
        codes = [
            choice.code
            for choice in part.choices
            if any(w.value not in {"", "Off", "0"} and _covers(choice.box.grown(0.8), box) for w, box in widgets)
        ]
        return certain(part, ",".join(codes))
    ordered = sorted(widgets, key=lambda pair: pair[1].x)
    text = "".join(widget.value for widget, _ in ordered)
    if not part.cells:
        return certain(part, text)
    if len(ordered) > 1:
        return _in_cells(part, [(Word(w.value, w.box), box) for w, box in ordered if w.value.strip()])
    cells = list(text.ljust(len(part.cells)) if part.align != "right" else text.rjust(len(part.cells)))
    return certain(part, text.strip(), [c.strip() for c in cells[: len(part.cells)]])


def _to_mm(box: tuple[float, float, float, float], back: Transform) -> Box:
    x, y, w, h = box
    corners = np.array([[[x, y], [x + w, y], [x + w, y + h], [x, y + h]]], dtype=np.float64)
    at = cv2.perspectiveTransform(corners, back)[0]
    left, top = at.min(axis=0).tolist()
    right, bottom = at.max(axis=0).tolist()
    return Box(left, top, right - left, bottom - top)


def _covers(outer: Box, inner: Box) -> bool:
    """True if the middle of `inner` lies in `outer`."""
    x, y = inner.centre
    return outer.x <= x < outer.right and outer.y <= y < outer.bottom
