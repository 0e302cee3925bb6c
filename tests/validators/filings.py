"""Filings as approval writes them: header and entries in sealed, append-only versions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from sqlalchemy import select

from storage.tables import Batch, Entry, EntryVersion, Filing, FilingVersion, User, new_id
from storage.work import Work
from validators.rules import samples

RECEIVED = date(2026, 11, 20)


def file(
    work: Work,
    kind: str,
    entries: Sequence[Mapping[str, str | None]],
    *,
    header: Mapping[str, str | None] | None = None,
    channel: str = "paper",
    after: int = 0,
    refiles: str | None = None,
    written: bool = True,
) -> str:
    """Write a filing in state checking; gives its id. `entries` have short keys; `after`: minutes after the first.

    `written` False leaves it without any version of its values.
    """
    now = work.now + timedelta(minutes=after)
    batch = Batch(
        id=new_id(), number=new_id(), channel=channel, state="released", received_on=RECEIVED,
        key_id=work.keys.new_key(work.session, "batch"), received_basis="entered", created_at=now,
    )  # fmt: skip
    work.session.add(batch)
    work.session.flush()
    filing = Filing(
        id=new_id(), number=new_id(), kind=kind, version="todoke-1", channel=channel, state="checking",
        key_id=work.keys.new_key(work.session, "filing"), batch_id=batch.id, received_on=RECEIVED, due_on=RECEIVED,
        priority=1, created_at=now, refiles=refiles,
    )  # fmt: skip
    work.session.add(filing)
    work.session.flush()
    for number in range(len(entries)):
        work.session.add(Entry(id=new_id(), filing_id=filing.id, number=number, n=0))
    work.session.flush()
    if written:
        correct(work, filing.id, dict(enumerate(entries)), header or samples.HEADER)
    return filing.id


def correct(
    work: Work,
    filing_id: str,
    entries: Mapping[int, Mapping[str, str | None]],
    header: Mapping[str, str | None] = samples.HEADER,
) -> None:
    """Write the next version of the header and of these entries."""
    filing = work.session.get_one(Filing, filing_id)
    filing.n += 1
    sealed = work.keys.seal_json(work.session, filing.key_id, dict(header), "filing_version.values")
    work.session.add(FilingVersion(filing_id=filing_id, n=filing.n, values=sealed, cause="settled", at=work.now))
    for number, short in entries.items():
        entry = work.session.scalars(select(Entry).where(Entry.filing_id == filing_id, Entry.number == number)).one()
        entry.n += 1
        values = {f"entries[{number}].{key}": value for key, value in short.items()}
        entry.state = "open" if any(values.values()) else "blank"
        sealed = work.keys.seal_json(work.session, filing.key_id, values, "entry_version.values")
        work.session.add(EntryVersion(entry_id=entry.id, n=entry.n, values=sealed, cause="settled", at=work.now))
    work.session.flush()


def account(work: Work) -> str:
    """A reviewer."""
    user = User(id=new_id(), login="reviewer", name="審査　一郎", created_at=work.now)
    work.session.add(user)
    work.session.flush()
    return user.id
