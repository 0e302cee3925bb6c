"""Intake: new batches, the list that lives, the light-table of a batch, and placing a sheet by hand."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from sqlalchemy import select

from api.batch_view import batch_view, progress
from api.catalogue import text, texts
from api.pages.render import page
from api.rest.batches import own_batch
from api.security.errors import NotFound
from api.security.visit import Visit, visiting
from forms import catalogue
from intake import custody
from storage.tables import Batch, Page, Sheet

router = APIRouter(prefix="/intake", include_in_schema=False)
Here = Annotated[Visit, Depends(visiting("batch.view"))]
_SHOWN = 60


def words(area: str, language: str) -> dict[str, str]:
    """The texts of an area for the scripts of a page."""
    start = f"{area}."
    return {key.removeprefix(start): both[language] for key, both in texts().items() if key.startswith(start)}


def titles(language: str) -> dict[str, str]:
    """The titles of all kinds."""
    return {kind: getattr(catalogue.form(kind).title, language) for kind in catalogue.kinds()}


@router.get("")
def show(visit: Here) -> Response:
    """The list of batches, and the form for a new one."""
    with visit.reading() as work:
        newest = work.session.scalars(select(Batch).order_by(Batch.created_at.desc()).limit(_SHOWN)).all()
        rows: list[dict[str, Any]] = [progress(work, batch) for batch in newest]
        today = work.today
    return page(visit, "intake.html", batches=rows, today=today.isoformat(), texts=words("intake", visit.language))


@router.get("/{batch_id}")
def show_batch(batch_id: str, visit: Here) -> Response:
    """One batch: its pages in order, what each is, and what needs a person."""
    with visit.reading() as work:
        batch = own_batch(work, visit, batch_id)
        view = batch_view(work, batch)
        log = custody.history(work, batch_id)
        today = work.today.isoformat()
    stages = [text(f"intake.stage_{stage}", visit.language) for stage in view["set_aside"]]
    return page(
        visit, "batch.html", batch=view, custody=log, today=today, set_aside=stages, titles=titles(visit.language),
        received_on=date.fromisoformat(view["received_on"]), texts=words("intake", visit.language),
    )  # fmt: skip


@router.get("/{batch_id}/place/{sheet_id}")
def place(batch_id: str, sheet_id: str, visit: Annotated[Visit, Depends(visiting("batch.correct"))]) -> Response:
    """Name kind and corners of a sheet that could not be registered."""
    with visit.reading() as work:
        sheet = work.session.get(Sheet, sheet_id)
        if sheet is None or sheet.batch_id != batch_id:
            raise NotFound(what=sheet_id)
        image = work.session.get_one(Page, sheet.page_id)
        width, height = image.width or 1, image.height or 1
        if image.turned % 180:
            width, height = height, width
        values = {"sheet": sheet.id, "page": image.id, "width": width, "height": height, "kind": sheet.kind}
    return page(
        visit,
        "place.html",
        batch_id=batch_id,
        placing=values,
        titles=titles(visit.language),
        texts=words("intake", visit.language),
    )
