"""The search index: tokens of patterns, written for subjects and persons alike and looked up by their HMAC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, false, func, insert, or_, select

from storage.tables import SearchToken, new_id
from storage.work import Work
from validators.register.patterns import Kind, Pattern

Owner = Literal["subject", "person"]


def token(work: Work, pattern: Pattern) -> str:
    """The HMAC that stands for a pattern in the index."""
    return work.keys.token(work.session, pattern.kind, pattern.value)


def add(work: Work, owner: Owner, patterns: Mapping[str, Iterable[Pattern]]) -> None:
    """Index owners that have no tokens yet: {owner id: patterns}."""
    rows = [
        {"id": new_id(), "kind": p.kind, "token": token(work, p), "owner": owner, "owner_id": owner_id}
        for owner_id, listed in patterns.items()
        for p in listed
    ]
    if rows:
        work.session.execute(insert(SearchToken), rows)


def replace(work: Work, owner: Owner, owner_id: str, patterns: Iterable[Pattern]) -> bool:
    """Make the tokens of one owner these and no others; True if anything changed."""
    wanted = {(p.kind, token(work, p)): p for p in patterns}
    rows = work.session.execute(
        select(SearchToken.id, SearchToken.kind, SearchToken.token).where(
            SearchToken.owner == owner, SearchToken.owner_id == owner_id
        )
    ).all()
    held = {(row.kind, row.token) for row in rows}
    gone = [row.id for row in rows if (row.kind, row.token) not in wanted]
    if gone:
        work.session.execute(delete(SearchToken).where(SearchToken.id.in_(gone)))
    add(work, owner, {owner_id: [p for key, p in wanted.items() if key not in held]})
    return bool(gone) or wanted.keys() != held


def owners(work: Work, owner: Owner, patterns: Iterable[Pattern], limit: int) -> dict[str, list[Pattern]]:
    """Who has any of these patterns, and which: {owner id: patterns}; at most `limit` rows are read."""
    listed: dict[tuple[str, str], Pattern] = {(p.kind, token(work, p)): p for p in patterns}
    if not listed:
        return {}
    query = (
        select(SearchToken.owner_id, SearchToken.kind, SearchToken.token)
        .where(SearchToken.owner == owner, _any_of(listed))
        .limit(limit)
    )
    found: dict[str, list[Pattern]] = defaultdict(list)
    for owner_id, kind, hexed in work.session.execute(query):
        found[owner_id].append(listed[kind, hexed])
    return dict(found)


def owners_of_all(work: Work, owner: Owner, groups: Iterable[Iterable[Pattern]], limit: int) -> list[str]:
    """Ids of the owners that have at least one pattern of every group, at most `limit`.

    Put the rarest group first: it is looked up, the others are tested on what it gives.
    """
    query = None
    for group in groups:
        listed = {(p.kind, token(work, p)) for p in group}
        having = select(SearchToken.owner_id).where(SearchToken.owner == owner, _any_of(listed))
        query = having if query is None else query.where(SearchToken.owner_id.in_(having))
    return [] if query is None else list(work.session.scalars(query.distinct().limit(limit)))


def counts(work: Work, patterns: Iterable[Pattern]) -> dict[Pattern, int]:
    """How many persons of the register have each pattern."""
    listed: dict[tuple[str, str], Pattern] = {(p.kind, token(work, p)): p for p in patterns}
    if not listed:
        return {}
    rows = work.session.execute(
        select(SearchToken.kind, SearchToken.token, func.count())
        .where(SearchToken.owner == "person", _any_of(listed))
        .group_by(SearchToken.kind, SearchToken.token)
    )
    return dict.fromkeys(listed.values(), 0) | {listed[kind, hexed]: number for kind, hexed, number in rows}


def _any_of(listed: Iterable[tuple[str, str]]) -> ColumnElement[bool]:
    """Rows of any of these (kind, token): one place in the index each."""
    return or_(false(), *(and_(SearchToken.kind == kind, SearchToken.token == hexed) for kind, hexed in sorted(listed)))


def kinds_of(patterns: Iterable[Pattern], *kinds: Kind) -> list[Pattern]:
    """Those of the given kinds, in a fixed order."""
    return sorted(p for p in patterns if p.kind in kinds)
