"""The whole life of a filing as one timeline: received, read, keyed, compared, decided, posted, noticed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from approval import people, values
from approval.errors import NoSuchFiling
from forms.model import Text
from storage import audit
from storage.tables import (
    AuditEntry,
    Decision,
    Duplicate,
    Entry,
    EntrySubject,
    Filing,
    Notice,
    Sheet,
    Task,
)
from storage.work import Work

# What each audit action means to a person; an action that is not named stands under its own name.
_WORDS = {
    "filing.received": Text("受付", "Received"),
    "filing.filed": Text("電子申請を受付", "Filed as data"),
    "filing.duplicate": Text("同じファイルを検出", "The same bytes were found"),
    "task.opened": Text("作業を用意", "Task opened"),
    "task.taken_back": Text("作業を引き上げ", "Task taken back"),
    "task.cancelled": Text("作業を取消し", "Task cancelled"),
    "key.submitted": Text("入力", "Keyed"),
    "filing.accepted": Text("機械の読みを採用", "Accepted by calibration"),
    "inspection.labelled": Text("検品の結果", "Inspection labelled"),
    "filing.compared": Text("照合", "Compared"),
    "adjudication.submitted": Text("裁定", "Adjudicated"),
    "values.written": Text("値を確定", "Values written"),
    "filing.checked": Text("システムチェック", "Checked"),
    "filing.moved": Text("状態の変更", "Moved"),
    "subject.linked": Text("人の特定", "Person decided"),
    "duplicate.decided": Text("重複の判断", "Duplicate decided"),
    "decision.pass": Text("審査終了", "Review passed"),
    "decision.approve": Text("決裁", "Approved"),
    "decision.send_back": Text("差戻し", "Sent back"),
    "decision.return": Text("返戻", "Returned to the filer"),
    "decision.hold": Text("保留", "Put on hold"),
    "decision.resume": Text("保留解除", "Resumed"),
    "entry.posted": Text("台帳に登録", "Posted"),
    "notice.issued": Text("通知書を発行", "Notice issued"),
    "machine.seen": Text("機械の値を閲覧", "Machine values seen"),
}


@dataclass(frozen=True, slots=True)
class Event:
    """One line of the timeline; nothing personal. `proof` names the audit entry: chain, number and hash."""

    at: datetime
    action: str
    words: Text
    who: str
    system: bool
    subject_type: str
    subject_id: str
    detail: dict[str, object]
    proof: tuple[int, int, str]


def timeline(work: Work, filing_id: str) -> list[Event]:
    """Everything that was done to a filing and its parts, oldest first. NoSuchFiling."""
    if work.session.get(Filing, filing_id) is None:
        raise NoSuchFiling
    parts = {filing_id, *_parts(work, filing_id)}
    rows = work.session.scalars(
        select(AuditEntry)
        .where(AuditEntry.chain == audit.chain_of(filing_id), AuditEntry.subject_id.in_(parts))
        .order_by(AuditEntry.seq)
    )
    return [_event(work, row) for row in rows]


def _event(work: Work, row: AuditEntry) -> Event:
    system = row.actor.startswith("system:")
    return Event(
        at=row.at, action=row.action, words=_WORDS.get(row.action, Text(row.action, row.action)),
        who="Todoke" if system else people.name_of(work, row.actor), system=system,
        subject_type=row.subject_type, subject_id=row.subject_id, detail=dict(row.detail),
        proof=(row.chain, row.seq, row.hash),
    )  # fmt: skip


def _parts(work: Work, filing_id: str) -> Iterator[str]:
    """The ids of everything whose changes are the filing's."""
    yield from (entry.id for entry in values.entries(work, filing_id))
    for table in (Task, Decision, Notice, Sheet, Duplicate):
        yield from work.session.scalars(select(table.id).where(table.filing_id == filing_id))
    yield from work.session.scalars(select(EntrySubject.id).join(Entry).where(Entry.filing_id == filing_id))
