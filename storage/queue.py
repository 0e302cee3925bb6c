"""`enqueue`: say that a stage is to run on a subject; the ledger of intake/ does the rest."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import case, or_
from sqlalchemy.orm import Session

from storage.tables import Job, new_id
from storage.tables.jobs import OPEN
from storage.upsert import insert


def enqueue(
    session: Session, stage: str, subject_id: str, *, now: datetime, priority: int = 100, due_on: date | None = None,
    not_before: datetime | None = None,
) -> None:  # fmt: skip
    """Put (stage, subject) into the ledger; there is never a second open job for the same two.

    If one waits, it keeps the more urgent priority, due date and start of both. If one is running, it may have read
    what we are about to change, so it is marked `again`, and its commit makes it ready instead of done.
    """
    table = Job.__table__.c
    row = {
        "id": new_id(), "stage": stage, "subject_id": subject_id, "state": "ready", "priority": priority,
        "due_on": due_on, "not_before": not_before, "attempts": 0, "again": False, "created_at": now,
    }  # fmt: skip
    statement = insert(session, Job.__table__).values(row)
    new = statement.excluded
    session.execute(
        statement.on_conflict_do_update(
            index_elements=["stage", "subject_id"],
            index_where=OPEN,
            set_={
                "again": or_(table.again, table.state == "leased"),
                "priority": case((new.priority < table.priority, new.priority), else_=table.priority),
                "due_on": case(
                    (table.due_on.is_(None), new.due_on),
                    (new.due_on < table.due_on, new.due_on),
                    else_=table.due_on,
                ),
                "not_before": case(
                    (or_(new.not_before.is_(None), table.not_before.is_(None)), None),
                    (new.not_before < table.not_before, new.not_before),
                    else_=table.not_before,
                ),
            },
        )
    )
