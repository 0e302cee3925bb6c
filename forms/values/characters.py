"""Characters of names and addresses: what JIS X 0208 and cp932 hold, reduction to it, and variant families."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

import jntajis
import yaml
from jntajis import MJShrinkSchemeCombo

# Usable two-byte ranges of the record (domain.md 3.1): levels 1 and 2 of JIS X 0208, none of the vendor rows.
_RANGES = ((0x8140, 0x84BE), (0x889F, 0x9FFC), (0xE040, 0xEAA4))
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
# From the nearest relation to the furthest: unification, family register notices, reading and glyph, notice 582.
_SCHEMES = (
    MJShrinkSchemeCombo.JIS_INCORPORATION_UCS_UNIFICATION_RULE,
    MJShrinkSchemeCombo.MOJ_FAMILY_REGISTER_ACT_RELATED_NOTICE,
    MJShrinkSchemeCombo.INFERENCE_BY_READING_AND_GLYPH,
    MJShrinkSchemeCombo.MOJ_NOTICE_582,
)


def _load_families() -> tuple[str, ...]:
    rows = yaml.safe_load(resources.files("forms.values").joinpath("data/variants.yaml").read_text("utf-8"))
    return tuple(dict.fromkeys(row for row in rows if len(set(row)) > 1))


FAMILIES: tuple[str, ...] = _load_families()
_FAMILY: dict[str, str] = {ch: family for family in reversed(FAMILIES) for ch in family}


@dataclass(frozen=True, slots=True)
class Reduction:
    """A copy that the record can carry. The original stays what it is; `used` says what was exchanged."""

    original: str
    text: str
    used: tuple[tuple[str, str], ...]
    left: str  # characters with no counterpart, still in `text`


def in_cp932(ch: str) -> bool:
    """True if Windows code page 932 has the character, vendor rows included."""
    try:
        ch.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True


def in_jis(ch: str) -> bool:
    """True if the record can carry the character: JIS X 0201, or JIS X 0208 levels 1 and 2."""
    try:
        coded = ch.encode("cp932")
    except UnicodeEncodeError:
        return False
    if len(coded) == 1:
        return 0x20 <= coded[0] < 0x7F or 0xA1 <= coded[0] <= 0xDF
    value = int.from_bytes(coded, "big")
    return any(low <= value <= high for low, high in _RANGES)


def outside_jis(text: str) -> str:
    """The characters of `text` that the record cannot carry, in order, each once."""
    return "".join(dict.fromkeys(ch for ch in text if not in_jis(ch)))


@lru_cache(maxsize=4096)
def counterpart(ch: str) -> str | None:
    """What stands for a character in JIS X 0208 (髙 高, 﨑 崎, ㈱ （株）), None if nothing is known."""
    if in_jis(ch):
        return ch
    shrunk = str(jntajis.jnta_shrink_translit(ch))
    if shrunk and "\ufffd" not in shrunk and all(in_jis(c) for c in shrunk):
        return shrunk
    for scheme in _SCHEMES:
        candidates = [str(found) for found in jntajis.mj_shrink_candidates(ch, scheme, 20)]
        for candidate in candidates:
            if len(candidate) == 1 and candidate != ch and in_jis(candidate):
                return candidate
    family = _FAMILY.get(ch, "")
    for other in family + unicodedata.normalize("NFKC", ch):
        if other != ch and in_jis(other):
            return other
    return None


def reduce(text: str) -> Reduction:
    """The copy for the record. Variation selectors are dropped with the note that they were there."""
    used: list[tuple[str, str]] = []
    out: list[str] = []
    left: list[str] = []
    for ch in text:
        if _SELECTORS.match(ch):
            used.append((ch, ""))
            continue
        other = counterpart(ch)
        if other is None:
            left.append(ch)
        elif other != ch:
            used.append((ch, other))
        out.append(other or ch)
    return Reduction(text, "".join(out), tuple(used), "".join(dict.fromkeys(left)))


def byte_length(text: str) -> int:
    """Bytes in the record: a half-width character one, every other two, after reduction."""
    return sum(1 if ch.isascii() or "\uff61" <= ch <= "\uff9f" else 2 for ch in reduce(text).text)


def variants(ch: str) -> str:
    """The family of look-alike variants a character belongs to, "" if it is in none."""
    return _FAMILY.get(ch, "")


def to_check(text: str) -> str:
    """The characters that a person looks at again, because a variant of theirs is somebody's name."""
    return "".join(dict.fromkeys(ch for ch in text if ch in _FAMILY))


def fold(text: str) -> str:
    """For comparison and search only: each character as the common form of its family, selectors dropped."""
    bare = reduce(text).text
    return "".join(_FAMILY[ch][0] if ch in _FAMILY else ch for ch in bare)
