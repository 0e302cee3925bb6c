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
import pypdfium2
from PIL import Image, ImageSequence

from forms import catalogue
from forms.model import Field
from ocr.find import find_sheets
from ocr.glyphs import Glyph, glyphs
from ocr.ink import Ink, writing
from ocr.types import Pixels

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf")


def characters_of(item: Field, value: str) -> dict[str, str]:
    """What was written in each comb of a field (by part), as far as the value tells."""
    combs = [part for part in item.parts if part.cells]
    if item.type in {"digits", "zip"} and len(combs) == 1:
        return {combs[0].name: value}
    if item.type == "wareki" and len(combs) == 1 and len(combs[0].cells) == 6:
        return {combs[0].name: value[1:]}
    if item.type == "office_ref" and "-" in value:
        district, sign = value.split("-", 1)
        return {"district": district, "sign": sign}
    return {}


def cells_of(ink: Ink, item: Field, value: str) -> Iterator[tuple[str, Glyph]]:
    """Each written cell of a field with its character; nothing if not as many cells are written in as the value has
    characters."""
    told = characters_of(item, value)
    for part in item.parts:
        word = told.get(part.name, "")
        if not part.cells or not word.isalnum():
            continue
        seen = [glyph for glyph in glyphs(ink, part.cells) if glyph is not None]
        if len(seen) == len(word):
            yield from zip(word, seen, strict=True)


def pages(path: Path) -> Iterator[Pixels]:
    """The pages of a picture or PDF as RGB (a PDF at 200 dpi)."""
    if path.suffix.lower() == ".pdf":
        document = pypdfium2.PdfDocument(path)
        for page in document:
            yield np.asarray(page.render(scale=200 / 72).to_pil().convert("RGB"), dtype=np.uint8)
        document.close()
        return
    with Image.open(path) as image:
        for frame in ImageSequence.Iterator(image):
            yield np.asarray(frame.convert("RGB"), dtype=np.uint8)


def harvest(path: Path, told: dict[str, Any], out: Path) -> int:
    """The cells of one file; how many."""
    count = 0
    for number, page in enumerate(pages(path), start=1):
        found = find_sheets(page)
        for truth in told["pages"]:
            if truth["page"] != number or truth["status"] != "form" or truth["sheet"] > len(found):
                continue
            sheet = found[truth["sheet"] - 1].registered
            if sheet is not None and sheet.good:
                count += _sheet(writing(sheet), truth, f"{path.parent.name}-{path.stem}-{number}-{truth['sheet']}", out)
    return count


def _sheet(ink: Ink, truth: dict[str, Any], name: str, out: Path) -> int:
    form = catalogue.form(truth["kind"], truth["version"])
    count = 0
    for key, value in truth["fields"].items():
        if not value or key in truth.get("struck", ()):
            continue
        for place, (character, glyph) in enumerate(cells_of(ink, form.field(key), value)):
            _, packed = cv2.imencode(".png", glyph.picture)
            (out / f"{character}_{name}-{key}-{place}.png").write_bytes(packed.tobytes())
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
