"""Page rasters and text layers as stored bytes, and the turns a person gave a page."""

from __future__ import annotations

import json
from dataclasses import asdict

import cv2
import numpy as np
from numpy.typing import NDArray

from intake.decode.errors import Damaged
from ocr.types import PageImage, Pixels, Widget, Word

_JPEG_QUALITY = 94  # of colour pages: the scan behind them is a JPEG already; grey and black-and-white stay lossless


def encode(pixels: Pixels) -> tuple[bytes, str]:
    """(bytes, media type): PNG for grey, JPEG for colour (height x width x 3, RGB)."""
    if pixels.ndim == 2:
        done, data = cv2.imencode(".png", pixels, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        media_type = "image/png"
    else:
        flags = [cv2.IMWRITE_JPEG_QUALITY, _JPEG_QUALITY]
        done, data = cv2.imencode(".jpg", cv2.cvtColor(pixels, cv2.COLOR_RGB2BGR), flags)
        media_type = "image/jpeg"
    if not done:
        raise Damaged
    return data.tobytes(), media_type


def decode(data: bytes) -> Pixels:
    """What `encode` made: grey, or RGB."""
    found = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if found is None:
        raise Damaged
    if found.ndim == 2:
        return np.asarray(found, dtype=np.uint8)
    return np.asarray(cv2.cvtColor(found, cv2.COLOR_BGR2RGB), dtype=np.uint8)


def encode_text(image: PageImage) -> bytes | None:
    """Words and form values as JSON; None if there are none."""
    if not image.words and not image.widgets:
        return None
    told = {"words": [asdict(word) for word in image.words], "widgets": [asdict(widget) for widget in image.widgets]}
    return json.dumps(told, ensure_ascii=False).encode()


def decode_text(data: bytes | None) -> tuple[tuple[Word, ...], tuple[Widget, ...]]:
    """What `encode_text` made."""
    if data is None:
        return (), ()
    told = json.loads(data)
    words = tuple(Word(item["text"], tuple(item["box"])) for item in told["words"])
    widgets = tuple(Widget(w["name"], w["value"], tuple(w["box"]), w["kind"]) for w in told["widgets"])
    return words, widgets


def turned(image: PageImage, degrees: int) -> PageImage:
    """The page turned clockwise by 0, 90, 180 or 270 degrees. A turned page loses its text layer: it is read by eye."""
    if not degrees % 360:
        return image
    return PageImage(np.ascontiguousarray(np.rot90(image.pixels, k=-(degrees // 90) % 4)), image.dpi)


def turn_back(transform: object, degrees: int, width: int, height: int) -> list[list[float]] | None:
    """A transform onto the turned page as one onto the page as stored (width x height px): 3 x 3, row-major."""
    if transform is None:
        return None
    matrix = np.asarray(transform, dtype=np.float64)
    back: dict[int, NDArray[np.float64]] = {
        0: np.eye(3),
        90: np.array([[0, 1, 0], [-1, 0, height - 1], [0, 0, 1]], dtype=np.float64),
        180: np.array([[-1, 0, width - 1], [0, -1, height - 1], [0, 0, 1]], dtype=np.float64),
        270: np.array([[0, -1, width - 1], [1, 0, 0], [0, 0, 1]], dtype=np.float64),
    }
    found: list[list[float]] = (back[degrees % 360] @ matrix).tolist()
    return found


def upright(pixels: Pixels, transform: object, size_mm: tuple[float, float]) -> Pixels:
    """The sheet in form coordinates: `size_mm` at the page's own resolution (at most 12 px/mm, 305 dpi)."""
    matrix = np.asarray(transform, dtype=np.float64)
    across = float(np.hypot(matrix[0, 0], matrix[1, 0]) / max(abs(matrix[2, 2]), 1e-9))
    scale = min(12.0, max(1.0, across))
    width, height = round(size_mm[0] * scale), round(size_mm[1] * scale)
    to_picture = np.diag([scale, scale, 1.0]) @ np.linalg.inv(matrix)
    white = 255 if pixels.ndim == 2 else (255, 255, 255)
    warped = cv2.warpPerspective(pixels, to_picture, (width, height), flags=cv2.INTER_LINEAR, borderValue=white)
    return np.asarray(warped, dtype=np.uint8)
