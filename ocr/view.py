"""A page's pixels as registration looks at them: grey, and reduced by whole numbers, each made once."""

from __future__ import annotations

from dataclasses import dataclass, field

from ocr.page import Grey, grey, shrunk
from ocr.types import Pixels

_ENOUGH = 0.75  # of the wanted resolution: half as much again would cost more than it shows


@dataclass(slots=True)
class View:
    """`pixels` as received, its luminance, and its reductions (a block of n x n pixels becomes one)."""

    pixels: Pixels
    grey: Grey
    _reduced: dict[int, Grey] = field(default_factory=dict)

    def reduced(self, times: int) -> Grey:
        """The luminance, `times` times smaller; columns and rows beyond a whole block are dropped."""
        if times <= 1:
            return self.grey
        if times not in self._reduced:
            self._reduced[times] = shrunk(self.grey, times)
        return self._reduced[times]


def view(page: Pixels | View) -> View:
    """A view of the page, or the one that is given."""
    return page if isinstance(page, View) else View(page, grey(page))


def times_smaller(scale: float, wanted: float) -> int:
    """By how much a page of `scale` px/mm may be reduced and still has about `wanted` px/mm."""
    return max(1, int(scale / (wanted * _ENOUGH)))
