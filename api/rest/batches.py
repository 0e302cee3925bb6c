"""Batches: opened with what is declared, filled file by file while it streams, closed, counted, corrected."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import select

from api.batch_view import batch_row, batch_view, progress
from api.rest.conditional import must_match, tag
from api.rest.idempotency import once
from api.rest.paging import LIMIT, MOST, PageOf, newest_first
from api.security.errors import NotFound
from api.security.visit import Visit, visiting
from intake import acknowledgement, batches, receive
from storage.tables import Batch
from storage.work import Work

router = APIRouter(prefix="/api/v1/batches", tags=["batches"])
Receives = Annotated[Visit, Depends(visiting("batch.receive"))]
Views = Annotated[Visit, Depends(visiting("batch.view"))]
Corrects = Annotated[Visit, Depends(visiting("batch.correct"))]
_DEPTH = 8  # chunks between the network and the vault


class NewBatch(BaseModel):
    """What the sender declares. `received_on` is the date of the receipt stamp, or as entered; never the scan's."""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{
        "received_on": "2026-11-20", "received_basis": "stamp", "declared_pieces": 3, "declared_pages": 4,
        "sender": "株式会社佐藤製作所", "site": "千代田年金事務所"}]})  # fmt: skip
    received_on: date
    received_basis: Literal["stamp", "entered"] = "stamp"
    channel: Literal["paper", "media"] = "paper"
    declared_pieces: int | None = Field(None, gt=0, le=100_000, description="filings said to be inside")
    declared_pages: int | None = Field(None, gt=0, le=100_000)
    site: str = Field("", max_length=100, description="receiving site")
    sender: str = Field("", max_length=200)
    note: str = Field("", max_length=400)


class Why(BaseModel):
    """The reason of a correction."""

    model_config = ConfigDict(extra="forbid")
    reason: str = Field(..., min_length=1, max_length=400)


class NewReceiptDate(Why):
    """A corrected receipt date."""

    received_on: date


class NewCounts(Why):
    """Corrected declared counts."""

    pieces: int | None = Field(None, gt=0, le=100_000)
    pages: int | None = Field(None, gt=0, le=100_000)


@router.post("", status_code=201)
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
    cursor: str | None = None,
    limit: Annotated[int, Query(ge=1, le=MOST)] = LIMIT,
) -> PageOf:
    """Batches, newest first. A client sees its own."""
    query = select(Batch)
    if state is not None:
        query = query.where(Batch.state == state)
    if not visit.may("filing.view") and not visit.may("batch.correct"):
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
def how_far(batch_id: str, visit: Views) -> dict[str, Any]:
    """Stages and counts only."""
    with visit.reading() as work:
        return progress(work, own_batch(work, visit, batch_id))


@router.put("/{batch_id}/files/{name}", status_code=201)
async def put_file(batch_id: str, name: str, visit: Receives, request: Request) -> dict[str, Any]:
    """One file as the raw body of the request: PDF, TIFF, PNG or JPEG. It is stored and hashed while it arrives.

    The same bytes as an earlier file are accepted and linked: `rescan_of`.
    """
    pipe: queue.Queue[bytes | BaseException | None] = queue.Queue(_DEPTH)
    stopped = threading.Event()
    taking = run_in_threadpool(_take_in, visit, batch_id, name, pipe, stopped)
    import asyncio

    storing = asyncio.ensure_future(taking)
    try:
        async for chunk in request.stream():
            if storing.done():
                break  # refused already (too large, batch not open): the rest is not wanted
            await run_in_threadpool(_push, pipe, chunk, stopped)
        await run_in_threadpool(_push, pipe, None, stopped)
    except BaseException as error:  # the sender went away: nothing of it is kept
        await run_in_threadpool(_push, pipe, error, stopped)
        raise
    return await storing


def _push(
    pipe: queue.Queue[bytes | BaseException | None], item: bytes | BaseException | None, stopped: threading.Event
) -> None:
    while not stopped.is_set():
        try:
            pipe.put(item, timeout=0.5)
            return
        except queue.Full:
            continue


