"""Signing in and out, the language, and "continue as ..." in a training installation."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse
from sqlalchemy import select

from api.pages.render import LANGUAGES, TRAINING_LOGINS, language_of, open_page
from api.security.errors import NotFound, TooManyAttempts, WrongPassword
from api.security.sessions import close_session, open_session
from api.security.signing import sign_in
from api.security.visit import COOKIE, Visit, services_of, visiting
from storage.tables import User

router = APIRouter(include_in_schema=False)


def _local(target: str) -> str:
    """Only a path of ours is followed after signing in."""
    return target if target.startswith("/") and not target.startswith(("//", "/\\")) else "/"


def _with_cookie(request: Request, secret: str, target: str) -> Response:
    response = RedirectResponse(_local(target), status_code=303)
    secure = request.url.scheme == "https" or services_of(request).settings.secure_cookies
    response.set_cookie(COOKIE, secret, httponly=True, samesite="strict", secure=secure, path="/")
    return response


@router.get("/sign-in")
def show_sign_in(request: Request, next: str = "/") -> Response:  # noqa: A002 - the name in the address
    """The sign-in page."""
    return open_page(request, "sign_in.html", next=_local(next), error=None, login="")


@router.post("/sign-in")
def do_sign_in(
    request: Request,
    login: Annotated[str, Form(max_length=40)],
    password: Annotated[str, Form(max_length=200)],
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Sign in; a failure is audited and shown on the page."""
    services = services_of(request)
    try:
        secret = sign_in(services, login, password, request.client.host if request.client else "")
    except (WrongPassword, TooManyAttempts) as error:
        return open_page(request, "sign_in.html", status=error.status, next=_local(next), error=error, login=login)
    return _with_cookie(request, secret, next)


@router.post("/sign-out")
def do_sign_out(visit: Annotated[Visit, Depends(visiting("home"))]) -> Response:
    """End the session."""
    with visit.writing() as work:
        close_session(work, visit.actor.session_id or "")
    response = RedirectResponse("/sign-in", status_code=303)
    response.delete_cookie(COOKIE, path="/")
    return response


@router.post("/continue-as/{login}")
def continue_as(
    login: str,
    visit: Annotated[Visit, Depends(visiting("home"))],
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Training only: a real sign-in as another training account, audited with where it came from."""
    if not visit.services.settings.training or login not in TRAINING_LOGINS:
        raise NotFound(what=login)
    with visit.writing() as work:
        user = work.session.scalar(select(User).where(User.login == login, User.active))
        if user is None:
            raise NotFound(what=login)
        close_session(work, visit.actor.session_id or "")
        secret = open_session(work, user, continued_from=visit.actor.id)
    return _with_cookie(visit.request, secret, next)


@router.post("/language")
def switch_language(
    visit: Annotated[Visit, Depends(visiting("home"))],
    next: Annotated[str, Form()] = "/",  # noqa: A002
) -> Response:
    """Switch between Japanese and English for this account."""
    other = LANGUAGES[1 - LANGUAGES.index(language_of(visit.request, visit.actor))]
    with visit.writing() as work:
        user = work.session.get(User, visit.actor.id)
        if user is not None:
            user.language = other
    return RedirectResponse(_local(next), status_code=303)
