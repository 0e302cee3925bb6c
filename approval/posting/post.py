"""Posting itself: plans every entry, refuses on a conflict, then writes all of them, once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from psycopg.errors import UniqueViolation
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from approval import fields, trail, values
from approval.errors import PostingConflict, RegisterChanged
from approval.posting import acquisition, dependants
from approval.posting.plan import Ask, Conflict, EntryPlan
from storage.tables import Decision, Entry, EntrySubject, Filing, Office, Outbox, Person, Posting, new_id
from storage.work import Work

# How an entry of each kind is posted; a kind that is not named has nothing to post (image-only kinds).
PLANS: Final[dict[str, Callable[[Work, Ask], EntryPlan]]] = {
    "acquisition": acquisition.plan,
    "dependants": dependants.plan,
}


def plan(work: Work, filing: Filing, entries: Sequence[Entry]) -> list[EntryPlan]:
    """What posting these entries would do, each looked at by itself. Reads only."""
    office = work.session.get(Office, filing.office_id) if filing.office_id else None
    planner = PLANS.get(filing.kind)
    if planner is None:
        return [EntryPlan(entry) for entry in entries]
    return [planner(work, _ask(work, filing, entry, office)) for entry in entries]


def post(work: Work, filing: Filing, entries: Sequence[Entry], decision: Decision, *, overruled: bool) -> None:
    """Post the entries in this transaction, with an outbox row each.

    `overruled`: the approver wrote why conflicts that a person may overrule do not count. `posting.entry_id` is
    unique, so a second posting of an entry cannot be written. PostingConflict, RegisterChanged.
    """
    try:
        _lock(work, entries)
        _refuse(plan(work, filing, entries), overruled)
        for entry in entries:
            _post_entry(work, filing, entry, decision, overruled)
        work.session.flush()
    except IntegrityError as error:
        if not _taken(error):
            raise
        raise RegisterChanged from error


def _post_entry(work: Work, filing: Filing, entry: Entry, decision: Decision, overruled: bool) -> None:
    (made,) = plan(work, filing, [entry])  # again: an entry before it may have changed the register
    _refuse([made], overruled)
    posting_id = new_id()  # the register rows name it; its own row is written last, and never again
    done = [row for step in made.steps for row in step(work, posting_id)]
    work.session.add(
        Posting(id=posting_id, entry_id=entry.id, decision_id=decision.id, entry_n=entry.n, changes=done, at=work.now)
    )
    work.session.add(Outbox(topic="posted", subject_id=posting_id, created_at=work.now))
    entry.state = "posted"
    work.session.flush()
    trail.record(work, filing, "entry.posted", "entry", entry.id,
        {"posting": posting_id, "n": entry.n, "changes": [f"{row['table']} {row['what']}" for row in done]},
    )  # fmt: skip


def _refuse(plans: Sequence[EntryPlan], overruled: bool) -> None:
    against = [c for made in plans for c in made.conflicts if not (c.overridable and overruled)]
    if against:
        raise PostingConflict(
            conflicts_ja="、".join(_said(c, "ja") for c in against),
            conflicts_en="; ".join(_said(c, "en") for c in against),
            codes=[c.code for c in against],
        )


def _taken(error: IntegrityError) -> bool:
    """True if somebody else wrote the same row first; any other violation is a fault of ours and is not hidden."""
    return isinstance(error.orig, UniqueViolation) or "UNIQUE constraint failed" in str(error.orig)


def _said(conflict: Conflict, language: str) -> str:
    if language == "ja":
        return f"{conflict.entry + 1}人目: {conflict.text.ja}"
    return f"entry {conflict.entry + 1}: {conflict.text.en}"


def _lock(work: Work, entries: Sequence[Entry]) -> None:
    """Lock the persons concerned, in one order, so that two approvals of one person follow each other."""
    ids = work.session.scalars(
        select(EntrySubject.person_id).where(
            EntrySubject.entry_id.in_([entry.id for entry in entries]), EntrySubject.person_id.is_not(None)
        )
    )
    wanted = sorted({person_id for person_id in ids if person_id})
    if wanted:
        work.session.execute(
            select(Person.id).where(Person.id.in_(wanted)).order_by(Person.id).with_for_update(key_share=True)
        ).all()


def _ask(work: Work, filing: Filing, entry: Entry, office: Office | None) -> Ask:
    form = fields.form_of(filing)
    newest = values.of_entry(work, filing, entry)
    blocks = {}
    for block in fields.person_blocks(form, entry.number):
        found = fields.block_values(form, block, entry.number, newest)
        if not values.blank(found.values()):
            blocks[block.role] = found
    subjects = {s.role: s for s in work.session.scalars(select(EntrySubject).where(EntrySubject.entry_id == entry.id))}
    return Ask(filing, entry, newest, blocks, subjects, office)
