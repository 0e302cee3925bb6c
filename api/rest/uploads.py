"""Files of a batch: stored, encrypted and hashed while they arrive; a sender that goes away leaves nothing behind."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Any

import anyio
from anyio import CapacityLimiter
from fastapi import APIRouter, Request, Response

from api.rest.batches import Receives, own_batch
from api.rest.idempotency import DESCRIBED, once
from api.security.errors import SenderStalled
from api.security.visit import Visit
from intake import receive
from intake.errors import BatchNotOpen
from storage.vault import BlobTooLarge
from storage.work import Work

router = APIRouter(prefix="/api/v1/batches", tags=["batches"])
_DEPTH = 8  # chunks between the network and the vault: what an upload may hold in memory
_LANES = 12  # uploads at the same time; further ones wait with their senders, and nothing else waits for them
_STALL_SECONDS = 60.0
_BINARY = {**DESCRIBED, "requestBody": {"required": True, "content": {"application/octet-stream": {
    "schema": {"type": "string", "format": "binary"}}}}}  # fmt: skip


class SenderGone(Exception):
    """The connection ended before the file did."""


@router.put("/{batch_id}/files/{name}", status_code=201, openapi_extra=_BINARY)
async def put_file(batch_id: str, name: str, visit: Receives, request: Request) -> Response:
    """One file as the raw body of the request: PDF, TIFF, PNG or JPEG. It is stored and hashed while it arrives.

    The same bytes as an earlier file are accepted and linked: `rescan_of`. With an Idempotency-Key a repeated upload
    of the same bytes is one file.
    """
    most = visit.services.settings.max_file_bytes
    if request.headers.get("content-length", "").isdecimal() and int(request.headers["content-length"]) > most:
        raise BlobTooLarge(max_bytes=most)
    pipe = _Pipe()
    storing = asyncio.create_task(
        anyio.to_thread.run_sync(_take_in, visit, batch_id, name, pipe, limiter=_lanes(request))
    )
    storing.add_done_callback(lambda done: None if done.cancelled() else done.exception())
    try:
        async for chunk in _timed(request.stream()):
            if not await pipe.push(chunk, storing):
                break  # refused already (too large, batch not open): the rest is not wanted
        await pipe.push(None, storing)
    except BaseException:
        pipe.abandon()
        raise
    return await storing


def _lanes(request: Request) -> CapacityLimiter:
    """Threads of their own: slow senders never take those that the rest of the service runs on."""
    state = request.app.state
    if not hasattr(state, "upload_lanes"):
        state.upload_lanes = CapacityLimiter(_LANES)
    lanes: CapacityLimiter = state.upload_lanes
    return lanes


async def _timed(stream: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """The stream, given up when nothing comes for a minute. Raises SenderStalled."""
    while True:
        try:
            async with asyncio.timeout(_STALL_SECONDS):
                chunk = await anext(stream)
        except StopAsyncIteration:
            return
        except TimeoutError:
            raise SenderStalled(seconds=int(_STALL_SECONDS)) from None
        if chunk:
            yield chunk


class _Pipe:
    """A few chunks between the event loop, which never blocks, and the thread that stores them."""

    def __init__(self) -> None:
        self._chunks: queue.Queue[bytes | None] = queue.Queue(_DEPTH)
        self._abandoned = threading.Event()

    async def push(self, chunk: bytes | None, storing: asyncio.Future[Any]) -> bool:
        """Hand on a chunk (None: the end); False if nobody takes it any more."""
        while not storing.done():
            try:
                self._chunks.put_nowait(chunk)
            except queue.Full:
                await asyncio.sleep(0.005)
            else:
                return True
        return False

    def abandon(self) -> None:
        """The sender is gone: what was stored so far is thrown away."""
        self._abandoned.set()

    def __iter__(self) -> Iterator[bytes]:
        while True:
            if self._abandoned.is_set():
                raise SenderGone
            try:
                chunk = self._chunks.get(timeout=0.5)
            except queue.Empty:
                continue
            if chunk is None:
                return
            yield chunk


def _take_in(visit: Visit, batch_id: str, name: str, pipe: _Pipe) -> Response:
    services = visit.services
    with visit.reading() as work:
        batch = own_batch(work, visit, batch_id)
        if batch.state != "open":  # said before the bytes come, and looked at again under the lock
            raise BatchNotOpen(state=batch.state)
    arrival = receive.take_in(services.vault, name, pipe, services.settings.max_file_bytes)
    kept = False

    def act(work: Work) -> tuple[int, dict[str, Any], dict[str, str]]:
        nonlocal kept
        file = receive.add_file(work, services.vault, batch_id, arrival)
        kept = True  # from here on the transaction's rollback removes the object
        return (
            201,
            {"id": file.id, "seq": file.seq, "name": file.name, "media_type": file.media_type,
             "rescan_of": file.rescan_of, "state": file.state},
            {},
        )  # fmt: skip

    try:
        return once(visit, visit.request, f"{arrival.name}\n{arrival.staged.digest}".encode(), act)
    finally:
        if not kept:  # refused, or a repeated request that was answered from memory
            services.vault.store.remove(arrival.staged.name)
