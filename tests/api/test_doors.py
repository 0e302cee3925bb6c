"""Every route has a door, and every role gets through those that the one table says, and through no other."""

from __future__ import annotations

import re

import pytest

from api import openapi
from api.app import _routes
from api.security.roles import PERMISSIONS
from storage.tables import ROLES
from tests.api.face import Face, codes

# Everybody may come in here, and to the description and the static files; nothing else is open.
OPEN = {("GET", "/sign-in"), ("POST", "/sign-in"), ("GET", "/api/v1/health"), ("GET", "/api/v1/filings/schema/{kind}")}
# What a route looks at behind its door, for this request: (method, path) -> permissions.
BEHIND = {
    ("GET", "/desk"): ("task.key",), ("POST", "/desk/next/{step}"): ("task.key",),
    ("POST", "/register/persons/{person_id}/reveal"): ("register.search",),
    ("GET", "/api/v1/filings/{filing_id}/notices/{kind}.pdf"): ("filing.view", "export"),
    ("POST", "/api/v1/tasks/{task_id}/submit"): ("task.key",),
    ("POST", "/decisions/next/{step}"): ("task.review",),
}  # fmt: skip


def listed() -> list[tuple[str, str, tuple[str, ...] | None]]:
    """(method, path, permissions) of every route of the app."""
    from fastapi import FastAPI

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    _routes(app)
    return [
        (method, route.path, openapi.permissions(route))
        for route in openapi.routes(app)
        for method in sorted(route.methods)
    ]


ROUTES = listed()


def address(path: str) -> str:
    return re.sub(r"\{(\w+)\}", lambda found: {"kind": "acquisition", "step": "review"}.get(found[1], "0" * 32), path)


def test_every_route_has_a_door_but_those_named_here() -> None:
    assert {(method, path) for method, path, needed in ROUTES if needed is None} == OPEN
    for method, path, needed in ROUTES:
        assert needed is None or (needed and set(needed) <= set(PERMISSIONS)), (method, path)


def test_no_role_and_no_permission_is_forgotten() -> None:
    assert set().union(*PERMISSIONS.values()) <= set(ROLES)
    assert not {"client", "contractor"} & PERMISSIONS["export"], "a contractor takes nothing out"
    for step in ("task.key", "task.adjudicate", "task.review", "task.approve"):
        assert PERMISSIONS[step] <= PERMISSIONS["task.work"]


@pytest.mark.parametrize(("method", "path", "needed"), [r for r in ROUTES if r[2]], ids=str)
def test_a_stranger_is_asked_to_sign_in(house: Face, method: str, path: str, needed: tuple[str, ...]) -> None:
    answer = house.anybody(method, address(path))
    assert codes(answer) == (401, "not_signed_in") and answer.headers["WWW-Authenticate"].startswith("Bearer")
    forged = house.anybody(
        method, address(path), headers={"Authorization": "Bearer tdk_wrong", "Cookie": "todoke=wrong"}
    )
    assert codes(forged) == (401, "not_signed_in")


@pytest.mark.parametrize(("method", "path", "needed"), [r for r in ROUTES if r[2]], ids=str)
def test_each_role_gets_through_its_doors_alone(house: Face, method: str, path: str, needed: tuple[str, ...]) -> None:
    if path in {"/sign-out", "/language"} or path.startswith("/continue-as"):
        return  # it would end the session that the others use; test_sign_in.py has these
    behind = BEHIND.get((method, path), ())
    for role in ROLES:
        answer = house[role].call(method, address(path))
        refused = answer.status_code == 403 and answer.json()["code"] == "not_allowed"
        allowed = all(role in PERMISSIONS[name] for name in needed)
        if not allowed:
            assert refused, (role, answer.status_code, answer.text)
            assert answer.json()["remedy"]["en"].startswith("Roles that may: ")
        elif refused:
            assert any(role not in PERMISSIONS[name] for name in behind), (role, answer.text)
        else:
            assert answer.status_code < 500 and answer.status_code != 401, (role, answer.status_code, answer.text)
