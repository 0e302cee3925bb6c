"""Sheets distorted in known ways: where each millimetre of the form went on the page is known exactly."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Way:
    """How a sheet comes to us. `angle` degrees of skew, `tilt` the share by which a photo narrows, `stretch` the share
    by which the feed stretches one third of the sheet, `slip` mm of paper that it skips, `crop` mm that are missing at
    each side (left, top, right, bottom), `turned` the degrees clockwise that bring it upright."""

    angle: float = 0.0
    dpi: float = 200.0
    scale: float = 1.0
    tilt: float = 0.0
    turned: int = 0
    stretch: float = 0.0
    slip: float = 0.0
    wave: float = 0.0  # mm
    crop: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)
    fold: bool = False
    shadow: bool = False
    bilevel: bool = False
    coarse: float = 1.0  # lines of a fax a pixel of its width
    noise: float = 4.0


@dataclass(frozen=True, slots=True)
class Distorted:
    """The page, and how it came from the sheet."""

    page: Pixels
    matrix: Floats  # paper mm -> page px
    way: Way
    size: tuple[float, float]

    def points(self, at: Floats) -> Floats:
        """Form mm (n x 2) as page px."""
        paper = at.copy()
        for _ in range(30):  # the paper's point that shows the form's point
            paper = at - _moved(paper, self.way, self.size)
        return np.asarray(cv2.perspectiveTransform(paper.reshape(-1, 1, 2), self.matrix).reshape(-1, 2))


def distort(sheet: Pixels, size: tuple[float, float], way: Way, seed: int = 7) -> Distorted:
    """A drawn sheet of `size` mm as a page."""
    matrix, wide, high = _matrix(size, way)
    ys, xs = np.mgrid[0:high, 0:wide].astype(np.float64)
    paper = cv2.perspectiveTransform(np.stack([xs, ys], axis=2).reshape(-1, 1, 2), np.linalg.inv(matrix)).reshape(-1, 2)
    form = (paper + _moved(paper, way, size)).reshape(high, wide, 2)
    fx, fy = sheet.shape[1] / size[0], sheet.shape[0] / size[1]
    per_px = fx * 25.4 / way.dpi
    soft = cv2.GaussianBlur(sheet, (0, 0), 0.45 * per_px)
    mx, my = ((form[..., a] * f - 0.5).astype(np.float32) for a, f in ((0, fx), (1, fy)))
    lid = (238,) * (1 if sheet.ndim == 2 else 3)
    flat = cv2.remap(soft, mx, my, interpolation=cv2.INTER_LINEAR, borderValue=lid)
    page = _worn(np.asarray(flat, dtype=np.float32), way, np.random.default_rng(seed))
    return Distorted(np.ascontiguousarray(page), matrix, way, size)


def _matrix(size: tuple[float, float], way: Way) -> tuple[Floats, int, int]:
    """Paper mm to page px, and the page's width and height."""
    per = way.dpi / 25.4
    left, top, right, bottom = way.crop
    w, h = (size[0] - left - right) * per, (size[1] - top - bottom) * per / way.coarse
    turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), way.angle, way.scale)
    to_px = np.array([[per, 0, -left * per - 0.5], [0, per / way.coarse, -top * per / way.coarse - 0.5], [0, 0, 1]])
    matrix = to_px @ np.vstack([turn, [0, 0, 1]])
    if way.tilt:
        t = way.tilt
        source = np.array([[0, 0], [w, 0], [w, h], [0, h]], dtype=np.float32)
        target = np.array([[t * w, t * h / 2], [w - t * w / 2, 0], [w, h], [0, h - t * h]], dtype=np.float32)
        matrix = cv2.getPerspectiveTransform(source, target) @ matrix
    wide, high = round(w), round(h)
    for _ in range(way.turned // 90):  # a quarter against the clock: (x, y) -> (y, w - 1 - x)
        matrix = np.array([[0, 1, 0], [-1, 0, wide - 1], [0, 0, 1.0]]) @ matrix
        wide, high = high, wide
    return np.asarray(matrix, dtype=np.float64), wide, high


def _moved(paper: Floats, way: Way, size: tuple[float, float]) -> Floats:
    """What the feed did: by how many mm the form's point lies further than the paper's point that shows it."""
    x, y = paper[:, 0], paper[:, 1]
    third = size[1] / 3
    dx = way.wave * np.sin(y / 40)
    dy = way.stretch * np.clip(y - third, 0, third) + way.wave * np.sin(x / 50 + 1)
    return np.stack([dx, dy + np.where(y > 0.52 * size[1], way.slip, 0.0)], axis=1)


def _worn(page: NDArray[np.float32], way: Way, dice: np.random.Generator) -> Pixels:
    height, width = page.shape[:2]
    light = np.ones((height, width), np.float32)
    if way.shadow:
        light *= np.linspace(0.55, 1.0, width, dtype=np.float32)[None, :]
        light[: height // 3] *= 0.8
    if way.fold:
        rows = np.arange(height, dtype=np.float32)
        light *= (1 - 0.3 * np.exp(-(((rows - 0.49 * height) / (0.004 * height)) ** 2)))[:, None]
    noisy = page * (light if page.ndim == 2 else light[..., None]) * 0.94 + 6
    noisy = np.clip(noisy + dice.normal(0, way.noise, page.shape), 0, 255).astype(np.uint8)
    if way.bilevel:
        grey = noisy if noisy.ndim == 2 else cv2.cvtColor(noisy, cv2.COLOR_RGB2GRAY)
        return np.asarray(np.where(grey > 150, 255, 0), dtype=np.uint8)
    return np.asarray(noisy, dtype=np.uint8)


WAYS: dict[str, Way] = {
    "plain": Way(),
    "skewed 10 degrees": Way(angle=10),
    "skewed back, 150 dpi": Way(angle=-8, dpi=150),
    "400 dpi, upside down": Way(dpi=400, turned=180, angle=0.6),
    "on its side": Way(turned=90, angle=-1.5),
    "on its other side, 300 dpi": Way(turned=270, dpi=300),
    "photo": Way(tilt=0.06, shadow=True, dpi=220),
    "steep photo": Way(tilt=0.12, dpi=220, angle=2),
    "cropped 9 mm": Way(crop=(9, 9, 0, 0)),
    "cropped at the foot": Way(crop=(0, 0, 3, 12), angle=1),
    "folded and shadowed": Way(fold=True, shadow=True, angle=-0.7),
    "fax": Way(bilevel=True, angle=-1),
    "fax of 204 x 98": Way(bilevel=True, dpi=204, coarse=2.08),
    "small copy": Way(scale=0.86, angle=1),
    "stretched 1 %": Way(stretch=0.01, angle=0.4),
    "stretched 1 %, 150 dpi": Way(stretch=-0.01, dpi=150),
    "wavy": Way(wave=0.5, angle=0.5),
    "slipped 1 mm": Way(slip=1.0, angle=0.3),
    "slipped 2 mm": Way(slip=2.0, angle=-0.3),
}
