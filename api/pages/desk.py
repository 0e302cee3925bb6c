"""The desk: what waits to be keyed or adjudicated, and the task in hand."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response
from fastapi.responses import RedirectResponse

from api.catalogue import texts
from api.desk import task_page
from api.pages.render import page
from api.security.visit import Visit, visiting
from approval import tasks
from forms import catalogue

router = APIRouter(prefix="/desk", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting("home"))]
STEPS = ("key", "adjudicate")


def _steps(visit: Visit) -> list[str]:
    found = [step for step in STEPS if visit.may(f"task.{step}")]
    if not found:
        visit.need("task.key")
    return found


def _words(language: str) -> dict[str, str]:
    """The texts of the area for the scripts."""
    return {key.removeprefix("desk."): both[language] for key, both in texts().items() if key.startswith("desk.")}


@router.get("")
def show(visit: Here, done: str = "") -> Response:
    """The queue of a keyer."""
    steps = _steps(visit)
    with visit.reading() as work:
        lists = {step: tasks.queue(work, (step,)) for step in steps}
    titles = {kind: getattr(catalogue.form(kind).title, visit.language) for kind in catalogue.kinds()}
    counts = {step: len(items) for step, items in lists.items()}
    return page(visit, "desk_list.html", steps=steps, lists=lists, counts=counts, titles=titles, done=done)


@router.post("/next/{step}")
def take_next(step: str, visit: Here) -> Response:
    """Claim the next task of a step and open it."""
    visit.need(f"task.{step}" if step in STEPS else "task.key")
    with visit.writing() as work:
        held = tasks.claim_next(work, step)
    return RedirectResponse("/desk" if held is None else f"/desk/tasks/{held.task_id}", status_code=303)


@router.post("/open/{task_id}")
def open_one(task_id: str, visit: Here) -> Response:
    """Claim this task and open it."""
    with visit.writing() as work:
        tasks.claim(work, task_id)
    return RedirectResponse(f"/desk/tasks/{task_id}", status_code=303)


@router.get("/tasks/{task_id}")
def work_on(task_id: str, visit: Here) -> Response:
    """The sheet beside the fields."""
    with visit.reading() as work:
        task = task_page(work, task_id, visit.language)
    visit.saw("view", [task["filing"]["id"]], f"task {task['step']} {task_id}")
    return page(visit, "desk_task.html", task=task, texts=_words(visit.language))
