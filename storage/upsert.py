"""INSERT with ON CONFLICT, which SQLite and PostgreSQL both speak and SQLAlchemy names once for each."""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session


def insert(session: Session, table: Any) -> Any:
    """The INSERT of the session's database, with `on_conflict_do_nothing` and `on_conflict_do_update`."""
    return (sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert)(table)
