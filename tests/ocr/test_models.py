from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from ocr import models
from ocr.errors import ModelAltered, ModelsMissing
from ocr.knowledge import build as lexicon
from ocr.paddle import PaddleEngine


def test_directories_are_built_once_and_are_whole(tmp_path: Path) -> None:
    assert not models.is_ready(tmp_path)
    models.ensure(tmp_path)
    stamp = tmp_path / models.RECOGNISER.name / models.STAMP
    made = stamp.stat().st_mtime_ns
    models.ensure(tmp_path)
    assert models.is_ready(tmp_path) and stamp.stat().st_mtime_ns == made
    models.verify(tmp_path)
    config = yaml.safe_load((tmp_path / models.RECOGNISER.name / "inference.yml").read_text(encoding="utf-8"))
    assert config["Global"]["model_name"] == "PP-OCRv6_small_rec"
    assert len(config["PostProcess"]["character_dict"]) == 18_708
    made_now = {p.name for p in tmp_path.iterdir()} - {weights.name for weights in models.EXTRA}
    assert made_now == {models.RECOGNISER.name, lexicon.FILE}, "no scratch directory is left"


def test_an_altered_weight_file_is_refused(tmp_path: Path) -> None:
    models.ensure(tmp_path)
    path = tmp_path / models.RECOGNISER.name / "inference.onnx"
    data = bytearray(path.read_bytes())
    data[1000] ^= 1
    path.write_bytes(data)
    with pytest.raises(ModelAltered):
        models.verify(tmp_path)


def test_without_models_the_engine_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ModelsMissing) as caught:
        PaddleEngine(tmp_path).load()
    assert "make setup" in caught.value.remedy["ja"]
