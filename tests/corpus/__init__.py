"""Files as the world sends them, made by script: `accept/` is read, `reject/` refused with a code, `any/` answered."""

from __future__ import annotations

from pathlib import Path

from tests.corpus.case import Case
from tests.corpus.fuzzed import fuzzed
from tests.corpus.odd_images import odd_images
from tests.corpus.odd_pdfs import odd_pdfs
from tests.corpus.refused_images import refused_images
from tests.corpus.refused_pdfs import refused_pdfs
from tests.corpus.scans import scans

__all__ = ["Case", "build"]


def build(directory: Path, fuzz: int = 40) -> list[Case]:
    """Write the corpus under `directory` (accept/, reject/, any/) and say what is expected of each file.

    The same files come out each time (but for the keys of the encrypted ones); `fuzz` is how many mutated files any/
    holds. About 15 seconds of computing, 60 MB.
    """
    cases = [
        *scans(directory / "accept"),
        *odd_images(directory / "accept"),
        *odd_pdfs(directory / "accept"),
        *refused_images(directory / "reject"),
        *refused_pdfs(directory / "reject"),
    ]
    return cases + fuzzed(directory / "any", [case.path for case in cases], fuzz)
