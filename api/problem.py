"""Every error as problem+json (RFC 9457) for clients, and as a page for people."""

from __future__ import annotations

import logging
import secrets
import traceback
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from sqlalchemy.exc import DataError, NoResultFound
from starlette.exceptions import HTTPException

from api.security.errors import BadRequest, Invalid, MethodNotAllowed, NotFound, NotSignedIn
from storage.errors import TodokeError
from storage.faults import told

LOG = logging.getLogger("todoke.face")
MEDIA = "application/problem+json"
_HEADERS: dict[int, dict[str, str]] = {
    401: {"WWW-Authenticate": 'Bearer realm="todoke"'},
    429: {"Retry-After": "600"},
    503: {"Retry-After": "2"},
}


class Unexpected(TodokeError):
    """A fault of ours; the log has it under the trace id."""

    code = "unexpected"
    ja = "内部の誤りで処理できませんでした(記録番号 {trace})。"
    en = "Something of ours failed (trace {trace})."
    remedy_ja = "受け取ったものは失われていません。続くときは記録番号を管理者に知らせてください。"
    remedy_en = "Nothing that was received is lost. If it happens again, give the administrator the trace number."


def wants_page(request: Request) -> bool:
    """True for a browser's navigation, false for the API and scripts."""
    return not request.url.path.startswith("/api/") and "text/html" in request.headers.get("accept", "")


def problem(error: TodokeError, instance: str, **extra: Any) -> JSONResponse:
    """The problem+json of an error; `message` and `remedy` carry both languages."""
    body = {
        "type": f"urn:todoke:error:{error.code}", "title": error.message["en"], "status": error.status,
        "code": error.code, "message": error.message, "remedy": error.remedy, "instance": instance, **extra,
    }  # fmt: skip
    return JSONResponse(body, status_code=error.status, media_type=MEDIA, headers=_HEADERS.get(error.status))


def answer(request: Request, error: TodokeError, **extra: Any) -> Response:
    """The answer that fits who is asking."""
    if wants_page(request):
        if isinstance(error, NotSignedIn):
            return RedirectResponse(f"/sign-in?next={quote(request.url.path)}", status_code=303)
        from api.pages.render import error_page

        try:
            return error_page(request, error)
        except Exception as again:  # the page itself needs what failed, e.g. the database
            _log("no page for", request, again)
    return problem(error, request.url.path, **extra)


def unexpected(request: Request, error: Exception) -> Response:
    """The answer to a fault of ours; the log has where it happened, under the trace number."""
    trace = secrets.token_hex(6)
    _log(f"trace {trace}", request, error)
    return answer(request, Unexpected(trace=trace))


def _log(what: str, request: Request, error: BaseException) -> None:
    """Where it failed, without the error's own words: they may quote a value that somebody sent."""
    frames = "".join(traceback.format_tb(error.__traceback__))
    LOG.error("%s %s %s: %s\n%s", what, request.method, request.scope.get("path"), type(error).__name__, frames)


def install(app: FastAPI) -> None:
    """Register the handlers."""

    @app.exception_handler(TodokeError)
    def _coded(request: Request, error: TodokeError) -> Response:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    def _malformed(request: Request, error: RequestValidationError) -> Response:
        faults = error.errors()
        where = [{"at": ".".join(str(part) for part in item["loc"]), "message": item["msg"]} for item in faults]
        unreadable = any(item["type"] == "json_invalid" for item in faults)
        return answer(request, (BadRequest if unreadable else Invalid)(**told(faults)), errors=where[:50])

    @app.exception_handler(DataError)
    def _not_storable(request: Request, error: DataError) -> Response:
        _log("not storable", request, error)
        return answer(request, BadRequest(why_ja="保存できない値がある", why_en="a value that cannot be stored"))

    @app.exception_handler(NoResultFound)
    def _no_row(request: Request, error: NoResultFound) -> Response:
        _log("no row", request, error)
        return answer(request, NotFound(what=request.url.path))

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == NotFound.status:
            return answer(request, NotFound(what=request.url.path))
        if error.status_code == MethodNotAllowed.status:
            response = answer(request, MethodNotAllowed(method=request.method))
            response.headers.update(error.headers or {})
            return response
        return answer(request, BadRequest(why_ja=f"HTTPの状態 {error.status_code}", why_en=str(error.detail)))
