"""The real lexicon, built once, and fields as readers make them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from forms import catalogue
from forms.model import Form
from ocr import models
from ocr.candidates import Candidate
from ocr.engine import LineReading
from ocr.knowledge.lexicon import Lexicon
from ocr.testing import lattice_of
from ocr.types import EngineReading, FieldReading

Line = tuple[str, dict[int, dict[str, float]]]  # a line's text, and what else its places may be


@pytest.fixture(scope="session")
def lexicon() -> Lexicon:
    return Lexicon(models.ensure())


@pytest.fixture
def form() -> Form:
    return catalogue.form("acquisition")


def heard_line(text: str, others: dict[int, dict[str, float]] | None = None) -> LineReading:
    return LineReading(text, 0.95, text, tuple((c, 0.95, 0.5) for c in text), lattice_of(text, others))


def field_of(name: str, value: str | None, candidates: Mapping[str, float] | None = None, **facts: Any) -> FieldReading:
    found = tuple(Candidate(v, p) for v, p in (candidates or {}).items())
    reading = EngineReading("twin", "1", "twin", value, 0.95)
    raw = value or "?"
    return FieldReading(
        name, value, raw, 0.95, None, value == "", False, (0, 0, 1, 1), "ocr", (reading,), found, (), dict(facts)
    )


Judge = Callable[..., dict[str, FieldReading]]
