"""What Alembic runs: one transaction over the connection that storage/migrate.py hands in."""

from __future__ import annotations

from typing import Any, Literal

from alembic import context
from sqlalchemy import JSON

from storage.tables import Base


def _render(kind: str, item: Any, _autogen: object) -> str | Literal[False]:
    """Our JSON column by its one name instead of by its parts."""
    return "base.JSON_TYPE" if kind == "type" and isinstance(item, JSON) else False


context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    user_module_prefix="base.",
    render_item=_render,
    render_as_batch=True,  # SQLite changes a table by copying it
    transaction_per_migration=False,
)
with context.begin_transaction():
    context.run_migrations()
