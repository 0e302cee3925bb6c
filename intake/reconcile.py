"""The accounting: what was received, what became of it, and everything that does not add up.

Each check is one query that lists what should not be; nothing is repaired here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, and_, exists, func, literal, or_, select, union_all
from sqlalchemy.orm import Session

from forms import catalogue
from forms.errors import UnknownForm
from intake.runtime import Runtime
from storage.tables import (
    Base,
    Batch,
    BatchFile,
    Blob,
    Entry,
    Filing,
    Inspection,
    InspectionLabel,
    Job,
    Notice,
    Page,
    Posting,
    Reading,
    Settlement,
    Sheet,
    Task,
    TrustEvent,
)
from storage.tables.filing import FILING_STATES
from storage.vault import BlobCorrupt

SCHEMA = "todoke.reconcile/1"
# Objects and leases younger than this are work in progress, not differences.
GRACE = timedelta(hours=1)
_WAITS_FOR_NOBODY = ("held", "withdrawn", "noticed", "returned")
_MOST = 1_000  # differences of one kind that are listed


@dataclass(frozen=True, slots=True)
class Difference:
    """`kind` says which check, `id` of what; what should be and what is."""

    kind: str
    id: str
    expected: str
    found: str


@dataclass(slots=True)
class Account:
    """The result. `clean` if there is no difference."""

    pages: int = 0
    files_by_state: dict[str, int] = field(default_factory=dict)
    sheets_by_state: dict[str, int] = field(default_factory=dict)
    filings_by_state: dict[str, int] = field(default_factory=dict)
    jobs_by_state: dict[str, int] = field(default_factory=dict)
    blobs: int = 0
    in_progress: int = 0  # objects without a row that are younger than the grace
    differences: list[Difference] = field(default_factory=list)

    @property
    def clean(self) -> bool:
        return not self.differences

    def as_dict(self) -> dict[str, Any]:
        return {"schema": SCHEMA, **asdict(self)}


def reconcile(runtime: Runtime, *, grace: timedelta = GRACE, hashes: bool = True) -> Account:
    """Look at everything. `hashes`: also read every stored object and compare it with its row (slow on a big store)."""
    account = Account()
    with runtime.database.reading() as session:
        _count(session, account)
        for check in CHECKS:
            account.differences += list(check(session, runtime))
        _objects(session, runtime, account, grace, hashes=hashes)
    return account


def _count(session: Session, account: Account) -> None:
    account.pages = session.scalar(select(func.count()).select_from(Page)) or 0
    account.blobs = session.scalar(select(func.count()).select_from(Blob)) or 0
    for table, counts in (
        (BatchFile, account.files_by_state), (Sheet, account.sheets_by_state),
        (Filing, account.filings_by_state), (Job, account.jobs_by_state),
    ):  # fmt: skip
        counts.update((state, number) for state, number in session.execute(_by_state(table)))


def _by_state(table: Any) -> Select[Any]:
    return select(table.state, func.count()).group_by(table.state).order_by(table.state)


def _listed(session: Session, kind: str, query: Any, expected: str, found: str) -> Iterator[Difference]:
    """A difference for each row of a query for (id, detail...)."""
    for row in session.execute(query.limit(_MOST)):
        yield Difference(kind, str(row[0]), expected, found.format(*row))


def _has_job(stage: str, subject: Any, *, poison: bool = True) -> Any:
    """A job of that stage waits, runs, or was set aside with its evidence."""
    states = ("ready", "leased", "poison") if poison else ("ready", "leased")
    return exists().where(Job.stage == stage, Job.subject_id == subject, Job.state.in_(states))


def files(session: Session, _runtime: Runtime) -> Iterator[Difference]:
    """A file has its pages, or a job that will make them."""
    counted = select(func.count()).select_from(Page).where(Page.file_id == BatchFile.id).scalar_subquery()
    query: Any = select(BatchFile.id, BatchFile.state).where(
        BatchFile.state == "received", ~_has_job("decode", BatchFile.id)
    )
    yield from _listed(session, "file", query, "a job that decodes it", "{1}, no job")
    query = select(BatchFile.id, BatchFile.pages, counted).where(
        BatchFile.state == "decoded", or_(BatchFile.pages.is_(None), BatchFile.pages != counted)
    )
    yield from _listed(session, "file", query, "as many pages as were decoded", "{1} decoded, {2} kept")
    query = select(BatchFile.id, counted).where(BatchFile.state == "refused", counted == 0)
    yield from _listed(session, "file", query, "a refused page that stands for it", "none")


def pages(session: Session, _runtime: Runtime) -> Iterator[Difference]:
    """Each received page has its sheets, numbered without a gap, or a job that will read it."""
    counted = select(func.count()).select_from(Sheet).where(Sheet.page_id == Page.id).scalar_subquery()
    highest = select(func.max(Sheet.number)).where(Sheet.page_id == Page.id).scalar_subquery()
    query: Any = select(Page.id, counted).where(Page.state != "decoded", counted == 0)
    yield from _listed(session, "page", query, "at least one sheet", "{1}")
    query = select(Page.id, counted, highest).where(counted != func.coalesce(highest, 0))
    yield from _listed(session, "page", query, "sheets numbered from 1 without a gap", "{1} sheets, highest {2}")
    query = select(Page.id, counted).where(Page.state == "decoded", counted > 0)
    yield from _listed(session, "page", query, "no sheet before it is read", "{1}")
    query = select(Page.id).where(Page.state == "decoded", ~_has_job("read", Page.id))
    yield from _listed(session, "page", query, "a job that reads it", "no job")
    query = select(Page.id).where(Page.state != "refused", Page.image_id.is_(None))
    yield from _listed(session, "page", query, "a picture", "none")


def sheets(session: Session, _runtime: Runtime) -> Iterator[Difference]:
    """A form is filed, or its batch is not released, or a job will file it; nothing belongs to two batches."""
    query: Any = (
        select(Sheet.id, Batch.state)
        .join(Batch, Batch.id == Sheet.batch_id)
        .where(Sheet.state == "form", Batch.state == "released", ~_has_job("assemble", Batch.id))
    )
    yield from _listed(session, "sheet", query, "filed", "form in a {1} batch, no job")
    query = (
        select(Sheet.id, Sheet.batch_id, Filing.batch_id)
        .join(Filing, Filing.id == Sheet.filing_id)
        .where(Filing.batch_id != Sheet.batch_id)
    )
    yield from _listed(session, "sheet", query, "a filing of its own batch {1}", "{2}")
    query = select(Sheet.id).join(Page, Page.id == Sheet.page_id).where(Page.batch_id != Sheet.batch_id)
    yield from _listed(session, "sheet", query, "the batch of its page", "another")
    query = select(Sheet.id, Sheet.state).where(Sheet.placed.is_not(None), Sheet.state == "unregistered")
    query = query.where(~_has_job("place", Sheet.id))
    yield from _listed(session, "sheet", query, "a job that reads it as placed", "no job")


def batches(session: Session, _runtime: Runtime) -> Iterator[Difference]:
    """A closed batch waits for a file, for a page, or for the job that puts it together."""
    unread = exists().where(Page.batch_id == Batch.id, Page.state == "decoded")
    undecoded = exists().where(BatchFile.batch_id == Batch.id, BatchFile.state == "received")
    query: Any = select(Batch.id).where(Batch.state == "closed", ~unread, ~undecoded, ~_has_job("assemble", Batch.id))
    yield from _listed(session, "batch", query, "a job that puts it together", "everything read, no job")


def filings(session: Session, _runtime: Runtime) -> Iterator[Difference]:
    """A filing has the sheet it came from, its entries, and somebody or something that moves it on."""
    forms = (
        select(func.count()).select_from(Sheet).where(Sheet.filing_id == Filing.id, Sheet.state == "filed")
    ).scalar_subquery()
    query: Any = select(Filing.id, forms).where(Filing.channel == "paper", forms != 1)
    yield from _listed(session, "filing", query, "one form sheet", "{1}")
    task = exists().where(Task.filing_id == Filing.id, Task.state.in_(("open", "claimed")))
    moved = or_(task, *(_has_job(stage, Filing.id) for stage in ("advance", "check", "notice")))
    waiting = [state for state in FILING_STATES if state not in _WAITS_FOR_NOBODY]
    query = select(Filing.id, Filing.state).where(Filing.state.in_(waiting), ~moved)
    yield from _listed(session, "filing", query, "an open task or job", "{1}, nobody has it")
    entries = select(func.count()).select_from(Entry).where(Entry.filing_id == Filing.id).scalar_subquery()
    for kind, version, channel in session.execute(
        select(Filing.kind, Filing.version, Filing.channel).group_by(Filing.kind, Filing.version, Filing.channel)
    ):
        wanted = _entries(kind, version)
        if channel != "efiling" and wanted is not None:
            query = select(Filing.id, entries).where(
                Filing.kind == kind, Filing.version == version, Filing.channel == channel, entries != wanted
            )
            yield from _listed(session, "filing", query, f"{wanted} entries", "{1}")


def _entries(kind: str, version: str) -> int | None:
    try:
        return catalogue.form(kind, version).entries
    except UnknownForm:
        return None


def postings(session: Session, _runtime: Runtime) -> Iterator[Difference]:
    """A posted entry has one posting, and a posting one posted entry."""
    counted = select(func.count()).select_from(Posting).where(Posting.entry_id == Entry.id).scalar_subquery()
    query: Any = select(Entry.id, counted, Entry.state).where(
        or_(and_(Entry.state == "posted", counted != 1), and_(Entry.state != "posted", counted != 0))
    )
    yield from _listed(session, "entry", query, "one posting if it is posted, else none", "{1} postings, {2}")
    query = select(Filing.id, Entry.state).join(Entry, Entry.filing_id == Filing.id)
    query = query.where(Filing.state.in_(("decided", "noticed")), Entry.state.in_(("open", "approved")))
    yield from _listed(session, "filing", query, "every entry of a decided filing is closed", "{1}")
    query = select(Notice.id).where(Notice.issued_at.is_not(None), Notice.blob_id.is_(None))
    yield from _listed(session, "notice", query, "the letter that was issued", "none")


def acceptance(session: Session, _runtime: Runtime) -> Iterator[Difference]:
    """A value without a person stands on a switched calibration and its reading; a drawn field became a label."""
    switched = exists().where(TrustEvent.calibration_id == Settlement.calibration_id, TrustEvent.action == "activate")
    read = exists().where(
        Reading.filing_id == Settlement.filing_id, Reading.field == Settlement.field, Reading.stands,
        Reading.round == Settlement.round, Reading.calibration_id == Settlement.calibration_id,
    )  # fmt: skip
    query: Any = select(Settlement.id, Settlement.calibration_id)
    query = query.where(Settlement.basis == "accepted", or_(~switched, ~read))
    yield from _listed(session, "settlement", query, "a reading by a calibration that was activated", "{1}")
    labelled = exists().where(InspectionLabel.inspection_id == Inspection.id)
    query = select(Inspection.id, Filing.state).join(Filing, Filing.id == Inspection.filing_id)
    query = query.where(Filing.state.not_in(("keying", "adjudicating", "withdrawn", "held")), ~labelled)
    yield from _listed(session, "inspection", query, "what it showed", "{1}, no label")


def jobs(session: Session, runtime: Runtime) -> Iterator[Difference]:
    """A lease that ran out long ago was not taken back: nothing reaps."""
    late = runtime.clock() - timedelta(seconds=max(600, 10 * runtime.settings.lease_seconds))
    query: Any = select(Job.id, Job.stage, Job.worker).where(Job.state == "leased", Job.lease_until < late)
    yield from _listed(session, "job", query, "taken back when its lease ran out", "{1} still leased to {2}")


def unowned(session: Session, _runtime: Runtime) -> Iterator[Difference]:
    """Every stored object belongs to something: each column that refers to a blob is looked at."""
    columns = [
        column
        for table in Base.metadata.sorted_tables
        for column in table.columns
        if any(key.column.table.name == "blob" for key in column.foreign_keys)
    ]
    owned = union_all(*(select(column.label("id")).where(column.is_not(None)) for column in columns)).subquery()
    query: Any = select(Blob.id, Blob.media_type).where(~exists(select(literal(1)).where(owned.c.id == Blob.id)))
    yield from _listed(session, "blob", query, "an owner", "{1} that nothing refers to")


def _objects(session: Session, runtime: Runtime, account: Account, grace: timedelta, *, hashes: bool) -> None:
    """Rows and stored objects: each row has its bytes, with the hash it says; each object has its row."""
    stored = dict(runtime.vault.store.names())
    after = (runtime.clock() - grace).timestamp()
    known: set[str] = set()
    for blob_id, sha256 in session.execute(select(Blob.id, Blob.sha256)):
        known.add(blob_id)
        if blob_id not in stored:
            account.differences.append(Difference("blob", blob_id, "a stored object", "missing"))
        elif hashes:
            account.differences += _hash(session, runtime, blob_id, sha256)
    for name, at in stored.items():
        if name in known:
            continue
        if at > after:
            account.in_progress += 1
        else:
            account.differences.append(Difference("object", name, "a row in the ledger", "none"))


def _hash(session: Session, runtime: Runtime, blob_id: str, sha256: str) -> list[Difference]:
    try:
        runtime.vault.check(session, blob_id)
    except BlobCorrupt:
        return [Difference("blob", blob_id, f"sha256 {sha256[:16]}", "other bytes")]
    return []


CHECKS: tuple[Callable[[Session, Runtime], Iterator[Difference]], ...] = (
    files, pages, sheets, batches, filings, postings, acceptance, jobs, unowned,
)  # fmt: skip
