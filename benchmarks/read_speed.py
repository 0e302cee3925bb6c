"""How quickly sheets are read, side by side on the same sheets: Todoke, PaddleOCR's full pipeline, tesseract.

    python -m benchmarks.read_speed                          # 12 one-person sheets of 2200 at 200 dpi, 2 rounds
    python -m benchmarks.read_speed --entries 4 --workers 2  # full sheets, two processes of one thread each

Each runs in processes of its own, in turns (the order changes every round), with the model loaded before the clock
starts. PaddleOCR's detector and recogniser are of the wheel that Todoke's recogniser is of. Prints sheets and persons a
second, seconds a sheet (median and 95th percentile), peak memory of a process, and where Todoke's time goes.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from PIL import Image

from api.synth import scan
from api.synth.chance import Chance
from api.synth.produce import Order, produce
from api.synth.world import World

DPI = 200
THREADS = 2
READERS = ("todoke", "paddleocr", "tesseract")


@dataclass(frozen=True, slots=True)
class Run:
    """What the processes of one reader said."""

    seconds: tuple[float, ...]  # a sheet
    wall: float  # from the first sheet's start to the last one's end, of the slowest process
    load: float
    peak_mb: float
    stages: dict[str, float]  # milliseconds a sheet


def main() -> None:
    """Make the sheets, run the readers in turns, print."""
    options = _options()
    if options.child:
        from benchmarks.read_speed_child import child

        print(json.dumps(child(options.child, [Path(f) for f in options.files], options.threads)))
        return
    readers = [name for name in options.readers.split(",") if name != "tesseract" or shutil.which("tesseract")]
    if "tesseract" in options.readers and "tesseract" not in readers:
        print("tesseract is not installed: left out")
    with tempfile.TemporaryDirectory() as folder:
        sheets = make(Path(folder), options)
        runs: dict[str, list[Run]] = {name: [] for name in readers}
        for turn in range(options.rounds):
            for name in readers if turn % 2 == 0 else reversed(readers):
                workers = options.workers if name == "todoke" else 1
                runs[name].append(measure(name, sheets, workers, max(1, THREADS // workers)))
    report(runs, len(sheets), options)


def make(folder: Path, options: argparse.Namespace) -> list[Path]:
    """Scanned sheets of kind 2200 as JPEG files of 200 dpi."""
    order = Order("acquisition", options.count, str(options.seed), World("speed", 300, 20), date(2026, 11, 20),
                  style=options.style, degrade="clean", entries=options.entries)  # fmt: skip
    paths: list[Path] = []
    for made in produce(order):
        for page in made.pages:
            chance = Chance("speed", options.seed, len(paths))
            tone: scan.Tone = chance.pick((("colour", 1), ("grey", 1)))
            seen = scan.office(page.scan.pixels, page.scan.dpi[0], DPI, tone, chance)
            paths.append(folder / f"{len(paths):04d}.jpg")
            Image.fromarray(seen.pixels).save(paths[-1], quality=seen.quality, dpi=(DPI, DPI))
    return paths


def measure(name: str, sheets: list[Path], workers: int, threads: int) -> Run:
    """One round of one reader."""
    environment = os.environ | {"OMP_NUM_THREADS": str(threads), "OMP_THREAD_LIMIT": str(threads)}
    command = [sys.executable, "-m", "benchmarks.read_speed", "--child", name, "--threads", str(threads), "--files"]
    running = [
        subprocess.Popen([*command, *map(str, sheets[n::workers])], stdout=subprocess.PIPE, env=environment)
        for n in range(workers)
    ]
    said: list[dict[str, Any]] = []
    for process in running:
        out, _ = process.communicate()
        if process.returncode:
            raise SystemExit(f"{name} failed with exit status {process.returncode}")
        said.append(json.loads(out.splitlines()[-1]))
    times = tuple(t for one in said for t in one["seconds"])
    total = {key: sum(one["stages"][key] for one in said) for key in said[0]["stages"]}
    return Run(
        seconds=times,
        wall=max(one["end"] for one in said) - min(one["begin"] for one in said),
        load=max(one["load"] for one in said),
        peak_mb=max(one["peak_mb"] for one in said),
        stages={key: 1000 * value / len(times) for key, value in total.items()},
    )


def report(runs: dict[str, list[Run]], sheets: int, options: argparse.Namespace) -> None:
    """The figures, the median of the rounds each."""
    print(f"{sheets} sheets of 2200, {options.entries} persons each, {DPI} dpi, {options.rounds} rounds, "
          f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")  # fmt: skip
    rate: dict[str, float] = {}
    for name, each in runs.items():
        rate[name] = sheets / statistics.median(run.wall for run in each)
        times = sorted(t for run in each for t in run.seconds)
        print(
            f"{name:10s} {rate[name]:6.2f} sheets/s  {rate[name] * options.entries:6.2f} persons/s  "
            f"p50 {statistics.median(times):.3f} s  p95 {times[math.ceil(0.95 * len(times)) - 1]:.3f} s a sheet  "
            f"peak {max(run.peak_mb for run in each):.0f} MB a process  loading {each[-1].load:.1f} s"
        )
    for other in ("paddleocr", "tesseract"):
        if other in rate and "todoke" in rate:
            print(f"todoke / {other}: {rate['todoke'] / rate[other]:.1f} x")
    if "todoke" in runs:
        stages = {k: statistics.median(r.stages[k] for r in runs["todoke"]) for k in runs["todoke"][0].stages}
        print("todoke, ms a sheet: " + ", ".join(f"{key} {value:.0f}" for key, value in stages.items()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Reading speed, side by side.")
    parser.add_argument("--count", type=int, default=12, help="sheets")
    parser.add_argument("--entries", type=int, default=1, help="persons a sheet (1 to 4)")
    parser.add_argument("--style", choices=("print", "hand", "mixed"), default="print")
    parser.add_argument("--seed", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--workers", type=int, choices=(1, 2), default=1, help="processes of Todoke")
    parser.add_argument("--readers", default=",".join(READERS))
    parser.add_argument("--child", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--threads", type=int, default=THREADS, help=argparse.SUPPRESS)
    parser.add_argument("--files", nargs="*", default=[], help=argparse.SUPPRESS)
    return parser.parse_args()


if __name__ == "__main__":
    main()
