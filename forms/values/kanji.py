"""Names in kanji: kept as written, with one U+3000 between 氏 and 名."""

from __future__ import annotations

import re

from forms.values import text

_KANA_RUN = re.compile("[\uff61-\uff9f\u3040-\u30ff\u3099\u309a]+")
_FULL_WIDTH = {code: chr(code + 0xFEE0) for code in range(0x21, 0x7F)}


def normalise(raw: str) -> str:
    """The characters as written: NFKC would replace compatibility ideographs, so it touches only the kana.

    Latin letters and half-width kana become full width, as the record has no other width for a name.
    """
    return text.settle(_step, raw)


def _step(raw: str) -> str:
    wide = _KANA_RUN.sub(lambda run: text.nfkc(run.group()), raw).translate(_FULL_WIDTH)
    return text.one_space(wide)
