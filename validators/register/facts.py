"""What rules may know of the register: offices, persons by their numbers, their periods."""

from __future__ import annotations

from sqlalchemy import select

from storage.tables import InsurancePeriod
from storage.work import Work
from validators.context import DependantFact, OfficeFact, PeriodFact, PersonFact
from validators.register import index, views
from validators.register.patterns import tokens_for
from validators.register.rows import OfficeRow


class RegisterFacts:
    """The register behind the Facts Protocol of validators/context.py, for one unit of work.

    What is asked twice is read once: rules of one filing ask for the same few persons.
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._offices: dict[str, OfficeFact | None] = {}
        self._people: dict[str, PersonFact] = {}

    def office(self, ref: str) -> OfficeFact | None:
        if ref not in self._offices:
            found = views.offices(self._work, ref=ref) if ref else []
            self._offices[ref] = _office(found[0][1]) if found else None
        return self._offices[ref]

    def person(self, number: str) -> PersonFact | None:
        patterns = tokens_for(my_number=number) | tokens_for(bpn=number)
        holder = next(iter(index.owners(self._work, "person", patterns, 1)), None)
        return self._person(holder) if holder else None

    def insured(self, office_ref: str, insured_no: str) -> PersonFact | None:
        office_id = views.office_id_by_ref(self._work, office_ref)
        if office_id is None or not insured_no.isascii() or not insured_no.isdigit() or len(insured_no) > 6:
            return None
        person_id = self._work.session.scalar(
            select(InsurancePeriod.person_id).where(
                InsurancePeriod.office_id == office_id, InsurancePeriod.insured_no == int(insured_no)
            )
        )
        return self._person(person_id) if person_id else None

    def _person(self, person_id: str) -> PersonFact:
        known = self._people.get(person_id)
        if known is None:
            known = self._people[person_id] = self._read(person_id)
        return known

    def _read(self, person_id: str) -> PersonFact:
        person = views.person(self._work, person_id)
        periods = tuple(
            PeriodFact(p.office_ref, str(p.insured_no), p.acquired_on, p.lost_on)
            for p in views.periods(self._work, person_id)
        )
        held = views.dependant_of(self._work, person_id)
        insured = views.people(self._work, (row.insured_id for row in held))
        dependant = tuple(
            DependantFact(
                tuple(n for n in (insured[row.insured_id].my_number, insured[row.insured_id].bpn) if n),
                row.began_on,
                row.ended_on,
            )
            for row in held
        )
        return PersonFact(person.name_kana, person.name_kanji, person.birth, person.sex, periods, dependant)


def _office(row: OfficeRow) -> OfficeFact:
    return OfficeFact(row.ref, row.number, row.name, row.owner, row.zip, row.address, row.tel)
