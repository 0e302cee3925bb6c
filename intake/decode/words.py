"""The text layer and the form values of a PDF page through pdfplumber, in the throw-away process only."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

import pdfplumber
from pdfminer.pdftypes import resolve1
from pdfminer.utils import decode_text

from intake.decode.limits import Limits
from intake.decode.source import Box

_WORDS = 20_000
_LONGEST = 400  # characters of a word or value
_DEPTH = 8  # of a field's parents
_PUSH = 1 << 16  # field flag of a button that only does something (ISO 32000-1, table 226)
# (characters run, lines follow) for text turned by 0, 90, 180, 270 degrees against the clock
_DIRECTIONS = {0: ("ltr", "ttb"), 1: ("btt", "ltr"), 2: ("rtl", "btt"), 3: ("ttb", "rtl")}


@dataclass(frozen=True, slots=True)
class PageText:
    """Words and widgets with boxes in pixels of the raster."""

    words: list[tuple[str, Box]]
    widgets: list[tuple[str, str, Box, str]]


class _TooSlow(Exception):
    pass


class TextLayer:
    """Reads pages of one PDF; None where the text cannot be had in time. The picture of the page is unharmed."""

    def __init__(self, path: Path, limits: Limits) -> None:
        self._path = path
        self._seconds = limits.text_seconds
        self._pdf: Any = None
        self._broken = False

    def read(self, number: int, width: int, height: int) -> PageText | None:
        """Text of the 1-based page, scaled to a raster of width x height pixels."""
        if self._broken:
            return None
        try:
            with _alarm(self._seconds):
                if self._pdf is None:
                    self._pdf = pdfplumber.open(self._path)
                page = self._pdf.pages[number - 1]
                try:
                    return _read(page, width, height)
                finally:
                    page.close()
        except _TooSlow:
            self._broken = self._pdf is None
            return None
        except MemoryError:
            raise
        except Exception:
            self._broken = self._pdf is None
            return None


@contextlib.contextmanager
def _alarm(seconds: float) -> Iterator[None]:
    """Raises _TooSlow inside the block after so many seconds; pdfminer is plain Python and can be interrupted."""

    def ring(_number: int, _frame: FrameType | None) -> None:
        raise _TooSlow

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def _read(page: Any, width: int, height: int) -> PageText:
    left, top, right, bottom = (float(value) for value in page.cropbox)
    across, down = width / max(1e-6, right - left), height / max(1e-6, bottom - top)

    def box(found: dict[str, Any]) -> Box:
        return (
            round((float(found["x0"]) - left) * across, 2),
            round((float(found["top"]) - top) * down, 2),
            round((float(found["x1"]) - float(found["x0"])) * across, 2),
            round((float(found["bottom"]) - float(found["top"])) * down, 2),
        )

    placed = [(_clean(word["text"]), box(word)) for word in _words(page)]
    widgets = []
    for annotation in page.annots[:_WORDS]:
        read = _widget(annotation.get("data") or {})
        if read is not None:
            widgets.append((read[0], read[1], box(annotation), read[2]))
    return PageText([(text, where) for text, where in placed if text], widgets)


def _words(page: Any) -> list[dict[str, Any]]:
    """Words in the direction in which their text runs: a page may be stored upside down or on its side."""
    found: list[dict[str, Any]] = []
    for heading in sorted({_heading(char) for char in page.chars}):
        part = page.filter(lambda item, wanted=heading: item["object_type"] == "char" and _heading(item) == wanted)
        char_dir, line_dir = _DIRECTIONS[heading]
        found += part.extract_words(
            char_dir=char_dir, line_dir=line_dir, char_dir_rotated=char_dir, line_dir_rotated=line_dir
        )
    return found[:_WORDS]


def _heading(char: dict[str, Any]) -> int:
    """Quarter turns of the text, from its matrix: 0 runs right, 1 up, 2 left, 3 down."""
    a, b = char["matrix"][:2]
    if abs(a) >= abs(b):
        return 0 if a >= 0 else 2
    return 1 if b > 0 else 3


def _widget(data: dict[str, Any]) -> tuple[str, str, str] | None:
    """(name, value, kind) of a widget annotation, None if it is no field with a value."""
    if _name(resolve1(data.get("Subtype"))) != "Widget":
        return None
    names, found = [], {}
    node: Any = data
    for _ in range(_DEPTH):
        if not isinstance(node, dict):
            break
        if "T" in node:
            names.append(_text(resolve1(node["T"])))
        for key in ("FT", "V", "Ff"):
            if key in node and key not in found:
                found[key] = resolve1(node[key])
        node = resolve1(node.get("Parent"))
    name = ".".join(reversed(names))[:_LONGEST]
    kind = _name(found.get("FT"))
    if kind == "Btn":
        return None if _flags(found) & _PUSH else (name, _ticked(data, found), "check")
    if kind in {"Tx", "Ch"}:
        value = found.get("V")
        parts = [_text(resolve1(v)) for v in value] if isinstance(value, list) else [_text(value)]
        return name, ",".join(parts)[:_LONGEST], "text" if kind == "Tx" else "choice"
    return None


def _ticked(data: dict[str, Any], found: dict[str, Any]) -> str:
    """ "1" if this box or this radio button is on: its appearance state is not Off."""
    state = _name(resolve1(data.get("AS")))
    if not state:
        state = _name(found.get("V"))
    return "1" if state and state != "Off" else ""


def _flags(found: dict[str, Any]) -> int:
    flags = found.get("Ff")
    return flags if isinstance(flags, int) else 0


def _name(value: Any) -> str:
    """The text of a PDF name object."""
    name = getattr(value, "name", value)
    if isinstance(name, bytes):
        return name.decode("latin-1")
    return name if isinstance(name, str) else ""


def _text(value: Any) -> str:
    if isinstance(value, bytes):
        value = decode_text(value)
    elif not isinstance(value, str):
        value = _name(value)
    return _clean(value)


def _clean(text: str) -> str:
    """Without control characters and lone surrogates, and of bounded length."""
    kept = "".join(c for c in text[:_LONGEST] if c.isprintable() or c == "\u3000")
    return kept.encode("utf-8", "ignore").decode("utf-8")
