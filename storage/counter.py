"""Numbers given out once, without gaps: receipt numbers a day, notice numbers a year."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from storage.tables import Counter


def take(session: Session, name: str, period: str) -> int:
    """The next number of `name` in `period`, from 1. Taken back with the transaction if that rolls back.

    Writers of the same counter wait for each other until the first one commits.
    """
    insert: Any = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    statement = insert(Counter).values(name=name, period=period, value=1)
    taken = statement.on_conflict_do_update(
        index_elements=["name", "period"], set_={"value": Counter.value + 1}
    ).returning(Counter.value)
    return int(session.execute(taken).scalar_one())
