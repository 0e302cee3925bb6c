"""Labelled readings: a reading's facts, whether it was right, whose hand it is, and its chance of being sampled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from forms.errors import TodokeError

SCHEMA = "todoke.labels/1"


class BadLabels(TodokeError):
    """A file of labels does not hold what it should."""

    code = "bad_labels"
    status = 422
    ja = "正解付き読取りのファイルが正しくありません({file} {line}行目)。"
    en = "The file of labelled readings is not usable ({file}, line {line})."
    remedy_ja = "`todoke calibrate fit --keep` で作り直してください。"
    remedy_en = "Make it anew with todoke calibrate fit --keep."


@dataclass(frozen=True, slots=True)
class Labelled:
    """A reading with its label.

    `probability` is the chance with which it was drawn for labelling (1: every one was). `engines` are "name version".
    `adjudicated`: a person's keying differed from the reading and a third person decided. `group` is any word that a
    report tells apart by (a style, a sheet's degradation).
    """

    cls: str
    facts: Mapping[str, float]
    right: bool
    writer: str
    probability: float = 1.0
    engines: tuple[str, ...] = ()
    form: str = ""  # KIND/VERSION
    group: str = ""
    adjudicated: bool = field(default=False)

    @property
    def weight(self) -> float:
        return 1.0 / self.probability


@dataclass(frozen=True, slots=True)
class Origin:
    """What labels are of: the fingerprint of the reader, the hashes of the forms, and words on the data."""

    fingerprint: Mapping[str, str]
    forms: Mapping[str, str]  # KIND/VERSION -> hash
    synthetic: bool
    description: Mapping[str, Any] = field(default_factory=dict)


def save(path: Path, origin: Origin, labels: Iterable[Labelled]) -> None:
    """The origin, then one JSON object a line."""
    with path.open("w", encoding="utf-8") as out:
        for told in ({"schema": SCHEMA} | asdict(origin), *(asdict(label) for label in labels)):
            out.write(json.dumps(told, ensure_ascii=False, sort_keys=True) + "\n")


def load(path: Path) -> tuple[Origin, list[Labelled]]:
    """What `save` wrote. BadLabels."""
    with path.open(encoding="utf-8") as lines:
        number, found = 1, []
        try:
            told = json.loads(next(lines, "null"))
            if told.pop("schema") != SCHEMA:
                raise ValueError("schema")
            origin = Origin(**told)
            for number, line in enumerate(lines, start=2):  # noqa: B007 - the error names it
                one = json.loads(line)
                found.append(Labelled(**(one | {"engines": tuple(one["engines"])})))
                if not 0.0 < found[-1].probability <= 1.0:
                    raise ValueError("probability")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise BadLabels(file=path, line=number) from error
    return origin, found
