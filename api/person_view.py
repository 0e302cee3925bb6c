"""A person of the register for people: numbers masked, periods on a time axis, filings pinned to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import select

from approval.words import masked
from storage.tables import Entry, EntrySubject, Filing
from storage.work import Work
from validators.register import views


@dataclass(frozen=True, slots=True)
class Bar:
    """A period on the axis: where it begins and how wide it is, in percent."""

    left: float
    width: float
    label: str
    began: date
    ended: date | None
    detail: str


@dataclass(frozen=True, slots=True)
class Axis:
    """The years of the axis with their places in percent, and the bars by row."""

    years: tuple[tuple[int, float], ...]
    rows: tuple[tuple[str, tuple[Bar, ...]], ...]


@dataclass(frozen=True, slots=True)
class PersonPage:
    """Everything the page shows."""

    person: views.PersonView
    my_number: str
    bpn: str
    addresses: tuple[views.AddressView, ...]
    periods: tuple[views.PeriodView, ...]
    dependants: tuple[tuple[views.DependantView, views.PersonView], ...]
    supporters: tuple[tuple[views.DependantView, views.PersonView], ...]
    axis: Axis
    filings: tuple[tuple[Filing, str], ...]


def person_page(work: Work, person_id: str) -> PersonPage:
    """The person with that id. Raises NoSuchPerson."""
    person = views.person(work, person_id)
    periods = tuple(views.periods(work, person_id))
    held = views.dependants(work, person_id)
    of = views.dependant_of(work, person_id)
    others = views.people(work, [d.person_id for d in held] + [d.insured_id for d in of])
    return PersonPage(
        person, masked(person.my_number) if person.my_number else "", masked(person.bpn) if person.bpn else "",
        tuple(views.addresses(work, person_id)), periods,
        tuple((d, others[d.person_id]) for d in held), tuple((d, others[d.insured_id]) for d in of),
        _axis(work, person_id, periods, of), tuple(_filings(work, person_id)),
    )  # fmt: skip


def _filings(work: Work, person_id: str) -> list[tuple[Filing, str]]:
    rows = work.session.execute(
        select(Filing, EntrySubject.role)
        .join(Entry, Entry.filing_id == Filing.id)
        .join(EntrySubject, EntrySubject.entry_id == Entry.id)
        .where(EntrySubject.person_id == person_id)
        .order_by(Filing.received_on.desc())
    )
    return [(filing, role) for filing, role in rows]


def _axis(
    work: Work, person_id: str, periods: tuple[views.PeriodView, ...], supported: list[views.DependantView]
) -> Axis:
    third = views.third_category(work, person_id)
    begins = [p.acquired_on for p in periods] + [d.began_on for d in supported] + [t.began_on for t in third]
    first = min(begins, default=work.today).replace(month=1, day=1)
    last = work.today.replace(month=12, day=31)
    days = max(1, (last - first).days)

    def place(day: date) -> float:
        return round(100 * (day - first).days / days, 2)

    def bar(label: str, began: date, ended: date | None, detail: str) -> Bar:
        left = place(began)
        return Bar(left, max(0.8, place(ended or work.today) - left), label, began, ended, detail)

    rows = [
        ("insured", tuple(bar(p.office_name, p.acquired_on, p.lost_on, f"No.{p.insured_no}") for p in periods)),
        ("dependant", tuple(bar(d.relation, d.began_on, d.ended_on, d.end_reason or "") for d in supported)),
        ("third", tuple(bar("3", t.began_on, t.ended_on, "") for t in third)),
    ]
    step = max(1, (last.year - first.year) // 12)
    years = tuple((year, place(date(year, 1, 1))) for year in range(first.year, last.year + 1, step))
    return Axis(years, tuple(row for row in rows if row[1]))
