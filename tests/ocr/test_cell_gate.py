"""The gate refuses a worse classifier; test digits stay out of training; confirmed cells come in."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from ocr.cell_model import WEIGHTS
from ocr.training import gate, real
from ocr.training.frozen import frozen
from ocr.training.samples import CHARACTERS, REJECT, confirmed


def worse(path: Path) -> Path:
    """The shipped model with 0.19 for a part of the weights of its largest layer, more than half of the file."""
    bits = bytearray(WEIGHTS.read_bytes())
    middle = len(bits) // 2
    bits[middle - 60_000 : middle + 60_000] = b"\x3e" * 120_000
    path.write_bytes(bits)
    return path


def test_a_worse_model_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert gate.main([str(worse(tmp_path / "new.onnx")), "--count", "300"]) == 1
    assert "WORSE" in capsys.readouterr().out


def test_an_equal_model_is_accepted(capsys: pytest.CaptureFixture[str]) -> None:
    assert gate.main([str(WEIGHTS), "--count", "200"]) == 0
    assert "accepted" in capsys.readouterr().out


def test_the_sign_test_is_exact() -> None:
    assert gate.sign_test(5, 0) == pytest.approx(1 / 32)
    assert gate.sign_test(0, 0) == 1.0
    assert gate.sign_test(3, 3) == pytest.approx(42 / 64)


def test_the_frozen_set_is_the_same_each_time() -> None:
    one, two = frozen(count=40), frozen(count=40)
    assert np.array_equal(one.cells, two.cells) and np.array_equal(one.digits, two.digits)
    assert set(one.origins) == {"pen", "print", "no digit"}


def test_a_shifted_test_digit_is_still_one() -> None:
    dice = np.random.default_rng(1)
    digit = np.zeros((28, 28), np.uint8)
    digit[6:20, 8:18] = dice.integers(1, 255, (14, 10))
    other = digit.copy()
    other[10, 10] ^= 1
    kept = real.without(np.stack([digit, np.roll(digit, (2, -3), (0, 1)), other]), digit[None])
    assert kept.tolist() == [False, False, True]


def test_confirmed_cells_are_read_by_their_names(tmp_path: Path) -> None:
    picture = np.full((40, 30), 250, np.uint8)
    cv2.line(picture, (15, 4), (15, 36), 20, 4)
    for name in ("1_a.png", "reject_b.png", "ア_c.png", "?_d.png"):
        (tmp_path / name).write_bytes(cv2.imencode(".png", picture)[1].tobytes())
    found = {character for _, character in confirmed(tmp_path)}
    assert found == {"1", REJECT, "ア"} and found <= set(CHARACTERS)
