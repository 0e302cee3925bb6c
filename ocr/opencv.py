"""Lets paddlex accept the headless OpenCV build that is installed.

paddlex asks importlib.metadata for a distribution named `opencv-contrib-python` before it uses cv2. That build needs
libGL from the system; ours, `opencv-contrib-python-headless` of the same version, has the same functions and needs
nothing. The question is answered with the headless build's version, for that one name and only inside the block.
"""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterator
from contextlib import contextmanager

WANTED = "opencv-contrib-python"
INSTALLED = "opencv-contrib-python-headless"


@contextmanager
def headless_accepted() -> Iterator[None]:
    """While open, the version of `opencv-contrib-python` is that of the headless build.

    paddlex caches the answer (lru_cache), so importing it and making one predictor inside the block is enough.
    """
    real = importlib.metadata.version

    def version(distribution_name: str) -> str:
        return real(INSTALLED if distribution_name == WANTED else distribution_name)

    importlib.metadata.version = version
    try:
        yield
    finally:
        importlib.metadata.version = real
