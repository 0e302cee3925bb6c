"""PaddleOCR as the text engine: its recogniser (PP-OCRv6 small) on onnxruntime, with a decoder held to the field.

`paddlepaddle` is not installed and never imported. The detector is not used: a form says where its fields are, and
page engines lose comb cells (ocr-facts: 55 % exact against 99.5 %).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import models
from ocr.charsets import RARITY, charset, rare, twins
from ocr.engine import Crop, LineReading
from ocr.errors import ModelsMissing
from ocr.opencv import headless_accepted

HEIGHT = 48  # px, the recogniser's input height
BATCH = 8
# Widths (px at 48 px height) to which crops are padded, so that a batch has one shape and a digit costs little.
WIDTHS = (96, 160, 240, 320, 400, 480, 560, 640, 800, 960, 1280, 1920, 3200)


class PaddleEngine:
    """`TextEngine` over paddleocr.TextRecognition. The model is loaded at the first reading, in the process that
    reads (after a fork, never before it)."""

    name = "paddleocr"
    version = "PP-OCRv6_small_rec"
    family = "pp-ocr"

    def __init__(self, directory: Path | None = None, threads: int | None = None) -> None:
        self._directory = directory or models.default_dir()
        self._threads = threads or max(1, min(4, os.cpu_count() or 1))
        self._loaded: tuple[int, Any] | None = None
        self._decoder = _Decoder()

    def load(self) -> None:
        """Load the model now. Raises ModelsMissing if its directory is not ready."""
        self._predictor()

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        predictor = self._predictor()
        pictures = [_fitted(crop) for crop in crops]
        found: list[LineReading | None] = [None] * len(crops)
        for width in WIDTHS:
            members = [i for i, picture in enumerate(pictures) if _slot(picture) == width]
            self._pad_to(predictor, width)
            for start in range(0, len(members), BATCH):
                some = members[start : start + BATCH]
                self._decoder.expect([charsets[i] for i in some], [pictures[i].shape[1] / width for i in some])
                predictor.predict([pictures[i] for i in some], batch_size=len(some))
                for i, reading in zip(some, self._decoder.take(), strict=True):
                    found[i] = reading
        return [reading for reading in found if reading is not None]

    def _predictor(self) -> Any:
        if self._loaded is None or self._loaded[0] != os.getpid():
            self._loaded = (os.getpid(), self._load())
        return self._loaded[1]

    def _load(self) -> Any:
        if not models.is_ready(self._directory):
            raise ModelsMissing(path=models.RECOGNISER.name)
        # paddlex makes its cache directory on import; it gets one beside the models, never the home directory.
        os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(self._directory / ".paddlex"))
        os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
        with headless_accepted():
            from paddleocr import TextRecognition

            recogniser = TextRecognition(
                model_name=models.RECOGNISER.name,
                model_dir=str(self._directory / models.RECOGNISER.name),
                engine="onnxruntime",
                engine_config={"intra_op_num_threads": self._threads, "inter_op_num_threads": 1},
                device="cpu",
            )
        self._decoder.adopt(recogniser.paddlex_predictor.post_op.character)
        recogniser.paddlex_predictor.post_op = self._decoder
        return recogniser

    @staticmethod
    def _pad_to(predictor: Any, width: int) -> None:
        """The least width to which paddleocr pads a picture (320 px unless told)."""
        predictor.paddlex_predictor.pre_tfs["ReisizeNorm"].rec_image_shape = [3, HEIGHT, width]


class _Decoder:
    """Greedy CTC decoding over the classes a field allows; stands in the place of paddlex's CTCLabelDecode."""

    def __init__(self) -> None:
        self._characters: list[str] = []
        self._classes: dict[str, _Classes] = {}
        self._charsets: list[str] = []
        self._shares: list[float] = []
        self._readings: list[LineReading] = []

    def adopt(self, characters: Sequence[str]) -> None:
        self._characters = list(characters)

    def expect(self, charsets: list[str], shares: list[float]) -> None:
        """Charset names and filled share of the padded width for the next batch."""
        self._charsets, self._shares, self._readings = charsets, shares, []

    def take(self) -> list[LineReading]:
        return self._readings

    def __call__(self, predictions: Sequence[NDArray[np.float32]], **_: Any) -> tuple[list[str], list[float]]:
        rows = predictions[0]
        self._readings = [
            self._decode(row, name, share) for row, name, share in zip(rows, self._charsets, self._shares, strict=True)
        ]
        return [r.text for r in self._readings], [r.score for r in self._readings]

    def _decode(self, row: NDArray[np.float32], name: str, share: float) -> LineReading:
        classes = self._allowed(name)
        likely = row[:, classes.picked].astype(np.float64)
        np.add.at(likely.T, classes.twin_of, row[:, classes.twins].T)
        best = (likely * classes.weight).argmax(axis=1)
        chars = self._greedy(best, likely[np.arange(len(best)), best], classes.picked)
        free = self._greedy(row.argmax(axis=1), row.max(axis=1), None)
        steps = max(1.0, share * row.shape[0])
        placed = tuple((c, p, min(1.0, (step + 0.5) / steps)) for c, p, step in chars)
        score = float(np.mean([p for _, p, _ in chars])) if chars else 0.0
        return LineReading("".join(c for c, _, _ in chars), score, "".join(c for c, _, _ in free), placed)

    def _greedy(
        self, best: NDArray[np.intp], sure: NDArray[Any], classes: NDArray[np.intp] | None
    ) -> list[tuple[str, float, int]]:
        """Characters with their highest probability and step; repeats joined, CTC blanks (class 0) dropped."""
        found: list[tuple[str, float, int]] = []
        last = 0
        for step, index in enumerate(best.tolist()):
            probability = min(1.0, float(sure[step]))
            if index and index == last and probability > found[-1][1]:
                found[-1] = (found[-1][0], probability, step)
            elif index and index != last:
                character = self._characters[index if classes is None else int(classes[index])]
                found.append((character, probability, step))
            last = index
        return found

    def _allowed(self, name: str) -> _Classes:
        if name not in self._classes:
            allowed, scarce = charset(name), rare()
            picked = [0] + [i for i, c in enumerate(self._characters) if i and c in allowed]
            place = {self._characters[i]: n for n, i in enumerate(picked) if n}
            number = {c: i for i, c in enumerate(self._characters) if i}
            alike = twins(name, self._characters[1:])
            pairs = [(place[c], number[t]) for c, t in alike if c in place and t in number]
            self._classes[name] = _Classes(
                np.array(picked, dtype=np.intp),
                np.array([a for a, _ in pairs], dtype=np.intp),
                np.array([b for _, b in pairs], dtype=np.intp),
                np.array([RARITY if self._characters[i] in scarce else 1.0 for i in picked]),
            )
        return self._classes[name]


@dataclass(frozen=True, slots=True)
class _Classes:
    """The classes of a character set: `picked` (class 0 first), and classes whose probability is added to that of
    `picked[twin_of]`; `weight` is the prior of each."""

    picked: NDArray[np.intp]
    twin_of: NDArray[np.intp]
    twins: NDArray[np.intp]
    weight: NDArray[np.float64]


def _fitted(crop: Crop) -> NDArray[np.uint8]:
    """The crop as BGR at the recogniser's height, never wider than it takes."""
    picture = cv2.cvtColor(crop, cv2.COLOR_GRAY2BGR) if crop.ndim == 2 else crop
    height, width = picture.shape[:2]
    wanted = max(8, min(WIDTHS[-1], round(width * HEIGHT / height)))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(picture, (wanted, HEIGHT), interpolation=method), dtype=np.uint8)


def _slot(picture: NDArray[np.uint8]) -> int:
    return next(width for width in WIDTHS if picture.shape[1] <= width)
