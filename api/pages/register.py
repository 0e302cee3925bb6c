"""The register: find a person, and the person's page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Response

from api.blind import refuse_search
from api.pages.intake import titles
from api.pages.render import page
from api.person_view import Axis, person_page
from api.security.visit import Visit, visiting
from validators.register import views
from validators.register.find import find

router = APIRouter(prefix="/register", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting("register.search"))]


@router.get("")
def show(visit: Here) -> Response:
    """The search line; nothing is shown before it is used."""
    return page(visit, "register.html", found=None, q="", purpose="")


@router.post("")
def search(
    visit: Here, q: Annotated[str, Form(max_length=200)], purpose: Annotated[str, Form(min_length=1, max_length=200)]
) -> Response:
    """A search, by POST: numbers and names do not belong into addresses and logs."""
    refuse_search(visit)
    with visit.reading() as work:
        found = find(work, q)
    visit.saw("search", [person.id for person in found.persons], purpose)
    return page(visit, "register.html", found=found, q=q, purpose=purpose)


@router.get("/persons/{person_id}")
def person(person_id: str, visit: Here) -> Response:
    """Periods as bars on a time axis, filings pinned to it."""
    refuse_search(visit)
    with visit.reading() as work:
        view = person_page(work, person_id)
        today = work.today
    shown = [person_id, *(who.id for _, who in (*view.dependants, *view.supporters))]
    visit.saw("view", shown, "register page")
    pins = place_on(view.axis, [filing.received_on for filing, _ in view.filings], today)
    return page(visit, "person.html", view=view, pins=pins, titles=titles(visit.language))


def place_on(axis: Axis, days: Iterable[date], today: date) -> list[float]:
    """Where days stand on the axis, in percent; it runs from its first year to the end of this one."""
    first, last = date(axis.years[0][0], 1, 1), date(today.year, 12, 31)
    whole = max(1, (last - first).days)
    return [round(min(100.0, max(0.0, 100 * (day - first).days / whole)), 2) for day in days]


@router.post("/persons/{person_id}/reveal")
def reveal(person_id: str, visit: Annotated[Visit, Depends(visiting("reveal"))]) -> dict[str, str]:
    """The numbers in clear, on purpose, logged."""
    visit.need("register.search")
    refuse_search(visit)
    with visit.reading() as work:
        found = views.person(work, person_id)
    visit.saw("reveal", [person_id], "revealed on the register page")
    return {"my_number": found.my_number, "bpn": found.bpn}
