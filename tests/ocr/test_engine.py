from __future__ import annotations

import importlib.metadata
import os
import subprocess
import sys

import numpy as np
import pylopdf_fonts_jp
import pytest
from PIL import Image, ImageDraw, ImageFont

from ocr import opencv, testing
from ocr.charsets import charset
from ocr.engine import read_lines
from ocr.errors import EngineFailed
from ocr.paddle import PaddleEngine

pytestmark = pytest.mark.engine

WORDS = (
    ("渡辺花子", "kanji"), ("ワタナベ", "kana"), ("東京都千代田区丸の内1-2-3", "address"), ("0123456789", "digits"),
    ("7", "digits"), ("1", "digits"), ("250,000", "yen"), ("03-1234-5678", "telephone"),
)  # fmt: skip


def line(words: str, serif: bool = False) -> np.ndarray:
    font = ImageFont.truetype(str(pylopdf_fonts_jp.serif_path() if serif else pylopdf_fonts_jp.sans_path()), 34)
    left, top, right, bottom = font.getbbox(words)
    picture = Image.new("L", (int(right - left) + 20, int(bottom - top) + 16), 250)
    ImageDraw.Draw(picture).text((10 - left, 8 - top), words, font=font, fill=25)
    return np.array(picture)


@pytest.mark.parametrize("serif", [False, True])
def test_printed_lines_are_read(engine: PaddleEngine, serif: bool) -> None:
    readings = engine.read([line(words, serif) for words, _ in WORDS], [name for _, name in WORDS])
    assert [r.text for r in readings] == [words for words, _ in WORDS]
    assert all(r.score > 0.8 and len(r.chars) == len(r.text) for r in readings)


def test_a_reading_stays_inside_its_character_set(engine: PaddleEngine) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (48, 300), dtype=np.uint8)
    crops = [line("増田愛"), line("カタカナ"), noise]
    for name in ("digits", "kana", "kanji", "telephone"):
        for reading in engine.read(crops, [name] * len(crops)):
            assert set(reading.text) <= charset(name)


def test_order_does_not_depend_on_batches(engine: PaddleEngine) -> None:
    words = ["12", "渡辺花子", "3", "東京都千代田区丸の内1-2-3", "45"] * 5
    names = ["digits" if w.isdigit() else "address" for w in words]
    assert [r.text for r in engine.read([line(w) for w in words], names)] == words


def test_the_shim_answers_for_one_name_and_only_inside() -> None:
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version(opencv.WANTED)
    with opencv.headless_accepted():
        assert importlib.metadata.version(opencv.WANTED) == importlib.metadata.version(opencv.INSTALLED)
        with pytest.raises(importlib.metadata.PackageNotFoundError):
            importlib.metadata.version("no-such-distribution")
    with pytest.raises(importlib.metadata.PackageNotFoundError):
        importlib.metadata.version(opencv.WANTED)


def test_it_loads_without_paddle_and_without_a_network() -> None:
    """In a process of its own, where opening a socket is an error."""
    code = (
        "import socket, sys, numpy as np\n"
        "def no(*a, **k): raise OSError('no network here')\n"
        "socket.socket.connect = no; socket.getaddrinfo = no; socket.create_connection = no\n"
        "from ocr.paddle import PaddleEngine\n"
        "engine = PaddleEngine(threads=1)\n"
        "engine.read([np.full((48, 100), 250, np.uint8)], ['digits'])\n"
        "assert not {'paddle', 'torch'} & set(sys.modules), 'a framework was imported'\n"
    )
    done = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.parametrize(
    "broken",
    [
        testing.FailingEngine(),
        testing.NanEngine(),
        testing.ShortEngine(),
        testing.GarbageEngine(),
        testing.BrokenLatticeEngine("nan"),
        testing.BrokenLatticeEngine("columns"),
        testing.BrokenLatticeEngine("probabilities"),
    ],
)
def test_an_engine_that_breaks_its_contract_is_named(broken: testing.FixedEngine) -> None:
    with pytest.raises(EngineFailed) as caught:
        read_lines(broken, [line("1"), line("2")], ["digits", "digits"])
    assert caught.value.code == "engine_failed"


def test_an_engine_is_loaded_anew_after_a_fork(engine: PaddleEngine) -> None:
    """A predictor is never shared: the child has none of its parent's."""
    child = os.fork()
    if child == 0:
        os._exit(0 if engine._loaded is not None and engine._loaded[0] != os.getpid() else 1)
    assert os.waitpid(child, 0)[1] == 0


def test_a_line_keeps_what_else_it_may_say(engine: PaddleEngine) -> None:
    (reading,) = engine.read([line("渡辺花子")], ["kanji"])
    assert reading.lattice is not None
    assert reading.lattice.best()[0].value == "渡辺花子"
    assert reading.lattice.log_probabilities.shape[1] < 400, "a lattice holds the classes that matter"
    right, near, far = reading.lattice.log_likelihoods(["渡辺花子", "渡部花子", "佐藤一郎"])
    assert right > near > far


def test_a_character_outside_the_set_is_not_taken_for_a_gap(engine: PaddleEngine) -> None:
    """増 in its Chinese form, which the set has not: the two characters beside it must not close up."""
    (reading,) = engine.read([line("A増田")], ["kanji"])
    assert len(reading.text) == 3
