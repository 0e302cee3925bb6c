"""Batches, files, pages, sheets; custody and place of the paper originals."""

from __future__ import annotations

from datetime import date

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Code, Id, Json, Ref, Sealed, When, Words, one_of


class Batch(Base):
    """An envelope or upload. Counts are declared at the door and compared before release (R2)."""

    __tablename__ = "batch"
    id: Mapped[Id]
    number: Mapped[Code] = mapped_column(unique=True)  # receipt number printed on the acknowledgement
    channel: Mapped[Code]
    state: Mapped[Code]
    key_id: Mapped[Ref] = mapped_column(ForeignKey("wrapped_key.id"))
    received_on: Mapped[date]  # 受付日: stamp or entered, never the scan time
    received_basis: Mapped[Code]
    received_site: Mapped[Words] = mapped_column(default="")
    declared_pieces: Mapped[int | None]  # forms (届書) said to be inside
    declared_pages: Mapped[int | None]
    count_accepted: Mapped[Words | None]  # reason, when released although the counts differ
    sender: Mapped[Words] = mapped_column(default="")
    note: Mapped[Words] = mapped_column(default="")
    n: Mapped[int] = mapped_column(default=1)  # optimistic lock
    created_by: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    created_at: Mapped[When]
    __table_args__ = (
        CheckConstraint(one_of("channel", "paper", "media", "efiling"), name="channel"),
        # open -> closed (all files in) -> held (counts differ; reception decides) -> released (filings made)
        CheckConstraint(one_of("state", "open", "closed", "held", "released"), name="state"),
        CheckConstraint(one_of("received_basis", "stamp", "entered", "efiled"), name="received_basis"),
    )


class ReceiptDateChange(Base):
    """A corrected receipt date, with its reason."""

    __tablename__ = "receipt_date_change"
    id: Mapped[Id]
    batch_id: Mapped[Ref] = mapped_column(ForeignKey("batch.id"), index=True)
    before: Mapped[date]
    after: Mapped[date]
    reason: Mapped[Sealed]  # under the batch's key; never empty (intake/batches.py)
    actor_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    at: Mapped[When]


class BatchFile(Base):
    """One received file, exactly as it came. The same bytes again are accepted and linked by `rescan_of`."""

    __tablename__ = "batch_file"
    id: Mapped[Id]
    batch_id: Mapped[Ref] = mapped_column(ForeignKey("batch.id"), index=True)
    seq: Mapped[int]
    name: Mapped[Words]
    blob_id: Mapped[Ref] = mapped_column(ForeignKey("blob.id"))
    media_type: Mapped[Words]  # sniffed, never the sender's word
    state: Mapped[Code] = mapped_column(default="received")
    pages: Mapped[int | None]
    error_code: Mapped[Code | None]
    error: Mapped[Json | None]  # {"code","message":{ja,en},"remedy":{ja,en}}
    rescan_of: Mapped[Ref | None] = mapped_column(ForeignKey("batch_file.id"))
    created_at: Mapped[When]
    __table_args__ = (
        UniqueConstraint("batch_id", "seq"),
        # received -> decoded | refused (kept and listed, with its error)
        CheckConstraint(one_of("state", "received", "decoded", "refused"), name="state"),
        CheckConstraint("(state = 'refused') = (error_code IS NOT NULL)", name="refused"),
    )


class Page(Base):
    """A page as received; its decoded raster is a blob of its own under the batch's key."""

    __tablename__ = "page"
    id: Mapped[Id]
    batch_id: Mapped[Ref] = mapped_column(ForeignKey("batch.id"), index=True)
    file_id: Mapped[Ref] = mapped_column(ForeignKey("batch_file.id"))
    number: Mapped[int]  # 1-based page of the file
    position: Mapped[int]  # order inside the batch; reception may correct it
    state: Mapped[Code] = mapped_column(default="decoded")
    image_id: Mapped[Ref | None] = mapped_column(ForeignKey("blob.id"))
    text_id: Mapped[Ref | None] = mapped_column(ForeignKey("blob.id"))  # words and form values of a born-digital page
    turned: Mapped[int] = mapped_column(default=0)  # degrees clockwise by which a person turned the page
    width: Mapped[int | None]  # px
    height: Mapped[int | None]  # px
    dpi: Mapped[float | None]
    facts: Mapped[Json | None]  # intake/decode/page.py; nothing personal
    error: Mapped[Json | None]
    __table_args__ = (
        UniqueConstraint("file_id", "number"),
        # decoded -> read (its sheets exist) | refused (one page of a file that could not be decoded)
        CheckConstraint(one_of("state", "decoded", "read", "refused"), name="state"),
    )


