"""The same request under the same Idempotency-Key is done once and answered alike."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from api.security.errors import BadRequest, KeyReused
from api.security.visit import Visit
from storage.tables import IdempotencyKey
from storage.work import Work

HEADER = "idempotency-key"
Answer = tuple[int, dict[str, Any], dict[str, str]]  # status, body, headers
# for the description of a route: `once` reads the header itself
DESCRIBED: dict[str, Any] = {"parameters": [{
    "name": "Idempotency-Key", "in": "header", "required": False,
    "description": "a repeated request is answered alike and done once",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200}}]}  # fmt: skip


def once(visit: Visit, request: Request, content: bytes, act: Callable[[Work], Answer]) -> Response:
    """Run `act` and keep its answer in the same transaction; a repeated key gets that answer again.

    Without the header the act simply runs. `content` is the body, or its digest; other content, another method or
    path under a used key raises KeyReused. Of two requests at the same moment the second waits for the first.
    """
    key = request.headers.get(HEADER)
    if key is None:
        with visit.writing() as work:
            return _response(act(work))
    if not 1 <= len(key) <= 200 or not key.isprintable():
        raise BadRequest(
            why_ja="Idempotency-Keyは印字できる1〜200文字", why_en="Idempotency-Key: 1-200 printable characters"
        )
    digest = hashlib.sha256(f"{request.method} {request.url.path}\n".encode() + content).hexdigest()
    try:
        return _first_or_again(visit, key, digest, act)
    except IntegrityError:
        with visit.reading() as work:
            if _known(work, visit.actor.id, key) is None:
                raise  # it was the act that failed, not the key
        return _first_or_again(visit, key, digest, act)


def _first_or_again(visit: Visit, key: str, digest: str, act: Callable[[Work], Answer]) -> Response:
    with visit.writing() as work:
        known = _known(work, visit.actor.id, key)
        if known is not None:
            return _repeat(work, known, digest)
        row = IdempotencyKey(
            user_id=visit.actor.id, key=key, request_hash=digest, status=0, headers={}, created_at=work.now
        )
        work.session.add(row)
        work.session.flush()  # the schema has one row a key: who comes second waits here, before anything is done
        row.status, body, row.headers = answer = act(work)
        row.body = work.keys.seal(
            work.session, work.keys.installation(work.session), json.dumps(body), "idempotency_key.body"
        )
        return _response(answer)


def _known(work: Work, user_id: str, key: str) -> IdempotencyKey | None:
    return work.session.scalar(
        select(IdempotencyKey).where(IdempotencyKey.user_id == user_id, IdempotencyKey.key == key)
    )


def _repeat(work: Work, known: IdempotencyKey, digest: str) -> Response:
    if known.request_hash != digest:
        raise KeyReused
    keys = work.keys
    body = keys.unseal(work.session, keys.installation(work.session), known.body or b"", "idempotency_key.body")
    return _response((known.status, json.loads(body), {**known.headers, "Idempotency-Replayed": "true"}))


def _response(answer: Answer) -> Response:
    status, body, headers = answer
    return JSONResponse(body, status_code=status, headers=headers)
