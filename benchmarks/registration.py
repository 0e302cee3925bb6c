"""How surely sheets are registered: the standard mix of pages, and drawn distortions whose truth is known exactly.

    python -m benchmarks.registration                     # 60 sheets of the mix, 2 of each distortion
    python -m benchmarks.registration --count 600 --each 10
    python -m benchmarks.registration --layout DIR/other.yaml     # a layout without marks and code, too

Prints the share of sheets that could not be registered or were taken for something else, and for each distortion the
worst error of a cell's place in millimetres, with the form's marks and code and without them.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date

import cv2
import numpy as np

from api.synth.produce import Order, produce
from api.synth.world import World
from benchmarks.distortion import WAYS, Distorted, Floats, Pixels, distort
from forms import catalogue
from forms.model import Form
from ocr.find import Found, find_sheets
from ocr.register import Registered

DAY = date(2026, 11, 20)


@dataclass
class Tally:
    """Sheets of one line of the report."""

    sheets: int = 0
    lost: int = 0  # not registered
    wrong: int = 0  # registered as another form, or turned otherwise, or out of place: the worst that can be
    errors: list[float] = field(default_factory=list)  # mm, the worst of each sheet
    seconds: float = 0.0

    def __str__(self) -> str:
        share = f"{self.lost}/{self.sheets} lost, {self.wrong} wrong"
        worst = f", worst place {max(self.errors):.2f} mm, median {np.median(self.errors):.2f}" if self.errors else ""
        return f"{share}{worst}, {1000 * self.seconds / max(1, self.sheets):.0f} ms a sheet"


def main() -> None:
    """Run and print."""
    options = _options()
    for kind in ("acquisition", "dependants"):
        print(f"mix, {kind:12s} {mix(kind, options.count // 2, options.seed)}", flush=True)
    form = catalogue.form("acquisition")
    sheets = list(drawn("acquisition", options.each, options.seed))
    for bare in (False, True):
        for name, way in WAYS.items():
            if options.only and options.only not in name:
                continue
            tally = Tally()
            for number, sheet in enumerate(sheets):
                picture = without_marks(sheet, form) if bare else sheet
                judge(distort(picture, form.pages[0], way, number), form, tally)
            print(f"{name:28s}{'without marks and code' if bare else '':24s} {tally}", flush=True)


def mix(kind: str, count: int, seed: int) -> Tally:
    """Sheets of the standard degradation mix."""
    tally = Tally()
    for made in produce(Order(kind, count, f"registration-{seed}", World(str(seed), 200, 20), DAY, degrade="mix")):
        for page in made.pages:
            begun = time.process_time()
            found = find_sheets(page.scan.pixels)
            tally.seconds += time.process_time() - begun
            good = [f.registered for f in found if f.registered is not None]
            right = [g for g in good if g.reference.form.kind == kind and g.turned == page.scan.turned]
            tally.sheets += len(page.sheets)
            tally.lost += max(0, len(page.sheets) - len(good))
            tally.wrong += len(good) - len(right) + max(0, len(good) - len(page.sheets))
    return tally


def drawn(kind: str, count: int, seed: int) -> Iterator[Pixels]:
    """Filled sheets as they were drawn, at 300 dpi."""
    world = World(str(seed), 200, 20)
    for made in produce(Order(kind, count, f"drawn-{seed}", world, DAY, degrade="clean")):
        for page in made.pages:
            yield page.scan.pixels


def without_marks(sheet: Pixels, form: Form) -> Pixels:
    """The sheet with its registration marks and code whited out, as on a copy of a copy."""
    bare = sheet.copy()
    per = sheet.shape[1] / form.pages[0][0]
    for box in [mark.box for mark in form.marks] + ([form.code_box] if form.code_box else []):
        grown = box.grown(1.0)
        cv2.rectangle(
            bare, (round(grown.x * per), round(grown.y * per)), (round(grown.right * per), round(grown.bottom * per)),
            (255, 255, 255), -1,
        )  # fmt: skip
    return bare


def judge(made: Distorted, form: Form, tally: Tally) -> Registered | None:
    """Find the sheet on its page and compare the places of its cells with the truth."""
    begun = time.process_time()
    found: list[Found] = find_sheets(made.page)
    tally.seconds += time.process_time() - begun
    tally.sheets += 1
    good = [f.registered for f in found if f.registered is not None]
    if not good:
        tally.lost += 1
        return None
    sheet = good[0]
    if sheet.reference.form.kind != form.kind or len(good) > 1:
        tally.wrong += 1
        return sheet
    at = places(form)
    error = float(np.linalg.norm(sheet.warp.points(at) - made.points(at), axis=1).max() / sheet.scale)
    tally.errors.append(error)
    tally.wrong += error > 2.0  # mm
    return sheet


def places(form: Form) -> Floats:
    """The middles (mm) of all parts and cells of a form's first page."""
    fields = [f for f in form.captured() if f.page == 1]
    boxes = [p.box for f in fields for p in f.parts] + [c for f in fields for p in f.parts for c in p.cells]
    return np.array([box.centre for box in boxes], dtype=np.float64)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Registration: what is lost, what is wrong, how far off.")
    parser.add_argument("--count", type=int, default=60, help="sheets of the standard mix")
    parser.add_argument("--each", type=int, default=2, help="sheets of each distortion")
    parser.add_argument("--only", help="distortions whose name has this in it")
    parser.add_argument("--seed", type=int, default=11)
    return parser.parse_args()


if __name__ == "__main__":
    main()
