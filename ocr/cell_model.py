"""The own classifier of comb cells: a small network on onnxruntime, its weights shipped and checked.

It is an engine of its own family: it shares neither weights nor training data with the text engine. How it was made
and what it can do stands in ocr/weights/MODEL_CARD.md; ocr/training makes another.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from ocr.candidates import Candidate
from ocr.charsets import charset
from ocr.errors import EngineFailed, ModelAltered, ModelsMissing
from ocr.glyphs import SIDE

WEIGHTS = Path(__file__).parent / "weights" / "cells.onnx"
SHA256 = "4edac019462f9bf8427688148733f64eb98183358e1eeffa57932d5a50477674"
REJECT = "\ufffd"  # the class of what is no character
THREADS = 1  # a sheet's cells take milliseconds; more threads only wait for each other
_MOST = 5  # candidates kept a cell
_LEAST = 1e-5
# Capitals stand in few references: a shape that is as well a digit or a kana is taken for that.
_LATIN_PRIOR = 0.3
# A cell of which the classifier is less sure is looked at again, leaning to either side and a little smaller; the
# probabilities are averaged.
_LOOK_AGAIN = 0.98
_VIEWS = ((-0.15, 1.0), (0.15, 1.0), (0.0, 0.92))  # shear and size


@dataclass(frozen=True, slots=True)
class CellRead:
    """What the classifier sees in one cell: characters with probabilities, best first, and the probability that it is
    no character at all (they add up to 1 with what is not listed)."""

    options: tuple[Candidate, ...]
    reject: float


class CellModel:
    """The classifier. The session is made at the first reading, in the process that reads, never before a fork."""

    name = "todoke-cells"
    family = "todoke-cells"

    def __init__(self, path: Path = WEIGHTS, sha256: str | None = SHA256, threads: int = THREADS) -> None:
        """`sha256` None trusts the file as it is (a model under training)."""
        self._path, self._sha256, self._threads = path, sha256, threads
        self._loaded: tuple[int, _Session] | None = None

    @property
    def version(self) -> str:
        """The version in the file's metadata and the first digits of its hash."""
        return self._session().version

    def logits(self, cells: NDArray[np.float32]) -> NDArray[np.float32]:
        """Raw outputs (n x classes) of inputs (n x 28 x 28, 0-1), divided by the temperature. Raises EngineFailed."""
        session = self._session()
        if not len(cells):
            return np.zeros((0, len(session.characters)), dtype=np.float32)
        found = np.asarray(session.run(cells.reshape(-1, 1, SIDE, SIDE)), dtype=np.float32)
        if found.shape != (len(cells), len(session.characters)) or not bool(np.isfinite(found).all()):
            raise EngineFailed(
                engine=self.name, why_ja="数でないか、数が合わない", why_en="not a number, or the wrong number of them"
            )
        return found / np.float32(session.temperature)

    def knows(self, charset_name: str) -> bool:
        """True if the classifier has seen the characters that a set may hold in a cell."""
        return charset_name in {"digits", "office_ref"}

    def read(self, cells: Sequence[NDArray[np.float32]], charset_name: str) -> list[CellRead]:
        """One CellRead a cell (as ocr.glyphs.fit makes it), over the characters of the set, all in one batch.

        Raises ModelsMissing, ModelAltered or EngineFailed.
        """
        if not len(cells):
            return []
        characters = self._session().characters
        picked, prior = _picked(characters, charset_name)
        inputs = np.stack(list(cells))
        found = _softmax(self.logits(inputs)[:, picked] + prior)
        doubtful = np.flatnonzero(found.max(axis=1) < _LOOK_AGAIN)
        if len(doubtful):
            views = np.concatenate([_seen(inputs[doubtful], view) for view in _VIEWS])
            others = _softmax(self.logits(views)[:, picked] + prior).reshape(len(_VIEWS), len(doubtful), -1)
            found[doubtful] = (found[doubtful] + others.sum(axis=0)) / (1 + len(_VIEWS))
        return [_read(row, characters, picked) for row in found]

    def _session(self) -> _Session:
        if self._loaded is None or self._loaded[0] != os.getpid():
            self._loaded = (os.getpid(), _open(self._path, self._sha256, self._threads))
        return self._loaded[1]


@dataclass(frozen=True, slots=True)
class _Session:
    running: Any
    characters: str
    temperature: float
    version: str

    def run(self, cells: NDArray[np.float32]) -> Any:
        return self.running.run(["logits"], {"cells": cells})[0]


@cache
def shared() -> CellModel:
    """The classifier of this process."""
    return CellModel()


def _open(path: Path, sha256: str | None, threads: int) -> _Session:
    """Raises ModelsMissing if there is no such file, ModelAltered if it is not the recorded one."""
    import onnxruntime

    if not path.is_file():
        raise ModelsMissing(path=path.name)
    bits = path.read_bytes()
    digest = hashlib.sha256(bits).hexdigest()
    if sha256 is not None and digest != sha256:
        raise ModelAltered(path=path.name)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    running = onnxruntime.InferenceSession(bits, options, providers=["CPUExecutionProvider"])
    told = running.get_modelmeta().custom_metadata_map
    version = f"{told['version']}-{digest[:8]}"
    return _Session(running, told["characters"], float(told["temperature"]), version)


def _seen(cells: NDArray[np.float32], view: tuple[float, float]) -> NDArray[np.float32]:
    """The inputs sheared and sized about their middle."""
    shear, size = view
    middle = (SIDE - 1) / 2
    matrix = np.array([[size, shear, middle * (1 - size - shear)], [0.0, size, middle * (1 - size)]])
    return np.stack([np.asarray(cv2.warpAffine(cell, matrix, (SIDE, SIDE)), dtype=np.float32) for cell in cells])


@cache
def _picked(characters: str, charset_name: str) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The classes that a set allows (the last is "no character") and what is added to their logits."""
    allowed = charset(charset_name)
    picked = [i for i, c in enumerate(characters) if c in allowed or c == REJECT]
    prior = [np.log(_LATIN_PRIOR) if characters[i].isascii() and characters[i].isalpha() else 0.0 for i in picked]
    return np.array(picked, dtype=np.intp), np.array(prior, dtype=np.float32)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    shifted = np.exp((logits - logits.max(axis=1, keepdims=True)).astype(np.float64))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True))


def _read(row: NDArray[np.float64], characters: str, picked: NDArray[np.intp]) -> CellRead:
    order = np.argsort(-row[:-1], kind="stable")[:_MOST]
    kept = [i for n, i in enumerate(order.tolist()) if n == 0 or row[i] > _LEAST]
    options = tuple(Candidate(characters[picked[i]], float(row[i])) for i in kept)
    return CellRead(options, float(row[-1]))
