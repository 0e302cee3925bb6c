"""The register: search and one person, with numbers masked. What is searched for never stands in an address."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.blind import refuse_search
from api.filing_view import person_row, plain
from api.person_view import person_page
from api.rest.values import Line, Purpose, Strict
from api.security.visit import Visit, visiting
from validators.register.find import find

router = APIRouter(prefix="/api/v1/register", tags=["register"])
Searches = Annotated[Visit, Depends(visiting("register.search"))]


class Search(Strict):
    """A line of words, joined by "and", and why it is asked."""

    q: Line = Field(..., examples=["サトウ ハナコ S60.12.31"])
    purpose: Purpose = Field(..., examples=["届書 20261121-00001-001 の照会"])


@router.post("/search")
def search(visit: Searches, asked: Search) -> dict[str, Any]:
    """Persons by My Number, basic pension number, name, birth date or `office-insured number`; words are joined."""
    refuse_search(visit)
    with visit.reading() as work:
        found = find(work, asked.q)
    visit.saw("search", [person.id for person in found.persons], asked.purpose)
    return {"items": [person_row(person) for person in found.persons], "more": found.more}


@router.get("/persons/{person_id}")
def show(
    person_id: str, visit: Searches,
    purpose: Annotated[str, Query(min_length=1, max_length=200, description="why; kept in the access log")],
) -> dict[str, Any]:  # fmt: skip
    """A person with addresses, periods and dependants."""
    refuse_search(visit)
    with visit.reading() as work:
        found = person_page(work, person_id)
        body = {
            **person_row(found.person),
            "addresses": plain(found.addresses),
            "periods": plain(found.periods),
            "dependants": [{**plain(row), "person": person_row(who)} for row, who in found.dependants],
            "dependant_of": [{**plain(row), "person": person_row(who)} for row, who in found.supporters],
            "filings": [{"id": filing.id, "number": filing.number, "role": role} for filing, role in found.filings],
        }
    shown = [person_id, *(who.id for _, who in (*found.dependants, *found.supporters))]
    visit.saw("view", shown, purpose)
    return body
