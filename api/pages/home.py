"""Home: what waits for me by kind and age, one Enter away; what I did today; what the centre owes today."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, time
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy import func, select

from api.pages.render import page
from api.security.visit import Visit, visiting
from approval import people, tasks
from approval.clocks import business_days_between
from forms import catalogue
from storage.tables import FILING_STATES, Batch, Decision, Filing, Job, Sheet, Task
from storage.work import TOKYO, Work

router = APIRouter(include_in_schema=False)
ENDED = ("returned", "withdrawn", "noticed")
PLACES = {"key": "/desk", "adjudicate": "/desk", "review": "/decisions", "approve": "/decisions"}


@dataclass(frozen=True, slots=True)
class Line:
    """Work of one step and kind that waits for me."""

    step: str
    kind: str
    count: int
    overdue: int
    oldest_days: int  # business days since the oldest one's receipt


@router.get("/")
def home(visit: Annotated[Visit, Depends(visiting("home"))]) -> Response:
    """The first page after signing in."""
    with visit.reading() as work:
        values: dict[str, Any] = {
            "lines": _mine(work),
            "done_today": _done_today(work),
            "centre": _centre(work),
            "door": _door(work) if visit.may("batch.correct") else None,
            "door_at": _door_at(work) if visit.may("batch.correct") else {},
            "hands": len(tasks.in_hand(work)) if visit.may("task.steal") else None,
            "titles": {kind: getattr(catalogue.form(kind).title, visit.language) for kind in catalogue.kinds()},
        }
    return page(visit, "home.html", places=PLACES, manager=visit.may("queue.manage"), **values)


def _mine(work: Work) -> list[Line]:
    found: dict[tuple[str, str], list[tasks.Waiting]] = {}
    for step in people.ROLES:
        for item in tasks.queue(work, (step,), limit=500):
            found.setdefault((step, item.kind), []).append(item)
    lines = []
    for (step, kind), items in found.items():
        overdue = sum(item.due_on < work.today for item in items)
        received = work.session.scalar(
            select(func.min(Filing.received_on)).where(Filing.id.in_([item.filing_id for item in items]))
        )
        age = business_days_between(received, work.today) if received else 0
        lines.append(Line(step, kind, len(items), overdue, age))
    return lines


def _done_today(work: Work) -> dict[str, int]:
    start = datetime.combine(work.today, time(), tzinfo=TOKYO)
    steps = work.session.scalars(select(Task.step).where(Task.done_by == work.actor_id, Task.done_at >= start))
    done = Counter(steps)
    decided = work.session.scalars(
        select(Decision.outcome).where(Decision.actor_id == work.actor_id, Decision.at >= start)
    )
    return dict(done + Counter(f"decision_{outcome}" for outcome in decided))


def _centre(work: Work) -> dict[str, object]:
    """Unfinished filings by state, and how many are due today or overdue."""
    states = dict(list(work.session.execute(select(Filing.state, func.count()).group_by(Filing.state))))
    unfinished = Filing.state.not_in(ENDED)
    overdue = work.session.scalar(select(func.count()).where(unfinished, Filing.due_on < work.today))
    today = work.session.scalar(select(func.count()).where(unfinished, Filing.due_on == work.today))
    return {
        "states": [(state, states.get(state, 0)) for state in FILING_STATES if state not in ENDED],
        "overdue": overdue or 0, "today": today or 0,
        "finished": sum(states.get(state, 0) for state in ENDED),
    }  # fmt: skip


def _door(work: Work) -> dict[str, int]:
    """What waits for reception: batches whose counts differ, sheets that could not be registered, jobs set aside."""
    count = select(func.count())
    return {
        "held": work.session.scalar(count.where(Batch.state == "held")) or 0,
        "unregistered": work.session.scalar(count.where(Sheet.state == "unregistered")) or 0,
        "poison": work.session.scalar(count.where(Job.state == "poison")) or 0,
    }


def _door_at(work: Work) -> dict[str, str | None]:
    """The oldest batch with each of these: where to begin."""
    oldest = select(Batch.id).order_by(Batch.created_at).limit(1)
    open_sheets = select(Sheet.batch_id).where(Sheet.state == "unregistered")
    return {
        "held": work.session.scalar(oldest.where(Batch.state == "held")),
        "unregistered": work.session.scalar(oldest.where(Batch.id.in_(open_sheets))),
        "poison": None,  # a job may belong to a filing, a page or a batch; whoever runs the place looks at /api/v1/jobs
    }
