"""Every error as problem+json (RFC 9457) for clients, and as a page for people."""

from __future__ import annotations

import logging
import secrets
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, RedirectResponse
from starlette.exceptions import HTTPException

from api.security.errors import BadRequest, NotFound, NotSignedIn
from storage.errors import TodokeError

LOG = logging.getLogger("todoke.face")
MEDIA = "application/problem+json"


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
    """The problem+json of an error; `title` and `detail` carry both languages."""
    body = {
        "type": f"urn:todoke:error:{error.code}", "title": error.message["en"], "status": error.status,
        "code": error.code, "message": error.message, "remedy": error.remedy, "instance": instance, **extra,
    }  # fmt: skip
    return JSONResponse(body, status_code=error.status, media_type=MEDIA)


def answer(request: Request, error: TodokeError, **extra: Any) -> Response:
    """The answer that fits who is asking."""
    if wants_page(request):
        if isinstance(error, NotSignedIn):
            return RedirectResponse(f"/sign-in?next={request.url.path}", status_code=303)
        from api.pages.render import error_page

        return error_page(request, error)
    return problem(error, request.url.path, **extra)


def install(app: FastAPI) -> None:
    """Register the handlers."""

    @app.exception_handler(TodokeError)
    def _coded(request: Request, error: TodokeError) -> Response:
        return answer(request, error)

    @app.exception_handler(RequestValidationError)
    def _malformed(request: Request, error: RequestValidationError) -> Response:
        where = [{"at": ".".join(str(part) for part in item["loc"]), "message": item["msg"]} for item in error.errors()]
        why = "; ".join(f"{item['at']}: {item['message']}" for item in where[:3])
        return answer(request, BadRequest(why=why), errors=where)

    @app.exception_handler(HTTPException)
    def _http(request: Request, error: HTTPException) -> Response:
        if error.status_code == NotFound.status:
            return answer(request, NotFound(what=request.url.path))
        coded = BadRequest(why=str(error.detail))
        response = answer(request, coded)
        response.status_code = error.status_code
        return response

    @app.exception_handler(Exception)
    def _ours(request: Request, error: Exception) -> Response:
        trace = secrets.token_hex(6)
        LOG.error("trace %s %s %s", trace, request.method, request.url.path, exc_info=error)
        return answer(request, Unexpected(trace=trace))
