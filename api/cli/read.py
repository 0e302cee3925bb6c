"""`todoke read`: reads files and prints what stands on them (contracts.md, todoke.read/1), without a database."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from forms.errors import TodokeError
from ocr.types import FieldReading, PageImage, SheetReader, SheetReading

SCHEMA = "todoke.read/1"
REFUSED_STATUS = 3


def run(arguments: list[str]) -> int:
    """Exit 0, or 3 if any page was refused."""
    options = _options(arguments)
    if options.prepare:
        from ocr import models

        sys.stderr.write(f"models: {models.ensure()}\n")
        if not options.files:
            return 0
    from ocr.default import make_reader

    reader: SheetReader = make_reader(options.threads)
    if options.calibration:
        reader = _calibrated(reader, options.calibration)
    records = [record for file in options.files for record in read_file(reader, file, options.pages)]
    print(json.dumps({"schema": SCHEMA, "pages": records}, ensure_ascii=False))
    return REFUSED_STATUS if any(record["status"] == "refused" for record in records) else 0


def read_file(reader: SheetReader, file: str, pages: tuple[int, int] | None = None) -> Iterator[dict[str, Any]]:
    """The records of one file, at least one, whatever is in it."""
    from intake.decode.file import decode_file
    from intake.decode.limits import Limits
    from intake.decode.page import PageFailure
    from storage.settings import load_settings

    limits = Limits.from_settings(load_settings())
    wanted = set(range(pages[0], pages[1] + 1)) if pages is not None else None
    for page in decode_file(Path(file), limits, pages=wanted):
        if isinstance(page, PageFailure):
            yield _record(file, page.number, SheetReading(1, "refused", error=page.error))
            continue
        for sheet in _sheets(reader, page.image):
            yield _record(file, page.number, sheet)


def _calibrated(reader: SheetReader, file: Path) -> SheetReader:
    """The reader with the confidence of a calibration of `todoke calibrate fit --out`; of another reader it says so."""
    from ocr.calibration import fingerprint
    from ocr.calibration.judge import Calibrated, Judge
    from ocr.calibration.model import Calibration

    judge = Judge(Calibration.from_json(file.read_text(encoding="utf-8")), fingerprint.of_reader(reader))
    if judge.voids:
        differs = ", ".join(judge.voids)
        sys.stderr.write(f"todoke read: the calibration is of another reader ({differs}): confidence is null\n")
    return Calibrated(reader, judge)


def _sheets(reader: SheetReader, image: PageImage) -> tuple[SheetReading, ...]:
    """What the reader says; one page that it cannot take is refused and the next goes on."""
    from ocr.errors import ReadingError

    try:
        return reader.read(image)
    except TodokeError as error:
        return (SheetReading(1, "refused", error=error),)
    except Exception as error:
        sys.stderr.write(f"todoke read: {type(error).__name__}: {error}\n")
        return (SheetReading(1, "refused", error=ReadingError()),)


def _record(file: str, page: int, sheet: SheetReading) -> dict[str, Any]:
    return {
        "file": file,
        "page": page,
        "sheet": sheet.number,
        "status": sheet.status,
        "error": sheet.error.as_dict() if sheet.error is not None else None,
        "kind": sheet.kind,
        "version": sheet.version,
        "registration": _registration(sheet),
        "fields": [_field(field) for field in sheet.fields],
    }


def _registration(sheet: SheetReading) -> dict[str, Any] | None:
    if sheet.residual_mm is None:
        return None
    blocks = [{"id": block.id, "residual_mm": block.residual_mm} for block in sheet.blocks]
    return {"residual_mm": sheet.residual_mm, "blocks": blocks, "turned": sheet.turned}


def _field(field: FieldReading) -> dict[str, Any]:
    return {
        "id": field.id,
        "value": field.value,
        "raw": field.raw,
        "confidence": field.confidence,
        "blank": field.blank,
        "struck": field.struck,
        "box_mm": [round(side, 2) for side in field.box_mm],
        "basis": field.basis,
        "readings": [
            {"engine": r.engine, "version": r.version, "value": r.value, "score": r.score} for r in field.readings
        ],
    }


def _options(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="todoke read", description="Read scanned or digital filings.")
    parser.add_argument("files", nargs="*", metavar="FILE")
    parser.add_argument("--json", action="store_true", help="print todoke.read/1 (the only output there is)")
    parser.add_argument("--pages", type=_pages, metavar="N or N-M", help="only these pages of each file")
    parser.add_argument("--threads", type=int, default=None, help="threads of the text engine")
    parser.add_argument(
        "--calibration", type=Path, metavar="FILE", help="of todoke calibrate fit --out; without it confidence is null"
    )
    parser.add_argument("--prepare", action="store_true", help="build the model directories first")
    options = parser.parse_args(arguments)
    if not options.files and not options.prepare:
        parser.error("at least one FILE is needed")
    return options


def _pages(text: str) -> tuple[int, int]:
    first, _, last = text.partition("-")
    numbers = int(first), int(last or first)
    if not 1 <= numbers[0] <= numbers[1]:
        raise argparse.ArgumentTypeError("pages are 1-based, first to last")
    return numbers
