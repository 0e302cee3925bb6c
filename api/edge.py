"""The outermost ring: bounded bodies, no foreign pages' requests, no odd addresses, and headers on every answer."""

from __future__ import annotations

from collections.abc import MutableMapping
from typing import Any

from fastapi.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from api.problem import problem, unexpected
from api.security.errors import BadRequest, BodyTooLarge, ForgedRequest
from api.security.visit import SAFE
from storage.errors import TodokeError

KIB = 1024
BODY = 1024 * KIB  # bytes of a form or a JSON body
FILING = 16 * 1024 * KIB  # bytes of `POST /api/v1/filings`: 500 entries of the longest values
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_FOR_EVER = "public, max-age=31536000, immutable"


class _TooMuch(Exception):
    """Stops whoever reads the body; `Edge` answers."""


class BrokenOff(Exception):
    """An answer failed after it had begun; the connection is closed."""


class Edge:
    """ASGI middleware. The upload of a file is not limited here: the vault counts its bytes (rest/uploads.py)."""

    def __init__(self, app: ASGIApp, secure: bool = False) -> None:
        self.app = app
        self.secure = secure  # HTTPS is known to end in front of us

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        refused = _refusal(scope)
        if refused is not None:
            await self._refuse(scope, receive, send, refused)
            return
        await self._bounded(scope, receive, send)

    async def _bounded(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Count what comes; when it is too much, whatever the application answers gives way to our 413."""
        limit, came, over, started = _limit(scope), 0, False, False

        async def counted() -> Message:
            nonlocal came, over
            message = await receive()
            came += len(message.get("body", b""))
            if limit is not None and came > limit:
                over = True
                raise _TooMuch
            return message

        async def dressed(message: Message) -> None:
            nonlocal started
            if over and not started:
                return
            if message["type"] == "http.response.start":
                started = True
                self._dress(scope, message)
            await send(message)

        try:
            await self.app(scope, counted, dressed)
        except Exception as error:
            if started:
                raise BrokenOff from None  # whoever logs it does not get the words of the error
            if not over:
                response = await run_in_threadpool(unexpected, Request(scope), error)
                await response(scope, receive, dressed)
        if over and not started:
            await self._refuse(scope, receive, send, BodyTooLarge(limit=limit))

    async def _refuse(self, scope: Scope, receive: Receive, send: Send, error: TodokeError) -> None:
        async def dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                self._dress(scope, message)
            await send(message)

        response = problem(error, scope["path"])
        response.headers["Connection"] = "close"  # the rest of the body is not wanted
        await response(scope, receive, dressed)

    def _dress(self, scope: Scope, message: MutableMapping[str, Any]) -> None:
        headers = MutableHeaders(scope=message)
        dress(headers, scope["path"], message["status"], secure=self.secure)


def dress(headers: MutableHeaders, path: str, status: int, *, secure: bool) -> None:
    """Put on what every answer carries. Answers are not kept by anybody, but for our own unchanging files."""
    for name, value in HEADERS.items():
        headers.setdefault(name, value)
    if secure:
        headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
    if path.startswith("/static/") and status < 400:
        headers["Cache-Control"] = _FOR_EVER
    else:
        headers.setdefault("Cache-Control", "no-store")


def _refusal(scope: Scope) -> TodokeError | None:
    """What is refused before anybody looks at it."""
    if "\x00" in scope["path"] or b"%00" in scope["query_string"]:
        return BadRequest(why_ja="アドレスにゼロバイトがある", why_en="a zero byte in the address")
    headers = Headers(scope=scope)
    announced, limit = headers.get("content-length", ""), _limit(scope)
    if limit is not None and announced.isdecimal() and int(announced[:20]) > limit:
        return BodyTooLarge(limit=limit)
    # Browsers say where a request comes from; scripts and API clients say nothing.
    foreign = headers.get("sec-fetch-site") in {"cross-site", "same-site"}
    return ForgedRequest() if foreign and scope["method"] not in SAFE else None


def _limit(scope: Scope) -> int | None:
    """Bytes of body that the address takes; None: it counts for itself."""
    path = scope["path"]
    if scope["method"] == "PUT" and path.startswith("/api/v1/batches/") and "/files/" in path:
        return None
    return FILING if path == "/api/v1/filings" else BODY
