"""Filings: pushed as JSON, listed, shown with their values and their life (pictures.py, notices.py: their papers)."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from sqlalchemy import select

from api.blind import look, refuse_keyer
from api.desk import named_in
from api.efiling import read_filing, schema_of
from api.examples import named
from api.filing_view import filing_row, plain
from api.rest import idempotency
from api.rest.conditional import tag
from api.rest.idempotency import once
from api.rest.paging import LIMIT, Cursor, Limit, PageOf, newest_first
from api.rest.values import Purpose, Strict
from api.security.errors import NotFound, NotJson
from api.security.visit import Visit, visiting
from approval import fields, history, values, views
from storage.tables import FILING_STATES, Batch, Filing, Notice
from storage.work import Work

__all__ = ["look", "own_filing", "router"]

router = APIRouter(prefix="/api/v1/filings", tags=["filings"])
Files = Annotated[Visit, Depends(visiting("filing.file"))]
Views = Annotated[Visit, Depends(visiting("filing.view"))]
State = Annotated[Visit, Depends(visiting("filing.state"))]
Reveals = Annotated[Visit, Depends(visiting("filing.view", "reveal"))]


class Why(Strict):
    """Why a number is shown in clear."""

    purpose: Purpose = "revealed on the page"


@router.post(
    "", status_code=201,
    openapi_extra={**idempotency.DESCRIBED, "requestBody": {"required": True, "content": {"application/json": {
        "schema": {"type": "object", "description": "The kind's schema: GET /api/v1/filings/schema/KIND"},
        "examples": named()}}}},
)  # fmt: skip
async def file(visit: Files, request: Request) -> Response:
    """Push one filing of one office as data: same checks and queue as paper, no reading and no keying.

    The body is checked against the schema of its kind (`GET /api/v1/filings/schema/KIND`). Send an
    Idempotency-Key: the same request is filed once.
    """
    if request.headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        raise NotJson()
    return await run_in_threadpool(_file, visit, request, await request.body())


def _file(visit: Visit, request: Request, body: bytes) -> Response:
    given = read_filing(body)

    def act(work: Work) -> tuple[int, dict[str, Any], dict[str, str]]:
        filing = given.file(work, sender=visit.actor.name)
        return 201, filing_row(filing), {"ETag": f'"{filing.n}"', "Location": f"/api/v1/filings/{filing.id}"}

    return once(visit, request, body, act)


@router.get("/schema/{kind}")
def schema(kind: str, on: date | None = None) -> dict[str, Any]:
    """The JSON Schema of a kind's e-filing, made from its form definition."""
    return schema_of(kind, on)


@router.get("")
def list_filings(
    visit: State,
    state: Annotated[str | None, Query(max_length=40, json_schema_extra={"enum": list(FILING_STATES)})] = None,
    kind: Annotated[str | None, Query(max_length=40)] = None,
    number: Annotated[str | None, Query(max_length=40, description="receipt number")] = None,
    batch: Annotated[str | None, Query(max_length=40)] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT,
) -> PageOf:
    """Filings, newest first; a client sees its own."""
    query = select(Filing)
    given = ((Filing.state, state), (Filing.kind, kind), (Filing.number, number), (Filing.batch_id, batch))
    for column, value in given:
        if value is not None:
            query = query.where(column == value)
    if visit.is_client:
        query = query.join(Batch, Batch.id == Filing.batch_id).where(Batch.created_by == visit.actor.id)
    with visit.reading() as work:
        return newest_first(work.session, query, Filing.created_at, Filing.id, filing_row, cursor, limit)


@router.get("/{filing_id}")
def show(filing_id: str, visit: State, response: Response) -> dict[str, Any]:
    """The state of a filing, and for those who may see it, its values and what was found."""
    with visit.reading() as work:
        filing = own_filing(work, visit, filing_id)
        tag(response, filing.n)
        found = filing_row(filing)
        found["notices"] = [notice.kind for notice in notices_of(work, filing_id)]
    if visit.may("filing.view"):
        look(visit, filing_id)
        with visit.reading() as work:
            view = views.review_view(work, filing_id)
            tag(response, view.n)  # of what is shown: a decision names it
            found |= {"n": view.n, "state": view.state, "view": plain(view)}
        visit.saw("view", named_in(view), "filing over REST")
    return found


@router.get("/{filing_id}/history")
def life(filing_id: str, visit: Views) -> dict[str, Any]:
    """The whole life of a filing; each event with its audit proof (chain, number, hash)."""
    refuse_keyer(visit, filing_id)
    with visit.reading() as work:
        own_filing(work, visit, filing_id)
        events = [plain(event) for event in history.timeline(work, filing_id)]
    visit.saw("view", [filing_id], "history")
    return {"events": events}


@router.post("/{filing_id}/reveal/{field_id}")
def reveal(filing_id: str, field_id: str, visit: Reveals, why: Why | None = None) -> dict[str, str | None]:
    """A number in clear, shown on purpose and logged."""
    look(visit, filing_id)
    with visit.reading() as work:
        filing = own_filing(work, visit, filing_id)
        known = values.newest(work, filing)
        if fields.key_of(field_id) != "my_number" or field_id not in known:
            raise NotFound(what=field_id)
    visit.saw("reveal", [filing_id, field_id], (why or Why()).purpose)
    return {"value": known[field_id]}


def own_filing(work: Work, visit: Visit, filing_id: str) -> Filing:
    """The filing, if this account may know of it. Raises NotFound."""
    filing = work.session.get(Filing, filing_id)
    if filing is not None and visit.is_client:
        batch = work.session.get_one(Batch, filing.batch_id)
        filing = filing if batch.created_by == visit.actor.id else None
    if filing is None:
        raise NotFound(what_ja=f"届書 {filing_id}", what_en=f"filing {filing_id}")
    return filing


def notices_of(work: Work, filing_id: str) -> list[Notice]:
    """Its notices, oldest first."""
    return list(work.session.scalars(select(Notice).where(Notice.filing_id == filing_id).order_by(Notice.created_at)))
