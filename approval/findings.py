"""Findings that count: those that the newest check made of the newest version."""

from __future__ import annotations

from approval import values
from storage.tables import Filing
from storage.work import Work
from validators import said
from validators.said import FindingView


def current(work: Work, filing: Filing) -> list[FindingView]:
    """The findings of the newest check; none if it spoke of an older version than the newest."""
    if (filing.checked_n or 0) < values.version(work, filing.id):
        return []
    return said.findings(work, filing.id)


def blocking(work: Work, filing: Filing, numbers: frozenset[int]) -> list[FindingView]:
    """The fired E findings of the header and of the entries with these 0-based numbers."""
    return [
        found
        for found in current(work, filing)
        if found.severity == "E" and found.outcome == "fired" and (found.entry is None or found.entry in numbers)
    ]
