"""Filings: the list by state, and the whole life of one."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from api.desk import named_in
from api.pages.intake import titles
from api.pages.render import page
from api.rest.filings import look, own_filing
from api.security.visit import Visit, visiting
from approval import history, people, views
from approval.blind import blind_open
from storage.tables import FILING_STATES, Filing, Notice, Task

router = APIRouter(prefix="/filings", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting("filing.view"))]
_SHOWN = 200


@router.get("")
def show(visit: Here, number: str = "", state: str = "") -> Response:
    """The newest filings, or the one with a number."""
    query = select(Filing).order_by(Filing.created_at.desc()).limit(_SHOWN)
    if state in FILING_STATES:
        query = query.where(Filing.state == state)
    if number.strip():
        query = query.where(Filing.number.startswith(number.strip(), autoescape=True))
    with visit.reading() as work:
        found = list(work.session.scalars(query))
    if number.strip() and len(found) == 1:
        return RedirectResponse(f"/filings/{found[0].id}", status_code=303)
    return page(
        visit, "filings.html", filings=found, states=FILING_STATES, state=state, number=number,
        titles=titles(visit.language),
    )  # fmt: skip


@router.get("/{filing_id}")
def life(filing_id: str, visit: Here) -> Response:
    """Received, read, keyed, checked, decided, posted, noticed: every event with its audit proof."""
    with visit.reading() as work:
        filing = own_filing(work, visit, filing_id)
        hidden = blind_open(work, filing_id)
        keying = bool(people.roles_of(work, visit.actor.id) & people.ROLES["key"])
    if not hidden:
        look(visit, filing_id)
    with visit.reading() as work:
        events = history.timeline(work, filing_id)
        notices = list(work.session.scalars(select(Notice).where(Notice.filing_id == filing_id)))
        view = None if hidden or keying else views.review_view(work, filing_id)
        task = work.session.scalar(
            select(Task).where(
                Task.filing_id == filing_id, Task.step.in_(("review", "approve")), Task.state.in_(("open", "claimed"))
            )
        )
        step = task.step if task else {"keying": "key", "adjudicating": "adjudicate"}.get(filing.state)
        who = people.who_may(work, filing_id, step) if step else []
    visit.saw("view", [filing_id] if view is None else named_in(view), "filing page")
    return page(
        visit, "filing.html", filing=filing, events=events, notices=notices, view=view, task=task, step=step, who=who,
        titles=titles(visit.language),
    )  # fmt: skip
