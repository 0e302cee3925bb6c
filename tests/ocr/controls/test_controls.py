"""Every control with pictures of the failures that its reading guards against."""

from __future__ import annotations

import pytest

from tests.ocr.controls import sheets
from tests.ocr.controls.conftest import Judge

pytestmark = pytest.mark.engine


def test_struck_combs(judge: Judge) -> None:
    judge(sheets.struck_combs(), angle=0.4)


def test_struck_words(judge: Judge) -> None:
    judge(sheets.struck_words(), dpi=300)


def test_circles_and_ticks(judge: Judge) -> None:
    judge(sheets.circles(), angle=-0.5)


def test_combs(judge: Judge) -> None:
    judge(sheets.combs())


def test_free_writing(judge: Judge) -> None:
    judge(sheets.free_writing(), dpi=300)
