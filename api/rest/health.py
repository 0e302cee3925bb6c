"""Is it alive, can it work, and the counters (Prometheus text)."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import func, select, text

from api.security.visit import Visit, services_of, visiting
from storage.tables import Filing, Job, Sheet, Task

router = APIRouter(prefix="/api/v1", tags=["health"])


@router.get("/health")
def health(request: Request) -> dict[str, str]:
    """200 as soon as the database answers."""
    with services_of(request).reading("system:health") as work:
        work.session.execute(text("SELECT 1"))
    return {"status": "ok"}


@router.get("/metrics")
def metrics(visit: Annotated[Visit, Depends(visiting("metrics"))]) -> Response:
    """Counts by state in Prometheus text; nothing personal."""
    lines: list[str] = []
    with visit.reading() as work:
        for name, column in (
            ("todoke_jobs", Job.state),
            ("todoke_sheets", Sheet.state),
            ("todoke_filings", Filing.state),
            ("todoke_tasks", Task.state),
        ):
            lines += [f"# HELP {name} Rows by state.", f"# TYPE {name} gauge"]
            found = work.session.execute(select(column, func.count()).group_by(column)).all()
            lines += [f'{name}{{state="{state}"}} {count}' for state, count in found]
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")
