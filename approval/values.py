"""The values of a filing: append-only versions, written when every field is settled, and what hangs on them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, cast

from sqlalchemy import insert, select, update

from approval import fields, trail
from approval.errors import StaleVersion
from approval.states import bump
from forms.model import Form
from storage.keys import canonical
from storage.tables import Entry, EntrySubject, EntryVersion, Filing, FilingVersion, Office, Settlement, new_id
from storage.work import Work

Values = dict[str, str | None]  # whole field id -> value; None: judged unreadable

_CLOSED = frozenset({"posted", "returned", "withdrawn"})


def newest(work: Work, filing: Filing) -> Values:
    """The newest values of the header and of every entry; {} before the first version."""
    values = header(work, filing)
    for entry in entries(work, filing.id):
        values |= of_entry(work, filing, entry)
    return values


def header(work: Work, filing: Filing) -> Values:
    """The newest header values."""
    row = work.session.scalars(
        select(FilingVersion).where(FilingVersion.filing_id == filing.id).order_by(FilingVersion.n.desc()).limit(1)
    ).one_or_none()
    return _open(work, filing, row.values, "filing_version.values") if row else {}


def of_entry(work: Work, filing: Filing, entry: Entry) -> Values:
    """The newest values of an entry."""
    row = work.session.get(EntryVersion, (entry.id, entry.n)) if entry.n else None
    return _open(work, filing, row.values, "entry_version.values") if row else {}


def entries(work: Work, filing_id: str) -> list[Entry]:
    """The entries in the order of the sheet."""
    return list(work.session.scalars(select(Entry).where(Entry.filing_id == filing_id).order_by(Entry.number)))


def version(work: Work, filing_id: str) -> int:
    """The n of the newest version of the filing; 0 before the first."""
    found = work.session.scalar(
        select(FilingVersion.n).where(FilingVersion.filing_id == filing_id).order_by(FilingVersion.n.desc()).limit(1)
    )
    return found or 0


def settled(work: Work, filing: Filing) -> dict[str, Settlement]:
    """The newest settlement of each field that was read or filed (not the numbers that we assigned)."""
    rows = work.session.scalars(
        select(Settlement)
        .where(Settlement.filing_id == filing.id, Settlement.basis != "assigned")
        .order_by(Settlement.round)
    )
    return {row.field: row for row in rows}


def settled_value(work: Work, filing: Filing, settlement: Settlement) -> str | None:
    """The value a settlement gives."""
    return unseal_value(work, filing, settlement.value, "settlement.value")


def seal_value(work: Work, filing: Filing, value: str | None, context: str) -> bytes:
    """A value under the filing's key; None (judged unreadable) is kept apart from every string."""
    return work.keys.seal_json(work.session, filing.key_id, value, context)


def unseal_value(work: Work, filing: Filing, sealed: bytes, context: str) -> str | None:
    """What `seal_value` sealed."""
    return cast("str | None", work.keys.unseal_json(work.session, filing.key_id, sealed, context))


def write(work: Work, filing: Filing, values: Mapping[str, str | None], cause: str) -> int:
    """Write the next version of the header and of every entry that changed; gives the filing's new n.

    Entries whose every field is blank become `blank`; a subject whose values changed has to be linked anew (the
    check finds who stands in the blocks). `cause`: settled, filed, corrected.
    """
    form = fields.form_of(filing)
    parts: dict[int | None, Values] = defaultdict(dict)
    for field_id, value in values.items():
        parts[fields.entry_of(field_id)][field_id] = value
    first = version(work, filing.id) == 0
    office = _office(work, parts[None])
    n = bump(work, filing, office_id=office or filing.office_id)
    sealed = work.keys.seal_json(work.session, filing.key_id, parts.pop(None), "filing_version.values")
    work.session.add(
        FilingVersion(filing_id=filing.id, n=n, values=sealed, cause=cause, actor_id=work.actor_id, at=work.now)
    )
    known = {entry.number: entry for entry in entries(work, filing.id)}
    numbered = sorted((k, v) for k, v in parts.items() if k is not None)
    if first:
        _write_first(work, filing, known, numbered, cause)
    else:
        for number, part in numbered:
            entry = known.get(number) or _new_entry(work, filing, number)
            if entry.state not in _CLOSED:
                _write_entry(work, filing, form, entry, part, cause)
    proof = work.keys.token(work.session, "values", canonical(dict(values)))  # says later that nothing was altered
    trail.record(work, filing, "values.written", "filing", filing.id,
        {"n": n, "cause": cause, "entries": len(parts), "proof": proof},
    )  # fmt: skip
    work.session.flush()
    return n


