"""The texts of the pages in Japanese and English, side by side in YAML, one file an area."""

from __future__ import annotations

from functools import cache
from importlib import resources
from typing import Any

import yaml


class MissingText(KeyError):
    """A page asked for a text that the catalogue does not have."""


@cache
def texts() -> dict[str, dict[str, str]]:
    """All texts: `area.name` -> {"ja", "en"}; the area is the file's name. Raises on a missing language."""
    found: dict[str, dict[str, str]] = {}
    for path in sorted(resources.files(__name__).iterdir(), key=lambda item: item.name):
        if not path.name.endswith(".yaml"):
            continue
        area = path.name.removesuffix(".yaml")
        for name, both in yaml.safe_load(path.read_text(encoding="utf-8")).items():
            if set(both) != {"ja", "en"}:
                raise MissingText(f"{area}.{name} needs exactly ja and en")
            found[f"{area}.{name}"] = both
    return found


def text(key: str, language: str, **params: Any) -> str:
    """The text for `key` with its {placeholders} filled. Raises MissingText."""
    try:
        both = texts()[key]
    except KeyError as error:
        raise MissingText(key) from error
    return both[language].format(**params) if params else both[language]
