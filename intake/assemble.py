"""Stage `assemble`: a complete batch is counted and released; forms become filings, attachments follow them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from forms import catalogue
from intake import raster
from intake.filings import File, file_sheet
from intake.pages import complete, lock
from intake.runtime import Runtime
from intake.sheets import sheets_in_order
from intake.step import Event, Step, Steps
from storage import audit
from storage.tables import Batch, Blob, Filing, Page, Sheet
from storage.vault import Staged
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Counts:
    """What was found in a batch. `pages` leaves out separators and blank pages: nobody counts those at the door."""

    pieces: int
    pages: int

    def differ(self, batch: Batch) -> bool:
        return (batch.declared_pieces is not None and batch.declared_pieces != self.pieces) or (
            batch.declared_pages is not None and batch.declared_pages != self.pages
        )


def count(work: Work, batch_id: str) -> Counts:
    """Forms (also those that could not be registered yet) and pages of the batch."""
    pieces, pages = 0, set()
    for sheet, page in sheets_in_order(work, batch_id):
        pieces += sheet.state in {"form", "filed", "unregistered"}
        if sheet.state not in {"separator", "blank"}:
            pages.add(page.id)
    return Counts(pieces, len(pages))


def assemble(runtime: Runtime, batch_id: str) -> Steps:
    """closed -> released, or held if the counts differ and nobody accepted them. Run again after each correction."""
    with runtime.reading() as work:
        batch = work.session.get(Batch, batch_id)
        if batch is None or batch.state in {"open", "held"} or not complete(work, batch):
            return
    yield _release(batch_id)
    with runtime.reading() as work:
        batch = work.session.get(Batch, batch_id)
        if batch is None or batch.state != "released":
            return
        waiting = [sheet.id for sheet, _ in sheets_in_order(work, batch_id) if sheet.state == "form"]
    for sheet_id in waiting:
        yield from _file(runtime, sheet_id)
    yield from _attach(runtime, batch_id)


def _release(batch_id: str) -> Step:
    def apply(work: Work) -> Iterable[Event]:
        batch = lock(work, batch_id)
        if batch.state != "closed" or not complete(work, batch):
            return []
        found = count(work, batch_id)
        detail = {"pieces": found.pieces, "pages": found.pages,
                  "declared_pieces": batch.declared_pieces, "declared_pages": batch.declared_pages}  # fmt: skip
        if found.differ(batch) and batch.count_accepted is None:
            batch.state, batch.n = "held", batch.n + 1
            audit.record(work, "batch.held", "batch", batch.id, batch.id, detail)
            return []
        _under_separators(work, batch_id)
        batch.state, batch.n = "released", batch.n + 1
        audit.record(work, "batch.released", "batch", batch.id, batch.id, detail)
        return []

    return apply


def _under_separators(work: Work, batch_id: str) -> None:
    """Each sheet knows the separator in force: the last one before it."""
    force: Any = None
    for sheet, _ in sheets_in_order(work, batch_id):
        if sheet.state == "separator":
            force = sheet.separator
        else:
            sheet.under = force


def _file(runtime: Runtime, sheet_id: str) -> Steps:
    """One form sheet becomes one filing."""
    with runtime.reading() as work:
        sheet = work.session.get(Sheet, sheet_id)
        page = work.session.get(Page, sheet.page_id) if sheet else None
        if sheet is None or page is None or sheet.state != "form" or page.image_id is None:
            return
        form = catalogue.form(sheet.kind or "", sheet.version)
        pixels = raster.decode(runtime.vault.read(work.session, page.image_id))
        picture = raster.upright(pixels, sheet.transform, form.pages[0])
    data, media_type = raster.encode(picture)
    staged = runtime.vault.stage([data])

    def apply(work: Work) -> Iterable[Event]:
        batch = lock(work, sheet.batch_id)
        filing = file_sheet(work, File(batch, sheet_id, form), runtime.vault, staged, media_type)
        if filing is None:
            runtime.vault.store.remove(staged.name)
            return []
        return [Event("filing_made", filing.id, filing.priority, filing.due_on)]

    yield apply


def _attach(runtime: Runtime, batch_id: str) -> Steps:
    """Each attachment belongs to the form before it (R3); behind a sheet that is still unregistered it waits."""
    with runtime.reading() as work:
        plan = attachments(work, batch_id)
    for sheet_id, filing_id in plan.items():
        copied = copy_picture(runtime, sheet_id)
        if copied is not None:
            yield _attached(runtime, sheet_id, filing_id, *copied)


def copy_picture(runtime: Runtime, sheet_id: str) -> tuple[Staged, str] | None:
    """The page of an attachment, staged anew so that it can lie under its filing's key."""
    with runtime.reading() as work:
        sheet = work.session.get(Sheet, sheet_id)
        page = work.session.get(Page, sheet.page_id) if sheet else None
        blob = work.session.get(Blob, page.image_id) if page and page.image_id else None
        if blob is None:
            return None
        chunks, media_type = runtime.vault.stream(work.session, blob.id), blob.media_type
    return runtime.vault.stage(chunks), media_type


def _attached(runtime: Runtime, sheet_id: str, filing_id: str, picture: Staged, media_type: str) -> Step:
    def apply(work: Work) -> Iterable[Event]:
        sheet, filing = work.session.get(Sheet, sheet_id), work.session.get(Filing, filing_id)
        if sheet is None or filing is None or sheet.state != "attachment":
            runtime.vault.store.remove(picture.name)
            return []
        lock(work, sheet.batch_id)
        blob = runtime.vault.keep(work.session, filing.key_id, picture, media_type)
        sheet.state, sheet.filing_id, sheet.image_id = "attached", filing_id, blob.id
        audit.record(work, "sheet.attached", "sheet", sheet.id, filing_id, {"page": sheet.page_id})
        return []

    return apply


def attachments(work: Work, batch_id: str) -> dict[str, str]:
    """Which filing each waiting attachment belongs to: sheet id -> filing id. A separator ends a filing."""
    plan: dict[str, str] = {}
    before: str | None = None
    for sheet, _ in sheets_in_order(work, batch_id):
        named = (sheet.placed or {}).get("filing")  # a person said whose it is
        if sheet.state == "attachment" and named:
            plan[sheet.id] = named
        elif sheet.state == "filed":
            before = sheet.filing_id
        elif sheet.state in {"unregistered", "form", "separator"}:
            before = None
        elif sheet.state == "attachment" and before is not None:
            plan[sheet.id] = before
    return plan
