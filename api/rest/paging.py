"""Cursor pages: newest first, stable while rows are added; the cursor is opaque to the client."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Annotated, Any, TypeVar

from fastapi import Query
from pydantic import BaseModel
from sqlalchemy import Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute, Session

from api.security.errors import BadRequest

Row = TypeVar("Row")
LIMIT = 50
MOST = 200
_FOREIGN = {"why_ja": "cursorが前の答えのものではない", "why_en": "the cursor is not one of ours"}
Cursor = Annotated[str | None, Query(max_length=200, description="`next` of the page before")]
Limit = Annotated[int, Query(ge=1, le=MOST)]


class PageOf(BaseModel):
    """`next` is the cursor of the following page, null on the last one."""

    items: list[dict[str, Any]]
    next: str | None = None


def encode_cursor(at: datetime, identifier: str) -> str:
    """The cursor after the row made at `at` with that id."""
    return base64.urlsafe_b64encode(json.dumps([at.isoformat(), identifier]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """Raises BadRequest on anything that is not one of our cursors."""
    try:
        at, identifier = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
        moment = datetime.fromisoformat(at)
    except (ValueError, TypeError, binascii.Error, RecursionError) as error:
        raise BadRequest(**_FOREIGN) from error
    if moment.tzinfo is None or not isinstance(identifier, str) or not identifier.isalnum():
        raise BadRequest(**_FOREIGN)
    return moment, identifier


def newest_first(
    session: Session,
    query: Select[Row],
    at: InstrumentedAttribute[datetime],
    identifier: InstrumentedAttribute[str],
    show: Callable[[Row], dict[str, Any]],
    cursor: str | None,
    limit: int,
) -> PageOf:
    """The page of `query` after `cursor`, at most `limit` rows (1-200)."""
    if cursor is not None:
        moment, last = decode_cursor(cursor)
        query = query.where(or_(at < moment, and_(at == moment, identifier < last)))
    rows: Sequence[Row] = session.scalars(query.order_by(at.desc(), identifier.desc()).limit(limit + 1)).all()
    shown = rows[:limit]
    following = None
    if len(rows) > limit:
        tail = shown[-1]
        following = encode_cursor(getattr(tail, at.key), getattr(tail, identifier.key))
    return PageOf(items=[show(row) for row in shown], next=following)
