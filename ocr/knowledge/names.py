"""Names: the kanji and the kana of a name vote for each other, and the lexicon of names for both."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from forms.model import Form
from forms.values.characters import FAMILIES
from ocr.knowledge.lexicon import Lexicon, Words
from ocr.knowledge.port import Fields, Heard
from ocr.knowledge.weigh import Hypothesis, weighed, with_fact
from ocr.lattice import Lattice
from ocr.types import FieldReading

# Log odds over a name that no list has: what a name is worth whose kanji and kana are known together, or one of them.
PAIR, KANJI, KANA = 11.0, 2.0, 2.0
ACCORD = 2.5  # ... and for its first and its last kanji, if other words have that kanji read so at that end
FLUENT = 0.7  # the weight of how usual the sequence of kana is
_FEW = 6  # of the reader's own texts
_NEAR = 12.0  # log probability below the best from which a word of the list is not weighed
_LARGE = str.maketrans("ァィゥェォッャュョヮ", "アイウエオツヤユヨワ")
_SMALL = str.maketrans("アイウエオツヤユヨワ", "ァィゥェォッャュョヮ")
# Kinds of characters whose rarer form (髙, 﨑, 栁, 濵, 𠮷) no engine tells from the common one on paper.
_UNSEEN = frozenset("高崎柳浜吉")
_BETWEEN = "\u3000"


@dataclass(frozen=True, slots=True)
class _Word:
    """One word of a name: what the engine saw of its kanji and of its kana; None where nothing is written."""

    kanji: Lattice | None
    kana: Lattice | None


class Names:
    """Knowledge of names in kanji and kana."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @property
    def version(self) -> str:
        return f"names/2 {self._lexicon.version}"

    def judge(self, form: Form, fields: Fields, heard: Heard) -> Fields:
        found = {reading.id: reading for reading in fields}
        for kanji_id, kana_id in _couples(found):
            kanji, kana = self._couple(found[kanji_id], found[kana_id], heard)
            found[kanji_id], found[kana_id] = kanji, kana
        return tuple(found.values())

    def _couple(self, kanji: FieldReading, kana: FieldReading, heard: Heard) -> tuple[FieldReading, FieldReading]:
        kanji_lattices, kana_lattices = words_of(kanji, heard), words_of(kana, heard)
        if kanji_lattices is None and kana_lattices is None:
            return kanji, kana
        none: tuple[Lattice | None, ...] = (None, None)
        words = [_Word(a, b) for a, b in zip(kanji_lattices or none, kana_lattices or none, strict=True)]
        weighed_words = [
            _weigh(word, self._lexicon.words(kind)) for word, kind in zip(words, ("sei", "mei"), strict=True)
        ]
        if kanji_lattices is not None:
            kanji = _settled(kanji, [[(k, s, p, n) for k, _, s, p, n in word] for word in weighed_words])
            kanji = with_fact(kanji, "variant", float(bool(_UNSEEN & set(kanji.value or ""))))
        if kana_lattices is not None:
            kana = _settled(kana, [[(r, s, p, n) for _, r, s, p, n in word] for word in weighed_words])
        return kanji, kana


def _couples(found: dict[str, FieldReading]) -> Iterator[tuple[str, str]]:
    for name in list(found):
        if name.endswith("name_kanji") and f"{name.removesuffix('kanji')}kana" in found:
            yield name, f"{name.removesuffix('kanji')}kana"


def words_of(reading: FieldReading, heard: Heard) -> tuple[Lattice, ...] | None:
    """The lattices of 氏 and 名, if the field was read as just those two lines."""
    lines = heard.get(reading.id, ())
    lattices = tuple(line.lattice for line in lines if line.lattice is not None)
    said = _BETWEEN.join(line.text for line in lines)
    if reading.basis != "ocr" or reading.struck or not said or len(lines) != 2 or len(lattices) != 2:
        return None
    return lattices


_Row = tuple[str, str, float, float, bool]  # kanji, kana, seen, prior, known


