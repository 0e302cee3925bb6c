"""Jobs of the ledger for who runs the place: what waits, what was set aside and why, and trying it again."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends
from sqlalchemy import select

from api.rest.paging import LIMIT, Cursor, Limit, PageOf, newest_first
from api.security.errors import NotFound
from api.security.visit import Visit, visiting
from intake.runtime import Runtime
from storage.tables import Job

router = APIRouter(prefix="/api/v1/jobs", tags=["jobs"])
Manages = Annotated[Visit, Depends(visiting("queue.manage"))]


@router.get("")
def list_jobs(
    visit: Manages,
    state: Literal["ready", "leased", "done", "poison"] = "poison",
    cursor: Cursor = None,
    limit: Limit = LIMIT,
) -> PageOf:
    """Jobs of a state, newest first; those set aside with their evidence. Nothing personal."""
    query = select(Job).where(Job.state == state)
    with visit.reading() as work:
        return newest_first(work.session, query, Job.created_at, Job.id, _row, cursor, limit)


@router.post("/{job_id}/retry", status_code=202)
def retry(job_id: str, visit: Manages) -> dict[str, Any]:
    """Somebody has looked at it: a job that was set aside is ready again. In another state it stays as it is."""
    services = visit.services
    ledger = Runtime(services.settings, services.database, services.keys, services.vault, clock=services.clock).ledger
    with visit.writing() as work:
        job = work.session.get(Job, job_id)
        if job is None:
            raise NotFound(what_ja=f"処理 {job_id}", what_en=f"job {job_id}")
        ledger.retry(work, job_id)
        return _row(job)


def _row(job: Job) -> dict[str, Any]:
    return {
        "id": job.id, "stage": job.stage, "subject": job.subject_id, "state": job.state, "attempts": job.attempts,
        "priority": job.priority, "due_on": job.due_on.isoformat() if job.due_on else None, "worker": job.worker,
        "error": job.error, "created_at": job.created_at.isoformat(),
        "done_at": job.done_at.isoformat() if job.done_at else None,
    }  # fmt: skip
