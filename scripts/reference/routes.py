"""routes.md: the REST routes, from the application's own OpenAPI description."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

from api.app import create_app
from api.services import Services
from scripts.reference.markdown import table
from storage.settings import Settings

HEAD = """# Routes

What `GET /api/v1/openapi.json` says, one line a route; the description there has the schemas and an example of each
body. How to sign in, repeat, page and handle errors: [the HTTP API](api.md).
"""
GROUPS = {
    "health": "Health",
    "batches": "Batches",
    "sheets": "Pages and sheets",
    "filings": "Filings",
    "tasks": "Tasks",
}


def described() -> dict[str, Any]:
    """The OpenAPI description. No service is opened: describing needs none."""
    told = SimpleNamespace(settings=Settings(training=False))
    return create_app(services=cast(Services, told)).openapi()


def page() -> str:
    """The page, one table a tag."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for path, methods in described()["paths"].items():
        for method, route in methods.items():
            sentence = " ".join((route.get("description") or route.get("summary", "")).split("\n\n")[0].split())
            tag = (route.get("tags") or ["other"])[0]
            groups.setdefault(tag, []).append((f"`{method.upper()} {path}`", sentence))
    parts = [
        f"## {GROUPS.get(tag, tag.capitalize())}\n\n{table(('route', 'does'), rows)}" for tag, rows in groups.items()
    ]
    return "\n".join([HEAD, *parts])
