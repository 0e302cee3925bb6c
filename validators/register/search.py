"""Finding a person: by My Number, by basic pension number, by several name patterns with birth date and sex."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from sqlalchemy import func, select

from storage.tables import Person
from storage.work import Work
from validators.register import index
from validators.register.patterns import Kind, Pattern, tokens_for
from validators.register.views import PersonView, people
from validators.register.weigh import Identity, Part, score, weigh, weights

Basis = Literal["my_number", "bpn", "three", "name", "part"]
# In the order in which they count (R18): numbers, then name + birth + sex, then what is less.
BASES: tuple[Basis, ...] = ("my_number", "bpn", "three", "name", "part")
_BASIS: dict[Kind, Basis] = {"my_number": "my_number", "bpn": "bpn", "three": "three"}
_LOOK_AT = 400  # rows read a look-up; a name that more share needs its birth date or a number as well
_WHOLE: tuple[Kind, ...] = ("kanji", "kana", "kanji_reduced", "kana_near")
_PARTS: tuple[Kind, ...] = ("kana_sei", "kana_mei", "kanji_sei", "kanji_mei")


@dataclass(frozen=True, slots=True)
class Match:
    """Somebody of the register who may be the one looked for: never more than a candidate (R19).

    `basis` is the strongest thing that led here; `parts` explain it; `score` is their sum in bits.
    """

    person: PersonView
    basis: Basis
    score: float
    parts: tuple[Part, ...]

    @property
    def by_number(self) -> bool:
        return self.basis in {"my_number", "bpn"}


class RegisterShares:
    """How common the values of an identity are, counted in the register at once, smoothed as weights.yaml says."""

    def __init__(self, work: Work, wanted: Identity) -> None:
        self._work = work
        self._persons = work.session.scalar(select(func.count()).select_from(Person)) or 0
        patterns = _patterns(wanted)
        parts = [*index.kinds_of(patterns, "birth", *_PARTS), *_swapped_parts(patterns)]
        self._counts = index.counts(work, parts)

    def share(self, pattern: Pattern) -> float:
        if pattern not in self._counts:  # a part of a name that was cut where the register cuts it
            self._counts |= index.counts(self._work, [pattern])
        prior = weights()["prior"]
        expected: float = prior["share"][pattern.kind.rpartition("_")[2]]
        more: int = prior["persons"]
        return (self._counts[pattern] + more * expected) / (self._persons + more)


def search(work: Work, wanted: Identity) -> list[Match]:
    """Candidates for an identity, the likeliest first: those whose number agrees before all others (R18).

    Below the score of weights.yaml nobody is shown unless a number agrees. The list is a list of candidates:
    linking one is a decision of a person.
    """
    bases = _who(work, wanted)
    shares = RegisterShares(work, wanted)
    found = [_match(wanted, person, bases[person.id], shares) for person in people(work, bases).values()]
    shown = [match for match in found if match.by_number or match.score >= weights()["show_from"]]
    shown.sort(
        key=lambda match: (not match.by_number, BASES.index(match.basis) if match.by_number else 0, -match.score)
    )
    most: int = weights()["show_most"]
    return shown[:most]


def _who(work: Work, wanted: Identity) -> dict[str, Basis]:
    """Ids of the persons to weigh, with the strongest pattern that leads to each."""
    patterns = _patterns(wanted)
    bases: dict[str, Basis] = {}
    direct = index.owners(work, "person", index.kinds_of(patterns, "my_number", "bpn", "three"), _LOOK_AT)
    for person_id, found in direct.items():
        bases[person_id] = min((_BASIS[pattern.kind] for pattern in found), key=BASES.index)
    parts = [*index.kinds_of(patterns, *_PARTS), *_swapped_parts(patterns)]
    birth = index.kinds_of(patterns, "birth")
    if birth and parts:  # a married name, a misread sex: the day and one part of the name
        for person_id in index.owners_of_all(work, "person", [birth, parts], _LOOK_AT):
            bases.setdefault(person_id, "part")
    for person_id in index.owners(work, "person", index.kinds_of(patterns, *_WHOLE), _LOOK_AT):
        bases.setdefault(person_id, "name")
    return bases


def _patterns(wanted: Identity) -> frozenset[Pattern]:
    """All patterns; an unknown sex is tried as both."""
    sexes = [wanted.sex] if wanted.sex else ["1", "2", ""]
    return frozenset().union(
        *(
            tokens_for(wanted.name_kana, wanted.name_kanji, wanted.birth, sex, wanted.my_number, wanted.bpn)
            for sex in sexes
        )
    )


def _swapped_parts(patterns: frozenset[Pattern]) -> list[Pattern]:
    """氏 looked up as 名 and 名 as 氏."""
    turned: dict[str, Kind] = {
        "kana_sei": "kana_mei", "kana_mei": "kana_sei", "kanji_sei": "kanji_mei", "kanji_mei": "kanji_sei",
    }  # fmt: skip
    return [replace(p, kind=turned[p.kind]) for p in index.kinds_of(patterns, *_PARTS)]


def _match(wanted: Identity, person: PersonView, basis: Basis, shares: RegisterShares) -> Match:
    theirs = identity(person)
    former = tuple(replace(theirs, name_kana=old.kana, name_kanji=old.kanji) for old in person.former)
    parts = weigh(wanted, theirs, former, shares)
    return Match(person, basis, score(parts), parts)


def identity(person: PersonView) -> Identity:
    """What the register knows of a person, in the form that is weighed."""
    return Identity(person.name_kana, person.name_kanji, person.birth, person.sex, person.my_number, person.bpn)
