"""The cell classifier: its file is the recorded one, it reads drawn cells, and garbage is never a confident digit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pylopdf_fonts_jp
import pytest

from ocr.cell_model import SHA256, WEIGHTS, CellModel, shared
from ocr.errors import EngineFailed, ModelAltered, ModelsMissing
from ocr.glyphs import SIDE, fitted
from ocr.training import strokes
from ocr.training.faces import draw_character
from ocr.training.samples import rejects
from ocr.training.wear import worn

SANS = Path(pylopdf_fonts_jp.sans_path())


def drawn(digit: str, seed: int = 3) -> np.ndarray:
    dice = np.random.default_rng(seed)
    return fitted(draw_character(dice, SANS, digit, 4.0, 10, steady=True))


def test_the_weights_are_the_recorded_ones() -> None:
    import hashlib

    assert hashlib.sha256(WEIGHTS.read_bytes()).hexdigest() == SHA256
    assert WEIGHTS.stat().st_size < 2_000_000
    assert SHA256[:8] in shared().version


def test_an_altered_file_is_refused(tmp_path: Path) -> None:
    other = tmp_path / "cells.onnx"
    shutil.copyfile(WEIGHTS, other)
    with other.open("ab") as file:
        file.write(b"\0")
    with pytest.raises(ModelAltered):
        CellModel(other).read([drawn("1")], "digits")
    with pytest.raises(ModelsMissing):
        CellModel(tmp_path / "none.onnx").read([drawn("1")], "digits")


def test_printed_digits() -> None:
    reads = shared().read([drawn(digit) for digit in "0123456789"], "digits")
    assert "".join(read.options[0].value for read in reads) == "0123456789"
    assert all(read.options[0].probability > 0.9 for read in reads)
    assert all(sum(o.probability for o in read.options) + read.reject <= 1 + 1e-6 for read in reads)


def test_pen_digits_of_new_writers() -> None:
    dice = np.random.default_rng(55)
    right = total = 0
    for _ in range(20):
        hand = strokes.draw_hand(dice)
        cells = [worn(dice, strokes.draw_digit(dice, hand, d, 4.2, 10)) for d in "0123456789"]
        reads = shared().read([c for c in cells if c is not None], "digits")
        told = [d for d, c in zip("0123456789", cells, strict=True) if c is not None]
        right += sum(r.options[0].value == d for r, d in zip(reads, told, strict=True))
        total += len(told)
    assert right >= 0.97 * total


def test_a_kana_stands_in_a_sign_and_in_no_digit_comb() -> None:
    dice = np.random.default_rng(4)
    kana = [fitted(draw_character(dice, SANS, c, 4.0, 10, steady=True)) for c in "アケメ"]
    assert [r.options[0].value for r in shared().read(kana, "office_ref")] == list("アケメ")
    assert {o.value for r in shared().read(kana, "digits") for o in r.options} <= set("0123456789")


def test_garbage_is_no_confident_digit() -> None:
    reads = shared().read([picture for picture, _ in rejects(np.random.default_rng(77), 240)], "digits")
    confident = [read for read in reads if read.options[0].probability >= 0.95]
    assert len(confident) <= 0.04 * len(reads)


def test_noise_and_scribble() -> None:
    dice = np.random.default_rng(8)
    noise = [fitted((dice.random((50, 40)) > 0.6).astype(np.uint8) * 250) for _ in range(20)]
    black = fitted(np.full((50, 40), 250, np.uint8))
    for read in shared().read([*noise, black], "digits"):
        assert read.options[0].probability < 0.9


def test_an_empty_picture_is_nothing() -> None:
    assert not fitted(np.zeros((50, 40), np.uint8)).any()
    assert shared().read([], "digits") == []


def test_fitting_keeps_aspect_and_centres() -> None:
    picture = np.zeros((80, 60), np.uint8)
    cv2.line(picture, (30, 10), (30, 70), 240, 4)
    found = fitted(picture)
    ys, xs = np.nonzero(found > 0.3)
    assert found.shape == (SIDE, SIDE)
    assert ys.max() - ys.min() + 1 == 20
    assert xs.max() - xs.min() <= 3
    assert abs(float(xs.mean()) - 13.5) <= 1 and abs(float(ys.mean()) - 13.5) <= 1


def test_numbers_that_are_none_fail_the_engine(monkeypatch: pytest.MonkeyPatch) -> None:
    model = CellModel()
    model.read([drawn("1")], "digits")
    assert model._loaded is not None

    class Broken:
        def run(self, _names: list[str], given: dict[str, np.ndarray]) -> list[np.ndarray]:
            return [np.full((len(given["cells"]), len(model._session().characters)), np.nan, np.float32)]

    session = model._session()
    broken = type(session)(Broken(), session.characters, session.temperature, session.version)
    monkeypatch.setattr(model, "_loaded", (os.getpid(), broken))
    with pytest.raises(EngineFailed):
        model.read([drawn("1")], "digits")


def test_no_torch_in_the_product() -> None:
    said = subprocess.run(
        [sys.executable, "-c",
         "import sys; from ocr.cell_model import shared; shared().version; print('torch' in sys.modules)"],
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert said.stdout.strip() == "False"
