"""The second engine is asked where the first doubts, and says whether it reads the same; it changes no value."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from ocr import testing
from ocr.ask import Ask
from ocr.engine import LineReading
from ocr.errors import EngineFailed
from ocr.second import FACT, SecondOpinion
from tests.ocr.knowledge.conftest import field_of

CROP = np.full((48, 100), 250, dtype=np.uint8)


def line(text: str) -> LineReading:
    return LineReading(text, 0.9, text)


def told(second: SecondOpinion, *scores: float) -> list[dict[str, float]]:
    fields = [replace(field_of(f"f{n}", "甲"), score=score) for n, score in enumerate(scores)]
    asked = {f.id: [Ask(CROP, "kanji")] for f in fields}
    heard = {f.id: [line("甲")] for f in fields}
    return [f.facts for f in second.ask(fields, asked, heard)]


def test_only_doubtful_fields_are_asked_and_told() -> None:
    engine = testing.ScriptedEngine([line("甲"), line("申")])
    first, sure, third = told(SecondOpinion(engine, below=0.9), 0.5, 0.95, 0.6)
    assert engine.asked == ["kanji", "kanji"]
    assert first[FACT] == 1.0 and FACT not in sure and third[FACT] == 0.0


def test_a_sample_of_the_others_is_the_same_each_time() -> None:
    scores = [0.99] * 200
    runs = []
    for _ in range(2):
        engine = testing.ScriptedEngine([line("甲")] * 200)
        runs.append([FACT in facts for facts in told(SecondOpinion(engine, 0.9, 0.25), *scores)])
    assert runs[0] == runs[1] and 20 < sum(runs[0]) < 80


def test_blanks_marks_and_text_layers_are_not_asked() -> None:
    engine = testing.ScriptedEngine([])
    fields = [field_of("a", ""), replace(field_of("b", "1"), basis="mark", score=0.1), field_of("c", "1")]
    asked = {"a": [Ask(CROP, "text")], "b": [Ask(CROP, "text")], "c": []}
    assert SecondOpinion(engine, 1.0).ask(fields, asked, {"a": [line("")], "b": [line("1")], "c": []}) == tuple(fields)


def test_a_broken_second_engine_is_named() -> None:
    with pytest.raises(EngineFailed):
        told(SecondOpinion(testing.GarbageEngine(), 1.0), 0.5)
