"""Review: who the persons are, whether an event was filed before, and the pass to the approver."""

from __future__ import annotations

from sqlalchemy import select

from approval import decide, fields, pairs, people, tasks, trail, values
from approval.errors import NoSuchPart, NotSettled, NumberRegistered
from approval.notices.prepare import prepare
from approval.posting.persons import registered
from approval.states import move
from storage.tables import Duplicate, Entry, EntrySubject, Filing, Person
from storage.work import Work


def link_subject(
    work: Work, task_id: str, token: str, subject_id: str, *, person_id: str | None = None, new: bool = False
) -> None:
    """Say who a subject is: a person of the register, a new person, or (neither given) nobody yet.

    A match is only ever a candidate; this is the decision, with its actor (R19). NoSuchPart; NumberRegistered for a new
    person whose number the register knows; those of tasks.hold.
    """
    filing, _, user = tasks.hold(work, task_id, token, "review")
    subject = work.session.get(EntrySubject, subject_id)
    entry = work.session.get(Entry, subject.entry_id) if subject else None
    if subject is None or entry is None or entry.filing_id != filing.id:
        raise NoSuchPart(part_ja="届出の人", part_en="subject")
    if person_id is not None and (new or work.session.get(Person, person_id) is None):
        raise NoSuchPart(part_ja="台帳の人", part_en="person")
    if new:
        _refuse_registered(work, filing, entry, subject.role)
    people.act(work, filing.id, "review", user)
    subject.link = "person" if person_id else "new" if new else "open"
    subject.person_id = person_id
    subject.decided_by = user if subject.link != "open" else None
    subject.decided_at = work.now if subject.link != "open" else None
    work.session.flush()
    trail.record(work, filing, "subject.linked", "subject", subject.id, {"link": subject.link, "person": person_id})


def decide_duplicate(work: Work, task_id: str, token: str, duplicate_id: str, *, same: bool, note: str = "") -> None:
    """Two filings tell of one event (`same`: the entry of this filing is not posted) or of two (both go on).

    Nothing is deleted (R22). The filing that came later gives way; the earlier one does only where the later has
    left review already (pairs.falls_to), so that one of the two goes on. NoSuchPart; those of tasks.hold.
    """
    filing, _, user = tasks.hold(work, task_id, token, "review")
    row = work.session.get(Duplicate, duplicate_id)
    if row is None or row not in duplicates_to_decide(work, filing, undecided=False):
        raise NoSuchPart(part_ja="重複", part_en="duplicate")
    people.act(work, filing.id, "review", user)
    row.state, row.decided_by, row.decided_at = "same" if same else "distinct", user, work.now
    key_id = work.session.get_one(Filing, row.filing_id).key_id  # of the later filing, whoever decides
    row.note = work.keys.seal(work.session, key_id, note, "duplicate.note") if note else None
    work.session.flush()
    for entry in values.entries(work, filing.id):
        if entry.state in {"open", "withdrawn"}:
            entry.state = "withdrawn" if _gives_way(work, filing, entry) else "open"
    work.session.flush()
    detail = {"state": row.state, "other": row.other_id if row.filing_id == filing.id else row.filing_id}
    trail.record(work, filing, "duplicate.decided", "duplicate", row.id, detail, secret=note or None)


def pass_review(work: Work, task_id: str, token: str, n: int, note: str = "") -> None:
    """The review is done: on to the approver, or, if no entry is left, to an end of the filing.

    `n` is the filing's version on the page. NotSettled while a person or a duplicate is undecided; NumberRegistered
    if another filing has entered a new person of this one meanwhile.
    """
    filing, task, user = tasks.hold(work, task_id, token, "review", n=n)
    undecided = unsettled(work, filing)
    if undecided:
        raise NotSettled(what_ja="、".join(ja for ja, _ in undecided), what_en=", ".join(en for _, en in undecided))
    for entry in values.entries(work, filing.id):
        if entry.state == "open":
            for subject in work.session.scalars(select(EntrySubject).where(EntrySubject.entry_id == entry.id)):
                if subject.link == "new":
                    _refuse_registered(work, filing, entry, subject.role)
    people.act(work, filing.id, "review", user)
    decide.record(work, filing, "review", "pass", user, reason=note or None)
    tasks.finish(work, task)
    states = {entry.state for entry in values.entries(work, filing.id)}
    if "open" not in states and "returned" in states:  # the rest were duplicates: what went back has its notice
        move(work, filing, "returned", decided_at=work.now)
        prepare(work, filing)
    elif "open" not in states and "withdrawn" in states:
        move(work, filing, "withdrawn", decided_at=work.now)
    decide.onward(work, filing)


_ROLES = {
    "insured": ("被保険者", "insured"), "spouse": ("配偶者", "spouse"),
    "other0": ("被扶養者1", "dependant 1"), "other1": ("被扶養者2", "dependant 2"),
}  # fmt: skip


def unsettled(work: Work, filing: Filing) -> list[tuple[str, str]]:
    """What keeps the review from passing, in both languages; empty if nothing does."""
    found = []
    open_entries = [entry for entry in values.entries(work, filing.id) if entry.state == "open"]
    for entry in open_entries:
        for subject in work.session.scalars(select(EntrySubject).where(EntrySubject.entry_id == entry.id)):
            if subject.link == "open" and filled(work, filing, entry, subject.role):
                ja, en = _ROLES.get(subject.role, (f"{entry.number + 1}人目", subject.role))
                found.append((f"{ja}の特定", f"who entry {entry.number + 1} ({en}) is"))
    for row in duplicates_to_decide(work, filing):
        if entry_in(filing, row) in {None, *(entry.id for entry in open_entries)}:
            found.append(("重複の判断", "a duplicate"))
    return found


def filled(work: Work, filing: Filing, entry: Entry, role: str) -> bool:
    """True if the block of that role holds a person in the newest version."""
    return not values.blank(_block(work, filing, entry, role).values())


def _block(work: Work, filing: Filing, entry: Entry, role: str) -> values.Values:
    """The newest values of one person of an entry, by short key; {} for a role that the entry does not have."""
    form = fields.form_of(filing)
    newest = values.of_entry(work, filing, entry)
    for block in fields.person_blocks(form, entry.number):
        if block.role == role:
            return fields.block_values(form, block, entry.number, newest)
    return {}


def _refuse_registered(work: Work, filing: Filing, entry: Entry, role: str) -> None:
    number = registered(work, _block(work, filing, entry, role))
    if number is not None:
        raise NumberRegistered(number_ja=number.ja, number_en=number.en)


def duplicates_to_decide(work: Work, filing: Filing, *, undecided: bool = True) -> list[Duplicate]:
    """The pairs in which this filing is the one that may give way; `undecided`: only those that are still open."""
    ours = [row for row in pairs.holding(work, filing) if pairs.falls_to(work, filing, row)]
    return [row for row in ours if row.state == "open" or not undecided]


def entry_in(filing: Filing, row: Duplicate) -> str | None:
    """The entry of this filing that a pair speaks of; None: all of it (the same bytes)."""
    return row.entry_id if row.filing_id == filing.id else row.other_entry_id


def _gives_way(work: Work, filing: Filing, entry: Entry) -> bool:
    rows = duplicates_to_decide(work, filing, undecided=False)
    return any(row.state == "same" and entry_in(filing, row) in {None, entry.id} for row in rows)
