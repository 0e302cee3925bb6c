"""Addresses: postal code, address and its kana vote for a place of the postal tree; the house number stays as read."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

from forms.model import Form
from forms.values import normalise
from ocr import homoglyphs
from ocr.knowledge import places
from ocr.knowledge.lexicon import Lexicon, Place
from ocr.knowledge.places import Fitted
from ocr.knowledge.port import Fields, Heard
from ocr.knowledge.weigh import Hypothesis, weighed, with_fact
from ocr.lattice import Lattice
from ocr.types import FieldReading

# Log odds over an address that the tree does not have: its city known, its town too, and that the code says so.
CITY, TOWN, CODE = 2.0, 6.0, 6.0
SPELT = 6.0  # ... and for the kana of a town, that the address has it as it is read
_NEAR = 25.0  # log probability below the best at which the other script's voice is cut off
_FEW = 4  # of the reader's own texts


@dataclass(frozen=True, slots=True)
class _Line:
    """An address field with what the engine saw: `read` is its likeliest text, `own` the likeliest few."""

    reading: FieldReading
    lattice: Lattice
    read: str
    own: tuple[str, ...]


class Addresses:
    """Knowledge of postal codes and places."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon

    @property
    def version(self) -> str:
        return f"addresses/2 {self._lexicon.version}"

    def judge(self, form: Form, fields: Fields, heard: Heard) -> Fields:
        found = {reading.id: reading for reading in fields}
        types = {item.id: item.type for item in form.captured()}
        for name in [n for n in found if types.get(n) == "address"]:
            stem = name.removesuffix("addr")
            text = _line(found[name], heard)
            kana = _line(found[f"{stem}addr_kana"], heard) if f"{stem}addr_kana" in found else None
            code = found.get(f"{stem}zip")
            for reading in self._judged(text, kana, code):
                found[reading.id] = reading
        return tuple(found.values())

    def _judged(self, text: _Line | None, kana: _Line | None, code: FieldReading | None) -> Iterator[FieldReading]:
        if text is None:
            return
        codes = _codes(code)
        meant = self._places(text, codes)
        in_text = [f for place in meant if (f := places.fitted(place, text.read))]
        if not in_text:
            yield with_fact(text.reading, "known", 0.0)
            return
        seen = dict(
            zip((f.place for f in in_text), text.lattice.log_likelihoods([f.text for f in in_text]), strict=True)
        )
        in_kana = _in_kana(kana, [f.place for f in in_text])
        heard_kana = _voices(kana, in_kana)
        said = _relative(seen)
        priors = {f.place: _prior(f.place, codes) for f in in_text}
        yield _settled(text, in_text, {p: priors[p] + heard_kana.get(p, 0.0) for p in priors})
        if kana is not None and in_kana:
            spelt = {f.place: SPELT * (f.edits == 0 and bool(f.place.town)) for f in in_text}
            yield _settled(kana, in_kana, {p: priors[p] + said.get(p, 0.0) + spelt[p] for p in priors})
        if code is not None and len(codes) > 0:
            yield _coded(code, codes, {p: said[p] + heard_kana.get(p, 0.0) for p in priors})

    def _places(self, text: _Line, codes: dict[str, float]) -> list[Place]:
        by_code = [place for zip_code in codes for place in self._lexicon.at(zip_code)]
        near = [f for place in by_code if (f := places.fitted(place, text.read))]
        if any(f.edits == 0 and f.place.town for f in near):
            return places.distinct([f.place for f in near])
        by_text = places.of_text(self._lexicon, text.read, set(text.lattice.characters))
        return places.distinct([*(f.place for f in near), *by_text])


def _line(reading: FieldReading, heard: Heard) -> _Line | None:
    """The field with its lines as one; None if nothing was read in it, or not by the engine alone."""
    lines = [line for line in heard.get(reading.id, ()) if line.text]
    lattices = [line.lattice for line in lines if line.lattice is not None]
    if reading.basis != "ocr" or reading.struck or not lines or len(lattices) != len(lines):
        return None
    lattice = reduce(Lattice.joined, lattices)
    own = tuple(c.value for c in lattice.best(_FEW) if c.value)
    return _Line(reading, lattice, "".join(line.text for line in lines), own)


def _codes(code: FieldReading | None) -> dict[str, float]:
    """The postal codes that may have been written, with the log of the reader's belief."""
    if code is None or code.struck:
        return {}
    found = {c.value: math.log(max(c.probability, 1e-6)) for c in code.candidates if len(c.value) == 7}
    if code.value and len(code.value) == 7:
        found.setdefault(code.value, math.log(max(code.score, 1e-6)))
    return found


def _prior(place: Place, codes: dict[str, float]) -> float:
    known = TOWN if place.town else CITY
    return known + max(0.0, CODE + codes[place.zip]) if place.zip in codes else known


def _relative(seen: dict[Place, float]) -> dict[Place, float]:
    """Log probabilities below the best, cut off: one script never silences the other altogether."""
    best = max(seen.values())
    return {place: max(-_NEAR, value - best) for place, value in seen.items()}


def _in_kana(kana: _Line | None, meant: Sequence[Place]) -> list[Fitted]:
    if kana is None:
        return []
    return [f for place in meant if (f := places.fitted(place, kana.read, kana=True))]


def _voices(kana: _Line | None, in_kana: Sequence[Fitted]) -> dict[Place, float]:
    """What the kana say of each place."""
    if kana is None or not in_kana:
        return {}
    seen = kana.lattice.log_likelihoods([f.text for f in in_kana])
    return _relative({f.place: value for f, value in zip(in_kana, seen, strict=True)})


def _settled(line: _Line, found: Sequence[Fitted], priors: dict[Place, float]) -> FieldReading:
    """The address field with its places and the reader's own texts weighed."""
    texts = [*(f.text for f in found), *line.own, line.read]
    seen = line.lattice.log_likelihoods(texts)
    whole = [*(priors[f.place] for f in found), *(0.0 for _ in range(len(texts) - len(found)))]
    hypotheses = [Hypothesis(_value(line.reading, text), s, p) for text, s, p in zip(texts, seen, whole, strict=True)]
    best = max(hypotheses, key=lambda h: h.total, default=None)
    if best is None or not math.isfinite(best.total):
        return line.reading
    known = any(h.value == best.value and p >= TOWN for h, p in zip(hypotheses, whole, strict=True))
    return weighed(line.reading, "postal tree", hypotheses, known)


def _value(reading: FieldReading, text: str) -> str:
    if reading.id.endswith("kana"):
        return normalise("addr_kana", text) or ""
    return normalise("address", homoglyphs.settle(text)) or ""


def _coded(code: FieldReading, codes: dict[str, float], said: dict[Place, float]) -> FieldReading:
    """The postal code: one that the address leads to is likelier than one it does not."""
    led = {
        zip_code: max((v for p, v in said.items() if p.zip == zip_code and p.town), default=-CODE) for zip_code in codes
    }
    hypotheses = [Hypothesis(c, seen, max(0.0, CODE + led[c])) for c, seen in codes.items()]
    best = max(hypotheses, key=lambda h: h.total)
    return weighed(code, "postal tree", hypotheses, best.prior > 0.0)
