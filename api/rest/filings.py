"""Filings: pushed as JSON, listed, shown with their life, their notices and pictures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request, Response
from sqlalchemy import select

from api import images
from api.desk import form_sheet
from api.efiling import read_filing
from api.rest.conditional import tag
from api.rest.idempotency import once
from api.rest.paging import LIMIT, MOST, PageOf, newest_first
from api.security.errors import NotFound
from api.security.visit import Visit, visiting
from approval import blind, history, views
from approval.blind import blind_open
from storage.tables import FILING_STATES, Batch, Filing, Notice
from storage.work import Work

router = APIRouter(prefix="/api/v1/filings", tags=["filings"])
Files = Annotated[Visit, Depends(visiting("filing.file"))]
Views = Annotated[Visit, Depends(visiting("filing.view"))]
State = Annotated[Visit, Depends(visiting("filing.state"))]

EXAMPLE = {
    "kind": "acquisition", "received_on": "2026-11-20",
    "header": {"submit_date": "9081120", "office_ref": "01-ケイト", "office_no": "123", "name": "健保サービス株式会社"},
    "entries": [{"name_kana": "ネンキン　タロウ", "name_kanji": "年金　太郎", "birth": "5550515", "kind": "1",
                 "acq_type": "1", "my_number": "123456789018", "acq_date": "9081101", "dependants": "0",
                 "wage_cash": "300000", "wage_kind": "0", "wage_total": "300000"}],
}  # fmt: skip


def row(filing: Filing) -> dict[str, Any]:
    """What anybody who may know of the filing sees: nothing personal."""
    return {
        "id": filing.id, "number": filing.number, "kind": filing.kind, "version": filing.version,
        "channel": filing.channel, "state": filing.state, "received_on": filing.received_on.isoformat(),
        "due_on": filing.due_on.isoformat(), "n": filing.n, "refiles": filing.refiles,
    }  # fmt: skip


@router.post(
    "", status_code=201,
    openapi_extra={"requestBody": {"required": True, "content": {"application/json": {
        "schema": {"type": "object"}, "example": EXAMPLE}}}},
)  # fmt: skip
async def file(visit: Files, request: Request) -> Response:
    """Push one filing of one office as data: same checks and queue as paper, no reading and no keying.

    The body is checked against the schema of its kind (`GET /api/v1/filings/schema/KIND`). Send an
    Idempotency-Key: the same request is filed once.
    """
    from fastapi.concurrency import run_in_threadpool

    body = await request.body()

    def work_it() -> Response:
        given = read_filing(body)

        def act(work: Work) -> tuple[int, dict[str, Any], dict[str, str]]:
            filing = given.file(work, sender=visit.actor.name)
            return 201, row(filing), {"ETag": f'"{filing.n}"', "Location": f"/api/v1/filings/{filing.id}"}

        return once(visit, request, body, act)

    return await run_in_threadpool(work_it)


@router.get("/schema/{kind}")
def schema(kind: str, on: date | None = None) -> dict[str, Any]:
    """The JSON Schema of a kind's e-filing, made from its form definition."""
    from api.efiling import schema_of

    return schema_of(kind, on)


@router.get("")
def list_filings(
    visit: State,
    state: Annotated[str | None, Query(json_schema_extra={"enum": list(FILING_STATES)})] = None,
    kind: str | None = None,
    number: str | None = None,
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = LIMIT,
) -> PageOf:
    """Filings, newest first; a client sees its own."""
    query = select(Filing)
    if state is not None:
        query = query.where(Filing.state == state)
    if kind is not None:
        query = query.where(Filing.kind == kind)
    if number is not None:
        query = query.where(Filing.number == number)
    if visit.actor.roles == {"client"}:
        query = query.join(Batch, Batch.id == Filing.batch_id).where(Batch.created_by == visit.actor.id)
    with visit.reading() as work:
        return newest_first(work.session, query, Filing.created_at, Filing.id, row, cursor, limit)


