"""Labelled readings: a reading's facts, whether it was right, whose hand it is, and its chance of being sampled."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from forms.errors import TodokeError


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


def save(path: Path, labels: Iterable[Labelled]) -> None:
    """One JSON object a line."""
    with path.open("w", encoding="utf-8") as out:
        for label in labels:
            out.write(json.dumps(asdict(label), ensure_ascii=False, sort_keys=True) + "\n")


def load(path: Path) -> Iterator[Labelled]:
    """What `save` wrote. BadLabels."""
    with path.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                told = json.loads(line)
                label = Labelled(**(told | {"engines": tuple(told["engines"])}))
                if not 0.0 < label.probability <= 1.0:
                    raise ValueError("probability")
            except (ValueError, KeyError, TypeError) as error:
                raise BadLabels(file=path, line=number) from error
            yield label
