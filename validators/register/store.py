"""Writing offices and persons: every personal column sealed, every number linked, every name indexed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from sqlalchemy import insert, select

from forms.values import numbers
from storage.tables import AddressRow, NumberLink, Office, Person, PersonName, new_id
from storage.work import Work
from validators.register import index
from validators.register.errors import NoSuchPerson, NumberTaken
from validators.register.patterns import Pattern, of_names, tokens_for
from validators.register.rows import NameRow, OfficeRow, PersonRow
from validators.register.sealing import columns


def add_office(work: Work, row: OfficeRow) -> str:
    """Enter an office; gives its id."""
    office_id = new_id()
    work.session.execute(
        insert(Office),
        [
            {
                "id": office_id, "ref": row.ref, "number": row.number, "pref_code": row.pref_code, "name": row.name,
                "owner": row.owner, "zip": row.zip, "address": row.address, "tel": row.tel,
            }
        ],
    )  # fmt: skip
    return office_id


def add_person(work: Work, row: PersonRow, posting_id: str | None = None) -> str:
    """Enter a person; gives the id. NumberTaken if a number belongs to somebody already."""
    for kind, number in (("my_number", row.my_number), ("bpn", row.bpn)):
        if number:
            _refuse_taken(work, kind, number)
    return add_many(work, [row], posting_id)[0]


def add_many(work: Work, rows: Iterable[PersonRow], posting_id: str | None = None) -> list[str]:
    """Enter persons in bulk, in a few statements; gives their ids in the order of `rows`.

    The schema refuses a number that is taken (IntegrityError): bulk rows are meant to be right.
    """
    listed = [(new_id(), row) for row in rows]
    seal = columns(work).seal
    persons = [
        {
            "id": person_id, "created_at": work.now,
            "name_kana": seal("person.name_kana", row.name_kana),
            "name_kanji": seal("person.name_kanji", row.name_kanji),
            "birth": seal("person.birth", row.birth.isoformat()),
            "sex": seal("person.sex", row.sex),
        }
        for person_id, row in listed
    ]  # fmt: skip
    names = [_name(work, person_id, name) for person_id, row in listed for name in row.former]
    links = [
        _link(work, person_id, kind, number, posting_id)
        for person_id, row in listed
        for kind, number in (("my_number", row.my_number), ("bpn", row.bpn))
        if number
    ]
    addresses = [
        _address(work, person_id, row.zip, row.address, row.address_from or work.today, posting_id)
        for person_id, row in listed
        if row.address
    ]
    for table, values in ((Person, persons), (PersonName, names), (NumberLink, links), (AddressRow, addresses)):
        if values:
            work.session.execute(insert(table), values)
    index.add(work, "person", {person_id: _patterns(row) for person_id, row in listed})
    return [person_id for person_id, _ in listed]


def rename(work: Work, person_id: str, name_kana: str, name_kanji: str, on: date | None = None) -> None:
    """A new name from a day on (None: not known). The name until then stays, with its dates, and still finds (R21).

    Readings of names change lawfully, so both scripts are kept together as one dated name.
    """
    person = _person(work, person_id)
    opened = columns(work)
    before = NameRow(
        opened.unseal("person.name_kana", person.name_kana),
        opened.unseal("person.name_kanji", person.name_kanji),
        None,
        on - timedelta(days=1) if on else None,
    )
    if (before.kana, before.kanji) == (name_kana, name_kanji):
        return
    work.session.execute(insert(PersonName), [_name(work, person_id, before)])
    person.name_kana = opened.seal("person.name_kana", name_kana)
    person.name_kanji = opened.seal("person.name_kanji", name_kanji)
    person.n += 1
    reindex(work, person_id)


def link_number(work: Work, person_id: str, kind: str, number: str, posting_id: str | None = None) -> None:
    """Bind a number (`my_number` or `bpn`) to a person; nothing happens if it is bound to them already. NumberTaken."""
    if _refuse_taken(work, kind, number, person_id):
        return
    work.session.execute(insert(NumberLink), [_link(work, person_id, kind, number, posting_id)])
    reindex(work, person_id)


def add_address(
    work: Work, person_id: str, zip_code: str, address: str, valid_from: date, posting_id: str | None = None
) -> None:
    """A dated address row."""
    work.session.execute(insert(AddressRow), [_address(work, person_id, zip_code, address, valid_from, posting_id)])


def reindex(work: Work, person_id: str) -> None:
    """Write the tokens of a person anew, from names, earlier names and numbers as they stand."""
    work.session.flush()
    person = _person(work, person_id)
    opened = columns(work)
    links = work.session.scalars(select(NumberLink).where(NumberLink.person_id == person_id)).all()
    former = work.session.scalars(select(PersonName).where(PersonName.person_id == person_id)).all()
    birth = date.fromisoformat(opened.unseal("person.birth", person.birth))
    sex = opened.unseal("person.sex", person.sex)
    found = set(
        tokens_for(
            opened.unseal("person.name_kana", person.name_kana),
            opened.unseal("person.name_kanji", person.name_kanji),
            birth,
            sex,
        )
    )
    for link in links:
        number = opened.unseal("number_link.number", link.number)
        found |= tokens_for(
            my_number=number if link.kind == "my_number" else "", bpn=number if link.kind == "bpn" else ""
        )
    found |= of_names(
        (
            (
                opened.unseal("person_name.name_kana", row.name_kana),
                opened.unseal("person_name.name_kanji", row.name_kanji),
            )
            for row in former
        ),
        birth,
        sex,
    )
    index.replace(work, "person", {person_id: index.tokens(work, found)})


def _patterns(row: PersonRow) -> frozenset[Pattern]:
    own = tokens_for(row.name_kana, row.name_kanji, row.birth, row.sex, row.my_number, row.bpn)
    return own | of_names(((name.kana, name.kanji) for name in row.former), row.birth, row.sex)


def _person(work: Work, person_id: str) -> Person:
    person = work.session.get(Person, person_id)
    if person is None:
        raise NoSuchPerson
    return person


def _refuse_taken(work: Work, kind: str, number: str, person_id: str | None = None) -> bool:
    """True if the number is bound to `person_id` already. NumberTaken if to anybody else."""
    if numbers.combined(number) != kind:
        raise ValueError(f"{kind} has another count of digits")
    token = work.keys.token(work.session, kind, number)
    holder = work.session.scalar(select(NumberLink.person_id).where(NumberLink.kind == kind, NumberLink.token == token))
    if holder is not None and holder != person_id:
        raise NumberTaken(kind)
    return holder is not None


def _name(work: Work, person_id: str, row: NameRow) -> dict[str, object]:
    seal = columns(work).seal
    return {
        "id": new_id(), "person_id": person_id, "valid_from": row.valid_from, "valid_to": row.valid_to,
        "name_kana": seal("person_name.name_kana", row.kana),
        "name_kanji": seal("person_name.name_kanji", row.kanji),
    }  # fmt: skip


def _link(work: Work, person_id: str, kind: str, number: str, posting_id: str | None) -> dict[str, object]:
    return {
        "id": new_id(), "person_id": person_id, "kind": kind, "posting_id": posting_id,
        "number": columns(work).seal("number_link.number", number),
        "token": work.keys.token(work.session, kind, number),
    }  # fmt: skip


def _address(
    work: Work, person_id: str, zip_code: str, address: str, valid_from: date, posting_id: str | None
) -> dict[str, object]:
    seal = columns(work).seal
    return {
        "id": new_id(), "person_id": person_id, "valid_from": valid_from, "posting_id": posting_id,
        "zip": seal("address.zip", zip_code), "address": seal("address.address", address),
    }  # fmt: skip
