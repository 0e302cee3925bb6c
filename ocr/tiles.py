"""How far print lies from where it should, tile by tile, and the smooth displacement that explains it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.page import Grey

Floats = NDArray[np.float64]

_FAINT = 6.0  # grey levels: a tile whose reference varies less has nothing to hold on to
_AGREES = 0.35  # least correlation at which a tile's displacement is believed


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
        return float((self.match[known] > _AGREES).mean()) if known.any() else 0.0


def measure(image: Grey, reference: Grey, tile: int, step: int, reach: int) -> Displacements:
    """Compare `image` with `reference` (same size, same scale) in square tiles of `tile` px every `step` px,
    looking up to `reach` px away."""
    height, width = reference.shape
    rows = np.arange(tile // 2, height - tile // 2 + 1, step)
    cols = np.arange(tile // 2, width - tile // 2 + 1, step)
    shift = np.zeros((len(rows), len(cols), 2))
    weight = np.zeros_like(shift)
    match = np.full((len(rows), len(cols)), np.nan)
    padded = cv2.copyMakeBorder(image, reach, reach, reach, reach, cv2.BORDER_REPLICATE)
    for r, y in enumerate(rows.tolist()):
        for c, x in enumerate(cols.tolist()):
            top, left = y - tile // 2, x - tile // 2
            template = reference[top : top + tile, left : left + tile]
            if float(template.std()) < _FAINT:
                continue
            window = padded[top : top + tile + 2 * reach, left : left + tile + 2 * reach]
            surface = cv2.matchTemplate(window, template, cv2.TM_CCOEFF_NORMED)
            shift[r, c], weight[r, c], match[r, c] = _peak(np.nan_to_num(surface), reach)
    xs, ys = np.meshgrid(cols.astype(np.float64), rows.astype(np.float64))
    return Displacements(np.stack([xs, ys], axis=2), shift, weight, match)


def _peak(surface: NDArray[np.float32], reach: int) -> tuple[Floats, Floats, float]:
    _, best, _, (x, y) = cv2.minMaxLoc(surface)
    if best < _AGREES or x in (0, 2 * reach) or y in (0, 2 * reach):
        return np.zeros(2), np.zeros(2), float(min(best, _AGREES - 0.01))
    row, column = surface[y, x - 1 : x + 2].astype(np.float64), surface[y - 1 : y + 2, x].astype(np.float64)
    (dx, bend_x), (dy, bend_y) = _parabola(row), _parabola(column)
    shift = np.array([x - reach + dx, y - reach + dy])
    # a bend of 0.05 a pixel is a sharp peak; along a ruled line there is none
    weight = np.clip(np.array([bend_x, bend_y]) / 0.05, 0.0, 1.0) * best
    return shift, weight, float(best)


def _parabola(three: Floats) -> tuple[float, float]:
    """Vertex (relative to the middle) and bend of the parabola through three samples."""
    bend = float(2 * three[1] - three[0] - three[2])
    if bend <= 1e-6:
        return 0.0, 0.0
    return float(np.clip((three[2] - three[0]) / (2 * bend), -0.5, 0.5)), bend


def smooth(found: Displacements, stiffness: float, rounds: int = 4) -> Floats:
    """The smooth field (rows x cols x 2, px) that fits the believed displacements, ignoring outliers.

    `stiffness` weighs bending against fit; tiles that say nothing follow their neighbours.
    """
    rows, cols = found.match.shape
    bending = _bending(rows, cols) * stiffness
    field = np.zeros((rows, cols, 2))
    for axis in range(2):
        given = found.shift[..., axis].ravel()
        base = found.weight[..., axis].ravel()
        trust = np.ones_like(base)
        solution: Floats = np.zeros(given.shape)
        for _ in range(rounds):
            weight = base * trust
            system = bending + np.diag(weight + 1e-6)
            solution = np.asarray(np.linalg.solve(system, weight * given), dtype=np.float64)
            off = np.abs(given - solution)
            spread = max(0.3, 2.0 * float(np.median(off[base > 0.1])) if (base > 0.1).any() else 0.3)
            trust = 1.0 / (1.0 + (off / spread) ** 4)
        field[..., axis] = solution.reshape(rows, cols)
    return field


def _bending(rows: int, cols: int) -> Floats:
    """The quadratic form of second differences along rows, columns and diagonals of a grid."""
    index = np.arange(rows * cols).reshape(rows, cols)
    terms: list[tuple[NDArray[np.intp], tuple[float, ...]]] = []
    if cols > 2:
        terms += [(np.stack([index[:, :-2], index[:, 1:-1], index[:, 2:]], -1).reshape(-1, 3), (1, -2, 1))]
    if rows > 2:
        terms += [(np.stack([index[:-2], index[1:-1], index[2:]], -1).reshape(-1, 3), (1, -2, 1))]
    if rows > 1 and cols > 1:
        square = np.stack([index[:-1, :-1], index[:-1, 1:], index[1:, :-1], index[1:, 1:]], -1).reshape(-1, 4)
        terms += [(square, (1, -1, -1, 1))]
    form = np.zeros((rows * cols, rows * cols))
    for members, factors in terms:
        for a, fa in enumerate(factors):
            for b, fb in enumerate(factors):
                np.add.at(form, (members[:, a], members[:, b]), fa * fb)
    return form
