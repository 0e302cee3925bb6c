"""Reads the JSON of an e-filing against the schema of its kind."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import Any

from forms import catalogue
from forms.schema import filing_schema, flatten, validate
from intake.efiling import complete, file_electronically
from storage.errors import TodokeError
from storage.tables import Filing
from storage.work import Work


class BadFiling(TodokeError):
    """The body is not JSON, or says no kind and receipt date that we know; the rest is judged by the kind's schema."""

    code = "bad_filing"
    status = 422
    ja = "届書データの形が正しくありません: {why}"
    en = "This is not a filing of its kind: {why}"
    remedy_ja = "GET /api/v1/filings/schema/KIND の定義に合わせて送り直してください。何も受け付けていません。"
    remedy_en = "Follow GET /api/v1/filings/schema/KIND and send it again; nothing was taken in."


@dataclass(frozen=True, slots=True)
class Given:
    """A filing that fits its schema."""

    kind: str
    received_on: date
    values: dict[str, str | None]  # all of them, normalised, blanks included
    entries: int

    def file(self, work: Work, *, sender: str) -> Filing:
        """Take it in. Raises BadIntake."""
        return file_electronically(work, self.kind, self.received_on, self.values, self.entries, sender=sender)


def read_filing(body: bytes) -> Given:
    """The filing in a request's body. Raises BadFiling, BadPayload."""
    given = _parsed(body)
    if not isinstance(given, dict) or not isinstance(given.get("kind"), str) or given["kind"] not in catalogue.kinds():
        raise BadFiling(why="kind: " + " | ".join(catalogue.kinds()))
    try:
        received_on = date.fromisoformat(given["received_on"])
    except (KeyError, TypeError, ValueError) as error:
        raise BadFiling(why="received_on: YYYY-MM-DD") from error
    form = catalogue.form(given["kind"], on=received_on)
    validate(form, given)
    header, entries = flatten(form, given)
    values = dict(header)
    for entry in entries:
        values.update(entry)
    return Given(given["kind"], received_on, complete(form, values, len(entries)), len(entries))


def _parsed(body: bytes) -> Any:
    """The JSON, in which every key stands once and every text can be written: what we read is what others read."""
    try:
        given = json.loads(body, object_pairs_hook=_once_each)
        json.dumps(given, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadFiling(why_ja="JSON: サロゲートペアの片方だけがある", why_en="JSON: half a surrogate pair") from None
    except json.JSONDecodeError as error:
        raise BadFiling(why_ja=f"JSON: {error.lineno}行{error.colno}字目が読めない", why_en=f"JSON: {error}") from None
    except (ValueError, RecursionError):
        raise BadFiling(
            why_ja="JSON: 文字コードか数か入れ子が読めない",
            why_en="JSON: an encoding, a number or a depth not to be read",
        ) from None
    return given


def _once_each(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise BadFiling(why_ja="JSON: 同じキーが二度ある", why_en="JSON: a key stands twice")
    return found


def schema_of(kind: str, on: date | None = None) -> dict[str, Any]:
    """The JSON Schema of a kind on a day. Raises the catalogue's error for an unknown kind."""
    found: dict[str, Any] = filing_schema(catalogue.form(kind, on=on))
    return found
