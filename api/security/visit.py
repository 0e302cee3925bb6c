"""A request of a known actor with a permission: the one door every route goes through."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from fastapi import Request
from fastapi.concurrency import run_in_threadpool

from api.catalogue import text
from api.security.errors import ForgedRequest, NotAllowed, NotSignedIn
from api.security.roles import may, roles_that_may
from api.security.sessions import Actor, actor_of_session, actor_of_token, touch
from api.services import Services
from storage.access import log_access
from storage.work import Work

COOKIE = "todoke"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_DOORS: dict[Callable[..., Any], tuple[str, ...]] = {}


@dataclass(frozen=True, slots=True)
class Visit:
    """An actor's request: gives units of work and writes down what was seen."""

    request: Request
    services: Services
    actor: Actor

    @contextmanager
    def reading(self) -> Iterator[Work]:
        """Read; end the read before `saw` (a reader that turns writer fails at once on SQLite)."""
        with self.services.reading(self.actor.id) as work:
            yield work

    @contextmanager
    def writing(self) -> Iterator[Work]:
        """Write; committed when the block ends."""
        with self.services.writing(self.actor.id) as work:
            yield work

    def saw(self, action: str, ids: Sequence[str], purpose: str) -> None:
        """One access-log entry with all ids shown, in its own short write, before the answer goes out.

        `action` is view, search, export or reveal. Nothing shown, nothing written; but a search that found nobody is
        a search, too.
        """
        if ids or action == "search":
            with self.writing() as work:
                log_access(work, self.actor.id, action, purpose, self.request.url.path, list(ids))

    def may(self, permission: str) -> bool:
        return may(self.actor.roles, permission)

    def need(self, permission: str) -> None:
        """Raises NotAllowed, naming who may."""
        if not self.may(permission):
            roles = sorted(roles_that_may(permission))
            raise NotAllowed(
                permission=permission,
                roles_ja="、".join(text(f"shell.role_{role}", "ja") for role in roles), roles_en=", ".join(roles),
            )  # fmt: skip

    @property
    def is_client(self) -> bool:
        """True for an account that files, and sees its own filings and batches alone."""
        return self.actor.roles == {"client"}

    @property
    def language(self) -> str:
        return self.actor.language


def services_of(request: Request) -> Services:
    """The services of this app."""
    services: Services = request.app.state.services
    return services


def find_actor(request: Request) -> Actor | None:
    """The actor of a request, by bearer token or session cookie; None if there is none."""
    services = services_of(request)
    header = request.headers.get("authorization", "")
    cookie = request.cookies.get(COOKIE)
    if not cookie and not header.lower().startswith("bearer "):
        return None
    with services.reading("system:face") as work:
        if header.lower().startswith("bearer "):
            return actor_of_token(work, header[7:].strip())
        return actor_of_session(work, cookie or "")


def visiting(*permissions: str, touches: bool = True) -> Callable[[Request], Awaitable[Visit]]:
    """A dependency: the visit of an actor who has all `permissions`, with CSRF checked for what changes things.

    `touches` False: a page asks by itself (progress, heartbeat), which does not keep an abandoned session alive.
    """

    async def door(request: Request) -> Visit:
        actor = await run_in_threadpool(find_actor, request)
        if actor is None:
            raise NotSignedIn
        if actor.csrf is not None and request.method not in SAFE:
            await check_csrf(request, actor.csrf)
        visit = Visit(request, services_of(request), actor)
        for permission in permissions:
            visit.need(permission)
        if touches and actor.untouched and actor.session_id is not None:
            await run_in_threadpool(_touch, visit, actor.session_id)
        return visit

    _DOORS[door] = permissions
    return door


def permissions_of(dependency: Callable[..., Any]) -> tuple[str, ...] | None:
    """The permissions a dependency asks for; None if it is no door of ours."""
    return _DOORS.get(dependency)


def _touch(visit: Visit, session_id: str) -> None:
    with visit.writing() as work:
        touch(work, session_id)


async def check_csrf(request: Request, expected: str) -> None:
    """The token travels in a header (scripts) or in the hidden field `csrf` (forms). Raises ForgedRequest."""
    given = request.headers.get("x-csrf-token", "")
    # only a form's own method: the body of an upload (PUT) is never read for its token
    form = request.method == "POST" and request.headers.get("content-type", "").startswith(
        "application/x-www-form-urlencoded"
    )
    if not given and form:
        given = str((await request.form()).get("csrf", ""))
    if not secrets.compare_digest(given.encode(), expected.encode()):
        raise ForgedRequest
