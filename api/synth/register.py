"""The register of a world: written into the database, or as facts in memory for rules and tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import islice

from sqlalchemy import select

from api.synth.errors import RealStore, WorldKnown
from api.synth.offices import SynthOffice
from api.synth.people import SynthPerson
from api.synth.world import Dependant, Insurance, Standing, World
from forms.values import address, wareki
from storage import audit
from storage.tables import Batch, Person
from storage.work import Work
from validators import grades
from validators.context import DependantFact, MemoryFacts, OfficeFact, PeriodFact, PersonFact
from validators.register import periods, store, views
from validators.register.rows import DependantRow, NameRow, OfficeRow, PayRow, PeriodRow, PersonRow

_AT_ONCE = 500  # households a bulk statement


def refuse_real_store(work: Work, *, training: bool) -> None:
    """An empty store may be filled for a benchmark; one with real data never. Raises RealStore."""
    held = work.session.scalar(select(Person.id).limit(1)) or work.session.scalar(select(Batch.id).limit(1))
    if held and not training:
        raise RealStore


def write_world(work: Work, world: World) -> dict[str, int]:
    """Write offices, persons and their periods; gives how many of each. The caller's transaction commits.

    A world is written once: WorldKnown the second time.
    """
    first = world.office(0).ref
    if views.office_id_by_ref(work, first):
        raise WorldKnown(office=first)
    offices = {each.number: store.add_office(work, office_row(each)) for each in world.all_offices()}
    counts = {"offices": len(offices), "persons": 0, "periods": 0, "dependants": 0}
    standings = world.standings()
    while batch := list(islice(standings, _AT_ONCE)):
        people = [person for standing in batch for person in standing.household.persons]
        ids = dict(zip((each.number for each in people), store.add_many(work, map(person_row, people)), strict=True))
        insured = [
            _period(
                ids[standing.household.head.number],
                offices[standing.insurance.office],
                standing.household.head,
                standing.insurance,
            )
            for standing in batch
            if standing.insurance
        ]
        dependants = [
            _dependant(ids[each.person.number], ids[standing.household.head.number], offices, standing, each)
            for standing in batch
            for each in standing.dependants
        ]
        counts["persons"] += len(people)
        counts["periods"] += len(periods.add_periods(work, insured))
        counts["dependants"] += len(periods.add_dependants(work, dependants))
    audit.record(work, "register.synthesised", "register", str(world.seed)[:40], "register", dict(counts))
    return counts


def office_row(office: SynthOffice) -> OfficeRow:
    """An office as the register keeps it, in normal form."""
    place = office.address
    return OfficeRow(
        office.ref, office.no, address.normalise(office.name), address.normalise(office.owner), place.zip,
        address.normalise(place.text), office.tel, office.pref_code,
    )  # fmt: skip


def person_row(person: SynthPerson) -> PersonRow:
    """A person as the register keeps one; the name before a marriage is an earlier name."""
    former = (NameRow(person.earlier_name.kana, person.earlier_name.kanji),) if person.earlier_name else ()
    return PersonRow(
        person.name.kana, person.name.kanji, person.birth, person.sex, person.my_number, person.bpn,
        person.address.zip, address.normalise(person.address.text), person.birth, former,
    )  # fmt: skip


def _period(person_id: str, office_id: str, head: SynthPerson, insurance: Insurance) -> PeriodRow:
    over_70 = insurance.acquired_on >= wareki.reaches(head.birth, 70)
    standard = grades.standard(insurance.monthly, insurance.acquired_on)
    pay = PayRow(
        insurance.acquired_on, insurance.monthly, standard.health_yen, None if over_70 else standard.pension_yen
    )
    return PeriodRow(
        person_id, office_id, insurance.insured_no, insurance.acquired_on, insurance.lost_on, over_70, pay=(pay,)
    )


def _dependant(
    person_id: str, insured_id: str, offices: dict[int, str], standing: Standing, each: Dependant
) -> DependantRow:
    office_id = offices[standing.insurance.office] if standing.insurance else None
    third = None
    if each.third:
        third = max(each.began_on, wareki.plus_years(each.person.birth, 20) - timedelta(days=1))
    return DependantRow(person_id, insured_id, office_id, each.relation, each.began_on, third_from=third)


def facts(world: World) -> MemoryFacts:
    """The same register in memory: what the rules may know."""
    people: dict[str, PersonFact] = {}
    for number, fact in _people(world):
        people[number] = fact
    return MemoryFacts(map(_office_fact, world.all_offices()), people)


def _office_fact(office: SynthOffice) -> OfficeFact:
    row = office_row(office)
    return OfficeFact(row.ref, row.number, row.name, row.owner, row.zip, row.address, row.tel)


def _people(world: World) -> Iterator[tuple[str, PersonFact]]:
    for standing in world.standings():
        head, insurance = standing.household.head, standing.insurance
        insured: tuple[PeriodFact, ...] = ()
        if insurance:
            ref = world.office(insurance.office).ref
            insured = (PeriodFact(ref, str(insurance.insured_no), insurance.acquired_on, insurance.lost_on),)
        began = {each.person.number: each.began_on for each in standing.dependants}
        numbers = tuple(filter(None, (head.my_number, head.bpn)))
        for person in standing.household.persons:
            depends = (DependantFact(numbers, began[person.number]),) if person.number in began else ()
            fact = PersonFact(
                person.name.kana,
                person.name.kanji,
                person.birth,
                person.sex,
                insured if person is head else (),
                depends,
            )
            yield from ((number, fact) for number in (person.my_number, person.bpn) if number)
