"""One reader in a process of its own: loads, reads the files, and says how long each took."""

from __future__ import annotations

import json
import resource
import shutil
import subprocess
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

STAGES = ("decode", "page", "find", "register", "ink", "cells", "text", "second", "knowledge", "fields")


class Clock:
    """Seconds by stage; a stage that calls another is not charged for it."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = defaultdict(float)
        self._open: list[list[Any]] = []

    def watch(self, owner: Any, name: str, stage: str) -> None:
        """Charge each call of `owner.name` to a stage; does nothing if there is no such thing."""
        real: Callable[..., Any] | None = getattr(owner, name, None)
        if real is None:
            return

        def timed(*args: Any, **named: Any) -> Any:
            with self.stage(stage):
                return real(*args, **named)

        setattr(owner, name, timed)

    def stage(self, name: str) -> _Stage:
        """A block whose time is the stage's."""
        return _Stage(self, name)

    def enter(self, name: str) -> None:
        self._open.append([name, time.perf_counter(), 0.0])

    def leave(self) -> None:
        name, begun, within = self._open.pop()
        took = time.perf_counter() - begun
        self.spent[name] += took - within
        if self._open:
            self._open[-1][2] += took


class _Stage:
    def __init__(self, clock: Clock, name: str) -> None:
        self._clock, self._name = clock, name

    def __enter__(self) -> None:
        self._clock.enter(self._name)

    def __exit__(self, *_: object) -> None:
        self._clock.leave()


def child(name: str, files: list[Path], threads: int) -> dict[str, Any]:
    """Load, then read each file; one file is read before the clock starts."""
    clock = Clock()
    begun = time.perf_counter()
    read = {"todoke": todoke, "paddleocr": paddleocr, "tesseract": tesseract}[name](threads, clock)
    load = time.perf_counter() - begun
    read(files[0])  # what is made at the first reading: references, sessions' buffers
    clock.spent.clear()
    begin, seconds = time.time(), []
    for file in files:
        started = time.perf_counter()
        read(file)
        seconds.append(time.perf_counter() - started)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    stages = {key: clock.spent[key] for key in STAGES if key in clock.spent}
    return {
        "seconds": seconds, "begin": begin, "end": time.time(), "load": load, "peak_mb": peak, "stages": stages,
    }  # fmt: skip


def todoke(threads: int, clock: Clock) -> Callable[[Path], None]:
    """The whole of it: from the file's bytes to every field."""
    import cv2

    from intake.decode.file import decode_file
    from intake.decode.limits import Limits
    from intake.decode.page import PageFailure
    from ocr import cell_model, default, find, models, paddle, reader, second
    from storage.settings import load_settings

    cv2.setNumThreads(threads)
    models.ensure()
    made = default.make_reader(threads)
    limits = Limits.from_settings(load_settings())
    for owner, function, stage in (
        (reader, "without_streaks", "page"), (reader, "is_blank", "page"), (find, "glimpsed", "find"),
        (find, "register", "register"), (reader, "writing", "ink"), (paddle.PaddleEngine, "read", "text"),
        (cell_model.CellModel, "logits", "cells"), (second.SecondOpinion, "ask", "second"),
    ):  # fmt: skip
        clock.watch(owner, function, stage)
    known = getattr(made, "_knowledge", None)
    if known is not None:
        clock.watch(type(known), "judge", "knowledge")

    def read(file: Path) -> None:
        with clock.stage("decode"):
            pages = list(decode_file(file, limits))
        for page in pages:
            if isinstance(page, PageFailure):
                raise SystemExit(f"{file.name}: {json.dumps(page.error.as_dict())}")
            with clock.stage("fields"):
                (sheet,) = made.read(page.image)
            if sheet.status != "form":
                raise SystemExit(f"{file.name}: {sheet.status}")

    return read


def paddleocr(threads: int, _clock: Clock) -> Callable[[Path], None]:
    """Detector and recogniser of PP-OCRv6 small as PaddleOCR puts them together (ocr/models.py has their source)."""
    from importlib.util import find_spec

    from ocr import models
    from ocr.opencv import headless_accepted

    place = models.ensure()
    spec = find_spec(models.RECOGNISER.package.replace("-", "_"))
    assert spec is not None and spec.origin is not None
    detector = Path(tempfile.mkdtemp()) / "PP-OCRv6_small_det"
    detector.mkdir()
    shutil.copyfile(Path(spec.origin).parent / "models" / "ppocrv6_det.onnx", detector / "inference.onnx")
    (detector / "inference.yml").write_text(yaml.safe_dump(_DETECTOR), encoding="utf-8")
    with headless_accepted():
        from paddleocr import PaddleOCR

        pipeline = PaddleOCR(
            text_detection_model_name="PP-OCRv6_small_det", text_detection_model_dir=str(detector),
            text_recognition_model_name=models.RECOGNISER.name,
            text_recognition_model_dir=str(place / models.RECOGNISER.name),
            engine="onnxruntime", engine_config={"intra_op_num_threads": threads}, device="cpu",
            text_det_limit_side_len=_LONGEST, text_det_limit_type="max",
            use_doc_orientation_classify=False, use_doc_unwarping=False, use_textline_orientation=False,
        )  # fmt: skip

    def read(file: Path) -> None:
        (found,) = pipeline.predict(str(file))
        if not found["rec_texts"]:
            raise SystemExit(f"{file.name}: nothing found")

    return read


# px: the detector's own training size. PaddleOCR's default takes pages as large as they come, which is far slower.
_LONGEST = 960
_DETECTOR: dict[str, Any] = {
    "Global": {"model_name": "PP-OCRv6_small_det"},
    "PreProcess": {
        "transform_ops": [
            {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
            {"DetLabelEncode": None},
            {"DetResizeForTest": {"resize_long": 960}},
            {
                "NormalizeImage": {
                    "mean": [0.485, 0.456, 0.406], "order": "hwc", "scale": "1./255.", "std": [0.229, 0.224, 0.225],
                }
            },
            {"ToCHWImage": None},
            {"KeepKeys": {"keep_keys": ["image", "shape", "polys", "ignore_tags"]}},
        ]
    },
    "PostProcess": {
        "name": "DBPostProcess", "thresh": 0.2, "box_thresh": 0.45, "max_candidates": 3000, "unclip_ratio": 1.4,
    },
}  # fmt: skip


def tesseract(_threads: int, _clock: Clock) -> Callable[[Path], None]:
    """The command, with Japanese if it has it."""
    said = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=True).stdout.split()
    language = "jpn" if "jpn" in said else "eng"

    def read(file: Path) -> None:
        subprocess.run(["tesseract", str(file), "-", "-l", language], capture_output=True, check=True)

    return read
