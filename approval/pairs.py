"""Pairs of filings that may tell of one event: whose reviewer decides each, and which still stand in the way."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import or_, select

from storage.tables import Decision, Duplicate, Entry, Filing
from storage.work import Work

_STANDING = ("open", "posted")  # an entry that is, or may yet be, in the register


def holding(work: Work, filing: Filing) -> list[Duplicate]:
    """The pairs this filing is in, on either side, that still hold."""
    rows = select(Duplicate).where(
        or_(Duplicate.filing_id == filing.id, Duplicate.other_id == filing.id), Duplicate.holds.is_(True)
    )
    return list(work.session.scalars(rows))


def falls_to(work: Work, filing: Filing, row: Duplicate) -> bool:
    """True if the reviewer of this filing decides the pair, and its entry is the one that may give way.

    That is the filing that came later; the earlier one only where the later has left review with its entry
    standing, or where the earlier gave way already. At any moment it is one of the two, never both.
    """
    later = row.filing_id == filing.id
    if later and row.other_id == filing.id:
        return True  # two entries of one filing
    return later != (_later_passed(work, row) or _earlier_gave_way(work, row))


def undecided(work: Work, filing: Filing, entries: Iterable[Entry]) -> list[Duplicate]:
    """The pairs of these entries that nobody has decided, whoever is to, and whose other entry may be posted or is."""
    ids = {None, *(entry.id for entry in entries)}
    found = []
    for row in holding(work, filing):
        sides = [(row.filing_id, row.entry_id, row.other_id, row.other_entry_id)]
        sides.append((row.other_id, row.other_entry_id, row.filing_id, row.entry_id))
        touched = any(
            mine == filing.id and entry in ids and _has(work, other, other_entry, *_STANDING)
            for mine, entry, other, other_entry in sides
        )
        if row.state == "open" and touched:
            found.append(row)
    return found


def _later_passed(work: Work, row: Duplicate) -> bool:
    """The later filing has left review (at the approver, held there, decided, noticed) and its entry stands."""
    last = work.session.scalars(
        select(Decision)
        .where(Decision.filing_id == row.filing_id, Decision.entry_id.is_(None))
        .order_by(Decision.filing_n.desc())
        .limit(1)
    ).one_or_none()
    if last is None or last.outcome == "send_back" or (last.step == "review" and last.outcome != "pass"):
        return False
    return _has(work, row.filing_id, row.entry_id, *_STANDING)


def _earlier_gave_way(work: Work, row: Duplicate) -> bool:
    """It was decided after the later one had passed; it stays so if the later is sent back and reviewed again."""
    if row.state != "same" or row.decided_at is None:
        return False
    passed = select(Decision.id).where(
        Decision.filing_id == row.filing_id, Decision.step == "review", Decision.outcome == "pass",
        Decision.at <= row.decided_at,
    )  # fmt: skip
    return (
        work.session.scalar(passed.limit(1)) is not None
        and _has(work, row.other_id, row.other_entry_id, "withdrawn")
        and _has(work, row.filing_id, row.entry_id, *_STANDING)
    )


def _has(work: Work, filing_id: str, entry_id: str | None, *states: str) -> bool:
    found = select(Entry.id).where(Entry.filing_id == filing_id, Entry.state.in_(states))
    if entry_id is not None:
        found = found.where(Entry.id == entry_id)
    return work.session.scalar(found.limit(1)) is not None
