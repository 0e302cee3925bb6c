"""Lines are cut close: gaps between characters are made narrower, characters are not touched."""

from __future__ import annotations

import numpy as np

from ocr.ink import PAPER
from ocr.lines import _closer, options
from ocr.testing import lattice_of
from tests.ocr.knowledge.conftest import heard_line


def test_a_wide_gap_is_made_narrower_and_a_narrow_one_stays() -> None:
    picture = np.full((24, 200), PAPER, dtype=np.uint8)
    for left in (0, 30, 190):
        picture[4:20, left : left + 10] = 30
    closer = _closer(picture)
    assert closer.shape[0] == 24 and closer.shape[1] < 80
    assert int((closer < 100).sum()) == int((picture < 100).sum()), "no ink is lost"
    inked = np.flatnonzero((closer < 100).any(axis=0))
    assert sorted(np.diff(inked))[-1] <= 13, "gaps are at most so wide"
    assert np.array_equal(_closer(picture[:, :35]), picture[:, :35][:, [*range(21), *range(30, 35)]])


def test_lines_together_say_what_each_may_say() -> None:
    found = options([heard_line("甲乙", {1: {"己": 0.3}}), heard_line("丙")])
    assert [c.value for c in found[:2]] == ["甲乙丙", "甲己丙"]
    assert found[0].probability > found[1].probability > 0.2
    assert lattice_of("甲").best()[0].value == "甲"
