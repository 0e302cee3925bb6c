"""The register: search and one person, with numbers masked."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query

from api.person_view import person_page
from api.security.visit import Visit, visiting
from approval.words import masked
from validators.register.find import find
from validators.register.views import PersonView

router = APIRouter(prefix="/api/v1/register", tags=["register"])
Searches = Annotated[Visit, Depends(visiting("register.search"))]
Purpose = Annotated[str, Query(min_length=1, max_length=200, description="why; kept in the access log")]


def person_row(person: PersonView) -> dict[str, Any]:
    """A person in a list."""
    return {
        "id": person.id, "name_kanji": person.name_kanji, "name_kana": person.name_kana,
        "birth": person.birth.isoformat(), "sex": person.sex,
        "my_number": masked(person.my_number) if person.my_number else "",
        "bpn": masked(person.bpn) if person.bpn else "",
    }  # fmt: skip


@router.get("/persons")
def search(visit: Searches, q: Annotated[str, Query(max_length=200)], purpose: Purpose) -> dict[str, Any]:
    """Persons by My Number, basic pension number, name, birth date or `office-insured number`; words are joined."""
    with visit.reading() as work:
        found = find(work, q)
    visit.saw("search", [person.id for person in found.persons], purpose)
    return {"items": [person_row(person) for person in found.persons], "more": found.more}


@router.get("/persons/{person_id}")
def show(person_id: str, visit: Searches, purpose: Purpose) -> dict[str, Any]:
    """A person with addresses, periods and dependants."""
    with visit.reading() as work:
        found = person_page(work, person_id)
        body = {
            **person_row(found.person),
            "addresses": [asdict(row) for row in found.addresses],
            "periods": [asdict(row) for row in found.periods],
            "dependants": [{**asdict(row), "person": person_row(who)} for row, who in found.dependants],
            "dependant_of": [{**asdict(row), "person": person_row(who)} for row, who in found.supporters],
            "filings": [{"id": filing.id, "number": filing.number, "role": role} for filing, role in found.filings],
        }
    visit.saw("view", [person_id], purpose)
    return body
