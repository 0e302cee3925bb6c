"""Which installed faces write which style, and whether a face really has ink for a character."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Literal

import numpy as np
import pylopdf_fonts_jp
from PIL import ImageFont

from api.synth.errors import NoFace

Style = Literal["print", "hand"]

_ROOTS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
# File name -> (style, optical size: how large the face must be set to look as large as a Mincho).
# Brush faces are thin at the size of a form's cells: _THIN says how many mm a pen adds to their strokes.
_THIN = {"AoyagiKouzanT.ttf": 0.09, "aoyagi-soseki.ttf": 0.04, "kouzan-mouhitsu.ttf": 0.03}
_FACES: dict[str, tuple[Style, float]] = {
    "NotoSansCJK-Regular.ttc": ("print", 1.0),
    "NotoSerifCJK-Regular.ttc": ("print", 1.0),
    "ipaexg.ttf": ("print", 1.0),
    "ipaexm.ttf": ("print", 1.0),
    "ipag.ttf": ("print", 1.0),
    "ipam.ttf": ("print", 1.0),
    "BIZUDGothic-Regular.ttf": ("print", 1.0),
    "BIZUDMincho-Regular.ttf": ("print", 1.0),
    "TakaoGothic.ttf": ("print", 1.0),
    "TakaoMincho.ttf": ("print", 1.0),
    "VL-Gothic-Regular.ttf": ("print", 1.0),
    "KleeOne-Regular.ttf": ("hand", 1.0),
    "KleeOne-SemiBold.ttf": ("hand", 1.0),
    "kiloji.ttf": ("hand", 1.08),
    "kiloji_b.ttf": ("hand", 1.08),
    "YuseiMagic-Regular.ttf": ("hand", 0.95),
    "aoyagi-soseki.ttf": ("hand", 1.05),
    "AoyagiKouzanT.ttf": ("hand", 1.05),
    "kouzan-mouhitsu.ttf": ("hand", 1.0),
}
_PROBE = 48  # pixels
_ABSENT = "\U0010fffe"  # no font has it: what a face draws for it is its "no such glyph" box


@dataclass(frozen=True, slots=True)
class Face:
    """A font file with its style; `optical` corrects faces that look small or large at the same size."""

    path: Path
    style: Style
    optical: float

    @property
    def name(self) -> str:
        return self.path.name

    @property
    def thin(self) -> float:
        """What a ballpoint adds to the strokes of the face, in mm."""
        return _THIN.get(self.name, 0.0)

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
def faces(style: Style) -> tuple[Face, ...]:
    """The installed faces of a style, by name; print always has the two faces of the wheel."""
    found = {
        path.name: Face(path, *_FACES[path.name]) for root in _ROOTS for path in root.rglob("*") if path.name in _FACES
    }
    wheel = [Face(Path(path), "print", 1.0) for path in (pylopdf_fonts_jp.sans_path(), pylopdf_fonts_jp.serif_path())]
    chosen = [found[name] for name in sorted(found) if found[name].style == style]
    return tuple(chosen + wheel if style == "print" else chosen or wheel)


def face_for(character: str, preferred: Face) -> Face:
    """`preferred` if it has ink for the character, else another of its style, else a print face; NoFace if none."""
    if preferred.has_ink(character):
        return preferred
    for face in (*faces(preferred.style), *faces("print")):
        if face.has_ink(character):
            return face
    raise NoFace(character=character)


def digests(used: Iterable[Face]) -> list[dict[str, str]]:
    """Name and sha256 of each font file, for the manifest."""
    return [{"file": face.name, "sha256": _sha256(face.path)} for face in sorted(set(used), key=lambda face: face.name)]


@cache
def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
