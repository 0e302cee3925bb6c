"""The declarative base, the column types every table shares, and identifiers."""

from __future__ import annotations

import json
import uuid
from datetime import UTC, datetime
from typing import Annotated, Any

from sqlalchemy import DateTime, LargeBinary, MetaData, String, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import DeclarativeBase, mapped_column
from sqlalchemy.types import JSON


class UtcDateTime(TypeDecorator[datetime]):
    """An aware datetime in UTC; SQLite drops the zone, so it is put back on reading. Naive values are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a naive datetime has no place in the ledger")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Moment(TypeDecorator[datetime]):
    """An aware datetime as fixed-width text in UTC, `2026-11-21T03:00:00.000000Z`: one moment, one text, sortable."""

    impl = String(27)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> str | None:
        return None if value is None else moment_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> datetime | None:
        return None if value is None else datetime.fromisoformat(value)


class CanonicalJson(TypeDecorator[Any]):
    """A value as canonical JSON text: sorted keys, no spaces."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Any, dialect: Dialect) -> str:
        return canonical(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Any:
        return None if value is None else json.loads(value)


def moment_text(value: datetime) -> str:
    """The text of Moment. A naive datetime is refused."""
    if value.tzinfo is None:
        raise ValueError("a naive datetime has no place in the ledger")
    return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def canonical(value: Any) -> str:
    """JSON with sorted keys, no spaces, nothing escaped that need not be: one value, one text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def new_id() -> str:
    """A random identifier: 32 hex digits."""
    return uuid.uuid4().hex


Id = Annotated[str, mapped_column(String(32), primary_key=True, default=new_id)]
Ref = Annotated[str, mapped_column(String(32))]
Code = Annotated[str, mapped_column(String(40))]
Words = Annotated[str, mapped_column(Text)]
Sealed = Annotated[bytes, mapped_column(LargeBinary)]  # nonce || AES-256-GCM ciphertext, see storage/crypto.py
JSON_TYPE = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")  # None is NULL, not 'null'
Json = Annotated[Any, mapped_column(JSON_TYPE)]
When = Annotated[datetime, mapped_column(UtcDateTime())]


class Base(DeclarativeBase):
    """All tables; constraint names are fixed so that migrations run alike on SQLite and PostgreSQL."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


def one_of(column: str, *values: str) -> str:
    """The SQL text of a CHECK that keeps `column` to `values`."""
    listed = ", ".join(f"'{value}'" for value in values)
    return f"{column} IN ({listed})"
