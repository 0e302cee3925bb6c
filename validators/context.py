"""What rules may know beside the filing: the check date, facts of the register, and the postal table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Protocol

from forms.values import address, kana


@dataclass(frozen=True, slots=True)
class OfficeFact:
    """An office as the register has it; values in the normal form of contracts.md."""

    ref: str
    number: str
    name: str
    owner: str
    zip: str
    address: str
    tel: str = ""


@dataclass(frozen=True, slots=True)
class PeriodFact:
    """An insurance period (被保険者期間); `lost_on` None while it is open."""

    office_ref: str
    insured_no: str
    acquired_on: date
    lost_on: date | None = None


@dataclass(frozen=True, slots=True)
class DependantFact:
    """A dependant period of a person: whose dependant (My Number or bpn of the insured), from, and to."""

    insured_numbers: tuple[str, ...]
    began_on: date
    ended_on: date | None = None


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A person as the register has it. `sex` is "1" or "2", "" where unknown."""

    name_kana: str
    name_kanji: str
    birth: date
    sex: str
    periods: tuple[PeriodFact, ...] = ()
    dependant: tuple[DependantFact, ...] = ()


class Facts(Protocol):
    """Look-ups in the register. Rules read through it and never see the database."""

    def office(self, ref: str) -> OfficeFact | None:
        """The office with that normalised reference, None if there is none."""
        ...

    def person(self, number: str) -> PersonFact | None:
        """The person to whom a My Number (12 digits) or basic pension number (10) belongs, None if to nobody."""
        ...

    def insured(self, office_ref: str, insured_no: str) -> PersonFact | None:
        """Who has that insured number at that office, None if nobody."""
        ...


class MemoryFacts:
    """The in-memory twin of the register, for tests, examples and `todoke rules run --facts`."""

    def __init__(
        self,
        offices: Iterable[OfficeFact] = (),
        people: Mapping[str, PersonFact] | None = None,
    ) -> None:
        self._offices = {office.ref: office for office in offices}
        self._people = dict(people or {})

    def office(self, ref: str) -> OfficeFact | None:
        return self._offices.get(ref)

    def person(self, number: str) -> PersonFact | None:
        return self._people.get(number)

    def insured(self, office_ref: str, insured_no: str) -> PersonFact | None:
        wanted = insured_no.lstrip("0")
        for person in self._people.values():
            if any(p.office_ref == office_ref and p.insured_no.lstrip("0") == wanted for p in person.periods):
                return person
        return None


PostalLookup = Callable[[str, str], address.Agreement]


@dataclass(frozen=True, slots=True)
class RuleContext:
    """What a filing is judged against. `check_date` is the receipt date (受付日), never the day of the run.

    `facts` is None where no register is at hand: rules that need it say so and do not fire.
    """

    check_date: date
    facts: Facts | None = None
    postal: PostalLookup = field(default=address.agreement)


def same_kana(first: str, second: str) -> bool:
    """True if two kana names differ at most in small kana, long marks and spaces."""
    return kana.fold(first) == kana.fold(second)
