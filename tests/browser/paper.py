"""Printed sheets with their truth, as `todoke synth` makes them, for a browser to upload."""

from __future__ import annotations

import itertools
import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np

from api.synth import files
from api.synth.produce import Order, produce
from api.synth.world import World
from tests.browser.readers import PX_PER_MM, stamp

Values = dict[str, str | None]
A4_MM = (210, 297)
_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Paper:
    """A sheet on disk and what stands on it."""

    path: Path
    kind: str
    truth: Values
    struck: frozenset[str]

    @property
    def filled(self) -> dict[str, str]:
        """What is not blank."""
        return {name: value for name, value in self.truth.items() if value}


def scanned(world: World, kind: str, seed: str, folder: Path, entries: int = 1) -> Paper:
    """A clean scan, for the real engine."""
    made = next(produce(_order(world, kind, seed, entries)))
    path = folder / f"{kind}-{seed}-{made.name}"
    files.write(path, [page.scan for page in made.pages], world.as_of)
    truth = made.pages[0].sheets[0].truth
    return Paper(path, kind, dict(truth.fields), frozenset(truth.struck))


def told(
    world: World, kind: str, seed: str, folder: Path, machine: Values | None = None, entries: int = 1,
    status: str = "form",
) -> Paper:  # fmt: skip
    """A picture of the sheet that the twin reads as its truth, `machine` replacing what it says of some fields.

    With the status `unregistered` the twin finds it only where a person says that it is.
    """
    sheet = next(produce(_order(world, kind, seed, entries))).pages[0].sheets[0]
    size = (int(A4_MM[0] * PX_PER_MM), int(A4_MM[1] * PX_PER_MM))
    pixels = cv2.resize(np.asarray(sheet.pixels), size, interpolation=cv2.INTER_AREA)
    grey = pixels if pixels.ndim == 2 else cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY)
    said = {**sheet.truth.fields, **(machine or {})}
    path = _write(grey, folder, f"{kind}-{seed}", {"status": status, "kind": kind, "fields": said})
    return Paper(path, kind, dict(sheet.truth.fields), frozenset(sheet.truth.struck))


def page(status: str, folder: Path) -> Path:
    """A page that is no form: attachment, blank or unregistered."""
    pixels = np.full((int(A4_MM[1] * 4), int(A4_MM[0] * 4)), 250, np.uint8)
    cv2.putText(pixels, status.upper(), (80, 200), cv2.FONT_HERSHEY_SIMPLEX, 3, 40, 6)
    return _write(pixels, folder, status, {"status": status})


def payload(paper: Paper, received_on: str) -> dict[str, object]:
    """The same filing as JSON (contracts.md): names nested, blanks left out."""
    header: dict[str, str] = {}
    entries: dict[int, dict[str, object]] = {}
    for name, value in paper.filled.items():
        where, _, key = name.rpartition(".")
        if where == "header":
            header[key] = value
            continue
        entry = entries.setdefault(int(where[8 : where.index("]")]), {})
        inner = where.partition("].")[2]
        _put(entry, inner, key, value)
    return {
        "kind": paper.kind, "received_on": received_on, "header": header,
        "entries": [entries[number] for number in sorted(entries)],
    }  # fmt: skip


def _put(entry: dict[str, object], inner: str, key: str, value: str) -> None:
    if not inner:
        entry[key] = value
    elif inner.startswith("others"):
        number = int(inner[7])
        others = entry.setdefault("others", [])
        assert isinstance(others, list)
        while len(others) <= number:
            others.append({})
        others[number][key] = value
    else:
        block = entry.setdefault(inner, {})
        assert isinstance(block, dict)
        block[key] = value


def _order(world: World, kind: str, seed: str, entries: int) -> Order:
    return Order(kind, 1, seed, world, world.as_of, "print", "clean", entries)


def _write(grey: np.ndarray, folder: Path, name: str, said: dict[str, object]) -> Path:
    number = next(_NUMBERS)
    stamp(grey, number)
    (folder / f"{number}.json").write_text(json.dumps(said, ensure_ascii=False), encoding="utf-8")
    path = folder / f"{name}-{number}.png"
    if not cv2.imwrite(str(path), grey):
        raise OSError(path)
    return path
