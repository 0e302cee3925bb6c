"""The letters of a filing: the issued notices, for the filer and for those who may take them out of the house."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends, Response

from api.openapi import LETTER
from api.rest.filings import notices_of, own_filing
from api.security.errors import NotFound
from api.security.visit import Visit, visiting

router = APIRouter(prefix="/api/v1/filings", tags=["filings"])


@router.get("/{filing_id}/notices/{kind}.pdf", response_class=Response, responses=LETTER)
def notice(filing_id: str, kind: str, visit: Annotated[Visit, Depends(visiting("filing.state"))]) -> Response:
    """The issued notice. The filer gets its own; anybody else needs `filing.view` and `export`."""
    if not visit.is_client:
        visit.need("filing.view")
        visit.need("export")
    with visit.reading() as work:
        own_filing(work, visit, filing_id)
        found = next((n for n in notices_of(work, filing_id) if n.kind == kind), None)
        if found is None or found.blob_id is None or found.issued_at is None:
            raise NotFound(what_ja=f"通知書 {kind}", what_en=f"notice {kind}")
        data = visit.services.vault.read(work.session, found.blob_id)
        number = found.number
    visit.saw("export", [filing_id], f"notice {number}")
    return Response(
        data, media_type="application/pdf", headers={"Content-Disposition": f'inline; filename="{number}.pdf"'}
    )
