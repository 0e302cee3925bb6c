"""Stages `read` and `place`: a page becomes its sheets; a sheet that a person placed is read by kind and corners."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, replace
from typing import Any

from sqlalchemy import select

from forms import marks
from intake import confidence, raster
from intake.confidence import Measured
from intake.errors import NoSuchBatch, NotRead
from intake.pages import complete, lock
from intake.runtime import Runtime
from intake.step import Event, Last, Step, Steps
from ocr.candidates import Candidate, Use
from ocr.types import Corners, EngineReading, FieldReading, PageImage, SheetReading
from storage import audit
from storage.errors import TodokeError
from storage.tables import Batch, Blob, Page, Sheet
from storage.work import Work

READINGS = "sheet.readings"  # sealing context


def read(runtime: Runtime, page_id: str) -> Steps:
    """decoded -> read. Nothing is done for a page that has its sheets already."""
    with runtime.reading() as work:
        page = _page(work, page_id)
        if page.state != "decoded":
            return
        image, turned = load_image(runtime, work, page), page.turned
        measure = confidence.in_force(work)
    readings = measure.of(runtime, runtime.reader.read(image))
    yield Last(_sheets_of(page_id, turned, readings))


def load_image(runtime: Runtime, work: Work, page: Page) -> PageImage:
    """The stored raster with its text layer, turned as a person said."""
    if page.image_id is None:
        raise NoSuchBatch(what_ja="画像", what_en="picture")
    pixels = raster.decode(runtime.vault.read(work.session, page.image_id))
    text = runtime.vault.read(work.session, page.text_id) if page.text_id else None
    words, widgets = raster.decode_text(text)
    return raster.turned(PageImage(pixels, page.dpi or 0.0, words, widgets), page.turned)


def _sheets_of(page_id: str, turned: int, measured: Measured) -> Step:
    readings = measured.sheets

    def apply(work: Work) -> Iterable[Event]:
        page = _page(work, page_id)
        batch = lock(work, page.batch_id)
        if page.state != "decoded" or page.turned != turned:
            return []  # turned while it was read: the turn has asked for another reading
        for number, reading in enumerate(readings, start=1):
            sheet = _sheet(work, batch, page, replace(reading, number=number))
            sheet.calibration_id, sheet.reader = measured.calibration_id, measured.reader
            work.session.add(sheet)
        page.state = "read"
        audit.record(
            work, "page.read", "page", page.id, batch.id,
            {"sheets": [{"number": n, "state": r.status, "kind": r.kind} for n, r in enumerate(readings, start=1)]},
        )  # fmt: skip
        return complete(work, batch)

    return apply


def _sheet(work: Work, batch: Batch, page: Page, reading: SheetReading) -> Sheet:
    sheet = Sheet(batch_id=batch.id, page_id=page.id, number=reading.number, state=reading.status)
    describe(work, batch, page, sheet, reading)
    return sheet


def describe(work: Work, batch: Batch, page: Page, sheet: Sheet, reading: SheetReading) -> None:
    """Write what the reader said onto the sheet; field readings are sealed under the batch's key."""
    sheet.state = reading.status
    sheet.kind, sheet.version, sheet.turned = reading.kind, reading.version, (page.turned + reading.turned) % 360
    sheet.residual_mm = reading.residual_mm
    sheet.transform = raster.turn_back(reading.transform, page.turned, page.width or 0, page.height or 0)
    sheet.separator = separator(reading.separator)
    sheet.error = reading.error.as_dict() if reading.error else None
    sheet.readings = None
    if reading.status == "form":
        told = [asdict(field) for field in reading.fields]
        sheet.readings = work.keys.seal_json(work.session, batch.key_id, told, READINGS)


def fields_of(work: Work, batch: Batch, sheet: Sheet) -> list[FieldReading]:
    """The field readings that wait for the sheet's filing."""
    if sheet.readings is None:
        return []
    told: list[dict[str, Any]] = work.keys.unseal_json(work.session, batch.key_id, sheet.readings, READINGS)
    found = []
    for item in told:
        engines = tuple(EngineReading(**reading) for reading in item.pop("readings"))
        box = tuple(item.pop("box_mm"))
        candidates = tuple(Candidate(**one) for one in item.pop("candidates", ()))
        uses = tuple(Use(**one) for one in item.pop("uses", ()))
        found.append(FieldReading(**item, box_mm=box, readings=engines, candidates=candidates, uses=uses))
    return found


