"""The sheet of a filing for those who review it: always with its My Numbers painted over, always logged."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api import images
from api.desk import form_sheet
from api.openapi import PICTURE
from api.security.visit import Visit, visiting

router = APIRouter(prefix="/api/v1/filings", tags=["filings"])
Sees = Annotated[Visit, Depends(visiting("filing.view", "image.view"))]
# Pictures of persons are not left in a browser's cache; within a page they are fetched once all the same.
JPEG = {"Cache-Control": "private, no-store"}


@router.get("/{filing_id}/sheet.jpg", response_class=Response, responses=PICTURE)
def sheet(filing_id: str, visit: Sees) -> Response:
    """The registered sheet, My Numbers painted over."""
    with visit.reading() as work:
        data = images.sheet_picture(work, visit.services.vault, form_sheet(work, filing_id).id)
    visit.saw("view", [filing_id], "sheet")
    return Response(data, media_type="image/jpeg", headers=JPEG)


@router.get("/{filing_id}/crops/{field_id}.jpg", response_class=Response, responses=PICTURE)
def crop(filing_id: str, field_id: str, visit: Sees) -> Response:
    """One field of the sheet; a My Number stays painted over."""
    with visit.reading() as work:
        data = images.field_crop(work, visit.services.vault, form_sheet(work, filing_id).id, field_id)
    visit.saw("view", [filing_id, field_id], "crop")
    return Response(data, media_type="image/jpeg", headers=JPEG)
