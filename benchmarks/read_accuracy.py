"""How well the reader reads: exact fields and characters by class, style and degradation, with their intervals.

    python -m benchmarks.read_accuracy                        # 20 sheets a kind and style of the test split
    python -m benchmarks.read_accuracy --count 100 --style print --degrade mix --page out.html --json out.json
    python -m benchmarks.read_accuracy --layout second        # 2200 without marks and code (benchmarks/forms)
    python -m benchmarks.read_accuracy --truth DIR [--truth DIR ...] [--calibration FILE]

A truth directory holds pictures and NAME.json (todoke.truth/1), from `todoke synth` or benchmarks.outside_filler. The
hands are fonts and drawn strokes: real handwriting will be read worse, and this says nothing about how much.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from api.synth.splits import SPLITS
from benchmarks.report import figures, worst
from benchmarks.report_page import page
from benchmarks.report_reading import Read, read_folder
from benchmarks.report_text import lines
from forms import catalogue
from ocr.calibration import fingerprint
from ocr.calibration.judge import Judge
from ocr.calibration.model import Calibration

FORMS = Path(__file__).parent / "forms"
STYLES = {
    "print": ("print",), "hand": ("hand",), "stroke": ("stroke",), "mixed": ("mixed",), "both": ("print", "hand"),
    "all": ("print", "hand", "stroke"),
}  # fmt: skip
LAYOUTS = {"first": (None,), "second": ("plain-1",), "both": (None, "plain-1")}
SECOND = "acquisition"  # the kind that has a second layout


def synthetic(options: argparse.Namespace, scratch: Path) -> list[Path]:
    """Truth directories made by `todoke synth`: the same for the same seed, split and counts."""
    made = []
    for version in LAYOUTS[options.layout]:
        for kind in [SECOND] if version else options.kind or catalogue.kinds():
            for style in STYLES[options.style]:
                for degrade in options.degrade or ["office"]:
                    out = scratch / "-".join(filter(None, (kind, version, style, degrade)))
                    command = [sys.executable, "-m", "api.cli.main", "synth", kind, "--count", str(options.count)]
                    command += ["--seed", str(options.seed), "--style", style, "--degrade", degrade, "--out", str(out)]
                    command += ["--split", options.split] if options.split != "none" else []
                    command += ["--version", version] if version else []
                    command += ["--as-of", options.as_of] if options.as_of else []
                    command += ["--entries", str(options.entries)] if options.entries else []
                    subprocess.run(command, check=True, stdout=sys.stderr)
                    made.append(out)
    return made


def measure(options: argparse.Namespace, folders: list[Path]) -> tuple[Read, dict[str, Any]]:
    """Read everything; the outcomes, and what is to be said of this run."""
    from ocr.default import make_reader

    reader = make_reader(options.threads)
    ours = fingerprint.of_reader(reader)
    judge = None
    if options.calibration:
        judge = Judge(Calibration.from_json(options.calibration.read_text(encoding="utf-8")), ours)
        if judge.voids:
            sys.stderr.write(f"the calibration is of another reader ({', '.join(judge.voids)}): nothing is accepted\n")
    read = Read()
    for folder in folders:
        read_folder(reader, folder, read, judge)
    about = {
        "said": _said(options, read),
        "threads": options.threads,
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "reader": fingerprint.digest(ours),
        "calibration": judge.calibration.version if judge else None,
    }
    return read, about


def _said(options: argparse.Namespace, read: Read) -> str:
    """What was read, in a sentence."""
    source = f"{len(read.sheets)} sheets, {len(read.fields):,} fields"
    if options.truth:
        return f"{source} of {', '.join(folder.name for folder in options.truth)}."
    degrade = ", ".join(options.degrade or ["office"])
    split = "of all splits" if options.split == "none" else f"of the {options.split} split (faces, hands and words)"
    return f"{source} {split}, seed {options.seed}, as machines deliver them: {degrade}."


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, action="append", help="read these instead of making sheets")
    parser.add_argument("--kind", action="append", help="kinds to make (default: all)")
    parser.add_argument("--count", type=int, default=20, help="sheets of each kind, style and degradation")
    parser.add_argument("--entries", type=int, help="filled persons a sheet; default: as offices do")
    parser.add_argument("--style", choices=sorted(STYLES), default="all")
    parser.add_argument("--degrade", action="append", choices=["clean", "office", "fax", "photo", "mix"])
    parser.add_argument("--split", choices=[*SPLITS, "none"], default="test")
    parser.add_argument("--layout", choices=sorted(LAYOUTS), default="first")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--as-of", help="the day of receipt (frozen sets need one); default today")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--calibration", type=Path, help="a file of `todoke calibrate fit --out`: what it accepts")
    parser.add_argument("--json", type=Path, help="write the figures here")
    parser.add_argument("--page", type=Path, help="write a page with the worst fields here")
    parser.add_argument("--worst", type=int, default=72, help="fields shown on the page")
    parser.add_argument("--show", type=int, default=0, help="print so many wrong fields")
    return parser.parse_args()


def main() -> None:
    """The command."""
    options = _options()
    os.environ.setdefault("TODOKE_FORMS_DIR", str(FORMS))  # a truth directory may hold the second layout
    with tempfile.TemporaryDirectory() as scratch:
        read, about = measure(options, options.truth or synthetic(options, Path(scratch)))
    found = figures(read, calibrated=options.calibration is not None)
    for line in lines(found, about):
        print(line)
    shown = worst(read.fields, max(options.worst, options.show))
    for one in shown[: options.show]:
        print(f"  wrong: {one.sheet} {one.field} ({one.group}) is {one.truth!r}, read {one.said!r}, raw {one.raw!r}")
    if options.page:
        options.page.write_text(page(found, about, shown[: options.worst]), encoding="utf-8")
    if options.json:
        told = json.dumps({**found, "about": about}, ensure_ascii=False, indent=1)
        options.json.write_text(told + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
