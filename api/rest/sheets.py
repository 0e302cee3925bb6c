"""Pages and sheets: thumbnails, corrections by reception (kind and corners, attachment, order, rotation)."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Response
from pydantic import BaseModel, ConfigDict, Field

from api import images
from api.rest.batches import Corrects, own_batch
from api.security.errors import NotFound
from api.security.visit import Visit, visiting
from intake import corrections, custody
from storage.tables import Page, Sheet
from storage.work import Work

router = APIRouter(prefix="/api/v1", tags=["sheets"])
Sees = Annotated[Visit, Depends(visiting("image.view"))]
JPEG = {"Cache-Control": "private, max-age=600"}


class Strict(BaseModel):
    """Unknown members are refused."""

    model_config = ConfigDict(extra="forbid")


class Placed(Strict):
    """Kind and corners named by a person: page pixels, clockwise from the form's top left."""

    kind: str = Field(..., examples=["acquisition"])
    version: str | None = None
    corners: list[tuple[float, float]] = Field(..., min_length=4, max_length=4)


class Belongs(Strict):
    """The filing an attachment belongs to; none: the form before it."""

    filing: str | None = None


class Turn(Strict):
    """Degrees clockwise: 90, 180 or 270."""

    degrees: int


class Order(Strict):
    """Every page of the batch once, in the order it should have."""

    pages: list[str]


class Place(Strict):
    """Where the paper originals of a batch are."""

    box: str = Field(..., min_length=1, max_length=60)
    shelf: str = Field(..., min_length=1, max_length=60)
    holder: str = Field("", max_length=60)


class Purpose(Strict):
    """Why the whole picture is opened."""

    purpose: str = Field(..., min_length=1, max_length=200)


@router.get("/sheets/{sheet_id}")
def show(sheet_id: str, visit: Annotated[Visit, Depends(visiting("batch.view"))]) -> dict[str, Any]:
    """State, kind and registration of a sheet."""
    with visit.reading() as work:
        sheet = _sheet(work, visit, sheet_id)
        return {
            "id": sheet.id, "batch": sheet.batch_id, "page": sheet.page_id, "number": sheet.number,
            "state": sheet.state, "kind": sheet.kind, "version": sheet.version, "turned": sheet.turned,
            "residual_mm": sheet.residual_mm, "error": sheet.error, "separator": sheet.separator,
            "filing": sheet.filing_id,
        }  # fmt: skip


@router.get("/pages/{page_id}/thumbnail.jpg")
def thumbnail(page_id: str, visit: Annotated[Visit, Depends(visiting("batch.view"))]) -> Response:
    """The page at 40 dpi: told apart, not read."""
    with visit.reading() as work:
        _page(work, visit, page_id)
        data = images.page_thumbnail(work, visit.services.vault, page_id)
    return Response(data, media_type="image/jpeg", headers=JPEG)


@router.get("/pages/{page_id}/picture.jpg")
def picture(page_id: str, purpose: str, visit: Corrects) -> Response:
    """The whole page as received, logged as revealed: for placing a sheet that could not be registered."""
    with visit.reading() as work:
        page = _page(work, visit, page_id)
        data = images.page_picture(work, visit.services.vault, page_id, page.turned)
    visit.saw("reveal", [page_id], Purpose(purpose=purpose).purpose)
    return Response(data, media_type="image/jpeg", headers={"Cache-Control": "no-store"})


@router.post("/sheets/{sheet_id}/place", status_code=202)
def place(sheet_id: str, visit: Corrects, asked: Placed) -> dict[str, str]:
    """Read a sheet as the kind and at the corners that a person names."""
    with visit.writing() as work:
        sheet = corrections.place(work, sheet_id, asked.kind, asked.corners, asked.version)
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
        raise NotFound(what=f"page {page_id}")
    own_batch(work, visit, page.batch_id)
    return page


def _sheet(work: Work, visit: Visit, sheet_id: str) -> Sheet:
    sheet = work.session.get(Sheet, sheet_id)
    if sheet is None:
        raise NotFound(what=f"sheet {sheet_id}")
    own_batch(work, visit, sheet.batch_id)
    return sheet
