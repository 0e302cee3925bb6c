"""The web application: REST under /api/v1, pages elsewhere."""

from __future__ import annotations

from importlib import resources

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from fastapi.staticfiles import StaticFiles
from starlette.middleware.base import RequestResponseEndpoint

from api import problem
from api.opening import open_services
from api.pages.render import asset_version
from api.services import Services
from storage.settings import Settings

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; font-src 'self'; "
    "connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)


def create_app(settings: Settings | None = None, services: Services | None = None) -> FastAPI:
    """The application over the given services, or over those that `settings` (environment TODOKE_*) describe."""
    services = services or open_services(settings)
    app = FastAPI(
        title="Todoke", version="1", docs_url=None, redoc_url=None, openapi_url="/api/v1/openapi.json",
        summary="Filing intake: batches, filings, tasks, decisions.",
    )  # fmt: skip
    app.state.services = services
    problem.install(app)
    _routes(app)
    static = str(resources.files("api").joinpath("static"))
    app.mount(f"/static/{asset_version()}", StaticFiles(directory=static), name="static")

    @app.middleware("http")
    async def _headers(request: Request, call_next: RequestResponseEndpoint) -> Response:
        response = await call_next(request)
        response.headers.setdefault("Content-Security-Policy", POLICY)
        response.headers.setdefault("X-Content-Type-Options", "nosniff")
        response.headers.setdefault("Referrer-Policy", "same-origin")
        if request.url.path.startswith("/static/"):
            response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        elif isinstance(response, JSONResponse) or request.url.path.startswith("/api/"):
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return app


def _routes(app: FastAPI) -> None:
    from api.pages import account, decisions, desk, filings, home, intake, register
    from api.rest import batches, health, sheets, tasks
    from api.rest import filings as rest_filings
    from api.rest import register as rest_register

    pages = (account, home, intake, desk, decisions, filings, register)
    for module in (*pages, health, batches, sheets, rest_filings, tasks, rest_register):
        app.include_router(module.router)
