"""An invented population that can be asked for by number: household h is the same on every machine and in any order."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from api.synth.chance import Chance
from api.synth.names import Name, draw_name
from api.synth.places import Address, gazetteer, prefectures
from api.synth.splits import Split
from forms.values import numbers
from forms.values.wareki import plus_years

Part = Literal["head", "spouse", "child", "parent"]

# Members beside the head, one letter each: S spouse, C child, P parent. A cycle keeps persons countable by number.
PATTERN = ("", "", "S", "SCC", "", "SC", "", "SCCP", "S", "", "SC", "CC", "", "SCC", "", "S", "P", "SC", "", "SCCC")
CYCLE = sum(1 + len(members) for members in PATTERN)
_STARTS = tuple(sum(1 + len(members) for members in PATTERN[:n]) for n in range(len(PATTERN)))
_PARTS: dict[str, Part] = {"S": "spouse", "C": "child", "P": "parent"}
EPOCH = date(2026, 1, 1)  # births are counted from here, so that a world stays the same from day to day

# Steps without a common divisor with their modulus walk through every number once: no number is given twice.
_MY_NUMBER_SPAN, _MY_NUMBER_STEP = 9 * 10**10, 38_196_601_237
_SERIAL_SPAN, _SERIAL_STEP = 999_999, 381_967
_NEWBORN = 10**9  # numbers of children who are born after the epoch


@dataclass(frozen=True, slots=True)
class SynthPerson:
    """A person who does not exist. `sex` "1" male, "2" female; `bpn` "" under 20 (no basic pension number yet)."""

    number: int
    part: Part
    name: Name
    sex: str
    birth: date
    my_number: str
    bpn: str
    address: Address
    earlier_name: Name | None = None
    unregistered_marriage: bool = False


@dataclass(frozen=True, slots=True)
class Household:
    """A head who works, and the persons who live with or depend on the head."""

    number: int
    head: SynthPerson
    members: tuple[SynthPerson, ...]

    @property
    def persons(self) -> tuple[SynthPerson, ...]:
        return (self.head, *self.members)

    @property
    def spouse(self) -> SynthPerson | None:
        return next((each for each in self.members if each.part == "spouse"), None)

    @property
    def others(self) -> tuple[SynthPerson, ...]:
        return tuple(each for each in self.members if each.part != "spouse")


def first_person(household: int) -> int:
    """The number of a household's head among all persons."""
    cycle, place = divmod(household, len(PATTERN))
    return cycle * CYCLE + _STARTS[place]


def households_within(persons: int) -> int:
    """How many whole households the first `persons` persons make."""
    cycles, rest = divmod(persons, CYCLE)
    inside = sum(1 for place, start in enumerate(_STARTS) if start + 1 + len(PATTERN[place]) <= rest)
    return cycles * len(PATTERN) + inside


