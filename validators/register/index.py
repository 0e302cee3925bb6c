"""The search index: tokens of patterns, written for subjects and persons alike and looked up by their HMAC."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeVar

from sqlalchemy import ColumnElement, and_, delete, func, insert, select

from storage.tables import SearchToken, new_id
from storage.work import Work
from validators.register.patterns import Kind, Pattern

Owner = Literal["subject", "person"]
Token = tuple[str, str]  # kind, HMAC in hex
_AT_ONCE = 500  # ids a statement: SQLite and the planner both like them few
T = TypeVar("T")


def token(work: Work, pattern: Pattern) -> str:
    """The HMAC that stands for a pattern in the index."""
    return work.keys.token(work.session, pattern.kind, pattern.value)


def add(work: Work, owner: Owner, patterns: Mapping[str, Iterable[Pattern]]) -> None:
    """Index owners that have no tokens yet: {owner id: patterns}."""
    _insert(work, owner, [(one, p.kind, token(work, p)) for one, listed in patterns.items() for p in listed])


def _insert(work: Work, owner: Owner, tokens: Iterable[tuple[str, str, str]]) -> None:
    rows = [
        {"id": new_id(), "kind": kind, "token": hexed, "owner": owner, "owner_id": one} for one, kind, hexed in tokens
    ]
    if rows:
        work.session.execute(insert(SearchToken), rows)


def tokens(work: Work, patterns: Iterable[Pattern]) -> frozenset[Token]:
    """What stands for the patterns of one owner in the index."""
    return frozenset((p.kind, token(work, p)) for p in patterns)


def replace(work: Work, owner: Owner, owned: Mapping[str, frozenset[Token]]) -> None:
    """Make the tokens of these owners these and no others: {owner id: tokens}; what stands already is left."""
    for ids in batched(sorted(owned), _AT_ONCE):
        rows = work.session.execute(
            select(SearchToken.id, SearchToken.owner_id, SearchToken.kind, SearchToken.token).where(
                SearchToken.owner == owner, SearchToken.owner_id.in_(ids)
            )
        )
        held: dict[tuple[str, str, str], str] = {(row[1], row[2], row[3]): row[0] for row in rows}
        wanted = {(one, kind, hexed) for one in ids for kind, hexed in owned[one]}
        for gone in batched([row for key, row in held.items() if key not in wanted], _AT_ONCE):
            work.session.execute(
                delete(SearchToken).where(SearchToken.id.in_(gone)), execution_options={"synchronize_session": False}
            )
        _insert(work, owner, sorted(wanted - held.keys()))


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
    """Rows of any of these (kind, token). A token is of one kind alone, so the two lists need not be paired."""
    pairs = sorted(listed)
    return and_(SearchToken.kind.in_({kind for kind, _ in pairs}), SearchToken.token.in_([hexed for _, hexed in pairs]))


def kinds_of(patterns: Iterable[Pattern], *kinds: Kind) -> list[Pattern]:
    """Those of the given kinds, in a fixed order."""
    return sorted(p for p in patterns if p.kind in kinds)


def batched(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    """The items in runs of `size` (itertools has it from Python 3.12 on)."""
    return (items[start : start + size] for start in range(0, len(items), size))
