"""How far print lies from where it should, tile by tile, and the smooth displacement that explains it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Grey

Floats = NDArray[np.float64]

_FAINT = 6.0  # grey levels: a tile whose reference varies less has nothing to hold on to
_SAME = 0.02  # change of a tile's trust after which another round moves nothing
AGREES = 0.35  # least correlation at which a tile's displacement is believed


@dataclass(frozen=True, slots=True)
class Grid:
    """A reference cut into overlapping square tiles of `tile` px, one every `step` px, at `scale` px/mm; those with
    print in them are `printed` (rows of row, column, top, left)."""

    picture: Grey
    scale: int
    tile: int
    step: int
    centres: Floats  # rows x cols x 2, px
    printed: NDArray[np.intp]  # n x 4

    @property
    def shape(self) -> tuple[int, int]:
        return self.centres.shape[0], self.centres.shape[1]


@dataclass(frozen=True, slots=True)
class Displacements:
    """For tiles on a regular grid: `shift[r, c]` (dx, dy in px) is where the reference's content was found, measured
    from where it should be; `weight` (0-1, per axis) how well that axis is known; `match` the correlation."""

    centres: Floats  # rows x cols x 2, px
    shift: Floats  # rows x cols x 2, px
    weight: Floats  # rows x cols x 2
    match: Floats  # rows x cols, NaN where the reference is empty

    @property
    def believed(self) -> float:
        """Share of the tiles with print in them whose print was found."""
        known = ~np.isnan(self.match)
        return float((self.match[known] > AGREES).mean()) if known.any() else 0.0


def grid(picture: Grey, scale: int, tile: int, step: int) -> Grid:
    """Cut a reference of `scale` px/mm into tiles."""
    height, width = picture.shape
    rows = np.arange(tile // 2, height - tile // 2 + 1, step)
    cols = np.arange(tile // 2, width - tile // 2 + 1, step)
    xs, ys = np.meshgrid(cols.astype(np.float64), rows.astype(np.float64))
    printed = [
        (r, c, y - tile // 2, x - tile // 2)
        for r, y in enumerate(rows.tolist())
        for c, x in enumerate(cols.tolist())
        if float(picture[y - tile // 2 : y + tile // 2, x - tile // 2 : x + tile // 2].std()) >= _FAINT
    ]
    at = np.array(printed, dtype=np.intp).reshape(-1, 4)
    return Grid(picture, scale, tile, step, np.stack([xs, ys], axis=2), at)


def measure(image: Grey, cut: Grid, reach: int) -> Displacements:
    """Compare `image` with the reference (same size, same scale), looking up to `reach` px away from each tile."""
    tile, span = cut.tile, 2 * reach + 1
    padded = cv2.copyMakeBorder(image, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    surfaces = np.empty((len(cut.printed), span, span), dtype=np.float32)
    for n, (_, _, top, left) in enumerate(cut.printed.tolist()):
        template = cut.picture[top : top + tile, left : left + tile]
        window = padded[top : top + tile + 2 * reach, left : left + tile + 2 * reach]
        surfaces[n] = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
    shift, weight = np.zeros((*cut.shape, 2)), np.zeros((*cut.shape, 2))
    match = np.full(cut.shape, np.nan)
    rows, cols = cut.printed[:, 0], cut.printed[:, 1]
    shift[rows, cols], weight[rows, cols], match[rows, cols] = _peaks(np.nan_to_num(surfaces), reach)
    return Displacements(cut.centres, shift, weight, match)


def _peaks(surfaces: NDArray[np.float32], reach: int) -> tuple[Floats, Floats, Floats]:
    """Shift, weight and correlation at the highest point of each surface; no weight at its edge."""
    count, span = len(surfaces), 2 * reach + 1
    every = np.arange(count)
    place = surfaces.reshape(count, -1).argmax(axis=1)
    y, x = place // span, place % span
    best = surfaces[every, y, x].astype(np.float64)
    inner = (best >= AGREES) & (x > 0) & (x < span - 1) & (y > 0) & (y < span - 1)
    yi, xi = np.clip(y, 1, span - 2), np.clip(x, 1, span - 2)
    dx, bend_x = _parabola(np.stack([surfaces[every, yi, xi + d] for d in (-1, 0, 1)], axis=1).astype(np.float64))
    dy, bend_y = _parabola(np.stack([surfaces[every, yi + d, xi] for d in (-1, 0, 1)], axis=1).astype(np.float64))
    shift = np.stack([x - reach + dx, y - reach + dy], axis=1) * inner[:, None]
    # a bend of 0.05 a pixel is a sharp peak; along a ruled line there is none
    weight = np.clip(np.stack([bend_x, bend_y], axis=1) / 0.05, 0.0, 1.0) * (best * inner)[:, None]
    return shift, weight, np.where(inner, best, np.minimum(best, AGREES - 0.01))


def _parabola(three: Floats) -> tuple[Floats, Floats]:
    """Vertex (relative to the middle) and bend of the parabolas through rows of three samples."""
    bend = 2 * three[:, 1] - three[:, 0] - three[:, 2]
    flat = bend <= 1e-6
    vertex = np.clip((three[:, 2] - three[:, 0]) / np.where(flat, 1.0, 2 * bend), -0.5, 0.5)
    return np.where(flat, 0.0, vertex), np.where(flat, 0.0, bend)


def smooth(found: Displacements, stiffness: float, rounds: int = 3, breaks: float | None = None) -> Floats:
    """The smooth field (rows x cols x 2, px) that fits the believed displacements, ignoring outliers.

    `stiffness` weighs bending against fit; tiles that say nothing follow their neighbours. With `breaks` (px) a bend
    sharper than that costs no more than it: the paper slipped there.
    """
    rows, cols = found.match.shape
    terms = _terms(rows, cols)
    even = _bending(rows, cols) * stiffness
    field = np.zeros((rows, cols, 2))
    for axis in range(2):
        given = found.shift[..., axis].ravel()
        base = found.weight[..., axis].ravel()
        trust, bending = np.ones_like(base), even
        solution: Floats = np.zeros(given.shape)
        for _ in range(rounds if breaks is None else rounds + 3):
            weight = base * trust
            system = bending + np.diag(weight + 1e-6)
            solution = np.asarray(np.linalg.solve(system, weight * given), dtype=np.float64)
            off = np.abs(given - solution)
            spread = max(0.3, 2.0 * float(np.median(off[base > 0.1])) if (base > 0.1).any() else 0.3)
            before, trust = trust, 1.0 / (1.0 + (off / spread) ** 4)
            if breaks is None and float(np.abs((trust - before) * base).max()) < _SAME:
                break
            if breaks is not None:
                bending = terms.form(stiffness / (1.0 + (terms.values(solution) / breaks) ** 2) ** 2)
        field[..., axis] = solution.reshape(rows, cols)
    return field


@dataclass(frozen=True, slots=True)
class _Terms:
    """The second differences of a grid of n points: their members and factors (padded to four with zeros), and where
    each product of two factors stands in the flattened n x n form."""

    members: NDArray[np.intp]  # terms x 4
    factors: Floats  # terms x 4
    places: NDArray[np.intp]  # terms x 4 x 4
    points: int

    def values(self, at: Floats) -> Floats:
        """The second differences of a field given at the points."""
        return np.asarray((at[self.members] * self.factors).sum(axis=1), dtype=np.float64)

    def form(self, weights: Floats) -> Floats:
        """The quadratic form of the weighted squares of the terms."""
        products = weights[:, None, None] * self.factors[:, :, None] * self.factors[:, None, :]
        flat = np.bincount(self.places.ravel(), weights=products.ravel(), minlength=self.points**2)
        return np.asarray(flat.reshape(self.points, self.points), dtype=np.float64)


@lru_cache(maxsize=32)
def _bending(rows: int, cols: int) -> Floats:
    """The quadratic form of all second differences, along rows, columns and diagonals of a grid."""
    terms = _terms(rows, cols)
    return terms.form(np.ones(len(terms.members)))


@lru_cache(maxsize=32)
def _terms(rows: int, cols: int) -> _Terms:
    index = np.arange(rows * cols).reshape(rows, cols)
    kinds: list[tuple[list[NDArray[np.intp]], tuple[float, float, float, float]]] = [
        ([index[:, :-2], index[:, 1:-1], index[:, 2:], index[:, 2:]], (1, -2, 1, 0)),
        ([index[:-2], index[1:-1], index[2:], index[2:]], (1, -2, 1, 0)),
        ([index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]], (1, -1, -1, 1)),
    ]
    members = np.concatenate([np.stack(some, axis=-1).reshape(-1, 4) for some, _ in kinds])
    factors = np.concatenate([np.tile(np.array(each), (some[0].size, 1)) for some, each in kinds])
    places = members[:, :, None] * index.size + members[:, None, :]
    return _Terms(members, factors, places, index.size)
