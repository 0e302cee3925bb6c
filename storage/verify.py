"""Walking the audit chains: is every entry as it was written, in its place, and still there?"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import LargeBinary, Text, select, type_coerce
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from storage.anchors import Anchors, BadAnchor
from storage.audit import entry_hash
from storage.tables import CHAINS, GENESIS, AuditEntry, AuditHead

_BATCH = 1000  # rows in memory
_ENTRY = AuditEntry.__table__.c
# as stored: a type that tidies a value up would tidy a forgery up too
_RAW = [type_coerce(_ENTRY[name], Text).label(name) for name in (
    "at", "actor", "action", "subject_type", "subject_id", "detail", "prev", "hash",
)] + [_ENTRY.chain, _ENTRY.seq, type_coerce(_ENTRY.sealed, LargeBinary).label("sealed")]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """What does not hold, and where; `chain` and `seq` are None for a checkpoint."""

    code: str  # changed, missing, order, head, anchor_mismatch, cut, bad_anchor, unreadable, stray
    chain: int | None
    seq: int | None
    message: str


@dataclass(slots=True)
class Verdict:
    """What `verify` found. `anchored` entries are covered by a checkpoint; a cut of the others could not be seen."""

    entries: int = 0
    anchors: int = 0
    anchored: int = 0
    problems: list[Problem] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not self.problems

    def as_dict(self) -> dict[str, Any]:
        """The form of `todoke audit verify --json`."""
        found = [{"code": p.code, "chain": p.chain, "seq": p.seq, "message": p.message} for p in self.problems]
        return {
            "schema": "todoke.audit/1", "sound": self.sound, "entries": self.entries, "anchors": self.anchors,
            "anchored": self.anchored, "problems": found,
        }  # fmt: skip


def verify(session: Session, anchors: Anchors) -> Verdict:
    """Walk all chains against their heads and the checkpoints. `session` is a fresh one of `Database.reading()`.

    One problem a chain: behind a break nothing can be said.
    """
    verdict = Verdict()
    expected = _anchored(anchors, verdict)  # before the database is looked at, so that none is newer than it
    try:
        found_heads = {chain: (seq, last) for chain, seq, last in session.execute(_heads())}
        strays = session.scalars(select(_ENTRY.chain).where(_ENTRY.chain.not_in(range(CHAINS))).limit(1)).all()
    except (DBAPIError, ValueError, TypeError) as error:
        verdict.problems.append(Problem("unreadable", None, None, type(error).__name__))
        return verdict
    if set(found_heads) != set(range(CHAINS)):
        verdict.problems.append(Problem("head", None, None, "the heads are not those of the chains"))
    if strays:
        verdict.problems.append(Problem("stray", None, None, "there are entries of no chain"))
    for chain in range(CHAINS):
        problem = _walk(session, chain, expected[chain], found_heads.get(chain), verdict)
        if problem is not None:
            verdict.problems.append(problem)
    return verdict


def _heads() -> Any:
    head = AuditHead.__table__.c
    return select(head.chain, head.seq, head.hash)


def _anchored(anchors: Anchors, verdict: Verdict) -> defaultdict[int, dict[int, str]]:
    """chain -> {seq: hash} as the checkpoints say."""
    expected: defaultdict[int, dict[int, str]] = defaultdict(dict)
    try:
        for anchor in anchors.all():
            verdict.anchors, verdict.anchored = anchor.number, anchor.entries
            for chain, (seq, last) in enumerate(anchor.heads):
                expected[chain][seq] = last
    except BadAnchor as error:
        verdict.problems.append(Problem("bad_anchor", None, None, error.message["en"]))
    return expected


def _walk(
    session: Session, chain: int, expected: dict[int, str], head: tuple[int, str] | None, verdict: Verdict
) -> Problem | None:
    """The first thing that does not hold in a chain."""
    seq, last = 0, GENESIS
    if expected.pop(0, GENESIS) != GENESIS:
        return Problem("anchor_mismatch", chain, 0, "the checkpoint starts the chain elsewhere")
    try:
        for row in _rows(session, chain):
            seq += 1
            problem = _judge(row, chain, seq, last)
            if problem is not None:
                return problem
            last = row.hash
            verdict.entries += 1
            if expected.pop(seq, last) != last:
                return Problem("anchor_mismatch", chain, seq, "a checkpoint holds another hash: rewritten before it")
    except (DBAPIError, ValueError, TypeError) as error:
        return Problem("unreadable", chain, seq + 1, type(error).__name__)
    return _judge_end(chain, seq, last, expected, head)


def _judge_end(chain: int, seq: int, last: str, left: dict[int, str], head: tuple[int, str] | None) -> Problem | None:
    if left:
        return Problem("cut", chain, seq, f"a checkpoint knows {max(left)} entries: the tail was cut off")
    if head != (seq, last):
        return Problem("head", chain, seq, "the head does not name the last entry")
    return None


def _judge(row: Any, chain: int, seq: int, last: str) -> Problem | None:
    if row.seq != seq:
        return Problem("missing", chain, seq, f"the next entry is number {row.seq}")
    if row.prev != last:
        return Problem("order", chain, seq, "it does not follow the entry before it")
    sealed = None if row.sealed is None else hashlib.sha256(row.sealed).hexdigest()
    told = entry_hash(
        last, chain, seq, row.at, row.actor, row.action, row.subject_type, row.subject_id, row.detail, sealed
    )
    return None if told == row.hash else Problem("changed", chain, seq, "its content is not what was written")


def _rows(session: Session, chain: int) -> Iterator[Any]:
    """The rows of a chain as they are stored, in order of seq."""
    query = select(*_RAW).where(_ENTRY.chain == chain).order_by(_ENTRY.seq)
    yield from session.execute(query, execution_options={"yield_per": _BATCH})
