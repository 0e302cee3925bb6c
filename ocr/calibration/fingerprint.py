"""What a calibration is of: the code, weights, libraries and lexicons that read, and the forms that are read."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from forms import catalogue
from forms.geometry import geometry
from ocr.knowledge import build as lexicon

_ROOT: Final = Path(__file__).parents[2]
# What changes no reading: this room, training, and the twins of tests.
_ASIDE: Final = ("ocr/calibration/", "ocr/training/", "ocr/weights/", "ocr/knowledge/", "ocr/testing.py")
_LIBRARIES: Final = ("numpy", "onnxruntime", "opencv-contrib-python-headless", "paddleocr", "paddlex")


def of_reader(reader: object) -> dict[str, str]:
    """The fingerprint of a reader: all that, when it changes, makes another reader of it.

    A reader may add parts of its own by a method `identity() -> dict[str, str]`, as one over a service has to.
    """
    own = getattr(reader, "identity", None)
    parts: Mapping[str, str] = own() if callable(own) else {}
    kind = type(reader)
    return {"reader": f"{kind.__module__}.{kind.__qualname__}", **_material(), **parts}


@cache
def _material() -> dict[str, str]:
    """Hashes of what is installed, once a process."""
    code = [p for p in _under("ocr", ".py") if not p.relative_to(_ROOT).as_posix().startswith(_ASIDE)]
    return {
        "code": _digest([*code, *_under("forms/values", "")]),
        "weights": _digest(_under("ocr/weights", ".onnx")),
        "knowledge": _digest(_under("ocr/knowledge", "")),
        "lexicon": _lexicon(),
        "libraries": " ".join(f"{name} {_version(name)}" for name in _LIBRARIES),
    }


def digest(parts: Mapping[str, str]) -> str:
    """A fingerprint in 16 hex digits."""
    return _hash([json.dumps(dict(parts), ensure_ascii=False, sort_keys=True).encode()])


@cache
def of_form(kind: str, form_version: str) -> str:
    """The hash of a form's geometry: where it is written, with what controls and alphabets."""
    told = geometry(catalogue.form(kind, version=form_version))
    return _hash([json.dumps(told, ensure_ascii=False, sort_keys=True).encode()])


def differing(ours: Mapping[str, str], theirs: Mapping[str, str]) -> tuple[str, ...]:
    """The parts in which two fingerprints differ."""
    return tuple(sorted(name for name in ours.keys() | theirs.keys() if ours.get(name) != theirs.get(name)))


def _under(folder: str, ending: str) -> list[Path]:
    found = (_ROOT / folder).rglob(f"*{ending}")
    return sorted(p for p in found if p.is_file() and "__pycache__" not in p.parts and p.suffix != ".md")


def _digest(paths: Iterable[Path]) -> str:
    return _hash(part for path in paths for part in (path.relative_to(_ROOT).as_posix().encode(), path.read_bytes()))


def _hash(parts: Iterable[bytes]) -> str:
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big") + part)
    return found.hexdigest()[:16]


def _lexicon() -> str:
    """What the lexicon is built from: sources with their versions."""
    try:
        return lexicon.identity()
    except PackageNotFoundError:
        return "-"


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"
