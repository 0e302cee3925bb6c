"""Reading the register: persons, offices and dated rows, opened, as plain values."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, select

from storage.tables import (
    AddressRow,
    DependantPeriod,
    InsurancePeriod,
    NumberLink,
    Office,
    Person,
    PersonName,
    Remuneration,
    ThirdCategoryPeriod,
)
from storage.work import Work
from validators.register.errors import NoSuchOffice, NoSuchPerson
from validators.register.rows import NameRow, OfficeRow, PayRow
from validators.register.sealing import Columns, columns


@dataclass(frozen=True, slots=True)
class PersonView:
    """A person, opened. Numbers are whole: who shows them masks them."""

    id: str
    name_kana: str
    name_kanji: str
    birth: date
    sex: str
    my_number: str
    bpn: str
    former: tuple[NameRow, ...]
    n: int


@dataclass(frozen=True, slots=True)
class AddressView:
    """Where a person lives from a day on."""

    zip: str
    address: str
    valid_from: date


@dataclass(frozen=True, slots=True)
class PeriodView:
    """An insurance period with its office and its remuneration, oldest first."""

    id: str
    person_id: str
    office_id: str
    office_ref: str
    office_name: str
    insured_no: int
    acquired_on: date
    lost_on: date | None
    over70_only: bool
    short_time: bool
    pay: tuple[PayRow, ...]


@dataclass(frozen=True, slots=True)
class DependantView:
    """A dependant period. `details` is what the filing said beside the dates."""

    id: str
    person_id: str
    insured_id: str
    office_id: str | None
    relation: str
    began_on: date
    ended_on: date | None
    end_reason: str | None
    details: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ThirdCategoryView:
    """第3号被保険者期間 of a spouse."""

    id: str
    person_id: str
    spouse_id: str
    began_on: date
    ended_on: date | None


def person(work: Work, person_id: str) -> PersonView:
    """The person with that id. NoSuchPerson."""
    found = people(work, [person_id]).get(person_id)
    if found is None:
        raise NoSuchPerson
    return found


def people(work: Work, ids: Iterable[str]) -> dict[str, PersonView]:
    """The persons with those ids, in three statements; ids that nobody has are left out."""
    wanted = sorted(set(ids))
    opened = columns(work)
    numbers: dict[str, dict[str, str]] = defaultdict(dict)
    for link in work.session.scalars(select(NumberLink).where(NumberLink.person_id.in_(wanted))):
        numbers[link.person_id][link.kind] = opened.unseal("number_link.number", link.number)
    former: dict[str, list[NameRow]] = defaultdict(list)
    for row in work.session.scalars(select(PersonName).where(PersonName.person_id.in_(wanted))):
        former[row.person_id].append(_name(opened, row))
    return {
        row.id: PersonView(
            row.id,
            opened.unseal("person.name_kana", row.name_kana),
            opened.unseal("person.name_kanji", row.name_kanji),
            date.fromisoformat(opened.unseal("person.birth", row.birth)),
            opened.unseal("person.sex", row.sex),
            numbers[row.id].get("my_number", ""),
            numbers[row.id].get("bpn", ""),
            tuple(sorted(former[row.id], key=lambda name: name.valid_to or date.min, reverse=True)),
            row.n,
        )
        for row in work.session.scalars(select(Person).where(Person.id.in_(wanted)))
    }


def addresses(work: Work, person_id: str) -> list[AddressView]:
    """The addresses of a person, newest first."""
    opened = columns(work)
    rows = work.session.scalars(
        select(AddressRow).where(AddressRow.person_id == person_id).order_by(AddressRow.valid_from.desc())
    )
    return [
        AddressView(
            opened.unseal("address.zip", row.zip), opened.unseal("address.address", row.address), row.valid_from
        )
        for row in rows
    ]


def periods(work: Work, person_id: str) -> list[PeriodView]:
    """The insurance periods of a person, oldest first."""
    return _periods(work, InsurancePeriod.person_id == person_id)


def insured_at(work: Work, office_id: str, insured_no: int) -> PeriodView | None:
    """The period under an insured number of an office; a number is given once."""
    found = _periods(work, InsurancePeriod.office_id == office_id, InsurancePeriod.insured_no == insured_no)
    return found[0] if found else None


def _periods(work: Work, *where: ColumnElement[bool]) -> list[PeriodView]:
    rows = work.session.execute(
        select(InsurancePeriod, Office)
        .join(Office, Office.id == InsurancePeriod.office_id)
        .where(*where)
        .order_by(InsurancePeriod.acquired_on, InsurancePeriod.id)
    ).all()
    pay = remuneration(work, [period.id for period, _ in rows])
    return [
        PeriodView(
            period.id, period.person_id, office.id, office.ref, office.name, period.insured_no, period.acquired_on,
            period.lost_on, period.over70_only, period.short_time, pay.get(period.id, ()),
        )
        for period, office in rows
    ]  # fmt: skip


def remuneration(work: Work, period_ids: Iterable[str]) -> dict[str, tuple[PayRow, ...]]:
    """The remuneration rows of periods, oldest first."""
    opened = columns(work)
    found: dict[str, list[PayRow]] = defaultdict(list)
    rows = work.session.scalars(
        select(Remuneration).where(Remuneration.period_id.in_(list(period_ids))).order_by(Remuneration.valid_from)
    )
    for row in rows:
        pension = opened.unseal("remuneration.standard_pension", row.standard_pension)
        found[row.period_id].append(
            PayRow(
                row.valid_from,
                int(opened.unseal("remuneration.monthly", row.monthly)),
                int(opened.unseal("remuneration.standard_health", row.standard_health)),
                int(pension) if pension else None,
            )
        )
    return {period_id: tuple(listed) for period_id, listed in found.items()}


def dependants(work: Work, insured_id: str) -> list[DependantView]:
    """The dependants of an insured person, oldest period first, ended ones included."""
    return _dependants(work, DependantPeriod.insured_id == insured_id)


def dependant_of(work: Work, person_id: str) -> list[DependantView]:
    """The periods in which a person was somebody's dependant, oldest first."""
    return _dependants(work, DependantPeriod.person_id == person_id)


