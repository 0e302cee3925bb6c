"""Four eyes: who may take which step of a filing, and why somebody may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy import select

from approval import trail
from approval.errors import AlreadyRead, ConflictingSide, Faster, NotYourStep, StaleVersion
from storage.tables import Decision, Filing, FilingActor, MachineSeen, Reading, Settlement, Task, User, UserRole
from storage.upsert import insert
from storage.work import TOKYO, Work

# The roles of each step; api/security/roles.py opens the same doors (`task.key`, ...).
ROLES: Final[dict[str, frozenset[str]]] = {
    "key": frozenset({"keyer", "contractor"}),
    "adjudicate": frozenset({"keyer", "supervisor"}),
    "review": frozenset({"reviewer"}),
    "approve": frozenset({"approver"}),
}
SIDES: Final[dict[str, str]] = {"key": "input", "adjudicate": "input", "review": "review", "approve": "approval"}
_SIDE_NAMES: Final = {"input": ("入力", "input"), "review": ("審査", "review"), "approval": ("決裁", "approval")}


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account that may take a step."""

    id: str
    login: str
    name: str


def who_may(work: Work, filing_id: str, step: str, fields: frozenset[str] | None = None) -> list[Candidate]:
    """The active accounts that may take `step` of this filing now, by login; for "this needs someone else".

    `fields` narrows a key or adjudicate step to the fields that it asks for; None: the fields of the open task
    of that step, or every field.
    """
    if fields is None:
        fields = _asked(work, filing_id, step)
    rows = work.session.scalars(
        select(User)
        .where(User.active, User.id.in_(select(UserRole.user_id).where(UserRole.role.in_(ROLES[step]))))
        .order_by(User.login)
    )
    return [Candidate(u.id, u.login, u.name) for u in rows if obstacle(work, filing_id, step, fields, u.id) is None]


def obstacle(work: Work, filing_id: str, step: str, fields: frozenset[str] | None, user_id: str) -> str | None:
    """Why this account may not take the step: `role`, `side`, `read`, `seen`, or None if it may.

    `fields` None means every captured field.
    """
    if not roles_of(work, user_id) & ROLES[step]:
        return "role"
    side = side_of(work, filing_id, user_id)
    if side is not None and side != SIDES[step]:
        return "side"
    if step in {"key", "adjudicate"} and _has_read(work, filing_id, fields, user_id):
        return "read"
    if step == "key" and work.session.get(MachineSeen, (filing_id, user_id)) is not None:
        return "seen"
    return None


def guard(work: Work, filing_id: str, step: str, fields: frozenset[str] | None) -> str:
    """The account id of the actor, if it may take the step; else the error that says who may.

    NotYourStep, ConflictingSide, AlreadyRead.
    """
    user_id = work.actor_id
    if user_id is None:
        raise NotYourStep(who=names(who_may(work, filing_id, step, fields)))
    why = obstacle(work, filing_id, step, fields, user_id)
    if why is None:
        return user_id
    who = names(who_may(work, filing_id, step, fields))
    if why == "role":
        raise NotYourStep(who=who)
    if why == "side":
        ja, en = _SIDE_NAMES[side_of(work, filing_id, user_id) or "input"]
        raise ConflictingSide(side_ja=ja, side_en=en, who=who)
    raise AlreadyRead(who=who)


def act(work: Work, filing_id: str, step: str, user_id: str) -> None:
    """Bind the account to the step's side of this filing, for ever. ConflictingSide if it stands on another."""
    side = SIDES[step]
    known = side_of(work, filing_id, user_id)
    if known is None:
        work.session.add(FilingActor(filing_id=filing_id, user_id=user_id, side=side, at=work.now))
        work.session.flush()  # readings and decisions are refused by the schema without this row
    elif known != side:
        ja, en = _SIDE_NAMES[known]
        raise ConflictingSide(side_ja=ja, side_en=en, who=names(who_may(work, filing_id, step)))


def side_of(work: Work, filing_id: str, user_id: str) -> str | None:
    """input, review or approval; None if the account has not acted on the filing."""
    row = work.session.get(FilingActor, (filing_id, user_id))
    return row.side if row else None


def roles_of(work: Work, user_id: str) -> frozenset[str]:
    """The roles of an account."""
    return frozenset(work.session.scalars(select(UserRole.role).where(UserRole.user_id == user_id)))


def names(candidates: list[Candidate]) -> str:
    """Names for a sentence, in a form that both languages can carry."""
    return ", ".join(f"{c.name} ({c.login})" for c in candidates) or "-"


def name_of(work: Work, user_id: str | None) -> str:
    """The name of an account; the system's where there is none."""
    user = work.session.get(User, user_id) if user_id else None
    return user.name if user else "Todoke"


def saw_machine(work: Work, filing_id: str, user_id: str) -> None:
    """Record that the account saw machine values while the blind keying was open: it cannot key this filing."""
    row = {"filing_id": filing_id, "user_id": user_id, "at": work.now}
    # two windows of one account may open it at the same moment
    done = work.session.execute(insert(work.session, MachineSeen).values(row).on_conflict_do_nothing())
    if done.rowcount == 1:  # type: ignore[attr-defined]
        trail.record(
            work, work.session.get_one(Filing, filing_id), "machine.seen", "filing", filing_id, {"user": user_id}
        )


def faster(work: Work, filing: Filing) -> StaleVersion:
    """The error for a page that shows an older version, naming who changed the filing last and when."""
    task = work.session.scalars(
        select(Task)
        .where(Task.filing_id == filing.id, Task.done_at.is_not(None))
        .order_by(Task.done_at.desc())
        .limit(1)
    ).one_or_none()
    decision = work.session.scalars(
        select(Decision).where(Decision.filing_id == filing.id).order_by(Decision.at.desc()).limit(1)
    ).one_or_none()
    last = [(task.done_at, task.done_by)] if task and task.done_at else []
    last += [(decision.at, decision.actor_id)] if decision else []
    if not last:
        return StaleVersion()
    at, who = max(last, key=lambda pair: pair[0])
    return Faster(who=name_of(work, who), at=at.astimezone(TOKYO).strftime("%Y-%m-%d %H:%M"))


def _asked(work: Work, filing_id: str, step: str) -> frozenset[str] | None:
    task = work.session.scalars(
        select(Task).where(Task.filing_id == filing_id, Task.step == step, Task.state.in_(("open", "claimed")))
    ).first()
    return frozenset(task.fields) if task and task.fields is not None else None


def _has_read(work: Work, filing_id: str, fields: frozenset[str] | None, user_id: str) -> bool:
    """True if the account has keyed or adjudicated any of these fields, in any round."""
    keyed = select(Reading.field).where(Reading.filing_id == filing_id, Reading.user_id == user_id)
    settled = select(Settlement.field).where(
        Settlement.filing_id == filing_id, Settlement.actor_id == user_id, Settlement.basis == "adjudicated"
    )
    touched = set(work.session.scalars(keyed)) | set(work.session.scalars(settled))
    return bool(touched if fields is None else touched & fields)