def separator(text: str | None) -> dict[str, str | None] | None:
    """The payload of a separator sheet: {"scheme", "code", "office"}; None if it is no code of ours."""
    code = marks.decode(text) if text else None
    return asdict(code) if isinstance(code, marks.SeparatorCode) else None


def place(runtime: Runtime, sheet_id: str) -> Steps:
    """unregistered -> form, by the kind and the corners that a person named (Sheet.placed)."""
    with runtime.reading() as work:
        sheet = work.session.get(Sheet, sheet_id)
        if sheet is None or not (sheet.placed or {}).get("corners") or sheet.state in {"form", "filed"}:
            return
        page = _page(work, sheet.page_id)
        image = load_image(runtime, work, page)
        told: dict[str, Any] = dict(sheet.placed or {})
        measure = confidence.in_force(work)
    corners: Corners = tuple(tuple(point) for point in told["corners"])  # type: ignore[assignment]
    try:
        reading = runtime.reader.read_placed(image, told["kind"], told["version"], corners)
    except TodokeError as error:
        reading = SheetReading(1, "unregistered", told["kind"], told["version"], error=error)
    yield Last(_placed(sheet_id, told, measure.of(runtime, (reading,))))


def _placed(sheet_id: str, told: dict[str, Any], measured: Measured) -> Step:
    (reading,) = measured.sheets

    def apply(work: Work) -> Iterable[Event]:
        sheet = work.session.get(Sheet, sheet_id)
        if sheet is None:
            raise NoSuchBatch(what_ja="用紙", what_en="sheet")
        batch, page = lock(work, sheet.batch_id), _page(work, sheet.page_id)
        if sheet.placed != told or sheet.state in {"form", "filed"}:
            return []  # placed again in the meantime: that placing has its own job
        sheet.filing_id = None
        drop_picture(work, sheet)
        describe(work, batch, page, sheet, reading)
        sheet.placed, sheet.calibration_id, sheet.reader = None, measured.calibration_id, measured.reader
        audit.record(
            work, "sheet.placed", "sheet", sheet.id, batch.id,
            {"kind": told["kind"], "version": told["version"], "state": sheet.state},
        )  # fmt: skip
        return complete(work, batch)

    return apply


def drop_picture(work: Work, sheet: Sheet) -> None:
    """The sheet's own picture is not needed any more. Its row goes; the object without a row is swept later."""
    blob = work.session.get(Blob, sheet.image_id) if sheet.image_id else None
    sheet.image_id = None
    if blob is not None:
        work.session.flush()
        work.session.delete(blob)


def give_up_reading(work: Work, page_id: str) -> list[Event]:
    """Reading was given up: the page keeps its picture and gets one refused sheet, so that its batch can go on."""
    page = _page(work, page_id)
    batch = lock(work, page.batch_id)
    if page.state != "decoded":
        return []
    work.session.add(Sheet(batch_id=batch.id, page_id=page.id, number=1, state="refused", error=NotRead().as_dict()))
    page.state = "read"
    audit.record(work, "page.not_read", "page", page.id, batch.id, {})
    return complete(work, batch)


def give_up_placing(work: Work, sheet_id: str) -> list[Event]:
    """The sheet stays unregistered and says why."""
    sheet = work.session.get(Sheet, sheet_id)
    if sheet is not None and sheet.placed is not None:
        sheet.placed, sheet.error = None, NotRead().as_dict()
    return []


def sheets_in_order(work: Work, batch_id: str) -> list[tuple[Sheet, Page]]:
    """Every sheet of the batch with its page, in the batch's order."""
    rows = work.session.execute(
        select(Sheet, Page)
        .join(Page, Sheet.page_id == Page.id)
        .where(Sheet.batch_id == batch_id)
        .order_by(Page.position, Page.id, Sheet.number)
    )
    return [(sheet, page) for sheet, page in rows]


def _page(work: Work, page_id: str) -> Page:
    page = work.session.get(Page, page_id)
    if page is None:
        raise NoSuchBatch(what_ja="ページ", what_en="page")
    return page
