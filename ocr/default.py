"""The reader an installation uses unless its settings name another: forms by PaddleOCR's recogniser, what is known of
names and places, and a second opinion where one is installed.

Read from the environment: TODOKE_ENGINE (default paddleocr), TODOKE_SECOND_ENGINE (default pp-ocrv5-mobile if its
weights are there; `none` turns it off), TODOKE_SECOND_BELOW (score under which it is asked, default 0.97) and
TODOKE_SECOND_SAMPLE (share of the other fields that it is asked about, default 0).
"""

from __future__ import annotations

import os
from pathlib import Path

from ocr.errors import BadEngineSetting
from ocr.second import SecondOpinion
from ocr.types import SheetReader

NONE = "none"


def make_reader(threads: int | None = None, directory: Path | None = None) -> SheetReader:
    """A new reader; call it after any fork, once a process: the model is loaded at the first reading.

    `threads` of the recogniser (default: as many as there are cores, at most 4); `directory` of the models.
    """
    from ocr import engines, knowledge, memory, models
    from ocr.reader import FormReader

    memory.keep()
    place = directory or models.default_dir()
    first = engines.engine(os.environ.get("TODOKE_ENGINE", "") or engines.FIRST, place, threads)
    return FormReader(first, knowledge.usual(place), _second(place, threads))


def _second(place: Path, threads: int | None) -> SecondOpinion | None:
    from ocr import engines

    name = os.environ.get("TODOKE_SECOND_ENGINE", "") or (engines.SECOND if engines.second_ready(place) else NONE)
    if name == NONE:
        return None
    below, sample = _share("TODOKE_SECOND_BELOW", 0.97), _share("TODOKE_SECOND_SAMPLE", 0.0)
    return SecondOpinion(engines.engine(name, place, threads), below, sample)


def _share(name: str, usual: float) -> float:
    given = os.environ.get(name, "")
    try:
        share = float(given) if given else usual
    except ValueError as error:
        raise BadEngineSetting(name=name) from error
    if not 0.0 <= share <= 1.0:
        raise BadEngineSetting(name=name)
    return share
