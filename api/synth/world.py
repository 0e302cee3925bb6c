"""A world: offices, a population, and who is insured where; sheets and register of a seed share its persons."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import Literal

from api.synth.chance import Chance
from api.synth.offices import SynthOffice, office
from api.synth.people import EPOCH, Household, Population, SynthPerson, households_within
from api.synth.splits import Split
from forms.values.wareki import age, plus_years

State = Literal["insured", "left", "never"]
_STATES: tuple[tuple[State, float], ...] = (("insured", 6), ("left", 2), ("never", 2))
DEPENDANT_SHARE = 0.6  # of those who could be dependants, are so in the register; the others can be filed


@dataclass(frozen=True, slots=True)
class Insurance:
    """An insurance period of a head; `lost_on` None if it is open. `monthly` in yen."""

    office: int
    insured_no: int
    acquired_on: date
    lost_on: date | None
    monthly: int


@dataclass(frozen=True, slots=True)
class Dependant:
    """A member who is a registered dependant since `began_on`; `third` if also 第3号被保険者 (spouse of 20-59)."""

    person: SynthPerson
    relation: str  # spouse:1..4 or other:01..10
    began_on: date
    third: bool


@dataclass(frozen=True, slots=True)
class Standing:
    """What the register says of a household."""

    household: Household
    state: State
    insurance: Insurance | None
    dependants: tuple[Dependant, ...]


@dataclass(frozen=True)
class World:
    """`persons` persons and `offices` employers of a seed, as of a day. Persons beyond the number are strangers."""

    seed: str
    persons: int = 3000
    offices: int = 40
    as_of: date = EPOCH
    split: Split | None = None

    @property
    def epoch(self) -> date:
        """Births and periods are counted from here; one day for all later days, so that worlds stay equal."""
        return min(EPOCH, self.as_of)

    @property
    def population(self) -> Population:
        return Population(self.seed, self.epoch, self.split)

    @property
    def households(self) -> int:
        """The whole households that the register knows."""
        return households_within(self.persons)

    @lru_cache(maxsize=4096)  # noqa: B019 - a handful of worlds live as long as the process
    def office(self, number: int) -> SynthOffice:
        """The office of that number, 0 to `offices` - 1."""
        return office(self.seed, number, self.split)

    def all_offices(self) -> Iterator[SynthOffice]:
        """Every office, in order."""
        return (self.office(number) for number in range(self.offices))

    def standings(self) -> Iterator[Standing]:
        """Every household of the register with its periods, in order: the rows of `todoke synth register`."""
        return (self.standing(number) for number in range(self.households))

    def state(self, household: int) -> State:
        """Whether the head of that household is insured, was insured, or never was."""
        return Chance(self.seed, "state", household).pick(_STATES)

    def next_insured_no(self, office_number: int) -> int:
        """The first number that the office has not given."""
        return self.households // self.offices + 2 + office_number % 3

    def standing(self, number: int) -> Standing:
        """The household of that number with its insurance and dependants."""
        household = self.population.household(number)
        state = self.state(number)
        if state == "never":
            return Standing(household, state, None, ())
        chance = Chance(self.seed, "standing", number)
        head = household.head
        earliest = max(plus_years(head.birth, 18) + timedelta(days=200), date(1995, 4, 1))
        span = max(30, (self.epoch - earliest).days - 40)
        acquired = min(earliest + timedelta(days=int(span * chance.random() ** 0.6)), self.epoch - timedelta(days=30))
        if chance.happens(0.6):
            acquired = acquired.replace(day=1)
        lost = None
        if state == "left":
            lost = acquired + timedelta(days=chance.randint(20, max(21, (self.epoch - acquired).days - 1)))
        office_number, place = number % self.offices, number // self.offices
        insurance = Insurance(office_number, place + 1, acquired, lost, monthly_wage(chance))
        return Standing(household, state, insurance, () if lost else self._dependants(household, acquired, chance))

    def _dependants(self, household: Household, acquired: date, chance: Chance) -> tuple[Dependant, ...]:
        found = []
        for person in household.members:
            possible = could_depend(person, self.epoch)
            if chance.under("dependant", person.number).happens(DEPENDANT_SHARE) and possible:
                began = max(acquired, person.birth)
                years = age(person.birth, self.epoch)
                third = person.part == "spouse" and 20 <= years < 60
                found.append(Dependant(person, relation_code(person), began, third))
        return tuple(found)


def could_depend(person: SynthPerson, on: date) -> bool:
    """Under 75 (D6), and children until they usually work."""
    years = age(person.birth, on)
    return years < 75 and not (person.part == "child" and years > 22)


def relation_code(person: SynthPerson) -> str:
    """spouse:1 夫, 2 妻, 3 and 4 the same unregistered; other:01 child, 03 parent (domain.md 2.3)."""
    if person.part == "spouse":
        return f"spouse:{int(person.sex) + (2 if person.unregistered_marriage else 0)}"
    return "other:03" if person.part == "parent" else "other:01"


def monthly_wage(chance: Chance) -> int:
    """A monthly wage in yen, mostly round, as wages are."""
    wage = int(min(1_400_000, max(88_000, chance.lognormvariate(12.55, 0.35))))
    step = chance.pick(((10_000, 3), (1_000, 4), (500, 1), (1, 1)))
    return max(88_000, wage // step * step)
