"""Decisions: made on the version that was seen, with the token of the task; listed, and of one filing with reasons."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from fastapi import APIRouter, Depends, Query, Request, Response
from pydantic import ConfigDict, Field
from sqlalchemy import select

from api.blind import look
from api.filing_view import filing_row, plain
from api.rest import conditional, idempotency
from api.rest.conditional import VersionMismatch, version_seen
from api.rest.filings import Views, own_filing
from api.rest.idempotency import once
from api.rest.paging import LIMIT, Cursor, Limit, PageOf, newest_first
from api.rest.values import Label, Note, Strict
from api.security.errors import Invalid, NotFound
from api.security.visit import Visit, visiting
from approval import decide, people, review, tasks, views
from approval.errors import StaleVersion
from storage.tables import Decision, Filing
from storage.work import Work

router = APIRouter(prefix="/api/v1", tags=["decisions"])
Decides = Annotated[Visit, Depends(visiting("filing.view", "task.decide"))]
Outcome = Literal["pass", "approve", "send_back", "return", "hold", "resume"]
_NEEDS: dict[str, str] = {"pass": "task.review", "approve": "task.approve"}


class NewDecision(Strict):
    """One decision. All but `resume` need the task that you hold and its token.

    `reason`: what is written to the file (send_back, return and hold need it; approve, to go on past blocking
    findings). `code`: the return reason. `entries`: single entries to return. `fields`: what is to be read again.
    """

    model_config = ConfigDict(json_schema_extra={"examples": [
        {"outcome": "approve", "task": "0b5c...", "token": "5d1e..."},
        {"outcome": "return", "task": "0b5c...", "token": "5d1e...", "code": "proof", "reason": "添付書類不足"}
    ]})  # fmt: skip
    outcome: Outcome
    task: Label | None = None
    token: Label | None = None
    reason: Note = ""
    code: Label = ""
    fields: list[Label] = Field([], max_length=20_000)
    entries: list[Label] | None = Field(None, max_length=500)


@router.post(
    "/filings/{filing_id}/decisions", status_code=201,
    openapi_extra={"parameters": conditional.DESCRIBED["parameters"] + idempotency.DESCRIBED["parameters"]},
)  # fmt: skip
def decide_on(filing_id: str, visit: Decides, said: NewDecision, request: Request) -> Response:
    """Decide on the version that If-Match names (the filing's ETag). Four eyes hold as everywhere."""
    if said.outcome in _NEEDS:
        visit.need(_NEEDS[said.outcome])
    n = version_seen(request)

    def act(work: Work) -> tuple[int, dict[str, Any], dict[str, str]]:
        filing = own_filing(work, visit, filing_id)
        _act(work, filing, said, n)
        work.session.refresh(filing)
        return 201, filing_row(filing), {"ETag": f'"{filing.n}"', "Location": f"/api/v1/filings/{filing_id}"}

    try:
        return once(visit, request, said.model_dump_json().encode() + f"\n{n}".encode(), act)
    except StaleVersion as error:
        with visit.reading() as work:
            raise VersionMismatch(n=own_filing(work, visit, filing_id).n) from error


def _act(work: Work, filing: Filing, said: NewDecision, n: int) -> None:
    if said.outcome == "resume":
        decide.resume(work, filing.id, n, said.reason)
        return
    task, token = said.task, said.token
    if task is None or token is None:
        raise Invalid(
            why_ja="taskとtokenには、受け持っている作業とその引受けの番号を入れる",
            why_en="task and token: the task that you hold, and the token of its claim",
        )
    if tasks.get(work, task).filing_id != filing.id:
        raise NotFound(what_ja=f"届書 {filing.id} の作業 {task}", what_en=f"task {task} of filing {filing.id}")
    match said.outcome:
        case "pass":
            review.pass_review(work, task, token, n, said.reason)
        case "approve":
            decide.approve(work, task, token, n, said.reason)
        case "send_back":
            decide.send_back(work, task, token, n, said.fields, said.reason)
        case "return":
            decide.return_to_filer(work, task, token, n, said.code, said.reason, said.entries)
        case "hold":
            decide.put_on_hold(work, task, token, n, said.reason)


@router.get("/filings/{filing_id}/decisions")
def of_filing(filing_id: str, visit: Views) -> dict[str, Any]:
    """Every decision on a filing in order, with its reason and who made it."""
    look(visit, filing_id)
    with visit.reading() as work:
        found = [plain(row) for row in views.decisions(work, own_filing(work, visit, filing_id))]
    visit.saw("view", [filing_id], "decisions over REST")
    return {"items": found}


@router.get("/decisions")
def list_decisions(
    visit: Views,
    outcome: Outcome | None = None,
    step: Literal["review", "approve"] | None = None,
    by: Annotated[str | None, Query(max_length=40, description="account id")] = None,
    cursor: Cursor = None,
    limit: Limit = LIMIT,
) -> PageOf:
    """Decisions, newest first: on what, by whom, on which version. Reasons stand with the filing, not here."""
    query = select(Decision)
    for column, value in ((Decision.outcome, outcome), (Decision.step, step), (Decision.actor_id, by)):
        if value is not None:
            query = query.where(column == value)
    with visit.reading() as work:
        return newest_first(work.session, query, Decision.at, Decision.id, lambda row: _row(work, row), cursor, limit)


def _row(work: Work, row: Decision) -> dict[str, Any]:
    filing = work.session.get_one(Filing, row.filing_id)
    return {
        "id": row.id, "filing": row.filing_id, "number": filing.number, "kind": filing.kind, "entry": row.entry_id,
        "step": row.step, "outcome": row.outcome, "code": row.reason_code, "n": row.filing_n, "by": row.actor_id,
        "who": people.name_of(work, row.actor_id), "at": row.at.isoformat(),
    }  # fmt: skip
