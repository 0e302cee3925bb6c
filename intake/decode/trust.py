"""Takes over what a decoder left behind and believes none of it unchecked: sizes, types, counts and numbers."""

from __future__ import annotations

import json
import math
import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from intake.decode.limits import Limits
from intake.decode.page import DecodedPage
from ocr.types import PageImage, Widget, Word

_DESCRIPTION = 32 * 1024 * 1024  # bytes of the JSON beside a raster
_ITEMS = 20_000
_TEXT = 400
_FAR = 1e7  # px
_FACTS = {
    "media_type": str, "mode": str, "source_width": float, "source_height": float, "reduced": float, "scanned": bool,
    "text": str,
}  # fmt: skip


class NotBelieved(Exception):
    """A decoder left something that it should not have."""


def read_page(directory: Path, number: int, limits: Limits) -> DecodedPage:
    """The page that the decoder left as N.json and N.raw; both are removed. Raises NotBelieved."""
    try:
        described = _description(directory / f"{number}.json")
        shape = _shape(described.get("shape"), limits)
        pixels = _pixels(directory / f"{number}.raw", shape)
        image = PageImage(
            pixels,
            _number(described.get("dpi"), 0.0, 100_000.0),
            tuple(_word(item) for item in _list(described.get("words"))),
            tuple(_widget(item) for item in _list(described.get("widgets"))),
        )
        return DecodedPage(number, image, _facts(described.get("facts")))
    except (OSError, ValueError, TypeError, KeyError, RecursionError) as error:
        raise NotBelieved from error
    finally:
        for name in (f"{number}.json", f"{number}.raw"):
            (directory / name).unlink(missing_ok=True)


@contextmanager
def _regular(path: Path) -> Iterator[BinaryIO]:
    """Open without following a link and without waiting on a pipe."""
    handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise NotBelieved
        yield file


def _description(path: Path) -> dict[str, Any]:
    with _regular(path) as file:
        data = file.read(_DESCRIPTION + 1)
    if len(data) > _DESCRIPTION:
        raise NotBelieved
    described = json.loads(data)
    if not isinstance(described, dict):
        raise NotBelieved
    return described


def _shape(given: object, limits: Limits) -> tuple[int, ...]:
    if not isinstance(given, list) or len(given) not in {2, 3} or not all(type(n) is int and n > 0 for n in given):
        raise NotBelieved
    if given[0] * given[1] > limits.max_pixels * 1.01 or (len(given) == 3 and given[2] != 3):
        raise NotBelieved
    return tuple(given)


def _pixels(path: Path, shape: tuple[int, ...]) -> np.ndarray[Any, np.dtype[np.uint8]]:
    count = math.prod(shape)
    with _regular(path) as file:
        if os.fstat(file.fileno()).st_size != count:
            raise NotBelieved
        pixels = np.fromfile(file, dtype=np.uint8, count=count)
    if pixels.size != count:
        raise NotBelieved
    return pixels.reshape(shape)


def _number(value: object, low: float, high: float) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise NotBelieved
    if not low <= value <= high:
        raise NotBelieved
    return float(value)


def _list(value: object) -> list[Any]:
    if not isinstance(value, list) or len(value) > _ITEMS:
        raise NotBelieved
    return value


def _string(value: object) -> str:
    if not isinstance(value, str) or len(value) > _TEXT:
        raise NotBelieved
    return value


def _box(value: object) -> tuple[float, float, float, float]:
    x, y, width, height = (_number(number, -_FAR, _FAR) for number in _list(value))
    return x, y, width, height


def _word(item: object) -> Word:
    text, box = _list(item)
    return Word(_string(text), _box(box))


def _widget(item: object) -> Widget:
    name, value, box, kind = _list(item)
    if kind not in {"text", "check", "choice"}:
        raise NotBelieved
    return Widget(_string(name), _string(value), _box(box), kind)


def _facts(given: object) -> dict[str, Any]:
    """Only known facts of the right kind pass."""
    if not isinstance(given, dict):
        raise NotBelieved
    kept: dict[str, Any] = {}
    for name, kind in _FACTS.items():
        value = given.get(name)
        if value is None:
            continue
        if kind is float:
            kept[name] = _number(value, -_FAR, _FAR)
        elif isinstance(value, kind):
            kept[name] = value[:60] if isinstance(value, str) else value
    return kept
