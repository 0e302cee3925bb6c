"""Saying in words why somebody is a candidate: one sentence a part, in both languages."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from validators.register.weigh import Part


@cache
def _words() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(
        files("validators").joinpath("data/explain.yaml").read_text(encoding="utf-8")
    )
    return loaded


def part(said: Part) -> dict[str, str]:
    """What one part says: {"ja", "en"}, e.g. 「氏: 一致(異体字)。およそ1,300人に1人」."""
    words = _words()
    sentence = {}
    for language, join, open_, close in (("ja", "、", "（", "）"), ("en", ", ", " (", ")")):
        how = [words["how"][word][language] for word in said.how.split(",") if word and word != "exact"]
        text = f"{words['part'][said.part][language]}: {words['verdict'][said.verdict][language]}"
        if how:
            text += f"{open_}{join.join(how)}{close}"
        sentence[language] = text + _rarity(said, language)
    return sentence


def basis(word: str) -> dict[str, str]:
    """Why the person was looked at: {"ja", "en"}."""
    found: Mapping[str, str] = _words()["basis"][word]
    return dict(found)


def _rarity(said: Part, language: str) -> str:
    """How rare the value is, where that carries the weight."""
    if said.share is None or said.share <= 0 or said.verdict in {"unknown", "differs", "close"}:
        return ""
    one_in = _rounded(1 / said.share)
    return _words()["rarity"][language].format(n=f"{one_in:,}") if one_in > 1 else ""


def _rounded(number: float) -> int:
    """Two figures: a share is an estimate, and should look like one."""
    whole = round(number)
    unit: int = 10 ** max(len(str(whole)) - 2, 0)
    return round(whole / unit) * unit
