"""Which installed faces write which style in which split, and whether a face really has ink for a character.

data/fonts.csv names the faces that may be used. Not in it, and never to be: fonts-seto, fonts-yozvox-* and yomogi,
which are kept for evaluation from outside, and the faces of benchmarks/outside_filler.py.
"""

from __future__ import annotations

import csv
import hashlib
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import pylopdf_fonts_jp
from PIL import ImageFont

from api.synth.errors import NoFace
from api.synth.splits import Split

Style = Literal["print", "hand"]

FETCHED = Path(sys.prefix) / "share" / "fonts" / "todoke"  # what api/synth/packages.py fetched
_ROOTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), FETCHED)
_TABLE = Path(__file__).parent / "data" / "fonts.csv"
_PROBE = 48  # pixels
_ABSENT = "\U0010fffe"  # no font has it: what a face draws for it is its "no such glyph" box


@dataclass(frozen=True, slots=True)
class Face:
    """A font file with its style; `optical` corrects faces that look small or large at the same size.

    Brush faces are thin at the size of a form's cells: `thin` says how many mm a pen adds to their strokes.
    """

    path: Path
    style: Style
    optical: float
    thin: float = 0.0
    family: str = ""
    split: Split | None = None

    @property
    def name(self) -> str:
        return self.path.name

    def sized(self, pixels: int) -> ImageFont.FreeTypeFont:
        """The face at a size in pixels."""
        return _sized(self.path, pixels)

    def has_ink(self, character: str) -> bool:
        """True if the face draws the character, and not emptiness or the box for what it lacks."""
        return character.isspace() or _inked(self.path, character)


@lru_cache(maxsize=512)
def _sized(path: Path, pixels: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(str(path), pixels, layout_engine=ImageFont.Layout.BASIC)


def _drawn(path: Path, character: str) -> bytes:
    mask = _sized(path, _PROBE).getmask(character, mode="L")
    return b"%d,%d:" % mask.size + bytes(mask)


@lru_cache(maxsize=65536)
def _inked(path: Path, character: str) -> bool:
    mask = _sized(path, _PROBE).getmask(character, mode="L")
    ink = np.frombuffer(bytes(mask), dtype=np.uint8)
    if ink.size == 0 or int(ink.max()) < 96:
        return False
    return _drawn(path, character) != _drawn(path, _ABSENT)


@cache
def table() -> dict[str, dict[str, str]]:
    """The rows of data/fonts.csv by file name."""
    with _TABLE.open(encoding="utf-8", newline="") as file:
        return {row["file"]: row for row in csv.DictReader(file)}


def _face(path: Path) -> Face:
    row = table()[path.name]
    style: Style = "hand" if row["style"] == "hand" else "print"
    split: Split = row["split"]  # type: ignore[assignment] # a test holds the table to the three
    return Face(path, style, float(row["optical"]), float(row["thin"]), row["family"], split)


@cache
def faces(style: Style, split: Split | None = None) -> tuple[Face, ...]:
    """The installed faces of a style (and of a split), by name. Print has the wheel's two if no other is there."""
    wheel = [_face(Path(path)) for path in (pylopdf_fonts_jp.sans_path(), pylopdf_fonts_jp.serif_path())]
    named = {each.name for each in wheel}
    found = {
        path.name: _face(path)
        for root in _ROOTS
        for path in root.rglob("*")
        if path.name in table() and path.name not in named
    }
    chosen = [found[name] for name in sorted(found) if found[name].style == style]
    if style == "print":
        chosen += wheel
    if split is not None:
        chosen = [face for face in chosen if face.split == split]
    return tuple(chosen or wheel)


def face_for(character: str, preferred: Face, split: Split | None = None) -> Face:
    """`preferred` if it has ink for the character, else another of its style (and split), else a print face.

    NoFace if none has it.
    """
    if preferred.has_ink(character):
        return preferred
    for face in (*faces(preferred.style, split), *faces("print", split), *faces("print")):
        if face.has_ink(character):
            return face
    raise NoFace(character=character)


def digests(used: Iterable[Face]) -> list[dict[str, str]]:
    """Name and sha256 of each font file, for the manifest."""
    return [{"file": face.name, "sha256": _sha256(face.path)} for face in sorted(set(used), key=lambda face: face.name)]


@cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
