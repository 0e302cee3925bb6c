"""Where each point of a form lies on the page: one transform for the sheet, and a local correction in millimetres."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Grey
from ocr.types import Pixels
from ocr.view import View, times_smaller

Transform = NDArray[np.float64]  # 3 x 3, form mm -> page px (pixel centres)
Floats = NDArray[np.float64]
Maps = tuple[NDArray[np.float32], NDArray[np.float32]]

_EVERY = 10  # px: both parts are smooth, so every tenth pixel is computed and the others interpolated
_BAND = 120  # px


@dataclass(frozen=True, slots=True)
class Warp:
    """`transform`, and `field` (rows x cols x 2, mm) by which a point is moved first: known at points `step` mm apart
    from `first` (x, y in mm) on; None moves nothing."""

    transform: Transform
    field: Floats | None = None
    first: tuple[float, float] = (0.0, 0.0)
    step: float = 1.0

    def points(self, at: Floats) -> Floats:
        """Form millimetres (n x 2) as page pixels."""
        moved = at.reshape(-1, 1, 2) + self._moves(at[:, 0].reshape(-1, 1), at[:, 1].reshape(-1, 1))
        return np.asarray(cv2.perspectiveTransform(moved, self.transform).reshape(-1, 2), dtype=np.float64)

    def _moves(self, x: Floats, y: Floats) -> Floats:
        if self.field is None:
            return np.zeros((*x.shape, 2))
        gx = ((x - self.first[0]) / self.step).astype(np.float32)
        gy = ((y - self.first[1]) / self.step).astype(np.float32)
        planes = [
            cv2.remap(self.field[..., a].astype(np.float32), gx, gy, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
            for a in range(2)
        ]
        return np.stack(planes, axis=2).astype(np.float64)

    def maps(self, size: tuple[int, int], scale: float, factor: tuple[float, float], corner: tuple[int, int]) -> Maps:
        """For each pixel of a window (`size` wide and high, from `corner` on) of a sheet of `scale` px/mm: its place
        on a page that was resized by `factor` (x, y)."""
        every = _EVERY
        wide, high = -(-size[0] // every), -(-size[1] // every)
        ys, xs = np.mgrid[-1 : high + 1, -1 : wide + 1].astype(np.float64)  # one beyond each edge
        x_mm, y_mm = ((xs + 0.5) * every + corner[0]) / scale, ((ys + 0.5) * every + corner[1]) / scale
        points = (np.stack([x_mm, y_mm], axis=2) + self._moves(x_mm, y_mm)).reshape(-1, 1, 2)
        at = cv2.perspectiveTransform(points, _resized(self.transform, factor)).reshape(*xs.shape, 2).astype(np.float32)
        whole = ((wide + 2) * every, (high + 2) * every)
        mx, my = (cv2.resize(at[..., a], whole, interpolation=cv2.INTER_LINEAR) for a in range(2))
        inner = np.s_[every : every + size[1], every : every + size[0]]
        return np.asarray(mx)[inner], np.asarray(my)[inner]

    def taken(
        self, image: Pixels, size: tuple[int, int], scale: float, factor: tuple[float, float], paper: int
    ) -> Pixels:
        """The sheet, `size` px at `scale` px/mm, taken from a page that was resized by `factor`; `paper` beyond it.

        Band by band, so that the maps stay in the processor's cache.
        """
        border = (paper,) * (1 if image.ndim == 2 else image.shape[2])
        flat = np.empty((size[1], size[0], *image.shape[2:]), dtype=np.uint8)
        for top in range(0, size[1], _BAND):
            band = flat[top : top + _BAND]
            maps = self.maps((size[0], len(band)), scale, factor, (0, top))
            cv2.remap(image, *maps, dst=band, interpolation=cv2.INTER_LINEAR, borderValue=border)
        return flat

    def laid_out(self, page: View, size_mm: tuple[float, float], scale: int) -> Grey:
        """The page's picture of the form, upright, `scale` px/mm, paper 250; its light as it is."""
        size = (round(size_mm[0] * scale), round(size_mm[1] * scale))
        times = times_smaller(scale_at(self.transform, size_mm), scale)
        image = page.reduced(times)
        factor = (1 / times, 1 / times)
        if self.field is not None:
            return self.taken(image, size, scale, factor, 250)
        to_mm = np.array([[1 / scale, 0, 0.5 / scale], [0, 1 / scale, 0.5 / scale], [0, 0, 1]])
        matrix = _resized(self.transform, factor) @ to_mm
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        flat = cv2.warpPerspective(image, matrix, size, flags=flags, borderValue=250)
        return np.asarray(flat, dtype=np.uint8)


def apply(transform: Transform, points: Floats) -> Floats:
    """Points (n x 2) through a 3 x 3 transform."""
    return np.asarray(cv2.perspectiveTransform(points.reshape(-1, 1, 2).astype(np.float64), transform).reshape(-1, 2))


def scale_at(transform: Transform, size_mm: tuple[float, float]) -> float:
    """Page pixels per form millimetre, in the middle of the form."""
    along, across = _sides(transform, size_mm)
    return float((np.linalg.norm(along) + np.linalg.norm(across)) / 2)


def scales_of_page(transform: Transform, size_mm: tuple[float, float]) -> tuple[float, float]:
    """Page pixels per form millimetre along the page's own x and y, in the middle of the form (a fax has two)."""
    sides = np.linalg.norm(np.stack(_sides(transform, size_mm)), axis=0)
    return float(sides[0]), float(sides[1])


def _sides(transform: Transform, size_mm: tuple[float, float]) -> tuple[Floats, Floats]:
    """A millimetre of the form along its x and its y, on the page."""
    x, y = size_mm[0] / 2, size_mm[1] / 2
    at = apply(transform, np.array([[x, y], [x + 1, y], [x, y + 1]]))
    return at[1] - at[0], at[2] - at[0]


def _resized(transform: Transform, factor: tuple[float, float]) -> Transform:
    """The transform onto a page resized by `factor` (x, y), between pixel centres."""
    fx, fy = factor
    shift = np.array([[fx, 0, 0.5 * fx - 0.5], [0, fy, 0.5 * fy - 0.5], [0, 0, 1]])
    return np.asarray(shift @ transform, dtype=np.float64)