def _drain(pipe: queue.Queue[bytes | BaseException | None]) -> Iterator[bytes]:
    while (item := pipe.get()) is not None:
        if isinstance(item, BaseException):
            raise item
        if item:
            yield item


def _take_in(
    visit: Visit, batch_id: str, name: str, pipe: queue.Queue[bytes | BaseException | None], stopped: threading.Event
) -> dict[str, Any]:
    services = visit.services
    try:
        with visit.reading() as work:
            own_batch(work, visit, batch_id)
        arrival = receive.take_in(services.vault, name, _drain(pipe), services.settings.max_file_bytes)
        with visit.writing() as work:
            file = receive.add_file(work, services.vault, batch_id, arrival)
            return {"id": file.id, "seq": file.seq, "name": file.name, "media_type": file.media_type,
                    "rescan_of": file.rescan_of, "state": file.state}  # fmt: skip
    finally:
        stopped.set()


@router.post("/{batch_id}/close")
def close(batch_id: str, visit: Receives, request: Request, response: Response) -> dict[str, Any]:
    """All files are in. If-Match with the batch's ETag."""
    with visit.writing() as work:
        batch = own_batch(work, visit, batch_id)
        must_match(request, batch.n)
        closed = batches.close(work, batch_id)
        tag(response, closed.n)
        return batch_row(work, closed)


@router.post("/{batch_id}/accept-counts")
def accept(batch_id: str, visit: Corrects, why: Why, request: Request, response: Response) -> dict[str, Any]:
    """Release a held batch although its counts differ, with the reason."""
    with visit.writing() as work:
        must_match(request, own_batch(work, visit, batch_id).n)
        batch = batches.accept_counts(work, batch_id, why.reason)
        tag(response, batch.n)
        return batch_row(work, batch)


@router.post("/{batch_id}/reopen")
def reopen(batch_id: str, visit: Corrects, request: Request, response: Response) -> dict[str, Any]:
    """Open a held batch again: something was missing."""
    with visit.writing() as work:
        must_match(request, own_batch(work, visit, batch_id).n)
        batch = batches.reopen(work, batch_id)
        tag(response, batch.n)
        return batch_row(work, batch)


@router.post("/{batch_id}/declared")
def declared(batch_id: str, visit: Corrects, new: NewCounts, request: Request, response: Response) -> dict[str, Any]:
    """Correct what was declared, with the reason."""
    with visit.writing() as work:
        must_match(request, own_batch(work, visit, batch_id).n)
        batch = batches.correct_declared(work, batch_id, new.pieces, new.pages, new.reason)
        tag(response, batch.n)
        return batch_row(work, batch)


@router.post("/{batch_id}/receipt-date")
def receipt_date(
    batch_id: str, visit: Corrects, new: NewReceiptDate, request: Request, response: Response
) -> dict[str, Any]:
    """Correct the receipt date, with the reason; due dates follow."""
    with visit.writing() as work:
        must_match(request, own_batch(work, visit, batch_id).n)
        batch = batches.correct_receipt_date(work, batch_id, new.received_on, new.reason)
        tag(response, batch.n)
        return batch_row(work, batch)


@router.get("/{batch_id}/acknowledgement.pdf")
def acknowledge(batch_id: str, visit: Views) -> Response:
    """The acknowledgement of receipt (受付控) with the receipt number."""
    with visit.reading() as work:
        own_batch(work, visit, batch_id)
        data = acknowledgement.acknowledgement_pdf(work, batch_id, training=visit.services.settings.training)
    return Response(data, media_type="application/pdf")


def own_batch(work: Work, visit: Visit, batch_id: str) -> Batch:
    """The batch, if this account may see it. Raises NotFound."""
    batch = work.session.get(Batch, batch_id)
    if batch is None:
        raise NotFound(what=f"batch {batch_id}")
    if not visit.may("filing.view") and not visit.may("batch.correct") and batch.created_by != visit.actor.id:
        raise NotFound(what=f"batch {batch_id}")
    return batch
