"""Read models of a batch: its row, its light-table, its progress. Nothing personal: file names, counts, states."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

from sqlalchemy import func, select

from intake.batches import counts
from intake.sheets import sheets_in_order
from storage.tables import Batch, BatchFile, Filing, Job, Original, Page, ReceiptDateChange, Sheet
from storage.work import Work


def batch_row(work: Work, batch: Batch) -> dict[str, Any]:
    """One row of the list."""
    files = select(func.count()).where(BatchFile.batch_id == batch.id)
    found = counts(work, batch.id)
    return {
        "id": batch.id, "number": batch.number, "state": batch.state, "channel": batch.channel, "n": batch.n,
        "received_on": batch.received_on.isoformat(), "received_basis": batch.received_basis,
        "sender": batch.sender, "site": batch.received_site, "note": batch.note,
        "declared": {"pieces": batch.declared_pieces, "pages": batch.declared_pages},
        "found": {"pieces": found.pieces, "pages": found.pages},
        "files": work.session.scalar(files) or 0,
        "refused": work.session.scalar(files.where(BatchFile.state == "refused")) or 0,
        "created_at": batch.created_at.isoformat(),
    }  # fmt: skip


def progress(work: Work, batch: Batch) -> dict[str, Any]:
    """How far the batch is: pages by state, sheets by state, filings by state, jobs that were set aside."""

    def by_state(column: Any, condition: Any) -> dict[str, int]:
        rows = work.session.execute(select(column, func.count()).where(condition).group_by(column))
        return {row[0]: row[1] for row in rows}

    pages = by_state(Page.state, Page.batch_id == batch.id)
    waiting = work.session.scalar(
        select(func.count()).where(BatchFile.batch_id == batch.id, BatchFile.state == "received")
    )
    return {
        **batch_row(work, batch),
        "pages": pages,
        "undecoded_files": waiting or 0,
        "sheets": by_state(Sheet.state, Sheet.batch_id == batch.id),
        "filings": by_state(Filing.state, Filing.batch_id == batch.id),
        "settled": batch.state in {"held", "released"} and not pages.get("decoded") and not waiting,
    }


def batch_view(work: Work, batch: Batch) -> dict[str, Any]:
    """The light-table: files in order, their pages and sheets."""
    files = work.session.scalars(select(BatchFile).where(BatchFile.batch_id == batch.id).order_by(BatchFile.seq)).all()
    places = {row.file_id: row for row in work.session.scalars(
        select(Original).where(Original.file_id.in_([file.id for file in files])))}  # fmt: skip
    numbered = work.session.execute(select(Filing.id, Filing.number).where(Filing.batch_id == batch.id))
    numbers = {row.id: row.number for row in numbered}
    sheets: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for sheet, page in sheets_in_order(work, batch.id):
        sheets[page.id].append(_sheet(sheet, numbers))
    pages = work.session.scalars(select(Page).where(Page.batch_id == batch.id).order_by(Page.position, Page.id)).all()
    changes = work.session.scalars(
        select(ReceiptDateChange).where(ReceiptDateChange.batch_id == batch.id).order_by(ReceiptDateChange.at)
    ).all()
    names = {file.id: file.name for file in files}
    poison = _poison(work, [file.id for file in files] + [page.id for page in pages] + [batch.id])
    return {
        **progress(work, batch),
        "files": [_file(file, places.get(file.id), names) for file in files],
        "pages": [_page(page, names, sheets[page.id]) for page in pages],
        "receipt_changes": [
            {"before": c.before.isoformat(), "after": c.after.isoformat(), "reason": _reason(work, batch, c)}
            for c in changes
        ],
        "set_aside": poison,
        "count_accepted": batch.count_accepted,
    }


def _reason(work: Work, batch: Batch, change: ReceiptDateChange) -> str:
    return work.keys.unseal_if_kept(work.session, batch.key_id, change.reason, "receipt_date_change.reason")


def _file(file: BatchFile, place: Original | None, names: dict[str, str]) -> dict[str, Any]:
    return {
        "id": file.id, "seq": file.seq, "name": file.name, "media_type": file.media_type, "state": file.state,
        "pages": file.pages, "error": file.error, "rescan_of": file.rescan_of,
        "rescan_name": names.get(file.rescan_of or ""),
        "place": None if place is None else {"box": place.box, "shelf": place.shelf, "holder": place.holder},
    }  # fmt: skip


def _page(page: Page, names: dict[str, str], sheets: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "id": page.id, "file": names.get(page.file_id, ""), "number": page.number, "position": page.position,
        "state": page.state, "error": page.error, "sheets": sheets, "has_picture": page.image_id is not None,
        "width": page.width, "height": page.height, "turned": page.turned,
    }  # fmt: skip


def _sheet(sheet: Sheet, numbers: dict[str, str]) -> dict[str, Any]:
    return {
        "id": sheet.id, "number": sheet.number, "state": sheet.state, "kind": sheet.kind, "version": sheet.version,
        "turned": sheet.turned, "residual_mm": sheet.residual_mm, "error": sheet.error, "separator": sheet.separator,
        "filing": sheet.filing_id, "filing_number": numbers.get(sheet.filing_id or ""),
    }  # fmt: skip


def _poison(work: Work, subjects: list[str]) -> dict[str, int]:
    stages = work.session.scalars(select(Job.stage).where(Job.subject_id.in_(subjects), Job.state == "poison"))
    return dict(Counter(stages))
