"""The real engine, loaded once, and one written sheet."""

from __future__ import annotations

import numpy as np
import pytest

from ocr import models
from ocr.paddle import PaddleEngine
from ocr.reader import FormReader
from tests.ocr.drawing import Sheet, person


@pytest.fixture(scope="session")
def engine() -> PaddleEngine:
    models.ensure()
    engine = PaddleEngine(threads=2)
    engine.load()
    return engine


@pytest.fixture(scope="session")
def reader(engine: PaddleEngine) -> FormReader:
    return FormReader(engine)


@pytest.fixture(scope="session")
def written() -> tuple[np.ndarray, dict[str, str]]:
    """A 2200 with one person, and what stands on it."""
    sheet = Sheet()
    told = person(sheet)
    return sheet.pixels, told
