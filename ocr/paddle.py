"""PaddleOCR as the text engine: its recogniser (PP-OCRv6 small) on onnxruntime, with a decoder held to the field.

`paddlepaddle` is not installed and never imported. The detector is not used: a form says where its fields are, and
page engines lose comb cells (ocr-facts: 55 % exact against 99.5 %). PaddleOCR's own steps before and after the network
(resizing picture by picture, decoding over every class) take a fifth of the time and decode without the field's set:
here they are done once a batch.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr import models
from ocr.decode import Decoder
from ocr.engine import Crop, LineReading
from ocr.errors import EngineFailed, ModelsMissing
from ocr.opencv import headless_accepted

HEIGHT = 48  # px, the recogniser's input height
NARROWEST, WIDEST = 64, 3200  # px at that height
STEP = 8  # px: batches have widths of so many, so that onnxruntime meets few shapes
BATCH, BATCH_PX = 8, 2560  # pictures, and px of width, in one call of the network
# Lines are read so much narrower than they were written: time grows with the width, and little is lost (of 2,316
# fields of print and hands on office scans one more was right at 0.85 and one fewer at 0.75, of 1,870 on faxes one more
# at 0.75); but katakana, alike save for a slant or a dot, suffer: they keep their width, and so do short lines.
NARROWER, AS_WRITTEN, SHORT = 0.8, frozenset({"kana", "addr_kana"}), 2.0
WASTE = 0.05  # the share of a batch's width that may be padding


class PaddleEngine:
    """`TextEngine` over paddleocr.TextRecognition. The model is loaded at the first reading, in the process that
    reads (after a fork, never before it)."""

    name = "paddleocr"
    family = "pp-ocr"

    def __init__(
        self, directory: Path | None = None, threads: int | None = None, weights: models.Weights = models.RECOGNISER
    ) -> None:
        self.version = weights.name
        self._weights = weights
        self._directory = directory or models.default_dir()
        self._threads = threads or max(1, min(4, os.cpu_count() or 1))
        self._loaded: tuple[int, Any, Decoder] | None = None

    def load(self) -> None:
        """Load the model now. Raises ModelsMissing if its directory is not ready."""
        self._model()

    def read(self, crops: Sequence[Crop], charsets: Sequence[str]) -> list[LineReading]:
        run, decoder = self._model()
        pictures = [_fitted(crop, charset) for crop, charset in zip(crops, charsets, strict=True)]
        found: list[LineReading | None] = [None] * len(crops)
        for members in _batches([picture.shape[1] for picture in pictures]):
            width = _padded(max(pictures[i].shape[1] for i in members))
            rows = run([_blob([pictures[i] for i in members], width)])[0]
            if rows.ndim != 3 or rows.shape[0] != len(members) or rows.shape[2] != decoder.classes:
                raise EngineFailed(engine=self.name, why_ja="出力の形が違う", why_en="output of another shape")
            if not np.isfinite(rows).all():
                raise EngineFailed(engine=self.name, why_ja="出力が数ではない", why_en="output that is no number")
            for i, row in zip(members, rows, strict=True):
                found[i] = decoder.decode(row, charsets[i], pictures[i].shape[1] / width)
        return [reading for reading in found if reading is not None]

    def _model(self) -> tuple[Any, Decoder]:
        if self._loaded is None or self._loaded[0] != os.getpid():
            self._loaded = (os.getpid(), *self._load())
        return self._loaded[1], self._loaded[2]

    def _load(self) -> tuple[Any, Decoder]:
        if not models.is_ready(self._directory, self._weights):
            raise ModelsMissing(path=self._weights.name)
        # paddlex makes its cache directory on import; it gets one beside the models, never the home directory.
        os.environ.setdefault("PADDLE_PDX_CACHE_HOME", str(self._directory / ".paddlex"))
        os.environ.setdefault("PADDLE_PDX_DISABLE_MODEL_SOURCE_CHECK", "True")
        with headless_accepted():
            from paddleocr import TextRecognition

            recogniser = TextRecognition(
                model_name=self._weights.name,
                model_dir=str(self._directory / self._weights.name),
                engine="onnxruntime",
                engine_config={"intra_op_num_threads": self._threads, "inter_op_num_threads": 1},
                device="cpu",
            )
        predictor = recogniser.paddlex_predictor
        return predictor.runner, Decoder(predictor.post_op.character)


def _batches(widths: Sequence[int]) -> Iterator[list[int]]:
    """Places of the pictures that go together: of about one width, few enough for the cache."""
    members: list[int] = []
    for place in sorted(range(len(widths)), key=lambda i: widths[i]):
        wide = _padded(widths[place])
        if members and (
            len(members) >= BATCH
            or wide * (len(members) + 1) > BATCH_PX
            or sum(wide - widths[i] for i in members) > WASTE * wide * (len(members) + 1)
        ):
            yield members
            members = []
        members.append(place)
    if members:
        yield members


def _padded(width: int) -> int:
    return max(NARROWEST, -(-width // STEP) * STEP)


def _blob(pictures: Sequence[NDArray[np.uint8]], width: int) -> NDArray[np.float32]:
    """The network's input: -1 (black) to 1 (white), padded with 0 on the right as in its training."""
    blob = np.zeros((len(pictures), 3, HEIGHT, width), dtype=np.float32)
    for one, picture in zip(blob, pictures, strict=True):
        planes = picture if picture.ndim == 2 else picture.transpose(2, 0, 1)
        one[:, :, : picture.shape[1]] = planes.astype(np.float32) / 127.5 - 1.0
    return blob


def _fitted(crop: Crop, charset: str) -> NDArray[np.uint8]:
    """The crop at the recogniser's height, never wider than it takes."""
    height, width = crop.shape[:2]
    share = 1.0 if charset in AS_WRITTEN or width <= SHORT * height else NARROWER
    wanted = max(8, min(WIDEST, round(share * width * HEIGHT / height)))
    method = cv2.INTER_AREA if height > HEIGHT else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(crop, (wanted, HEIGHT), interpolation=method), dtype=np.uint8)
