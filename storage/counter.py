"""Numbers given out once, without gaps: receipt numbers a day, notice numbers a year."""

from __future__ import annotations

from sqlalchemy.orm import Session

from storage.tables import Counter
from storage.upsert import insert


def take(session: Session, name: str, period: str) -> int:
    """The next number of `name` in `period`, from 1. Taken back with the transaction if that rolls back.

    Writers of the same counter wait for each other until the first one commits.
    """
    statement = insert(session, Counter).values(name=name, period=period, value=1)
    taken = statement.on_conflict_do_update(
        index_elements=["name", "period"], set_={"value": Counter.value + 1}
    ).returning(Counter.value)
    return int(session.execute(taken).scalar_one())
