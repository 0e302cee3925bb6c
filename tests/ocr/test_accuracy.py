"""Floors of accuracy on a small set from the synth, with room below what was measured on larger sets."""

from __future__ import annotations

from pathlib import Path

import pytest

from api.cli import synth
from benchmarks import read_accuracy

pytestmark = pytest.mark.engine


@pytest.mark.parametrize("kind", ["acquisition", "dependants"])
def test_printed_office_scans_are_read(kind: str, tmp_path: Path) -> None:
    assert synth.run([kind, "--count", "2", "--seed", "77", "--style", "print", "--degrade", "office", "--out",
                      str(tmp_path)]) == 0  # fmt: skip
    reports, _ = read_accuracy.measure([tmp_path], threads=2)
    report = reports["print"]
    strict = report.groups["combs, choices, dates, amounts"]
    every = report.groups["all non-blank fields"]
    assert strict.right >= 0.97 * strict.total, report.wrong
    assert every.right >= 0.94 * every.total, report.wrong
    assert report.blanks.right >= 0.99 * report.blanks.total, report.wrong
    assert report.turned.right == report.turned.total