def append(work: Work, filing: Filing, entry: Entry, changed: Values, cause: str) -> None:
    """The next version of an entry with some values changed (an assigned number). StaleVersion."""
    before = of_entry(work, filing, entry)
    _append(work, filing, entry, before | changed, cause)


def _write_first(
    work: Work, filing: Filing, known: Mapping[int, Entry], parts: Iterable[tuple[int, Values]], cause: str
) -> None:
    """The first version of every entry, all at once: an e-filing has up to 500, and nothing hangs on them yet."""
    rows = []
    for number, part in parts:
        entry = known.get(number)
        if entry is None:
            entry = Entry(id=new_id(), filing_id=filing.id, number=number)
            work.session.add(entry)
        entry.n, entry.state = 1, _state_of(part)
        sealed = work.keys.seal_json(work.session, filing.key_id, part, "entry_version.values")
        rows.append(
            {"entry_id": entry.id, "n": 1, "values": sealed, "cause": cause, "actor_id": work.actor_id, "at": work.now}
        )
    work.session.flush()
    if rows:
        work.session.execute(insert(EntryVersion), rows)


def _state_of(part: Values) -> str:
    return "open" if any(value != "" for value in part.values()) else "blank"


def _write_entry(work: Work, filing: Filing, form: Form, entry: Entry, part: Values, cause: str) -> None:
    before = of_entry(work, filing, entry)
    if before == part and entry.n:
        return
    _append(work, filing, entry, part, cause)
    entry.state = _state_of(part)
    for subject in work.session.scalars(select(EntrySubject).where(EntrySubject.entry_id == entry.id)):
        if _of(form, entry.number, subject.role, before) != _of(form, entry.number, subject.role, part):
            # A correction: whoever was linked was linked to other values (R21). The check writes the new event.
            subject.link, subject.person_id, subject.decided_by, subject.decided_at = "open", None, None, None


def _of(form: Form, number: int, role: str, part: Values) -> Values:
    """The values of one person of an entry."""
    for block in fields.person_blocks(form, number):
        if block.role == role:
            return fields.block_values(form, block, number, part)
    return {}


def _append(work: Work, filing: Filing, entry: Entry, values: Values, cause: str) -> None:
    work.session.flush()
    seen = entry.n
    done = work.session.execute(
        update(Entry).where(Entry.id == entry.id, Entry.n == seen).values(n=seen + 1),
        execution_options={"synchronize_session": False},
    )
    if done.rowcount != 1:  # type: ignore[attr-defined]
        raise StaleVersion
    work.session.refresh(entry)
    sealed = work.keys.seal_json(work.session, filing.key_id, values, "entry_version.values")
    actor = None if cause == "assigned" else work.actor_id  # an approver never writes a value; we assign the number
    work.session.add(
        EntryVersion(entry_id=entry.id, n=entry.n, values=sealed, cause=cause, actor_id=actor, at=work.now)
    )


def _new_entry(work: Work, filing: Filing, number: int) -> Entry:
    entry = Entry(filing_id=filing.id, number=number, state="open", n=0)
    work.session.add(entry)
    work.session.flush()
    return entry


def _office(work: Work, values: Mapping[str, str | None]) -> str | None:
    """The office whose 整理記号 the header gives, if we know it."""
    ref = values.get("header.office_ref")
    return work.session.scalar(select(Office.id).where(Office.ref == ref)) if ref else None


def _open(work: Work, filing: Filing, sealed: bytes, context: str) -> Values:
    found: Any = work.keys.unseal_json(work.session, filing.key_id, sealed, context)
    return cast(Values, found)


def blank(values: Iterable[str | None]) -> bool:
    """True if every value is the reading "blank"."""
    return all(value == "" for value in values)
