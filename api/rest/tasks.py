"""Tasks: the queue, claims under a lease, drafts, submissions, and the pictures a task may see."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Response
from pydantic import Field, field_validator

from api import images
from api.desk import own_task, sheets_of, task_page
from api.openapi import PICTURE
from api.rest.paging import LIMIT, Limit
from api.rest.pictures import JPEG
from api.rest.values import Label, Note, Reason, Strict
from api.security.errors import NotFound
from api.security.visit import Visit, visiting
from approval import adjudicate, fields, keying, review, tasks
from storage.faults import Fault
from storage.tables import Filing

router = APIRouter(prefix="/api/v1/tasks", tags=["tasks"])
Step = Literal["key", "adjudicate", "review", "approve"]
Here = Annotated[Visit, Depends(visiting("task.work"))]
Alive = Annotated[Visit, Depends(visiting("task.work", touches=False))]
Reviews = Annotated[Visit, Depends(visiting("task.review"))]


class ClaimAsked(Strict):
    """Claim the first task of a step that you may take, or one by its id."""

    step: Step | None = Field(None, examples=["key"])
    task: Label | None = None


class Held(Strict):
    """The token of the claim."""

    token: Label


class Draft(Held):
    """What was typed so far."""

    values: dict[str, Any]

    @field_validator("values")
    @classmethod
    def _storable(cls, values: dict[str, Any]) -> dict[str, Any]:
        try:
            json.dumps(values, ensure_ascii=False).encode()  # half a surrogate pair is no character
        except UnicodeEncodeError as error:
            raise Fault("文字列ではない", "not text") from error
        return values


class Typed(Strict):
    """A value in the form of the contract; null: unreadable. `struck`: the writing is struck out."""

    value: str | None = Field(..., max_length=400, examples=["5210527"])
    struck: bool = False


class Submission(Held):
    """The reading of every field of the task; fields of `blank_blocks` need none."""

    values: dict[str, Typed] = Field(..., examples=[{"entries[0].birth": {"value": "5210527"}}])
    blank_blocks: list[Label] = Field([], max_length=100, examples=[["entries[1]"]])


class Why(Strict):
    """Why."""

    reason: Reason


class Person(Held):
    """Who a subject of the filing is: a person of the register, or (null) a new one."""

    person: Label | None


class Pair(Held):
    """Whether two filings tell of the same event."""

    same: bool
    note: Note = ""


@router.get("")
def waiting(visit: Here, step: Step | None = None, limit: Limit = LIMIT) -> dict[str, Any]:
    """What waits for you, own claims first, then by priority, due date and age. Nothing personal."""
    with visit.reading() as work:
        found = tasks.queue(work, None if step is None else (step,), limit)
    return {"items": [asdict(item) for item in found]}


@router.post("/claim")
def claim(visit: Here, asked: ClaimAsked) -> dict[str, Any]:
    """Claim a task: the token goes with every call until it is done or released. 404 `not_found` if none waits."""
    with visit.writing() as work:
        if asked.task is not None:
            held: tasks.Claim | None = tasks.claim(work, asked.task)
        else:
            held = tasks.claim_next(work, asked.step or "key")
    if held is None:
        raise NotFound(what_ja=f"作業 {asked.step}", what_en=f"task {asked.step}")
    return asdict(held)


@router.get("/{task_id}")
def show(task_id: str, visit: Here) -> dict[str, Any]:
    """The desk's view of a key or adjudicate task that you hold."""
    with visit.reading() as work:
        page = task_page(work, task_id, visit.language)
    visit.saw("view", [page["filing"]["id"]], f"task {page['step']} {task_id}")
    numbers = [field["id"] for field in page["fields"] if field["key"] == images.MASKED and field.get("values")]
    if numbers:  # the readings of a number stand side by side: that shows it
        visit.saw("reveal", [page["filing"]["id"], *numbers], f"task {page['step']} {task_id}")
    return page


@router.post("/{task_id}/heartbeat")
def heartbeat(task_id: str, visit: Alive, held: Held) -> dict[str, str]:
    """Hold on for another lease."""
    with visit.writing() as work:
        return {"lease_until": tasks.heartbeat(work, task_id, held.token).isoformat()}


