"""A form sheet becomes a filing: its number, its key, its picture, what the engines read, and its entries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select

from approval import clocks
from forms.model import Form
from intake.sheets import fields_of
from ocr.types import EngineReading, FieldReading
from storage import audit
from storage.tables import Batch, BatchFile, Blob, Duplicate, Entry, Filing, Page, Reading, Sheet
from storage.vault import Staged, Vault
from storage.work import Work

COMBINED = "combined"  # the engine's name where several, or knowledge, made the value


@dataclass(frozen=True, slots=True)
class File:
    """A form sheet that is to be filed, its batch (locked) and its form."""

    batch: Batch
    sheet_id: str
    form: Form


def file_sheet(work: Work, given: File, vault: Vault, picture: Staged, media_type: str) -> Filing | None:
    """form -> filed, with a new Filing in state `keying`. None if the sheet is filed already: nothing is done twice."""
    sheet = work.session.get(Sheet, given.sheet_id, populate_existing=True)
    if sheet is None or sheet.state != "form":
        return None
    filing = new_filing(work, given.batch, given.form)
    blob = vault.keep(work.session, filing.key_id, picture, media_type)
    readings = fields_of(work, given.batch, sheet)
    sheet.state, sheet.filing_id, sheet.image_id, sheet.readings = "filed", filing.id, blob.id, None
    work.session.add_all(Entry(filing_id=filing.id, number=number) for number in range(given.form.entries))
    for field in readings:
        work.session.add_all(_readings(work, filing, sheet, field))
    work.session.flush()
    same_bytes(work, filing, sheet)
    audit.record(
        work, "filing.received", "filing", filing.id, filing.id,
        {"number": filing.number, "kind": filing.kind, "version": filing.version, "batch": given.batch.id,
         "sheet": sheet.id, "entries": given.form.entries, "fields": len(readings)},
    )  # fmt: skip
    return filing


def new_filing(work: Work, batch: Batch, form: Form) -> Filing:
    """A filing of the batch in state `keying`, with its number and its own key."""
    taken = work.session.scalar(select(func.count()).select_from(Filing).where(Filing.batch_id == batch.id)) or 0
    filing = Filing(
        number=f"{batch.number}-{taken + 1:03}",
        kind=form.kind,
        version=form.version,
        channel=batch.channel,
        state="keying",
        key_id=work.keys.new_key(work.session, "filing"),
        batch_id=batch.id,
        received_on=batch.received_on,
        due_on=due_on(form, batch),
        priority=form.priority,
        created_at=work.now,
    )
    work.session.add(filing)
    work.session.flush()
    return filing


def due_on(form: Form, batch: Batch) -> date:
    """The last day of the service standard of the kind and channel (requirements.md)."""
    days: int = getattr(form.service, batch.channel)
    return clocks.due_on(batch.received_on, days)


def _readings(work: Work, filing: Filing, sheet: Sheet, field: FieldReading) -> list[Reading]:
    """One row an engine; a value an engine does not stand by stays NULL and is no reading.

    The sheet's reader has one word on a field, `field.value`: engines that said otherwise are kept beside it and do
    not stand. Where knowledge made of their words a value that none of them said, it has a row of its own, of the
    family of the engine it came from: it is no second view.
    """

    def sealed(text: str | None, context: str) -> bytes | None:
        return None if text is None else work.keys.seal(work.session, filing.key_id, text, context)

    said = list(field.readings)
    if field.value is not None and field.value not in {one.value for one in said}:
        family = said[0].family if said else COMBINED
        said.append(EngineReading(COMBINED, said[0].version if said else "1", family, field.value, field.score))
    rows = []
    for one in said:
        stands = one.value == field.value
        rows.append(
            Reading(
                filing_id=filing.id, sheet_id=sheet.id, field=field.id, round=1, source="engine", engine=one.engine,
                engine_version=one.version, family=one.family, raw=sealed(field.raw, "reading.raw"),
                value=sealed(one.value, "reading.value"), blank=field.blank, struck=field.struck, score=one.score,
                stands=stands, confidence=field.confidence if stands else None,
                calibration_id=sheet.calibration_id if stands and field.confidence is not None else None,
                facts=dict(field.facts) if stands else None, reader=sheet.reader, basis=field.basis,
                box=list(field.box_mm), at=work.now,
            )
        )  # fmt: skip
    return rows


def same_bytes(work: Work, filing: Filing, sheet: Sheet) -> None:
    """Note the filings that came from identical bytes, at the same place of the same page, whichever came first."""
    ours = (
        select(Blob.fingerprint, Page.number)
        .select_from(Page)
        .join(BatchFile, BatchFile.id == Page.file_id)
        .join(Blob, Blob.id == BatchFile.blob_id)
        .where(Page.id == sheet.page_id)
    )
    fingerprint, number = work.session.execute(ours).one()
    others = (
        select(Sheet.filing_id)
        .join(Page, Page.id == Sheet.page_id)
        .join(BatchFile, BatchFile.id == Page.file_id)
        .join(Blob, Blob.id == BatchFile.blob_id)
        .where(
            Blob.fingerprint == fingerprint, Page.number == number, Sheet.number == sheet.number,
            Sheet.state == "filed", Sheet.id != sheet.id,
        )
    )  # fmt: skip
    for other in work.session.scalars(others).all():
        work.session.add(Duplicate(filing_id=filing.id, other_id=other, reason="bytes"))
        audit.record(work, "filing.duplicate", "filing", filing.id, filing.id, {"other": other, "reason": "bytes"})