def _weigh(word: _Word, words: Words) -> list[_Row]:
    """Every pair worth weighing of a word's kanji and kana."""
    kanji = _kanji_options(word, words)
    kana = _kana_options(word, words, kanji)
    if word.kanji is not None and word.kana is not None:
        kanji = sorted({*kanji, *_told_by_kana(words, kana, kanji)})
    seen_kanji = dict(zip(kanji, word.kanji.log_likelihoods(kanji), strict=True)) if word.kanji else {"": 0.0}
    seen_kana = dict(zip(kana, word.kana.log_likelihoods(kana), strict=True)) if word.kana else {"": 0.0}
    rows = [(k, r, a + b, *_prior(k, r, words)) for k, a in _likely(seen_kanji) for r, b in _likely(seen_kana)]
    return sorted(rows, key=lambda row: -(row[2] + row[3]))


def _likely(seen: dict[str, float]) -> list[tuple[str, float]]:
    best = max(seen.values(), default=0.0)
    return [(text, value) for text, value in seen.items() if value > best - _NEAR and math.isfinite(value)]


def _kanji_options(word: _Word, words: Words) -> list[str]:
    if word.kanji is None:
        return [""]
    own = [c.value for c in word.kanji.best(_FEW) if c.value]
    length = {len(text) for text in own[:3]}
    listed = {w for w in words.kanji_within(set(word.kanji.characters)) if len(w) in length}
    return sorted({*own, *listed})


def _kana_options(word: _Word, words: Words, kanji: Sequence[str]) -> list[str]:
    """What the reader says, the same with large or small kana, and the readings of the kanji."""
    if word.kana is None:
        return [""]
    own = [c.value for c in word.kana.best(_FEW) if c.value]
    sizes = {text for first in own[:2] for text in _sizes(first)}
    read = {r for k in kanji for r in words.by_kanji.get(k, ())}
    held = set(word.kana.characters)
    listed = {r for r in read if sum(c not in held for c in r) <= 1}
    return sorted({*own, *sizes, *listed})


def _sizes(kana: str) -> Iterator[str]:
    """The word with one kana large or small, and with all large."""
    yield kana.translate(_LARGE)
    for n, character in enumerate(kana):
        other = character.translate(_LARGE) if character.translate(_LARGE) != character else character.translate(_SMALL)
        if other != character and n:
            yield kana[:n] + other + kana[n + 1 :]


def _told_by_kana(words: Words, kana: Sequence[str], kanji: Sequence[str]) -> set[str]:
    """Kanji of the list with one of those readings that share a character with what was read."""
    seen, lengths = set("".join(kanji[:_FEW])), {len(k) for k in kanji}
    told = {k for r in kana for k in words.by_kana.get(r, ())}
    return {k for k in told if seen & set(k) and len(k) in lengths}


def _prior(kanji: str, kana: str, words: Words) -> tuple[float, bool]:
    """Log odds of a pair, and whether it is known."""
    fluent = FLUENT * words.fluency(kana) if kana else 0.0
    if kanji and kana:
        common = words.commonness(kanji, kana)
        if common is not None:
            return PAIR + common + fluent, True
    either = max(KANJI * (bool(kanji) and words.knows(kanji)), KANA * (bool(kana) and kana in words.by_kana))
    accord = ACCORD * words.accord(kanji, kana) if kanji and kana else 0.0
    return max(either, accord) + _plainness(kanji) + fluent, bool(either) and not (kanji and kana)


def _plainness(kanji: str) -> float:
    """The rarer form of a family of variants (惠, 穗) is less usual than the common one."""
    return -1.0 * sum(any(c in family[1:] for family in FAMILIES) for c in kanji)


def _settled(reading: FieldReading, words: Sequence[Sequence[tuple[str, float, float, bool]]]) -> FieldReading:
    """The whole name from its two words, held to be independent."""
    tops = [_distinct(word) for word in words]
    if not all(tops):
        return reading
    hypotheses = [
        Hypothesis(_BETWEEN.join((a[0], b[0])), a[1] + b[1], a[2] + b[2]) for a in tops[0][:6] for b in tops[1][:6]
    ]
    known = tops[0][0][3] and tops[1][0][3]
    return weighed(reading, "names", hypotheses, known)


def _distinct(rows: Sequence[tuple[str, float, float, bool]]) -> list[tuple[str, float, float, bool]]:
    """The best row of each text."""
    found: dict[str, tuple[str, float, float, bool]] = {}
    for row in rows:
        found.setdefault(row[0], row)
    return list(found.values())
