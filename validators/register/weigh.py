"""Weighing a candidate: which parts of two identities agree, how rare they are, and what that says."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from importlib.resources import files
from math import log2
from typing import Any, Protocol

import yaml

from forms.values import kana, wareki
from validators.register.patterns import SPACE, Kind, Name, Pattern, name


@dataclass(frozen=True, slots=True)
class Identity:
    """What is known of somebody, in clear; "" and None where it is not known."""

    name_kana: str = ""
    name_kanji: str = ""
    birth: date | None = None
    sex: str = ""
    my_number: str = ""
    bpn: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of an identity: the verdict, how it was reached, its weight in bits, and the value's share.

    part: my_number, bpn, sei, mei, birth, sex. verdict: same, kana_only, kanji_only, near, close, differs, unknown.
    how: exact, small_kana, variant, swapped, spacing, old_name (several, joined by a comma).
    """

    part: str
    verdict: str
    weight: float
    how: str = ""
    share: float | None = None


class Shares(Protocol):
    """How common a value is among the persons of the register, between 0 and 1."""

    def share(self, pattern: Pattern) -> float: ...


@cache
def weights() -> dict[str, Any]:
    """The figures, as data."""
    loaded: dict[str, Any] = yaml.safe_load(
        files("validators").joinpath("data/weights.yaml").read_text(encoding="utf-8")
    )
    return loaded


def weigh(ours: Identity, theirs: Identity, former: tuple[Identity, ...], shares: Shares) -> tuple[Part, ...]:
    """Every part of `ours` against a person of the register; `former` are the person's earlier names.

    Of the ways to lay the names over each other (as written, 名 first, an earlier name) the best one counts.
    """
    readings = [(theirs, "")] + [(old, "old_name") for old in former]
    names = max(
        (_names(ours, known, turn, extra, shares) for known, extra in readings for turn in (False, True)),
        key=lambda parts: sum(part.weight for part in parts),
    )
    return (
        _number("my_number", ours.my_number, theirs.my_number),
        _number("bpn", ours.bpn, theirs.bpn),
        *names,
        _birth(ours.birth, theirs.birth, shares),
        _sex(ours.sex, theirs.sex),
    )


def score(parts: tuple[Part, ...]) -> float:
    """The sum of the weights, in bits."""
    return round(sum(part.weight for part in parts), 2)


def _number(part: str, ours: str, theirs: str) -> Part:
    if not ours or not theirs:
        return Part(part, "unknown", 0.0)
    return _part(part, "same" if ours == theirs else "differs")


def _sex(ours: str, theirs: str) -> Part:
    if not ours or not theirs:
        return Part("sex", "unknown", 0.0)
    return _part("sex", "same" if ours == theirs else "differs")


def _birth(ours: date | None, theirs: date | None, shares: Shares) -> Part:
    if ours is None or theirs is None:
        return Part("birth", "unknown", 0.0)
    if ours == theirs:
        return _part("birth", "same", shares.share(Pattern("birth", ours.isoformat())))
    return _part("birth", "close" if close(ours, theirs) else "differs")


def close(a: date, b: date) -> bool:
    """True if one slip of a pen or an eye turns one date into the other.

    One digit, two neighbouring digits exchanged, day for month, or the same year, month and day of another era.
    """
    first, second = f"{a:%Y%m%d}", f"{b:%Y%m%d}"
    differing = [i for i in range(8) if first[i] != second[i]]
    exchanged = (
        len(differing) == 2
        and differing[1] == differing[0] + 1
        and first[differing[0]] == second[differing[1]]
        and first[differing[1]] == second[differing[0]]
    )
    turned = a.year == b.year and (a.month, a.day) == (b.day, b.month)
    return len(differing) == 1 or exchanged or turned or _other_era(a, b)


def _other_era(a: date, b: date) -> bool:
    try:
        return wareki.from_date(a)[1:] == wareki.from_date(b)[1:]
    except ValueError:  # before the calendar of today
        return False


