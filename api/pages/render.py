"""Renders a template with what every page needs: texts, the actor, dates, and the training mark."""

from __future__ import annotations

from datetime import date, datetime
from functools import cache
from importlib import resources
from typing import Any

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, PackageLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from api.catalogue import text
from api.security.roles import may
from api.security.sessions import Actor
from api.security.visit import Visit, find_actor, services_of
from forms.values import wareki
from storage.errors import TodokeError
from storage.work import TOKYO

LANGUAGES = ("ja", "en")
# kind of person for "continue as ..." in training: login, in the order of the flow
TRAINING_LOGINS = ("reception", "keyer1", "keyer2", "keyer3", "reviewer", "approver", "supervisor", "admin")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("api", "templates"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    environment.globals.update(t=_text, zip=zip)
    environment.filters.update(day=_day, moment=_moment, number=_number)
    return environment


@pass_context
def _text(context: Context, key: str, **params: Any) -> str:
    return text(key, context["language"], **params)


def _day(value: date | None) -> str:
    """令和8年11月21日 (2026-11-21)."""
    if value is None:
        return ""
    return Markup('<time datetime="{0}">{1} <small>({0})</small></time>').format(
        value.isoformat(), wareki.spoken(wareki.from_date(value))
    )


def _moment(value: datetime | None) -> str:
    """The time in Tokyo, to the minute."""
    return "" if value is None else f"{value.astimezone(TOKYO):%Y-%m-%d %H:%M}"


def _number(value: int) -> str:
    return f"{value:,}"


def language_of(request: Request, actor: Actor | None) -> str:
    """The actor's language, else the cookie's, else what the browser asks for, else Japanese."""
    if actor is not None:
        return actor.language
    asked = request.cookies.get("language") or request.headers.get("accept-language", "ja")[:2]
    return asked if asked in LANGUAGES else "ja"


def page(visit: Visit, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """The page for a visit. The template extends shell.html and may use `visit`, `t`, `may`."""
    return _render(visit.request, visit.actor, template, status, values)


def open_page(request: Request, template: str, *, status: int = 200, **values: Any) -> HTMLResponse:
    """A page that needs no sign-in."""
    return _render(request, None, template, status, values)


def error_page(request: Request, error: TodokeError) -> HTMLResponse:
    """The page of an error: what happened, why, what to do."""
    return _render(request, find_actor(request), "error.html", error.status, {"error": error})


def _render(request: Request, actor: Actor | None, template: str, status: int, values: dict[str, Any]) -> HTMLResponse:
    settings = services_of(request).settings
    body = (
        _environment()
        .get_template(template)
        .render(
            **values,
            request=request,
            actor=actor,
            language=language_of(request, actor),
            may=lambda permission: actor is not None and may(actor.roles, permission),
            training=settings.training,
            training_logins=TRAINING_LOGINS,
            version=asset_version(),
        )
    )
    return HTMLResponse(body, status_code=status, headers={"Cache-Control": "no-store"})


@cache
def asset_version() -> str:
    """Stands in the address of every static file and changes when one of them does: browsers may keep them for ever.

    It is part of the path, so that the modules which a module imports by a relative path change with it.
    """
    import hashlib

    digest = hashlib.sha256()
    with resources.as_file(resources.files("api").joinpath("static")) as folder:
        for item in sorted(path for path in folder.rglob("*") if path.is_file()):
            digest.update(item.relative_to(folder).as_posix().encode() + b"\0" + item.read_bytes())
    return digest.hexdigest()[:10]
