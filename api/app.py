"""The web application: REST under /api/v1, pages elsewhere."""

from __future__ import annotations

from importlib import resources

from fastapi import FastAPI
from fastapi.staticfiles import StaticFiles

from api import openapi, problem
from api.edge import Edge
from api.opening import open_services
from api.pages.render import asset_version
from api.security import passwords
from api.services import Services
from storage.settings import Settings


def create_app(settings: Settings | None = None, services: Services | None = None) -> FastAPI:
    """The application over the given services, or over those that `settings` (environment TODOKE_*) describe."""
    services = services or open_services(settings)
    app = FastAPI(
        title="Todoke", version="1", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json",
        summary="Filing intake: batches, sheets, filings, tasks, decisions, register search.",
        responses=openapi.RESPONSES,
    )  # fmt: skip
    app.state.services = services
    passwords.warm()
    problem.install(app)
    _routes(app)
    openapi.install(app)
    static = str(resources.files("api").joinpath("static"))
    app.mount(f"/static/{asset_version()}", StaticFiles(directory=static), name="static")
    app.add_middleware(Edge, secure=services.settings.secure_cookies)
    return app


def _routes(app: FastAPI) -> None:
    from api.pages import account, decisions, desk, filings, hands, home, intake, register
    from api.rest import batches, health, jobs, notices, pictures, sheets, tasks, uploads
    from api.rest import decisions as rest_decisions
    from api.rest import filings as rest_filings
    from api.rest import register as rest_register

    pages = (account, home, hands, intake, desk, decisions, filings, register)
    rest = (
        health,
        jobs,
        batches,
        uploads,
        sheets,
        rest_filings,
        pictures,
        notices,
        tasks,
        rest_decisions,
        rest_register,
    )
    for module in (*pages, *rest):
        app.include_router(module.router)
