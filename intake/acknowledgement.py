"""The acknowledgement (受付票): the receipt number with what was handed in and when, as a PDF for the sender."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from sqlalchemy import select

from forms.model import Box
from forms.sheet.ink import Item, line, rect, text
from forms.sheet.press import press
from forms.values import wareki
from intake.assemble import count
from intake.errors import NoSuchBatch
from storage.tables import Batch, BatchFile, Blob, Installation
from storage.work import Work

SIZE = (210.0, 297.0)
_ROWS = 18  # files listed on a page
_BASIS = {"stamp": ("受付印", "stamp"), "entered": ("記入", "entered"), "efiled": ("電子申請", "e-filed")}
_CHANNEL = {"paper": ("紙", "paper"), "media": ("電子媒体", "media"), "efiling": ("電子申請", "e-filing")}
_GREY, _HAIR = "#6f6b63", "#b9b5ac"


@dataclass(frozen=True, slots=True)
class Slip:
    """What the sheet says. `files` are (number, name, bytes, first receipt number if it is a re-scan)."""

    number: str
    received_on: date
    basis: str
    channel: str
    site: str
    sender: str
    pieces: int | None
    pages: int | None
    found: tuple[int, int] | None  # forms and pages that were counted, once everything is read
    files: tuple[tuple[int, str, int, str | None], ...]
    issuer: str
    training: bool


def acknowledgement_pdf(work: Work, batch_id: str, *, training: bool | None = None) -> bytes:
    """The slip of a batch as it stands. `training` None: as the installation says. Raises NoSuchBatch."""
    told = slip(work, batch_id)
    return draw(told if training is None else replace(told, training=training))


def slip(work: Work, batch_id: str) -> Slip:
    """What is to be printed for the batch."""
    batch = work.session.get(Batch, batch_id)
    if batch is None:
        raise NoSuchBatch(what_ja="束", what_en="batch")
    rows = work.session.execute(
        select(BatchFile, Blob.size)
        .join(Blob, Blob.id == BatchFile.blob_id)
        .where(BatchFile.batch_id == batch_id)
        .order_by(BatchFile.seq)
    ).all()
    installation = work.session.get(Installation, 1)
    return Slip(
        batch.number, batch.received_on, batch.received_basis, batch.channel, batch.received_site, batch.sender,
        batch.declared_pieces, batch.declared_pages, _found(work, batch),
        tuple((file.seq, file.name, size, _first(work, file)) for file, size in rows),
        installation.name if installation else "Todoke", installation.training if installation else True,
    )  # fmt: skip


def _found(work: Work, batch: Batch) -> tuple[int, int] | None:
    if batch.state not in {"held", "released"} or batch.channel == "efiling":
        return None
    found = count(work, batch.id)
    return found.pieces, found.pages


def _first(work: Work, file: BatchFile) -> str | None:
    """The receipt number under which the same bytes came first."""
    if file.rescan_of is None:
        return None
    query = select(Batch.number).join(BatchFile, BatchFile.batch_id == Batch.id).where(BatchFile.id == file.rescan_of)
    return work.session.scalar(query)


def draw(told: Slip) -> bytes:
    """The PDF: as many A4 pages as the list of files needs."""
    parts = [told.files[at : at + _ROWS] for at in range(0, len(told.files), _ROWS)] or [()]
    sheets = []
    for number, part in enumerate(parts, start=1):
        items = _head(told) if number == 1 else [text(Box(20, 20, 170, 6), f"受付番号 {told.number}", 11, bold=True)]
        items += _list(part, 176.0 if number == 1 else 36.0)
        items.append(text(Box(20, 282, 170, 4), f"{number} / {len(parts)}", 8, "right", paint=_GREY))
        if told.training:
            items.append(
                text(Box(20, 10, 170, 6), "研修用 TRAINING - 実際の受付ではありません", 10, "center", paint="#c73e2b")
            )
        sheets.append(items)
    return press(f"受付票 {told.number}", SIZE, sheets)


def _head(told: Slip) -> list[Item]:
    basis_ja, basis_en = _BASIS[told.basis]
    channel_ja, channel_en = _CHANNEL[told.channel]
    declared = "　".join(
        words
        for words in (
            f"{told.pieces} 件" if told.pieces is not None else "",
            f"{told.pages} 枚" if told.pages is not None else "",
        )
        if words
    )
    day = f"{wareki.spoken(wareki.from_date(told.received_on))}（{told.received_on.isoformat()}）"
    rows = (
        ("受付年月日", "Received on", day, f"{basis_ja} / {basis_en}"),
        ("受付場所", "Received at", told.site or "－", told.issuer),
        ("提出者", "Sender", told.sender or "－", ""),
        ("経路", "Channel", channel_ja, channel_en),
        ("申告数", "Declared", declared or "－", _counted(told)),
    )
    items: list[Item] = [
        text(Box(20, 22, 120, 12), "受付票", 28, bold=True),
        text(Box(20, 35, 120, 5), "Acknowledgement of receipt", 10, paint=_GREY),
        rect(Box(20, 48, 170, 30), 0.5),
        text(Box(26, 51, 60, 5), "受付番号　Receipt number", 9, paint=_GREY),
        text(Box(26, 58, 158, 16), told.number, 32, bold=True),
    ]
    for number, (name, name_en, value, more) in enumerate(rows):
        top = 84.0 + 15 * number
        items += [
            text(Box(22, top + 2, 34, 5), name, 10.5),
            text(Box(22, top + 8, 34, 4), name_en, 7.5, paint=_GREY),
            text(Box(58, top + 1.5, 130, 6), value, 12.5, bold=True),
            text(Box(58, top + 8, 130, 4), more, 8, paint=_GREY),
            line(Box(20, top + 14, 170, 0), 0.15, _HAIR),
        ]
    items.append(
        text(Box(20, 162, 170, 4), "受け付けたことのみを証するもので、内容の確認結果ではありません。", 8.5, paint=_GREY)
    )
    return items


def _counted(told: Slip) -> str:
    files = f"ファイル {len(told.files)} / {len(told.files)} file(s)"
    if told.found is None:
        return files
    pieces, pages = told.found
    return f"受付 {pieces} 件　{pages} 枚 / counted {pieces} form(s), {pages} page(s)　　{files}"


def _list(files: tuple[tuple[int, str, int, str | None], ...], top: float) -> list[Item]:
    items: list[Item] = [
        text(Box(20, top - 6, 12, 5), "No.", 8, paint=_GREY),
        text(Box(32, top - 6, 88, 5), "ファイル　File", 8, paint=_GREY),
        text(Box(120, top - 6, 24, 5), "バイト　Bytes", 8, "right", paint=_GREY),
        text(Box(148, top - 6, 42, 5), "同一の受付　Same as", 8, paint=_GREY),
        line(Box(20, top, 170, 0), 0.3),
    ]
    for row, (seq, name, size, first) in enumerate(files):
        y = top + 0.6 + 5.6 * row
        items += [
            text(Box(20, y, 10, 5), str(seq), 9),
            text(Box(32, y, 86, 5), name, 9),
            text(Box(120, y, 24, 5), f"{size:,}", 9, "right"),
            text(Box(148, y, 42, 5), first or "", 9),
        ]
    return items
