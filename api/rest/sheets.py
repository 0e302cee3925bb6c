"""Pages and sheets: thumbnails, corrections by reception (kind and corners, attachment, order, rotation)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Response
from pydantic import Field

from api import images
from api.openapi import PICTURE
from api.rest.batches import Corrects, Views, own_batch
from api.rest.values import LINE, Label, Strict
from api.security.errors import NotFound
from api.security.visit import Visit, visiting
from intake import corrections, custody
from storage.tables import Page, Sheet
from storage.work import Work

router = APIRouter(prefix="/api/v1", tags=["sheets"])
JPEG = {"Cache-Control": "private, max-age=600"}  # a thumbnail is told apart, not read
Pixel = Annotated[float, Field(ge=-100_000, le=100_000, allow_inf_nan=False)]
Corner = Annotated[list[Pixel], Field(min_length=2, max_length=2)]


class Placed(Strict):
    """Kind and corners named by a person: page pixels, clockwise from the form's top left."""

    kind: Label = Field(..., examples=["acquisition"])
    version: Label | None = None
    corners: list[Corner] = Field(
        ..., min_length=4, max_length=4, examples=[[[10, 12], [1660, 14], [1658, 2350], [9, 2348]]]
    )


class Belongs(Strict):
    """The filing an attachment belongs to; none: the form before it."""

    filing: Label | None = None


class Turn(Strict):
    """Degrees clockwise: 90, 180 or 270."""

    degrees: int = Field(..., examples=[180])


class Order(Strict):
    """Every page of the batch once, in the order it should have."""

    pages: list[Label] = Field(..., max_length=20_000, examples=[["9f2c...", "07ab..."]])


class Place(Strict):
    """Where the paper originals of a batch are."""

    box: Annotated[str, Field(min_length=1, max_length=60, pattern=LINE, examples=["2026-11-A12"])]
    shelf: Annotated[str, Field(min_length=1, max_length=60, pattern=LINE, examples=["B-3"])]
    holder: Label = ""


@router.get("/sheets/{sheet_id}")
def show(sheet_id: str, visit: Views) -> dict[str, Any]:
    """State, kind and registration of a sheet."""
    with visit.reading() as work:
        sheet = _sheet(work, visit, sheet_id)
        return {
            "id": sheet.id, "batch": sheet.batch_id, "page": sheet.page_id, "number": sheet.number,
            "state": sheet.state, "kind": sheet.kind, "version": sheet.version, "turned": sheet.turned,
            "residual_mm": sheet.residual_mm, "error": sheet.error, "separator": sheet.separator,
            "filing": sheet.filing_id,
        }  # fmt: skip


@router.get("/pages/{page_id}/thumbnail.jpg", response_class=Response, responses=PICTURE)
def thumbnail(page_id: str, visit: Views) -> Response:
    """The page at 40 dpi: told apart, not read."""
    with visit.reading() as work:
        _page(work, visit, page_id)
        data = images.page_thumbnail(work, visit.services.vault, page_id)
    return Response(data, media_type="image/jpeg", headers=JPEG)


@router.get("/pages/{page_id}/picture.jpg", response_class=Response, responses=PICTURE)
def picture(page_id: str, visit: Corrects, purpose: Annotated[str, Query(min_length=1, max_length=200)]) -> Response:
    """The whole page as received, logged as revealed: for placing a sheet that could not be registered."""
    with visit.reading() as work:
        page = _page(work, visit, page_id)
        data = images.page_picture(work, visit.services.vault, page_id, page.turned)
    visit.saw("reveal", [page_id], purpose)
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.post("/sheets/{sheet_id}/place", status_code=202)
def place(sheet_id: str, visit: Corrects, asked: Placed) -> dict[str, str]:
    """Read a sheet as the kind and at the corners that a person names."""
    with visit.writing() as work:
        corners = [(x, y) for x, y in asked.corners]
        sheet = corrections.place(work, sheet_id, asked.kind, corners, asked.version)
        return {"id": sheet.id, "state": sheet.state}


@router.post("/sheets/{sheet_id}/attachment", status_code=204)
def attachment(sheet_id: str, visit: Corrects, belongs: Belongs | None = None) -> None:
    """The sheet is an attachment."""
    with visit.writing() as work:
        corrections.attach(work, sheet_id, belongs.filing if belongs else None)


@router.post("/sheets/{sheet_id}/nothing", status_code=204)
def nothing(sheet_id: str, visit: Corrects) -> None:
    """The sheet holds nothing that belongs to a filing: kept, and set aside."""
    with visit.writing() as work:
        corrections.set_aside(work, sheet_id)


@router.post("/pages/{page_id}/turn", status_code=204)
def turn(page_id: str, visit: Corrects, by: Turn) -> None:
    """Turn a page and read it again."""
    with visit.writing() as work:
        corrections.turn(work, page_id, by.degrees)


@router.post("/pages/{page_id}/read-again", status_code=202)
def read_again(page_id: str, visit: Corrects) -> None:
    """Read a page anew, e.g. after reading it was given up. Not possible once one of its sheets is a filing."""
    with visit.writing() as work:
        corrections.read_again(work, page_id)


@router.post("/batches/{batch_id}/order", status_code=204)
def order(batch_id: str, visit: Corrects, asked: Order) -> None:
    """Put the pages into another order; attachments follow the form that is then before them."""
    with visit.writing() as work:
        corrections.reorder(work, batch_id, asked.pages)


@router.post("/batches/{batch_id}/place", status_code=204)
def store(batch_id: str, visit: Annotated[Visit, Depends(visiting("custody.write"))], asked: Place) -> None:
    """Record the place (所在) of the paper originals."""
    with visit.writing() as work:
        custody.store(work, batch_id, box=asked.box, shelf=asked.shelf, holder=asked.holder)


def _page(work: Work, visit: Visit, page_id: str) -> Page:
    page = work.session.get(Page, page_id)
    if page is None:
        raise NotFound(what_ja=f"ページ {page_id}", what_en=f"page {page_id}")
    own_batch(work, visit, page.batch_id)
    return page


def _sheet(work: Work, visit: Visit, sheet_id: str) -> Sheet:
    sheet = work.session.get(Sheet, sheet_id)
    if sheet is None:
        raise NotFound(what_ja=f"用紙 {sheet_id}", what_en=f"sheet {sheet_id}")
    own_batch(work, visit, sheet.batch_id)
    return sheet
