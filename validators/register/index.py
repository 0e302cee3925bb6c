"""The search index: tokens of patterns, written for subjects and persons alike and looked up by their HMAC."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Literal

from sqlalchemy import ColumnElement, and_, delete, false, func, insert, or_, select

from storage.tables import SearchToken, new_id
from storage.work import Work
from validators.register.patterns import Kind, Pattern

Owner = Literal["subject", "person"]
COUNT_LIMIT = 20_000  # a name that more persons bear than this is common, whatever the count


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


def owners(work: Work, owner: Owner, pattern: Pattern, limit: int | None = None) -> list[str]:
    """Ids of the owners that have a pattern, at most `limit`."""
    query = select(SearchToken.owner_id).where(
        SearchToken.kind == pattern.kind, SearchToken.token == token(work, pattern), SearchToken.owner == owner
    )
    return list(work.session.scalars(query.limit(limit)))


def owners_of_all(work: Work, owner: Owner, groups: Iterable[Iterable[Pattern]], limit: int) -> list[str]:
    """Ids of the owners that have at least one pattern of every group, at most `limit`.

    Put the rarest group first: it is looked up, the others are tested on what it gives.
    """
    query = None
    for group in groups:
        having = select(SearchToken.owner_id).where(SearchToken.owner == owner, _any_of(work, group))
        query = having if query is None else query.where(SearchToken.owner_id.in_(having))
    return [] if query is None else list(work.session.scalars(query.distinct().limit(limit)))


def _any_of(work: Work, group: Iterable[Pattern]) -> ColumnElement[bool]:
    return or_(
        false(), *(and_(SearchToken.kind == p.kind, SearchToken.token == token(work, p)) for p in sorted(set(group)))
    )


def count(work: Work, pattern: Pattern) -> int:
    """How many persons of the register have a pattern, counted up to COUNT_LIMIT."""
    some = (
        select(SearchToken.owner_id)
        .where(
            SearchToken.kind == pattern.kind, SearchToken.token == token(work, pattern), SearchToken.owner == "person"
        )
        .limit(COUNT_LIMIT)
        .subquery()
    )
    return work.session.scalar(select(func.count()).select_from(some)) or 0


def kinds_of(patterns: Iterable[Pattern], *kinds: Kind) -> list[Pattern]:
    """Those of the given kinds, in a fixed order."""
    return sorted(p for p in patterns if p.kind in kinds)
