"""Review and approval: the queue, the page of four bands, and the decision bar."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request, Response
from fastapi.responses import RedirectResponse

from api.desk import named_in
from api.pages import case
from api.pages.intake import titles
from api.pages.render import page
from api.rest.filings import look
from api.security.errors import BadRequest
from api.security.visit import Visit, visiting
from approval import decide, fields, review, tasks, views
from storage.tables import Filing

router = APIRouter(prefix="/decisions", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting("filing.view"))]
Text = Annotated[str, Form(max_length=1000)]
STEPS = ("review", "approve")


@router.get("")
def show(visit: Here) -> Response:
    """What waits to be reviewed or approved, and the newest filings."""
    steps = [step for step in STEPS if visit.may(f"task.{step}")]
    with visit.reading() as work:
        lists = {step: tasks.queue(work, (step,)) for step in steps}
    return page(visit, "decisions.html", steps=steps, lists=lists, titles=titles(visit.language))


@router.post("/next/{step}")
def take_next(step: str, visit: Here) -> Response:
    """Claim the next filing of a step."""
    if step not in STEPS:
        raise BadRequest(why=step)
    visit.need(f"task.{step}")
    with visit.writing() as work:
        held = tasks.claim_next(work, step)
    return RedirectResponse("/decisions" if held is None else f"/decisions/tasks/{held.task_id}", status_code=303)


@router.post("/open/{task_id}")
def open_one(task_id: str, visit: Here) -> Response:
    """Claim this filing."""
    with visit.writing() as work:
        tasks.claim(work, task_id)
    return RedirectResponse(f"/decisions/tasks/{task_id}", status_code=303)


@router.get("/tasks/{task_id}")
def work_on(task_id: str, visit: Here) -> Response:
    """One page, four bands: what is asked, what we know, what the system says, how we know it."""
    with visit.reading() as work:
        filing_id = tasks.get(work, task_id).filing_id
    look(visit, filing_id)
    with visit.reading() as work:
        task = tasks.get(work, task_id)
        view = views.review_view(work, filing_id)
        mine = task.state == "claimed" and task.claimed_by == visit.actor.id
        token = task.token if mine else None
        step = task.step
        form = fields.form_of(work.session.get_one(Filing, filing_id))
        attached = case.attachments(work, filing_id)
    visit.saw("view", named_in(view), f"task {step} {task_id}")
    blocks = [view.header, *(block for entry in view.entries for block in entry.blocks)]
    return page(
        visit, "decide.html", task=task_id, step=step, token=token, view=view, all_blocks=blocks,
        lease=tasks.LEASE.total_seconds(), asked=case.asked(view), rows=case.rows(view), labels=case.labels(view),
        attached=attached, size=form.pages[0], places=[] if view.channel == "efiling" else case.places(view, form),
    )  # fmt: skip


@router.post("/tasks/{task_id}/link")
def link(task_id: str, visit: Here, token: Text, subject: Text, person: Text = "", new: Text = "") -> Response:
    """Say who a subject is: a person of the register, or a new one."""
    with visit.writing() as work:
        review.link_subject(work, task_id, token, subject, person_id=person or None, new=bool(new))
    return _back(task_id)


@router.post("/tasks/{task_id}/duplicate")
def duplicate(task_id: str, visit: Here, token: Text, duplicate: Text, same: Text = "") -> Response:
    """Decide whether two filings tell of the same event."""
    with visit.writing() as work:
        review.decide_duplicate(work, task_id, token, duplicate, same=bool(same))
    return _back(task_id)


@router.post("/tasks/{task_id}/decide/{outcome}")
async def decision(outcome: str, task_id: str, request: Request, visit: Here) -> Response:
    """One of: pass, approve, send_back, return, hold. The version on the page decides who was faster."""
    from fastapi.concurrency import run_in_threadpool

    form = await request.form()
    given = {key: [str(item) for item in form.getlist(key)] for key in form}

    def one(key: str) -> str:
        return (given.get(key) or [""])[0].strip()

    def act() -> None:
        n = int(one("n")) if one("n").isdecimal() else 0  # no version of any filing
        token = one("token")
        with visit.writing() as work:
            if outcome == "pass":
                review.pass_review(work, task_id, token, n, one("reason"))
            elif outcome == "approve":
                decide.approve(work, task_id, token, n, one("reason"))
            elif outcome == "send_back":
                decide.send_back(work, task_id, token, n, given.get("fields", []), one("reason"))
            elif outcome == "return":
                decide.return_to_filer(
                    work, task_id, token, n, one("code"), one("reason"), given.get("entries") or None
                )
            elif outcome == "hold":
                decide.put_on_hold(work, task_id, token, n, one("reason"))
            else:
                raise BadRequest(why=outcome)

    await run_in_threadpool(act)
    return RedirectResponse("/decisions", status_code=303)


@router.post("/tasks/{task_id}/release")
def release(task_id: str, visit: Here, token: Text) -> Response:
    """Close the page and give the filing back to the queue."""
    with visit.writing() as work:
        tasks.release(work, task_id, token)
    return RedirectResponse("/decisions", status_code=303)


@router.post("/filings/{filing_id}/resume")
def resume(filing_id: str, visit: Here, reason: Text = "") -> Response:
    """Take a filing off hold."""
    with visit.writing() as work:
        filing = work.session.get_one(Filing, filing_id)
        decide.resume(work, filing_id, filing.n, reason)
    return RedirectResponse(f"/filings/{filing_id}", status_code=303)


def _back(task_id: str) -> Response:
    return RedirectResponse(f"/decisions/tasks/{task_id}", status_code=303)
