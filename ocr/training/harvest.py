"""Cuts the cells out of sheets whose truth is known, as folders that ocr.training.samples takes with `--cells`.

    python -m ocr.training.harvest --truth DIR [--truth DIR ...] --out CELLS

A truth directory holds pictures and NAME.json (todoke.truth/1): what `todoke synth` writes, or a person's confirmed
values in that form. Every cell becomes `LABEL_NAME-FIELD-PLACE.png` (dark on white), after the very registration and
removal of print that reading does; empty cells and fields that were struck are left out.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from forms import catalogue
from forms.model import Field
from ocr.find import find_sheets
from ocr.glyphs import Glyph, glyphs
from ocr.ink import Ink, writing

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")


def characters_of(item: Field, value: str) -> dict[str, str] | None:
    """What must stand in each comb of a field (by part), None where the value does not tell."""
    combs = [part for part in item.parts if part.cells]
    if item.type in {"digits", "zip"} and len(combs) == 1:
        width = len(combs[0].cells)
        return {combs[0].name: value} if len(value) == width else None
    if item.type == "office_ref" and "-" in value:
        district, sign = value.split("-", 1)
        told = {"district": district, "sign": sign}
        return {p.name: told[p.name] for p in combs if len(told.get(p.name, "")) == len(p.cells)}
    return None


def cells_of(ink: Ink, item: Field, value: str) -> Iterator[tuple[str, Glyph]]:
    """Each written cell of a field with its character; nothing if not just the expected cells are written in."""
    told = characters_of(item, value)
    for part in item.parts if told else ():
        word = told.get(part.name) if told else None
        if not part.cells or not word:
            continue
        seen = glyphs(ink, part.cells)
        if all(glyph is not None for glyph in seen):
            yield from ((c, g) for c, g in zip(word, seen, strict=True) if g is not None)


def harvest(picture: Path, told: dict[str, Any], out: Path) -> int:
    """The cells of one picture; how many."""
    page = cv2.imdecode(np.frombuffer(picture.read_bytes(), np.uint8), cv2.IMREAD_COLOR)
    if page is None:
        return 0
    found = find_sheets(np.asarray(cv2.cvtColor(page, cv2.COLOR_BGR2RGB), dtype=np.uint8))
    count = 0
    for truth in told["pages"]:
        sheet = next((s.registered for n, s in enumerate(found, 1) if n == truth["sheet"]), None)
        if truth["status"] != "form" or sheet is None or not sheet.good:
            continue
        ink = writing(sheet)
        form = catalogue.form(truth["kind"], truth["version"])
        for key, value in truth["fields"].items():
            if not value or key in truth.get("struck", ()):
                continue
            for place, (character, glyph) in enumerate(cells_of(ink, form.field(key), value)):
                name = f"{character}_{picture.stem}-{truth['sheet']}-{key.replace('/', '.')}-{place}.png"
                _, packed = cv2.imencode(".png", glyph.picture)
                (out / name).write_bytes(packed.tobytes())
                count += 1
    return count


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, action="append", required=True)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    count = 0
    for directory in options.truth:
        for path in sorted(directory.iterdir()):
            told = path.with_suffix(".json")
            if path.suffix.lower() in PICTURES and told.is_file():
                count += harvest(path, json.loads(told.read_text(encoding="utf-8")), options.out)
    sys.stderr.write(f"{count} cells: {options.out}\n")


if __name__ == "__main__":
    main()