@dataclass(frozen=True)
class Population:
    """All households of a seed; `epoch` is the day from which ages are counted; `split` names its words."""

    seed: str
    epoch: date = EPOCH
    split: Split | None = None

    @lru_cache(maxsize=4096)  # noqa: B019 - a handful of populations live as long as the process
    def household(self, number: int) -> Household:
        """The household of that number, any number from 0 on."""
        chance = Chance(self.seed, "household", number, split=self.split)
        pattern = PATTERN[number % len(PATTERN)]
        first = first_person(number)
        address = gazetteer().draw(chance.under("address"))
        sex = "1" if chance.happens(0.58) else "2"
        head_name = draw_name(chance.under("head"), sex)
        age = _head_age(chance, pattern)
        head = self._person(chance, first, "head", head_name, sex, age, address)
        members = tuple(
            self._member(chance.under(place), first + 1 + place, _PARTS[letter], head, age, place)
            for place, letter in enumerate(pattern)
        )
        return Household(number, head, members)

    def _member(
        self, chance: Chance, number: int, part: Part, head: SynthPerson, age: float, place: int
    ) -> SynthPerson:
        address = head.address
        if part == "spouse":
            sex = "2" if head.sex == "1" else "1"
            own = draw_name(chance, sex)
            unregistered = chance.happens(0.03) or bool(own.nationality)
            name = own if unregistered else own.married_into(head.name)
            spouse_age = _within(chance, age + chance.near(-1.5, 4), 18.2, 72.0)
            earlier = None if unregistered or chance.happens(0.5) else own
            return self._person(chance, number, part, name, sex, spouse_age, address, earlier, unregistered)
        sex = "1" if chance.happens(0.5) else "2"
        given = draw_name(chance, sex, foreign_share=0.0)
        if part == "child":
            child_age = _within(chance, age - chance.between(24, 34) - 2.2 * place, 0.02, 60.0)
            if child_age > 18 and chance.happens(0.08):
                address = gazetteer().draw(chance.under("away"), building_share=0.9)
            return self._person(chance, number, part, given.married_into(head.name), sex, child_age, address)
        parent_age = _within(chance, age + chance.between(22, 33), 60.5, 73.5)
        if chance.happens(0.4):
            address = gazetteer().draw(chance.under("apart"), building_share=0.1)
        name = given.married_into(head.name) if chance.happens(0.8) else given
        return self._person(chance, number, part, name, sex, parent_age, address)

    def _person(
        self,
        chance: Chance,
        number: int,
        part: Part,
        name: Name,
        sex: str,
        age: float,
        address: Address,
        earlier: Name | None = None,
        unregistered_marriage: bool = False,
    ) -> SynthPerson:
        birth = self.epoch - timedelta(days=round(age * 365.2425))
        of_age = plus_years(birth, 20) <= self.epoch
        return SynthPerson(
            number, part, name, sex, birth, self.my_number(number), self.bpn(number) if of_age else "",
            address, earlier, unregistered_marriage,
        )  # fmt: skip

    def newborn(self, household: Household, birth: date) -> SynthPerson:
        """A child born to a household after the epoch; its number lies far beyond those of the living."""
        head = household.head
        chance = Chance(self.seed, "newborn", household.number, split=self.split)
        sex = chance.choice("12")
        name = draw_name(chance, sex, foreign_share=0.0).married_into(head.name)
        number = _NEWBORN + household.number
        return SynthPerson(number, "child", name, sex, birth, self.my_number(number), "", head.address)

    def my_number(self, number: int) -> str:
        """A My Number with a right check digit, different for every person of this seed."""
        start = Chance(self.seed, "my_number").randrange(_MY_NUMBER_SPAN)
        base = str(10**10 + (start + number * _MY_NUMBER_STEP) % _MY_NUMBER_SPAN)
        return base + numbers.my_number_check_digit(base)

    def bpn(self, number: int) -> str:
        """A basic pension number: prefecture, office, serial; different for every person (domain.md 1.1)."""
        wraps, place = divmod(number, _SERIAL_SPAN)
        start = Chance(self.seed, "bpn").randrange(_SERIAL_SPAN)
        serial = (start + place * _SERIAL_STEP) % _SERIAL_SPAN + 1
        weighted = [(each.code, each.weight) for each in prefectures()]
        return f"{Chance(self.seed, 'bpn', number).pick(weighted)}{wraps % 90 + 10}{serial:06d}"


def _within(chance: Chance, age: float, least: float, most: float) -> float:
    """The age if it lies in the range, else one near the bound it passed: no birthdays pile up on a bound."""
    if age < least:
        return min(most, least + chance.between(0, 3))
    return max(least, most - chance.between(0, 3)) if age > most else age


def _head_age(chance: Chance, pattern: str) -> float:
    """Ages that fit the household: parents of small children are not 70."""
    if "P" in pattern:
        return chance.between(32, 43)
    if "C" in pattern:
        return chance.between(26, 52)
    if pattern:
        return chance.between(24, 66)
    return chance.pick(((chance.between(18.2, 30), 5), (chance.between(30, 60), 6), (chance.between(60, 74.5), 1.2)))
