"""Is it alive, can it work, and the counters (Prometheus text)."""

from __future__ import annotations

from typing import Annotated, ClassVar

from fastapi import APIRouter, Depends, Request, Response
from sqlalchemy import func, select, text
from sqlalchemy.exc import SQLAlchemyError

from api.security.visit import Visit, services_of, visiting
from storage.errors import TodokeError
from storage.tables import AuditHead, Batch, Filing, Job, Sheet, Task
from storage.work import Work

router = APIRouter(prefix="/api/v1", tags=["health"])
_STATES = (
    ("todoke_jobs", "Jobs of the ledger", Job.state),
    ("todoke_batches", "Batches", Batch.state),
    ("todoke_sheets", "Sheets", Sheet.state),
    ("todoke_filings", "Filings", Filing.state),
    ("todoke_tasks", "Tasks of people", Task.state),
)


class NoDatabase(TodokeError):
    """The database does not answer."""

    code: ClassVar[str] = "no_database"
    status: ClassVar[int] = 503
    ja = "データベースが応答しません。"
    en = "The database does not answer."
    remedy_ja = "データベースを確かめ、`todoke doctor` を実行してください。"
    remedy_en = "Look at the database and run `todoke doctor`."


@router.get("/health")
def health(request: Request) -> dict[str, str]:
    """200 as soon as the database answers, else 503."""
    try:
        with services_of(request).reading("system:health") as work:
            work.session.execute(text("SELECT 1"))
    except SQLAlchemyError as error:
        raise NoDatabase from error
    return {"status": "ok"}


@router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}})
def metrics(visit: Annotated[Visit, Depends(visiting("metrics"))]) -> Response:
    """Counts by state in Prometheus text; nothing personal."""
    with visit.reading() as work:
        lines = [*_by_state(work), *_waiting(work), *_overdue(work)]
    return Response("\n".join(lines) + "\n", media_type="text/plain; version=0.0.4")


def _by_state(work: Work) -> list[str]:
    lines = []
    for name, what, column in _STATES:
        lines += [f"# HELP {name} {what} by state.", f"# TYPE {name} gauge"]
        found = work.session.execute(select(column, func.count()).group_by(column).order_by(column)).all()
        lines += [f'{name}{{state="{state}"}} {count}' for state, count in found]
    return lines


def _waiting(work: Work) -> list[str]:
    """By stage: how long the oldest job that could run has waited."""
    name = "todoke_oldest_ready_job_seconds"
    ready = (Job.state == "ready") & (Job.not_before.is_(None) | (Job.not_before <= work.now))
    rows = work.session.execute(select(Job.stage, func.min(Job.created_at)).where(ready).group_by(Job.stage))
    ages = sorted((stage, max(0.0, (work.now - since).total_seconds())) for stage, since in rows)
    return [
        f"# HELP {name} Age of the oldest job that is ready.", f"# TYPE {name} gauge",
        *(f'{name}{{stage="{stage}"}} {age:.0f}' for stage, age in ages),
    ]  # fmt: skip


def _overdue(work: Work) -> list[str]:
    ended = ("returned", "withdrawn", "decided", "noticed")
    late = work.session.scalar(select(func.count()).where(Filing.state.not_in(ended), Filing.due_on < work.today))
    entries = work.session.scalar(select(func.sum(AuditHead.seq)))
    return [
        "# HELP todoke_filings_overdue Undecided filings past their service standard.",
        "# TYPE todoke_filings_overdue gauge", f"todoke_filings_overdue {late or 0}",
        "# HELP todoke_audit_entries_total Entries of the audit chains.",
        "# TYPE todoke_audit_entries_total counter", f"todoke_audit_entries_total {entries or 0}",
    ]  # fmt: skip
