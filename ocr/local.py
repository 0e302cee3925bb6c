"""The local correction: how the print of a sheet lies where one transform cannot take it, measured tile by tile."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from forms.model import Box
from ocr.align import lay_out
from ocr.reference import FINE, FINE_STEP, Reference
from ocr.tiles import AGREES, Displacements, measure, smooth
from ocr.view import View
from ocr.warp import Transform, Warp

_REACH = round(1.4 * FINE)  # px: so far from the one transform print is looked for ...
_FAR = 0.8  # mm: ... and where much of it lies further, once more from the corrected place
_ROUNDS = 4
_STIFF = 0.4
_SETTLED = 0.10  # mm: root mean square that remains of an evenly bent sheet; of a slipped one more does
_BREAK = 0.35 * FINE  # px: a sharper bend than this is a slip of the paper, not its stretch
_NOTHING = 9.99  # mm: the residual where no print was found
_BESIDE = 4.0  # mm around a block whose tiles speak for it


@dataclass(frozen=True, slots=True)
class Fit:
    """What remains: `left` is where each tile's print lies from where the correction takes it (mm)."""

    centres: NDArray[np.float64]  # rows x cols x 2, mm
    left: NDArray[np.float64]  # rows x cols x 2, mm
    weight: NDArray[np.float64]  # rows x cols x 2
    match: NDArray[np.float64]  # rows x cols

    @property
    def found(self) -> float:
        """Share of the form's print that was found (0-1)."""
        return self.found_in(None)

    def found_in(self, box: Box | None) -> float:
        """Share of the print in a box (mm) that was found; 1 where there is none to find."""
        known = ~np.isnan(self.match) & self._inside(box, 0.0)
        return float((self.match[known] > AGREES).mean()) if known.any() else 1.0

    def residual(self, box: Box | None = None) -> float:
        """Root mean square of the remaining displacements (mm), weighted by how well they are known."""
        weight = self.weight * self._inside(box, _BESIDE)[..., None]
        total = float(weight.sum())
        if total < 1e-6:
            return _NOTHING
        return round(float(np.sqrt((weight * self.left**2).sum() / total)), 3)

    def _inside(self, box: Box | None, beside: float) -> NDArray[np.bool_]:
        if box is None:
            return np.ones(self.match.shape, dtype=bool)
        x, y, wide = self.centres[..., 0], self.centres[..., 1], box.grown(beside)
        return (x > wide.x) & (x < wide.right) & (y > wide.y) & (y < wide.bottom)


def corrected(page: View, transform: Transform, reference: Reference) -> tuple[Warp, Fit]:
    """Where the sheet's points lie, from a transform that is right to about a millimetre, and how well that fits."""
    warp, given = Warp(transform), None
    for step in range(_ROUNDS):
        seen = measure(lay_out(page, warp, reference, FINE), reference.fine_grid, _REACH)
        given = seen.shift if given is None else given + seen.shift
        slipped = step > 0
        field = smooth(_with(seen, given), _STIFF, breaks=_BREAK if slipped else None)
        left = given - field
        first = seen.centres[0, 0]
        origin = ((float(first[0]) + 0.5) / FINE, (float(first[1]) + 0.5) / FINE)
        warp = Warp(transform, field / FINE, origin, float(FINE_STEP))
        fit = Fit((seen.centres + 0.5) / FINE, left / FINE, seen.weight, seen.match)
        if _settled(seen, fit):
            break
        given = field
    return warp, fit


def _with(seen: Displacements, shift: NDArray[np.float64]) -> Displacements:
    return Displacements(seen.centres, shift, seen.weight, seen.match)


def _settled(seen: Displacements, fit: Fit) -> bool:
    """True if another look would change nothing: little was moved, and little remains."""
    sure = seen.weight.min(axis=2) > 0.2
    if not sure.any():
        return True
    moved = np.abs(seen.shift[sure]).max(axis=1) / FINE
    return float(np.percentile(moved, 90)) < _FAR and fit.residual() < _SETTLED
