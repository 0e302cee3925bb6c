"""Findings that count: those that the newest check made of the newest version."""

from __future__ import annotations

from typing import Any, cast

from sqlalchemy import func, select

from approval import values
from storage.tables import Filing, Finding
from storage.work import Work


def current(work: Work, filing: Filing) -> list[Finding]:
    """The findings of the newest check, blocking ones first; none if it spoke of an older version."""
    newest = work.session.scalar(select(func.max(Finding.n)).where(Finding.filing_id == filing.id))
    if newest is None or newest < values.version(work, filing.id):
        return []
    rows = work.session.scalars(select(Finding).where(Finding.filing_id == filing.id, Finding.n == newest))
    return sorted(rows, key=lambda f: ("EWI".index(f.severity), f.rule))


def blocking(work: Work, filing: Filing, open_entries: frozenset[str]) -> list[Finding]:
    """The fired E findings of the header and of entries that are still open."""
    return [
        f
        for f in current(work, filing)
        if f.severity == "E" and f.outcome == "fired" and (f.entry_id is None or f.entry_id in open_entries)
    ]


def message(work: Work, filing: Filing, finding: Finding) -> dict[str, str]:
    """{"ja", "en"}; may quote values."""
    found: Any = work.keys.unseal_json(work.session, filing.key_id, finding.message, "finding.message")
    return cast("dict[str, str]", found)