def _dependants(work: Work, where: ColumnElement[bool]) -> list[DependantView]:
    opened = columns(work)
    rows = work.session.scalars(
        select(DependantPeriod).where(where).order_by(DependantPeriod.began_on, DependantPeriod.id)
    )
    return [
        DependantView(
            row.id, row.person_id, row.insured_id, row.office_id, row.relation, row.began_on, row.ended_on,
            row.end_reason,
            json.loads(opened.unseal("dependant_period.details", row.details)) if row.details else {},
        )
        for row in rows
    ]  # fmt: skip


def third_category(work: Work, person_id: str) -> list[ThirdCategoryView]:
    """The 第3号 periods of a person, oldest first."""
    rows = work.session.scalars(
        select(ThirdCategoryPeriod)
        .where(ThirdCategoryPeriod.person_id == person_id)
        .order_by(ThirdCategoryPeriod.began_on)
    )
    return [ThirdCategoryView(row.id, row.person_id, row.spouse_id, row.began_on, row.ended_on) for row in rows]


def office(work: Work, office_id: str) -> OfficeRow:
    """The office with that id. NoSuchOffice."""
    row = work.session.get(Office, office_id)
    if row is None:
        raise NoSuchOffice
    return _office(row)


def office_id_by_ref(work: Work, ref: str) -> str | None:
    """The id of the office with that normalised 整理記号, None if we know none."""
    if not ref or "\0" in ref:  # which PostgreSQL refuses to be asked for
        return None
    return work.session.scalar(select(Office.id).where(Office.ref == ref))


def offices(work: Work, ref: str = "", number: str = "") -> list[tuple[str, OfficeRow]]:
    """Offices with that 整理記号 and 事業所番号 (those given), with their ids; several may share a number."""
    if "\0" in ref + number:
        return []
    query = select(Office).order_by(Office.ref).limit(200)
    if ref:
        query = query.where(Office.ref == ref)
    if number:
        query = query.where(Office.number == number)
    return [(row.id, _office(row)) for row in work.session.scalars(query)]


def _office(row: Office) -> OfficeRow:
    return OfficeRow(row.ref, row.number, row.name, row.owner, row.zip, row.address, row.tel, row.pref_code)


def _name(opened: Columns, row: PersonName) -> NameRow:
    return NameRow(
        opened.unseal("person_name.name_kana", row.name_kana),
        opened.unseal("person_name.name_kanji", row.name_kanji),
        row.valid_from,
        row.valid_to,
    )
