"""Batches: opened with what is declared, closed, counted, corrected (the files themselves: uploads.py)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Request, Response
from pydantic import ConfigDict, Field
from sqlalchemy import select

from api.batch_view import batch_row, batch_view, progress
from api.openapi import LETTER
from api.rest import conditional, idempotency
from api.rest.conditional import must_match, tag
from api.rest.idempotency import once
from api.rest.paging import LIMIT, Cursor, Limit, PageOf, newest_first
from api.rest.values import Count, Day, Line, Note, Reason, Strict
from api.security.errors import NotFound
from api.security.visit import Visit, visiting
from intake import acknowledgement, batches
from intake.pages import lock
from storage.tables import Batch
from storage.work import Work

router = APIRouter(prefix="/api/v1/batches", tags=["batches"])
Receives = Annotated[Visit, Depends(visiting("batch.receive"))]
Views = Annotated[Visit, Depends(visiting("batch.view"))]
Watches = Annotated[Visit, Depends(visiting("batch.view", touches=False))]
Corrects = Annotated[Visit, Depends(visiting("batch.correct"))]


class NewBatch(Strict):
    """What the sender declares. `received_on` is the date of the receipt stamp, or as entered; never the scan's."""

    model_config = ConfigDict(json_schema_extra={"examples": [{
        "received_on": "2026-11-20", "received_basis": "stamp", "declared_pieces": 3, "declared_pages": 4,
        "sender": "株式会社佐藤製作所", "site": "千代田年金事務所"}]})  # fmt: skip
    received_on: Day
    received_basis: Literal["stamp", "entered"] = "stamp"
    channel: Literal["paper", "media"] = "paper"
    declared_pieces: Count | None = Field(None, description="filings said to be inside")
    declared_pages: Count | None = None
    site: Line = Field("", description="receiving site")
    sender: Line = ""
    note: Note = ""


class Why(Strict):
    """The reason of a correction."""

    reason: Reason = Field(..., examples=["送付書の記載誤り"])


class NewReceiptDate(Why):
    """A corrected receipt date."""

    received_on: Day = Field(..., examples=["2026-11-19"])


class NewCounts(Why):
    """Corrected declared counts."""

    pieces: Count | None = Field(None, examples=[3])
    pages: Count | None = Field(None, examples=[4])


@router.post("", status_code=201, openapi_extra=idempotency.DESCRIBED)
def open_batch(visit: Receives, asked: NewBatch, request: Request) -> Response:
    """A new batch; its number is the receipt number. Send an Idempotency-Key to repeat safely."""

    def act(work: Work) -> tuple[int, dict[str, Any], dict[str, str]]:
        batch = batches.open_batch(
            work, channel=asked.channel, received_on=asked.received_on, basis=asked.received_basis, site=asked.site,
            sender=asked.sender, declared_pieces=asked.declared_pieces, declared_pages=asked.declared_pages,
            note=asked.note,
        )  # fmt: skip
        return 201, batch_row(work, batch), {"ETag": f'"{batch.n}"', "Location": f"/api/v1/batches/{batch.id}"}

    return once(visit, request, asked.model_dump_json().encode(), act)


@router.get("")
def list_batches(
    visit: Views,
    state: Literal["open", "closed", "held", "released"] | None = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT,
) -> PageOf:
    """Batches, newest first. A client sees its own."""
    query = select(Batch)
    if state is not None:
        query = query.where(Batch.state == state)
    if not _sees_all(visit):
        query = query.where(Batch.created_by == visit.actor.id)
    with visit.reading() as work:
        return newest_first(
            work.session, query, Batch.created_at, Batch.id, lambda batch: batch_row(work, batch), cursor, limit
        )


@router.get("/{batch_id}")
def show(batch_id: str, visit: Views, response: Response) -> dict[str, Any]:
    """A batch with its files, pages and sheets; a refused file says why."""
    with visit.reading() as work:
        batch = own_batch(work, visit, batch_id)
        tag(response, batch.n)
        return batch_view(work, batch)


@router.get("/{batch_id}/progress")
def how_far(batch_id: str, visit: Watches) -> dict[str, Any]:
    """Stages and counts only."""
    with visit.reading() as work:
        return progress(work, own_batch(work, visit, batch_id))


@router.post("/{batch_id}/close", openapi_extra=conditional.DESCRIBED)
def close(batch_id: str, visit: Receives, request: Request, response: Response) -> dict[str, Any]:
    """All files are in. If-Match with the batch's ETag."""
    return _change(visit, request, response, batch_id, lambda work: batches.close(work, batch_id))


@router.post("/{batch_id}/accept-counts", openapi_extra=conditional.DESCRIBED)
def accept(batch_id: str, visit: Corrects, why: Why, request: Request, response: Response) -> dict[str, Any]:
    """Release a held batch although its counts differ, with the reason."""
    return _change(visit, request, response, batch_id, lambda work: batches.accept_counts(work, batch_id, why.reason))


@router.post("/{batch_id}/reopen", openapi_extra=conditional.DESCRIBED)
def reopen(batch_id: str, visit: Corrects, request: Request, response: Response) -> dict[str, Any]:
    """Open a held batch again: something was missing."""
    return _change(visit, request, response, batch_id, lambda work: batches.reopen(work, batch_id))


@router.post("/{batch_id}/declared", openapi_extra=conditional.DESCRIBED)
def declared(batch_id: str, visit: Corrects, new: NewCounts, request: Request, response: Response) -> dict[str, Any]:
    """Correct what was declared, with the reason."""
    return _change(
        visit, request, response, batch_id,
        lambda work: batches.correct_declared(work, batch_id, new.pieces, new.pages, new.reason),
    )  # fmt: skip


@router.post("/{batch_id}/receipt-date", openapi_extra=conditional.DESCRIBED)
def receipt_date(
    batch_id: str, visit: Corrects, new: NewReceiptDate, request: Request, response: Response
) -> dict[str, Any]:
    """Correct the receipt date, with the reason; due dates follow."""
    return _change(
        visit, request, response, batch_id,
        lambda work: batches.correct_receipt_date(work, batch_id, new.received_on, new.reason),
    )  # fmt: skip


@router.get("/{batch_id}/acknowledgement.pdf", response_class=Response, responses=LETTER)
def acknowledge(batch_id: str, visit: Views) -> Response:
    """The acknowledgement of receipt (受付控) with the receipt number."""
    with visit.reading() as work:
        own_batch(work, visit, batch_id)
        data = acknowledgement.acknowledgement_pdf(work, batch_id, training=visit.services.settings.training)
    return Response(data, media_type="application/pdf")


def own_batch(work: Work, visit: Visit, batch_id: str) -> Batch:
    """The batch, if this account may see it. Raises NotFound."""
    batch = work.session.get(Batch, batch_id)
    if batch is None or (not _sees_all(visit) and batch.created_by != visit.actor.id):
        raise NotFound(what_ja=f"束 {batch_id}", what_en=f"batch {batch_id}")
    return batch


def _sees_all(visit: Visit) -> bool:
    return visit.may("filing.view") or visit.may("batch.correct")


def _change(
    visit: Visit, request: Request, response: Response, batch_id: str, act: Callable[[Work], Batch]
) -> dict[str, Any]:
    """Do it to the version that was seen: the batch is locked before its version is compared."""
    with visit.writing() as work:
        own_batch(work, visit, batch_id)
        must_match(request, lock(work, batch_id).n)
        batch = act(work)
        tag(response, batch.n)
        return batch_row(work, batch)
