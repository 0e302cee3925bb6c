"""Writes the strokes of katakana and capitals to a file, for the training of the cell classifier.

    python -m api.synth.drawn --out drawn.json

ocr.training.samples takes the file with `--drawn` and writes the characters with pens of its own. The strokes are
KanjiVG's (CC BY-SA 3.0, api/synth/strokes.py): the file is scratch, no part of the repository or the product.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from api.synth.strokes import strokes, ways

KATAKANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
    "ガギグゲゴザジズゼゾダヂヅデドバビブベボパピプペポヴー"
)
CAPITALS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def drawn(characters: str) -> dict[str, list[list[list[float]]]]:
    """The strokes of each known character as lists of (x, y), in shares of the em around its middle, y down."""
    return {c: [line.round(4).tolist() for line in strokes(c)] for c in characters if ways(c)}


def main(arguments: list[str] | None = None) -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args(arguments)
    found = drawn(KATAKANA + CAPITALS)
    options.out.write_text(json.dumps(found, ensure_ascii=False), encoding="utf-8")
    sys.stderr.write(f"{len(found)} characters: {options.out}\n")


if __name__ == "__main__":
    main()