class Sheet(Base):
    """What a page turned out to hold: one form, or one thing that is not a form. In exactly one state."""

    __tablename__ = "sheet"
    id: Mapped[Id]
    batch_id: Mapped[Ref] = mapped_column(ForeignKey("batch.id"), index=True)
    page_id: Mapped[Ref] = mapped_column(ForeignKey("page.id"))
    number: Mapped[int]  # 1-based form on the page, top to bottom, then left to right
    state: Mapped[Code]
    kind: Mapped[Code | None]
    version: Mapped[Code | None]
    turned: Mapped[int] = mapped_column(default=0)  # degrees clockwise that bring it upright
    transform: Mapped[Json | None]  # 3x3, form mm -> page px
    residual_mm: Mapped[float | None]
    separator: Mapped[Json | None]  # payload of a separator sheet
    under: Mapped[Json | None]  # payload of the separator in force here
    placed: Mapped[Json | None]  # by a person: {"kind","version","corners"} until read so, or {"filing"} it belongs to
    readings: Mapped[Sealed | None]  # what the reader said, under the batch's key, until the filing has its own
    calibration_id: Mapped[Ref | None] = mapped_column(ForeignKey("calibration.id"))  # in force when it was read
    reader: Mapped[Code | None]  # fingerprint of what read it (ocr/calibration)
    error: Mapped[Json | None]
    image_id: Mapped[Ref | None] = mapped_column(ForeignKey("blob.id"))  # upright registered image, filing's key
    filing_id: Mapped[Ref | None] = mapped_column(ForeignKey("filing.id"), index=True)
    __table_args__ = (
        UniqueConstraint("page_id", "number"),
        # form -> filed (has its filing); unregistered -> form (a person named kind and corners) or attachment;
        # attachment -> attached (to a filing); separator, blank, refused stay
        CheckConstraint(
            one_of("state", "form", "filed", "unregistered", "attachment", "attached", "separator", "blank", "refused"),
            name="state",
        ),
        CheckConstraint("(state IN ('filed', 'attached')) = (filing_id IS NOT NULL)", name="filed"),
        CheckConstraint("readings IS NULL OR state = 'form'", name="readings"),
        Index("uq_sheet_filed_form", "filing_id", "page_id", "number", unique=True),
    )


class CustodyEvent(Base):
    """Who had the paper, when and where; appended, never changed."""

    __tablename__ = "custody_event"
    id: Mapped[Id]
    batch_id: Mapped[Ref] = mapped_column(ForeignKey("batch.id"), index=True)
    event: Mapped[Code]  # received, scanned, stored, lent, returned, forwarded, destroyed
    box: Mapped[Words] = mapped_column(default="")
    shelf: Mapped[Words] = mapped_column(default="")
    holder: Mapped[Words] = mapped_column(default="")
    file_id: Mapped[Ref | None] = mapped_column(ForeignKey("batch_file.id"))  # the one original it is about; NULL: all
    note: Mapped[Sealed | None]  # under the batch's key
    actor_id: Mapped[Ref | None] = mapped_column(ForeignKey("account.id"))
    at: Mapped[When]
    __table_args__ = (
        CheckConstraint(
            one_of("event", "received", "scanned", "stored", "lent", "returned", "forwarded", "destroyed"),
            name="event",
        ),
    )


class Original(Base):
    """所在: where a paper original is now (one row a file of a paper batch)."""

    __tablename__ = "original"
    file_id: Mapped[Ref] = mapped_column(ForeignKey("batch_file.id"), primary_key=True)
    box: Mapped[Words]
    shelf: Mapped[Words]
    holder: Mapped[Words]
    since: Mapped[When]


class OriginalRequest(Base):
    """A request for a paper original and its return."""

    __tablename__ = "original_request"
    id: Mapped[Id]
    file_id: Mapped[Ref] = mapped_column(ForeignKey("original.file_id"), index=True)
    requested_by: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
    purpose: Mapped[Words]
    requested_at: Mapped[When]
    handed_at: Mapped[When | None]
    returned_at: Mapped[When | None]


class Misdirected(Base):
    """An envelope that was sent to the wrong place: isolated, then forwarded. Names under the installation's key."""

    __tablename__ = "misdirected"
    id: Mapped[Id]
    batch_id: Mapped[Ref | None] = mapped_column(ForeignKey("batch.id"))
    sender: Mapped[Sealed]
    addressee: Mapped[Sealed]
    isolated_at: Mapped[When]
    forwarded_at: Mapped[When | None]
    forwarded_to: Mapped[Sealed | None]
    actor_id: Mapped[Ref] = mapped_column(ForeignKey("account.id"))