@router.get("/{filing_id}")
def show(filing_id: str, visit: State, response: Response) -> dict[str, Any]:
    """The state of a filing, and for those who may see it, its values and what was found."""
    with visit.reading() as work:
        filing = own_filing(work, visit, filing_id)
        tag(response, filing.n)
        found = row(filing)
        found["notices"] = [notice.kind for notice in _notices(work, filing_id)]
    if visit.may("filing.view"):
        look(visit, filing_id)
        with visit.reading() as work:
            found["view"] = _plain(asdict(views.review_view(work, filing_id)))
        visit.saw("view", [filing_id], "filing over REST")
    return found


@router.get("/{filing_id}/history")
def life(filing_id: str, visit: Views) -> dict[str, Any]:
    """The whole life of a filing; each event with its audit proof (chain, number, hash)."""
    with visit.reading() as work:
        own_filing(work, visit, filing_id)
        events = [_plain(asdict(event)) for event in history.timeline(work, filing_id)]
    visit.saw("view", [filing_id], "history")
    return {"events": events}


@router.get("/{filing_id}/sheet.jpg")
def sheet(filing_id: str, visit: Annotated[Visit, Depends(visiting("image.view"))]) -> Response:
    """The registered sheet, My Numbers painted over."""
    visit.need("filing.view")
    with visit.reading() as work:
        data = images.sheet_picture(work, visit.services.vault, form_sheet(work, filing_id).id)
    visit.saw("view", [filing_id], "sheet")
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


@router.get("/{filing_id}/crops/{field_id}.jpg")
def crop(filing_id: str, field_id: str, visit: Annotated[Visit, Depends(visiting("image.view"))]) -> Response:
    """One field of the sheet; a My Number stays painted over."""
    visit.need("filing.view")
    with visit.reading() as work:
        data = images.field_crop(work, visit.services.vault, form_sheet(work, filing_id).id, field_id)
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "private, max-age=600"})


@router.post("/{filing_id}/reveal/{field_id}")
def reveal(
    filing_id: str, field_id: str, visit: Annotated[Visit, Depends(visiting("reveal"))]
) -> dict[str, str | None]:
    """A number in clear, shown on purpose and logged."""
    visit.need("filing.view")
    look(visit, filing_id)
    with visit.reading() as work:
        value = views.revealed(work, filing_id, field_id)
    visit.saw("reveal", [filing_id, field_id], "revealed on the page")
    return {"value": value}


@router.get("/{filing_id}/notices/{kind}.pdf")
def notice(filing_id: str, kind: str, visit: State) -> Response:
    """The issued notice; the filer gets its own."""
    with visit.reading() as work:
        own_filing(work, visit, filing_id)
        found = next((n for n in _notices(work, filing_id) if n.kind == kind), None)
        if found is None or found.blob_id is None or found.issued_at is None:
            raise NotFound(what=f"notice {kind}")
        data = visit.services.vault.read(work.session, found.blob_id)
        number = found.number
    if not (visit.may("filing.view") or visit.actor.roles == {"client"}):
        visit.need("filing.view")
    visit.saw("export", [filing_id], f"notice {number}")
    return Response(
        data, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{number}.pdf"'}
    )


def look(visit: Visit, filing_id: str) -> None:
    """Guard of the blind: refuses a keying account, and records anyone else who looks while it is down."""
    with visit.reading() as work:
        needed = blind_open(work, filing_id)
    if needed:
        with visit.writing() as work:
            blind.look(work, filing_id)


def own_filing(work: Work, visit: Visit, filing_id: str) -> Filing:
    """The filing, if this account may know of it. Raises NotFound."""
    filing = work.session.get(Filing, filing_id)
    if filing is not None and visit.actor.roles == {"client"}:
        batch = work.session.get_one(Batch, filing.batch_id)
        filing = filing if batch.created_by == visit.actor.id else None
    if filing is None:
        raise NotFound(what=f"filing {filing_id}")
    return filing


def _notices(work: Work, filing_id: str) -> list[Notice]:
    return list(work.session.scalars(select(Notice).where(Notice.filing_id == filing_id).order_by(Notice.created_at)))


def _plain(value: Any) -> Any:
    """Dataclass values as JSON: dates as ISO, sets and tuples as lists."""
    if isinstance(value, dict):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    return value.isoformat() if hasattr(value, "isoformat") else value
