"""How well the reader reads: exact fields by type and style, blanks apart, with 95 % intervals and seconds a sheet.

    python -m benchmarks.read_accuracy                        # 20 sheets of each kind and style, degrade office
    python -m benchmarks.read_accuracy --count 100 --style print
    python -m benchmarks.read_accuracy --truth DIR [--truth DIR ...]

A truth directory holds pictures and NAME.json (todoke.truth/1), from `todoke synth` or benchmarks.outside_filler. The
hand style is drawn with handwriting fonts: real handwriting will be read worse, and this says nothing about how much.
"""

from __future__ import annotations

import argparse
import json
import math
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from api.cli.read import read_file
from forms import catalogue
from forms.values import equal
from forms.values.characters import fold
from ocr.paddle import PaddleEngine
from ocr.reader import FormReader

PICTURES = (".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pdf")
VARIANTS = frozenset("髙﨑栁濵")
STRICT = ("digits", "zip", "office_ref", "choice", "wareki", "yen")  # combs, choices, dates and amounts
NAMES_AND_ADDRESSES = ("kana", "kanji", "address", "addr_kana", "text", "telephone")


@dataclass
class Score:
    """Right and all of one line of the report."""

    right: int = 0
    total: int = 0

    def add(self, right: bool) -> None:
        self.right += right
        self.total += 1

    def __str__(self) -> str:
        if not self.total:
            return "      -"
        low, high = wilson(self.right, self.total)
        share = 100 * self.right / self.total
        return f"{share:7.2f} %  [{100 * low:6.2f}, {100 * high:6.2f}]  {self.right}/{self.total}"


@dataclass
class Report:
    """Everything counted for one style."""

    types: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    blanks: Score = field(default_factory=Score)
    groups: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    status: Counter[str] = field(default_factory=Counter)
    turned: Score = field(default_factory=Score)
    wrong: list[str] = field(default_factory=list)


def wilson(right: int, total: int, z: float = 1.959964) -> tuple[float, float]:
    """The 95 % interval of a share (Wilson score)."""
    share = right / total
    middle = share + z * z / (2 * total)
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    scale = 1 + z * z / total
    return max(0.0, (middle - spread) / scale), min(1.0, (middle + spread) / scale)


def truths(directory: Path) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Each picture with its truth."""
    for path in sorted(directory.iterdir()):
        told = path.with_suffix(".json")
        if path.suffix.lower() in PICTURES and told.is_file():
            yield path, json.loads(told.read_text(encoding="utf-8"))


def count_sheet(report: Report, name: str, told: dict[str, Any], read: dict[str, Any] | None) -> None:
    """Compare one sheet."""
    status = read["status"] if read else "missing"
    report.status[f"{told['status']} read as {status}"] += 1
    if told["status"] != "form":
        return
    form = catalogue.form(told["kind"], told["version"])
    found = {item["id"]: item for item in read["fields"]} if read else {}
    if read and read["registration"]:
        report.turned.add(read["registration"]["turned"] == told["turned"])
    struck = set(told.get("struck", ()))
    for key, value in told["fields"].items():
        kind = form.field(key).type
        item = found.get(key)
        said = item["value"] if item else None
        if value == "" and key not in struck:
            right = said == ""
            report.blanks.add(right)
        elif value is None:
            right = item is not None and said is None
            report.groups["conflicting marked so (null)"].add(right)
        else:
            right = equal(kind, said, value)
            _count_value(report, kind, value, said, right, key in struck, bool(item and item["struck"]))
        if not right:
            report.wrong.append(f"{name} {key} ({kind}) is {value!r}, read {said!r}, raw {item and item['raw']!r}")


def _count_value(
    report: Report, kind: str, value: str, said: str | None, right: bool, struck: bool, said_struck: bool
) -> None:
    report.types[kind].add(right)
    report.groups["all non-blank fields"].add(right)
    if kind in STRICT:
        report.groups["combs, choices, dates, amounts"].add(right)
    if kind in NAMES_AND_ADDRESSES:
        report.groups["names, addresses, free text"].add(right)
    if struck:
        report.groups["struck-out fields (value)"].add(right)
        report.groups["struck-out seen as struck"].add(said_struck)
    if kind == "kanji":
        variant = bool(VARIANTS & set(value))
        report.groups["kanji names, variant surnames" if variant else "kanji names, others"].add(right)
        report.groups["kanji names, folded variants"].add(said is not None and fold(said) == fold(value))


def print_report(style: str, report: Report) -> None:
    """The table of one style."""
    note = " (handwriting fonts: an optimistic bound, no real handwriting was measured)" if style == "hand" else ""
    print(f"\n## {style}{note}\n\n{'field type':34} exact     95 % interval      n")
    for kind in sorted(report.types):
        print(f"{kind:32} {report.types[kind]}")
    print()
    for name in sorted(report.groups):
        print(f"{name:32} {report.groups[name]}")
    print(f"{'blanks read as blank':32} {report.blanks}")
    print(f"{'orientation':32} {report.turned}")
    for name, count in sorted(report.status.items()):
        print(f"{name:32} {count:7}")


def synthetic(options: argparse.Namespace, scratch: Path) -> list[Path]:
    """Truth directories made by `todoke synth`."""
    made = []
    styles = ("print", "hand") if options.style == "both" else (options.style,)
    for kind in options.kind or catalogue.kinds():
        for style in styles:
            out = scratch / f"{kind}-{style}"
            command = [sys.executable, "-m", "api.cli.main", "synth", kind, "--count", str(options.count)]
            command += ["--seed", str(options.seed), "--style", style, "--degrade", options.degrade, "--out", str(out)]
            subprocess.run(command, check=True, stdout=sys.stderr)
            made.append(out)
    return made


def measure(directories: list[Path], threads: int) -> tuple[dict[str, Report], list[float]]:
    """Read everything; reports by style and the seconds of each file a sheet."""
    reader = FormReader(PaddleEngine(threads=threads))
    reports: dict[str, Report] = defaultdict(Report)
    seconds: list[float] = []
    for directory in directories:
        for path, told in truths(directory):
            begun = time.perf_counter()
            records = list(read_file(reader, str(path)))
            seconds.append((time.perf_counter() - begun) / max(1, len(told["pages"])))
            at = {(record["page"], record["sheet"]): record for record in records}
            for page in told["pages"]:
                name = f"{directory.name}/{path.name}:{page['page']}.{page['sheet']}"
                count_sheet(reports[told["style"]], name, page, at.get((page["page"], page["sheet"])))
    return reports, seconds


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--truth", type=Path, action="append", help="read these instead of making sheets")
    parser.add_argument("--kind", action="append", help="kinds to make (default: all)")
    parser.add_argument("--count", type=int, default=20, help="sheets of each kind and style")
    parser.add_argument("--style", choices=("print", "hand", "mixed", "both"), default="both")
    parser.add_argument("--degrade", default="office")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--show", type=int, default=0, help="print so many wrong fields")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        reports, seconds = measure(options.truth or synthetic(options, Path(scratch)), options.threads)
    for style in sorted(reports):
        print_report(style, reports[style])
        for line in reports[style].wrong[: options.show]:
            print("  wrong:", line)
    if seconds:
        slow = sorted(seconds)[math.ceil(0.95 * len(seconds)) - 1]
        print(
            f"\nseconds a sheet ({options.threads} threads): first {seconds[0]:.1f} with the model's loading, ", end=""
        )
        print(f"median {statistics.median(seconds):.2f}, 95 % under {slow:.2f}")


if __name__ == "__main__":
    main()
