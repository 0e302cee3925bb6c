"""What reception corrects by hand: the order of pages, turns, which sheet is a form and whose attachment a sheet is."""

from __future__ import annotations

from sqlalchemy import select

from forms import catalogue
from intake.batches import again
from intake.errors import BadIntake, NoSuchBatch, WrongSheetState
from intake.pages import lock
from intake.sheets import drop_picture
from storage import audit
from storage.queue import enqueue
from storage.tables import Batch, Filing, Page, Sheet
from storage.work import Work

_QUARTER = 90
# What a sheet may be re-assigned from. A filed form is a filing: it is returned or withdrawn there, never unmade here.
_TO_FORM = {"unregistered", "attachment", "attached", "blank", "separator", "refused"}
_TO_ATTACHMENT = {"unregistered", "blank", "attached", "separator", "refused"}


def reorder(work: Work, batch_id: str, page_ids: list[str]) -> Batch:
    """Put all pages of the batch into the given order; attachments follow the form that is now before them."""
    batch = lock(work, batch_id)
    pages = {page.id: page for page in work.session.scalars(select(Page).where(Page.batch_id == batch_id))}
    if sorted(page_ids) != sorted(pages):
        raise BadIntake(
            why_ja="並び順には束の全ページを一度ずつ入れる", why_en="the order must name every page of the batch once"
        )
    for place, page_id in enumerate(page_ids, start=1):
        pages[page_id].position = place * 10
    batch.n += 1
    audit.record(work, "batch.reordered", "batch", batch.id, batch.id, {"pages": page_ids})
    _follow_order(work, batch)
    return batch


def _follow_order(work: Work, batch: Batch) -> None:
    """Attachments are let go, so that `assemble` gives each to the form before it; those named by a person stay."""
    if batch.state == "released":
        query = select(Sheet).where(Sheet.batch_id == batch.id, Sheet.state == "attached", Sheet.placed.is_(None))
        for sheet in work.session.scalars(query).all():
            sheet.state, sheet.filing_id = "attachment", None
            drop_picture(work, sheet)
    again(work, batch)


def turn(work: Work, page_id: str, degrees: int) -> Page:
    """Turn a page clockwise by 90, 180 or 270 degrees more and read it again. Raises WrongSheetState if it is filed."""
    if degrees % _QUARTER or not degrees % 360:
        raise BadIntake(
            why_ja="ページの回転は90、180、270度のいずれか", why_en="a page is turned by 90, 180 or 270 degrees"
        )
    page = _page(work, page_id)
    lock(work, page.batch_id)
    _require_unfiled(work, page)
    page.turned = (page.turned + degrees) % 360
    _read_again(work, page)
    audit.record(work, "page.turned", "page", page.id, page.batch_id, {"turned": page.turned})
    return page


def read_again(work: Work, page_id: str) -> Page:
    """Read a page anew, e.g. after a form was added. Raises WrongSheetState if one of its sheets is a filing."""
    page = _page(work, page_id)
    lock(work, page.batch_id)
    _require_unfiled(work, page)
    _read_again(work, page)
    audit.record(work, "page.read_again", "page", page.id, page.batch_id, {})
    return page


def _read_again(work: Work, page: Page) -> None:
    """read -> decoded; its sheets go, as nothing rests on them, and are made anew."""
    for sheet in work.session.scalars(select(Sheet).where(Sheet.page_id == page.id)).all():
        drop_picture(work, sheet)
        work.session.delete(sheet)
    work.session.flush()
    page.state = "decoded"
    enqueue(work.session, "read", page.id, now=work.now)


def _require_unfiled(work: Work, page: Page) -> None:
    if page.image_id is None:
        raise WrongSheetState(state=page.state)
    states = set(work.session.scalars(select(Sheet.state).where(Sheet.page_id == page.id)))
    if "filed" in states:
        raise WrongSheetState(state="filed")


def place(
    work: Work, sheet_id: str, kind: str, corners: list[tuple[float, float]], version: str | None = None
) -> Sheet:
    """A person names the kind and the four corners (page px, clockwise from the form's top left); a job reads it.

    Raises UnknownForm, BadIntake, WrongSheetState.
    """
    sheet = _sheet(work, sheet_id, _TO_FORM)
    page = _page(work, sheet.page_id)
    if page.image_id is None:
        raise WrongSheetState(state="refused")
    form = catalogue.form(kind, version)
    points = [[float(x), float(y)] for x, y in corners]
    width, height = _shown(page)
    if len(points) != 4 or not all(-width < x < 2 * width and -height < y < 2 * height for x, y in points):
        raise BadIntake(
            why_ja="ページの上か近くに四隅の指定が必要", why_en="four corners on or near the page are needed"
        )
    sheet.placed = {"kind": form.kind, "version": form.version, "corners": points}
    enqueue(work.session, "place", sheet.id, now=work.now, priority=form.priority)
    audit.record(
        work, "sheet.named", "sheet", sheet.id, sheet.batch_id, {"kind": form.kind, "version": form.version}
    )  # fmt: skip
    return sheet


def _shown(page: Page) -> tuple[int, int]:
    """Width and height of the page as a person sees it."""
    width, height = page.width or 1, page.height or 1
    return (height, width) if page.turned % 180 else (width, height)


def attach(work: Work, sheet_id: str, filing_id: str | None = None) -> Sheet:
    """The sheet is an attachment: of the named filing of the same batch, else of the form before it."""
    sheet = _sheet(work, sheet_id, _TO_ATTACHMENT | {"attachment"})
    batch = lock(work, sheet.batch_id)
    if filing_id is not None:
        filing = work.session.get(Filing, filing_id)
        if filing is None or filing.batch_id != batch.id:
            raise NoSuchBatch(what_ja="届書", what_en="filing")
    before = sheet.state
    sheet.state, sheet.filing_id, sheet.error = "attachment", None, None
    drop_picture(work, sheet)
    sheet.placed = {"filing": filing_id} if filing_id else None
    audit.record(
        work, "sheet.reassigned", "sheet", sheet.id, batch.id, {"from": before, "to": "attachment", "filing": filing_id}
    )
    again(work, batch)
    return sheet


def set_aside(work: Work, sheet_id: str) -> Sheet:
    """The sheet holds nothing (a blank page taken for an attachment, a cover note): kept, and belongs to no filing."""
    sheet = _sheet(work, sheet_id, {"unregistered", "attachment", "attached"})
    batch = lock(work, sheet.batch_id)
    before = sheet.state
    sheet.state, sheet.filing_id, sheet.placed = "blank", None, None
    drop_picture(work, sheet)
    audit.record(work, "sheet.reassigned", "sheet", sheet.id, batch.id, {"from": before, "to": "blank"})
    again(work, batch)
    return sheet


def _sheet(work: Work, sheet_id: str, states: set[str]) -> Sheet:
    sheet = work.session.get(Sheet, sheet_id)
    if sheet is None:
        raise NoSuchBatch(what_ja="用紙", what_en="sheet")
    lock(work, sheet.batch_id)
    work.session.refresh(sheet)
    if sheet.state not in states:
        raise WrongSheetState(state=sheet.state)
    return sheet


def _page(work: Work, page_id: str) -> Page:
    page = work.session.get(Page, page_id)
    if page is None:
        raise NoSuchBatch(what_ja="ページ", what_en="page")
    return page
