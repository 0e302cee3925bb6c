"""The audit chains: every state change, hashed onto the one before, in the transaction that made it."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from storage.session import LedgerSession
from storage.tables import CHAINS, AuditEntry, AuditHead, canonical
from storage.tables.base import moment_text
from storage.work import Work


class Queued(NamedTuple):
    """An entry that waits for the end of its transaction."""

    chain: int
    at: datetime
    actor: str
    action: str
    subject_type: str
    subject_id: str
    detail: dict[str, Any]
    sealed: bytes | None


def record(
    work: Work, action: str, subject_type: str, subject_id: str, chain_key: str, detail: dict[str, Any] | None = None,
    sealed: bytes | None = None,
) -> None:  # fmt: skip
    """Queue an entry; it is chained as the last thing the transaction does.

    `chain_key` is the filing's id, else the batch's, else the account's. `detail` holds nothing personal in clear:
    ids, codes, counts (text, whole numbers, booleans, null, and lists and objects of them). Personal values go into
    `sealed`, as the Keyring seals them under the filing's key.
    """
    if not isinstance(work.session, LedgerSession):
        raise TypeError("an audit entry needs a session of Database.writing()")
    given = detail or {}
    _refuse_floats(given)
    work.session.pending.append(
        Queued(chain_of(chain_key), work.now, work.actor, action, subject_type, subject_id, given, sealed)
    )


def chain_of(key: str) -> int:
    """The chain of a filing, batch or account: the same one for ever."""
    return hashlib.sha256(key.encode()).digest()[0] % CHAINS


def append_pending(session: LedgerSession) -> int:
    """Chain and write what is queued; the edge calls this last before its commit. Returns how many entries.

    Heads are locked in ascending order, so that two transactions can wait for each other but never both.
    """
    by_chain: defaultdict[int, list[Queued]] = defaultdict(list)
    for queued in session.pending:
        by_chain[queued.chain].append(queued)
    for chain in sorted(by_chain):
        head = session.execute(
            select(AuditHead.seq, AuditHead.hash).where(AuditHead.chain == chain).with_for_update()
        ).one()
        seq, last, rows = head.seq, head.hash, []
        for queued in by_chain[chain]:
            seq += 1
            row = queued._asdict() | {"seq": seq, "prev": last}
            sealed = None if queued.sealed is None else hashlib.sha256(queued.sealed).hexdigest()
            last = entry_hash(
                last, chain, seq, moment_text(queued.at), queued.actor, queued.action, queued.subject_type,
                queued.subject_id, canonical(queued.detail), sealed,
            )  # fmt: skip
            rows.append(row | {"hash": last})
        session.execute(insert(AuditEntry), rows)
        session.execute(update(AuditHead).where(AuditHead.chain == chain).values(seq=seq, hash=last))
    session.pending.clear()
    return sum(map(len, by_chain.values()))


def entry_hash(
    prev: str, chain: int, seq: int, at: str, actor: str, action: str, subject_type: str, subject_id: str, detail: str,
    sealed: str | None,
) -> str:  # fmt: skip
    """sha256(prev || canonical JSON of the entry), in hex. `at`, `detail` as stored; `sealed` is the sha256 of it."""
    entry = {
        "v": 1, "chain": chain, "seq": seq, "at": at, "actor": actor, "action": action,
        "subject": [subject_type, subject_id], "detail": detail, "sealed": sealed,
    }  # fmt: skip
    return hashlib.sha256(prev.encode() + canonical(entry).encode()).hexdigest()


def history(session: Session, subject_type: str, subject_id: str) -> list[AuditEntry]:
    """The entries about one subject, oldest first."""
    found = select(AuditEntry).where(AuditEntry.subject_type == subject_type, AuditEntry.subject_id == subject_id)
    return list(session.scalars(found.order_by(AuditEntry.at, AuditEntry.seq)))


def _refuse_floats(value: Any) -> None:
    """A float has more than one text; nothing in a chain may."""
    match value:
        case bool() | int() | str() | None:
            return
        case dict():
            if not all(isinstance(key, str) for key in value):
                raise TypeError("an audit detail has text keys")
            for inner in value.values():
                _refuse_floats(inner)
        case list() | tuple():
            for inner in value:
                _refuse_floats(inner)
        case _:
            raise TypeError(f"not for an audit detail: {type(value).__name__}")