def _names(ours: Identity, theirs: Identity, turn: bool, extra: str, shares: Shares) -> tuple[Part, Part]:
    """氏 and 名 laid over each other, ours turned around if `turn`."""
    mine, known = name(ours.name_kana, ours.name_kanji), name(theirs.name_kana, theirs.name_kanji)
    if turn:
        mine = mine.swapped
    aligned = _respaced(mine, known)
    how = [extra, "swapped" if turn else "", "spacing" if aligned != mine else ""]
    cost = sum(weights()["costs"].get(word, 0.0) for word in how)
    how += _written(ours, theirs)
    sei = _name_part("sei", aligned.kana_sei, known.kana_sei, aligned.kanji_sei, known.kanji_sei, shares)
    mei = _name_part("mei", aligned.kana_mei, known.kana_mei, aligned.kanji_mei, known.kanji_mei, shares)
    return _noted(sei, how, cost / 2), _noted(mei, how, cost / 2)


def _respaced(mine: Name, known: Name) -> Name:
    """Our name cut where theirs is, if only the place of the space differs."""
    if mine.kana and mine.kana == known.kana:
        mine = replace(mine, kana_sei=known.kana_sei, kana_mei=known.kana_mei)
    if mine.kanji and mine.kanji == known.kanji:
        mine = replace(mine, kanji_sei=known.kanji_sei, kanji_mei=known.kanji_mei)
    return mine


def _written(ours: Identity, theirs: Identity) -> Iterator[str]:
    """What folding bridged: small kana or long marks, and variant characters."""
    folded_a, folded_b = name(ours.name_kana, ours.name_kanji), name(theirs.name_kana, theirs.name_kanji)
    if sorted((folded_a.kana_sei, folded_a.kana_mei)) == sorted((folded_b.kana_sei, folded_b.kana_mei)) and _letters(
        ours.name_kana
    ) != _letters(theirs.name_kana):
        yield "small_kana"
    if sorted((folded_a.kanji_sei, folded_a.kanji_mei)) == sorted(
        (folded_b.kanji_sei, folded_b.kanji_mei)
    ) and _letters(ours.name_kanji) != _letters(theirs.name_kanji):
        yield "variant"


def _letters(written: str) -> list[str]:
    return sorted(written.replace(SPACE, ""))


def _name_part(part: str, kana_a: str, kana_b: str, kanji_a: str, kanji_b: str, shares: Shares) -> Part:
    read = None if not kana_a or not kana_b else kana_a == kana_b
    seen = None if not kanji_a or not kanji_b else kanji_a == kanji_b
    if read is None and seen is None:
        return Part(part, "unknown", 0.0)
    by_kana = Pattern(_kind("kana", part), kana_a)
    by_kanji = Pattern(_kind("kanji", part), kanji_a)
    if read is not False and seen is not False:
        known = [shares.share(p) for p, agrees in ((by_kana, read), (by_kanji, seen)) if agrees]
        return _part(part, "same", min(known))
    if read:
        return _part(part, "kana_only", shares.share(by_kana))
    if seen:
        return _part(part, "kanji_only", shares.share(by_kanji))
    if read is False and kana.unvoiced(kana_a) == kana.unvoiced(kana_b):
        return _part(part, "near", shares.share(by_kana))
    return _part(part, "differs")


def _kind(script: str, part: str) -> Kind:
    kinds: dict[tuple[str, str], Kind] = {
        ("kana", "sei"): "kana_sei",
        ("kana", "mei"): "kana_mei",
        ("kanji", "sei"): "kanji_sei",
        ("kanji", "mei"): "kanji_mei",
    }
    return kinds[script, part]


def _part(part: str, verdict: str, share: float | None = None) -> Part:
    figures = weights()["parts"][part][verdict]
    by_chance = figures["u"] if share is None or "u" in figures else min(1.0, share * figures.get("times", 1))
    return Part(part, verdict, round(log2(figures["m"] / by_chance), 2), "", share)


def _noted(part: Part, how: list[str], cost: float) -> Part:
    if part.verdict in {"unknown", "differs"}:
        return part
    said = [word for word in how if word] or ["exact"]
    return replace(part, how=",".join(said), weight=round(part.weight - cost, 2))
