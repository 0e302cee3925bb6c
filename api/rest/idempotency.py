"""The same request under the same Idempotency-Key is done once and answered alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import select

from api.security.errors import BadRequest, KeyReused
from api.security.visit import Visit
from storage.tables import IdempotencyKey
from storage.work import Work

HEADER = "idempotency-key"
Answer = tuple[int, dict[str, Any], dict[str, str]]  # status, body, headers


def once(visit: Visit, request: Request, body: bytes, act: Callable[[Work], Answer]) -> Response:
    """Run `act` and keep its answer in the same transaction; a repeated key gets that answer again.

    Without the header the act simply runs. Another body or path under a used key raises KeyReused.
    """
    key = request.headers.get(HEADER)
    if key is None:
        with visit.writing() as work:
            return _response(act(work))
    if not 1 <= len(key) <= 200:
        raise BadRequest(why="Idempotency-Key: 1-200 characters")
    content = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + body).hexdigest()
    with visit.writing() as work:
        known = work.session.scalar(
            select(IdempotencyKey).where(IdempotencyKey.user_id == visit.actor.id, IdempotencyKey.key == key)
        )
        if known is not None:
            return _repeat(work, known, content)
        answer = act(work)
        work.session.add(_record(work, visit.actor.id, key, content, answer))
        return _response(answer)


def _record(work: Work, user_id: str, key: str, content: str, answer: Answer) -> IdempotencyKey:
    status, body, headers = answer
    keys = work.keys
    sealed = keys.seal(work.session, keys.installation(work.session), json.dumps(body), "idempotency")
    return IdempotencyKey(
        user_id=user_id, key=key, request_hash=content, status=status, body=sealed, headers=headers, created_at=work.now
    )


def _repeat(work: Work, known: IdempotencyKey, content: str) -> Response:
    if known.request_hash != content:
        raise KeyReused
    keys = work.keys
    body = keys.unseal(work.session, keys.installation(work.session), known.body or b"", "idempotency")
    return _response((known.status, json.loads(body), {**known.headers, "Idempotency-Replayed": "true"}))


def _response(answer: Answer) -> Response:
    status, body, headers = answer
    return JSONResponse(body, status_code=status, headers=headers)
