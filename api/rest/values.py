"""What the bodies of requests are made of: strict JSON types, text without control characters, days as YYYY-MM-DD."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from storage.faults import Fault

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
LINE = r"^[^\x00-\x1f\x7f]*$"  # PostgreSQL stores no zero byte, and no label needs a line break
PROSE = r"^[^\x00-\x08\x0b\x0c\x0e-\x1f\x7f]*$"  # tab and line breaks allowed


def _day(value: Any) -> Any:
    """Only the one form of a day: a number or a time is no date."""
    if isinstance(value, str) and _DAY.fullmatch(value):
        return date.fromisoformat(value)
    raise Fault("日付(YYYY-MM-DD)ではない", "a day is YYYY-MM-DD")


Day = Annotated[date, BeforeValidator(_day)]
Count = Annotated[int, Field(gt=0, le=100_000)]
Label = Annotated[str, Field(max_length=60, pattern=LINE)]
Line = Annotated[str, Field(max_length=200, pattern=LINE)]
Note = Annotated[str, Field(max_length=400, pattern=PROSE)]
Reason = Annotated[str, Field(min_length=1, max_length=1000, pattern=PROSE)]
Purpose = Annotated[
    str,
    Field(
        min_length=1, max_length=200, pattern=LINE, description="why; kept in the access log, so nothing personal in it"
    ),
]


class Strict(BaseModel):
    """Unknown members are refused, and no value is taken for one of another type: `false` is no 0."""

    model_config = ConfigDict(extra="forbid", strict=True)
