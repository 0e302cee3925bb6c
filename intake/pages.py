"""Stage `decode`: a received file becomes its pages, each with its raster; what cannot be decoded is kept, refused."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from intake import raster
from intake.decode.errors import BY_CODE
from intake.decode.file import decode_file
from intake.decode.page import DecodedPage, PageFailure
from intake.errors import NoSuchBatch
from intake.runtime import Runtime
from intake.scratch import scratch
from intake.step import Event, Last, Step, Steps
from storage import audit
from storage.errors import TodokeError
from storage.tables import Batch, BatchFile, Page, Sheet
from storage.vault import Staged
from storage.work import Work

# Priority of putting a batch together: before more is decoded and read, after the filings that are there already.
FINISHING = 50


@dataclass(frozen=True, slots=True)
class _Kept:
    """A decoded page whose bytes are durable and wait for their rows."""

    page: DecodedPage
    image: Staged
    image_type: str
    text: Staged | None


def decode(runtime: Runtime, file_id: str) -> Steps:
    """Each page is committed as it comes, so that reading begins while a long file is still being decoded and a killed
    worker repeats only what it had not committed."""
    with runtime.reading() as work:
        file = _file(work, file_id)
        if file.state != "received":
            return
        done = set(work.session.scalars(select(Page.number).where(Page.file_id == file_id)))
        chunks = runtime.vault.stream(work.session, file.blob_id)
    with scratch(runtime.settings.data_dir) as folder:
        path = folder / "file"
        _write(path, chunks)
        last = 0
        for answer in decode_file(path, runtime.limits, scratch=folder):
            last = answer.number
            if isinstance(answer, PageFailure):
                if answer.whole_file:
                    if done:  # it opened before: let another attempt try
                        raise answer.error
                    yield Last(_refuse_file(file_id, answer.error))
                    return
                if answer.number not in done:
                    yield _refuse_page(file_id, answer)
            elif answer.number not in done:
                yield _keep_page(runtime, file_id, _stage(runtime, answer))
    yield Last(_decoded(file_id, last))


def _write(path: Path, chunks: Iterable[bytes]) -> None:
    with path.open("xb") as out:
        for chunk in chunks:
            out.write(chunk)


def _stage(runtime: Runtime, page: DecodedPage) -> _Kept:
    """Encode and store the page without a transaction."""
    data, media_type = raster.encode(page.pixels)
    text = raster.encode_text(page.image)
    return _Kept(
        page, runtime.vault.stage([data]), media_type, runtime.vault.stage([text]) if text is not None else None
    )


def _keep_page(runtime: Runtime, file_id: str, kept: _Kept) -> Step:
    def apply(work: Work) -> Iterable[Event]:
        file = _file(work, file_id)
        batch = lock(work, file.batch_id)
        image = runtime.vault.keep(work.session, batch.key_id, kept.image, kept.image_type)
        text = None
        if kept.text is not None:
            text = runtime.vault.keep(work.session, batch.key_id, kept.text, "application/json")
        height, width = kept.page.pixels.shape[:2]
        page = Page(
            batch_id=batch.id, file_id=file.id, number=kept.page.number,
            position=_position(work, file, kept.page.number),
            state="decoded", image_id=image.id, text_id=text.id if text else None, width=width,
            height=height, dpi=kept.page.dpi, facts=kept.page.facts,
        )  # fmt: skip
        work.session.add(page)
        work.session.flush()
        return [Event("page_decoded", page.id, due_on=batch.received_on)]

    return apply


def _refuse_page(file_id: str, failure: PageFailure) -> Step:
    def apply(work: Work) -> Iterable[Event]:
        file = _file(work, file_id)
        lock(work, file.batch_id)
        refused_page(work, file, failure.number, failure.error)
        audit.record(
            work, "page.refused", "file", file.id, file.batch_id,
            {"page": failure.number, "code": failure.error.code},
        )  # fmt: skip
        return []

    return apply


def _refuse_file(file_id: str, error: TodokeError) -> Step:
    def apply(work: Work) -> Iterable[Event]:
        return refuse_file(work, file_id, error)

    return apply


def refuse_file(work: Work, file_id: str, error: TodokeError) -> list[Event]:
    """received -> refused: kept and listed with its error, and one refused page that stands for all it held."""
    file = _file(work, file_id)
    batch = lock(work, file.batch_id)
    if file.state != "received":
        return []
    file.state, file.error_code, file.error = "refused", error.code, error.as_dict()
    known = set(work.session.scalars(select(Page.number).where(Page.file_id == file.id)))
    if not known:
        refused_page(work, file, 1, error)
    file.pages = max(known, default=1)
    audit.record(work, "file.refused", "file", file.id, batch.id, {"code": error.code})
    return complete(work, batch)


def refused_page(work: Work, file: BatchFile, number: int, error: TodokeError) -> None:
    """A page that is kept in the list with the reason why it has no picture, and its one sheet."""
    page = Page(
        batch_id=file.batch_id, file_id=file.id, number=number, position=_position(work, file, number), state="refused",
        error=error.as_dict(),
    )  # fmt: skip
    work.session.add(page)
    work.session.flush()
    work.session.add(Sheet(batch_id=file.batch_id, page_id=page.id, number=1, state="refused", error=error.as_dict()))


def _decoded(file_id: str, pages: int) -> Step:
    def apply(work: Work) -> Iterable[Event]:
        file = _file(work, file_id)
        batch = lock(work, file.batch_id)
        file.state, file.pages = "decoded", pages
        audit.record(work, "file.decoded", "file", file.id, batch.id, {"pages": pages})
        return complete(work, batch)

    return apply


def complete(work: Work, batch: Batch) -> list[Event]:
    """`batch_complete` if every file is decoded and every page read: then the batch can be put together.

    The caller holds the batch's lock, so that of two last pages one sees the other.
    """
    if batch.state == "open":
        return []
    work.session.flush()
    files = select(BatchFile.id).where(BatchFile.batch_id == batch.id, BatchFile.state == "received").limit(1)
    pages = select(Page.id).where(Page.batch_id == batch.id, Page.state == "decoded").limit(1)
    if work.session.scalar(files) is not None or work.session.scalar(pages) is not None:
        return []
    return [Event("batch_complete", batch.id, FINISHING, batch.received_on)]


def lock(work: Work, batch_id: str) -> Batch:
    """The batch as it stands, locked until the transaction ends. Raises NoSuchBatch."""
    query = select(Batch).where(Batch.id == batch_id).with_for_update().execution_options(populate_existing=True)
    batch = work.session.scalars(query).one_or_none()
    if batch is None:
        raise NoSuchBatch(what_ja="束", what_en="batch")
    return batch


def rebuild(error: dict[str, Any]) -> TodokeError:
    """The coded error that a job's evidence tells of, for the page or file it is about."""
    kind = BY_CODE.get(error.get("code", ""))
    if kind is not None:
        return kind()
    from intake.errors import NotRead

    return NotRead()


def _position(work: Work, file: BatchFile, number: int) -> int:
    """Place in the batch: files in the order they came, pages in the order they have. Gaps are left for corrections."""
    before = work.session.scalar(
        select(func.count()).select_from(BatchFile).where(BatchFile.batch_id == file.batch_id, BatchFile.seq < file.seq)
    )
    return (before or 0) * 100_000 + number * 10


def _file(work: Work, file_id: str) -> BatchFile:
    file = work.session.get(BatchFile, file_id)
    if file is None:
        raise NoSuchBatch(what_ja="ファイル", what_en="file")
    return file
