"""What the OpenAPI description says beyond the routes: problems, sign-in, and which addresses need none."""

from __future__ import annotations

from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.security.visit import COOKIE, permissions_of

Json = dict[str, Any]
_BOTH: Json = {
    "type": "object", "required": ["ja", "en"], "additionalProperties": False,
    "properties": {"ja": {"type": "string"}, "en": {"type": "string"}},
}  # fmt: skip
PROBLEM: Json = {
    "title": "Problem", "type": "object", "description": "RFC 9457; `code` is stable, the sentences are for people.",
    "required": ["type", "title", "status", "code", "message", "remedy", "instance"],
    "properties": {
        "type": {"type": "string", "examples": ["urn:todoke:error:version_mismatch"]},
        "title": {"type": "string"},
        "status": {"type": "integer", "examples": [412]},
        "code": {"type": "string", "examples": ["version_mismatch"]},
        "message": _BOTH,
        "remedy": _BOTH,
        "instance": {"type": "string"},
        "errors": {"type": "array", "items": {"type": "object"}},
    },
}  # fmt: skip
_SAID: Json = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
RESPONSES: dict[int | str, Json] = {
    "4XX": {"description": "Refused: what was wrong, and what to do", "content": _SAID},
    "5XX": {"description": "A fault or a pause of ours", "content": _SAID},
}
PICTURE: dict[int | str, Json] = {200: {"description": "JPEG", "content": {"image/jpeg": {}}}}
LETTER: dict[int | str, Json] = {200: {"description": "PDF", "content": {"application/pdf": {}}}}
_SCHEMES: Json = {
    "bearer": {"type": "http", "scheme": "bearer", "description": "A token of `todoke users token LOGIN`."},
    "session": {
        "type": "apiKey", "in": "cookie", "name": COOKIE,
        "description": "The browser's session; what changes things also needs X-CSRF-Token.",
    },
}  # fmt: skip


def install(app: FastAPI) -> None:
    """Let the app describe itself so; made at the first request and kept."""
    plain = app.openapi

    def described() -> Json:
        known = app.openapi_schema is not None
        schema: Json = plain()
        return schema if known else _complete(app, schema)

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend it


def permissions(route: APIRoute) -> tuple[str, ...] | None:
    """What a route asks for at its door; None if everybody may come in."""
    found = [permissions_of(item.call) for item in route.dependant.dependencies if item.call is not None]
    doors = [item for item in found if item is not None]
    return None if not doors else tuple(name for door in doors for name in door)


def _complete(app: FastAPI, schema: Json) -> Json:
    components = schema.setdefault("components", {})
    components.setdefault("schemas", {})["Problem"] = PROBLEM
    components["securitySchemes"] = _SCHEMES
    schema["security"] = [{name: []} for name in _SCHEMES]
    for route in routes(app):
        for method in route.methods or ():
            operation = schema["paths"].get(route.path, {}).get(method.lower())
            if operation is None:
                continue
            needed = permissions(route)
            if needed is None:
                operation["security"] = []
            else:
                operation["description"] = (
                    f"{operation.get('description', '')}\n\nPermission: {', '.join(needed)}.".strip()
                )
    return schema


def routes(app: FastAPI) -> list[APIRoute]:
    """Every route of the app, those of included routers too."""
    found: list[APIRoute] = []
    waiting: list[Any] = list(app.router.routes)
    while waiting:
        item = waiting.pop(0)
        if isinstance(item, APIRoute):
            found.append(item)
        else:
            waiting = list(getattr(getattr(item, "original_router", None), "routes", [])) + waiting
    return found