@router.post("/{task_id}/release", status_code=204)
def release(task_id: str, visit: Here, held: Held) -> None:
    """Give it back; your draft stays yours."""
    with visit.writing() as work:
        tasks.release(work, task_id, held.token)


@router.post("/{task_id}/take-back", status_code=204)
def take_back(task_id: str, visit: Annotated[Visit, Depends(visiting("task.steal"))], why: Why) -> None:
    """A supervisor frees a task that somebody holds."""
    with visit.writing() as work:
        tasks.steal(work, task_id, why.reason)


@router.put("/{task_id}/draft", status_code=204)
def draft(task_id: str, visit: Here, kept: Draft) -> None:
    """Keep what was typed so far, sealed and for you alone."""
    with visit.writing() as work:
        tasks.save_draft(work, task_id, kept.token, kept.values)


@router.post("/{task_id}/submit", status_code=204)
def submit(task_id: str, visit: Here, said: Submission) -> None:
    """Hand in a key or adjudicate task. The flow goes on by itself."""
    given = {name: value.model_dump() for name, value in said.values.items()}
    with visit.writing() as work:
        task = tasks.get(work, task_id)
        if task.step == "adjudicate":
            visit.need("task.adjudicate")
            adjudicate.submit_adjudication(work, task_id, said.token, given)
        else:
            visit.need("task.key")
            keying.submit_key(work, task_id, said.token, given, said.blank_blocks)


@router.post("/{task_id}/subjects/{subject_id}", status_code=204)
def link(task_id: str, subject_id: str, visit: Reviews, who: Person) -> None:
    """Say, in a review, who a subject is."""
    with visit.writing() as work:
        review.link_subject(work, task_id, who.token, subject_id, person_id=who.person, new=who.person is None)


@router.post("/{task_id}/duplicates/{duplicate_id}", status_code=204)
def pair(task_id: str, duplicate_id: str, visit: Reviews, said: Pair) -> None:
    """Decide, in a review, whether two filings tell of the same event."""
    with visit.writing() as work:
        review.decide_duplicate(work, task_id, said.token, duplicate_id, same=said.same, note=said.note)


@router.get("/{task_id}/sheets/{sheet_id}.jpg", response_class=Response, responses=PICTURE)
def sheet(task_id: str, sheet_id: str, visit: Here) -> Response:
    """The registered sheet with My Numbers painted over."""
    with visit.reading() as work:
        task = own_task(work, task_id)
        _belongs(sheets_of(work, task.filing_id), sheet_id)
        data = images.sheet_picture(work, visit.services.vault, sheet_id)
    visit.saw("view", [task.filing_id, sheet_id], f"task {task.step} {task_id}")
    return Response(data, media_type="image/jpeg", headers=JPEG)


@router.get("/{task_id}/crops/{field_id}.jpg", response_class=Response, responses=PICTURE)
def crop(task_id: str, field_id: str, visit: Here) -> Response:
    """One field that the task asks for, its number in clear: logged as revealed."""
    with visit.reading() as work:
        task = own_task(work, task_id, "key", "adjudicate")
        filing = work.session.get_one(Filing, task.filing_id)
        field = fields.field(fields.form_of(filing), field_id)
        asked = tasks.asked(task)
        if asked is not None and field_id not in asked:
            raise NotFound(what=field_id)
        sheet_id = sheets_of(work, filing.id)[0]
        data = images.field_crop(work, visit.services.vault, sheet_id, field_id, reveal=True)
    action = "reveal" if field.key == images.MASKED else "view"
    visit.saw(action, [filing.id, field_id], f"task {task.step} {task_id}")
    return Response(data, media_type="image/jpeg", headers=JPEG)


@router.get("/{task_id}/attachments/{page_id}.jpg", response_class=Response, responses=PICTURE)
def attachment(task_id: str, page_id: str, visit: Here) -> Response:
    """A whole page of the filing's papers (添付書類), for who decides on it: logged as revealed."""
    with visit.reading() as work:
        task = own_task(work, task_id, "review", "approve")
        data = images.attachment_picture(work, visit.services.vault, task.filing_id, page_id)
    visit.saw("reveal", [task.filing_id, page_id], f"task {task.step} {task_id}")
    return Response(data, media_type="image/jpeg", headers=JPEG)


def _belongs(sheets: list[str], sheet_id: str) -> None:
    if sheet_id not in sheets:
        raise NotFound(what=sheet_id)
