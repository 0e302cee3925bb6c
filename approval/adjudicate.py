"""Adjudication: a person who read none of the differing fields decides each, on the paper."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select

from approval import fields, inspection, people, tasks, trail, values
from approval.errors import FieldsMissing, FieldsNotAsked, NoSuchPart, TypedNotValid
from approval.keying import typed
from forms.model import Form
from forms.values import normalise
from storage.queue import enqueue
from storage.tables import Filing, Reading, Settlement, Task
from storage.work import Work


def submit_adjudication(work: Work, task_id: str, token: str, decided: Mapping[str, Any]) -> None:
    """Settle every field of the task and let the flow go on.

    `decided` {field id: {"reading": id} to choose one that is shown, or a typed value as in keying.typed (None:
    it cannot be read at all; the filing then goes back to the filer)}.
    FieldsMissing, FieldsNotAsked, NoSuchPart, TypedNotValid; and those of tasks.hold.
    """
    filing, task, user = tasks.hold(work, task_id, token, "adjudicate")
    asked = tasks.asked(task) or frozenset()
    if foreign := sorted(decided.keys() - asked):
        raise FieldsNotAsked(fields=", ".join(foreign))
    if missing := sorted(asked - decided.keys()):
        raise FieldsMissing(fields=", ".join(missing))
    people.act(work, filing.id, "adjudicate", user)
    form = fields.form_of(filing)
    chosen, waiting = 0, inspection.pending(work, filing)
    for field_id in sorted(asked):
        value, chose = _decide(work, filing, form, field_id, decided[field_id])
        chosen += chose
        stood = Settlement(
            filing_id=filing.id, field=field_id, round=filing.round, basis="adjudicated",
            value=values.seal_value(work, filing, value, "settlement.value"),
            readings=[r.id for r in readings(work, filing, field_id)], actor_id=user, at=work.now,
        )  # fmt: skip
        work.session.add(stood)
        inspection.settled(work, filing, stood, waiting)
    tasks.finish(work, task)
    trail.record(work, filing, "adjudication.submitted", "task", task.id,
        {"round": task.round, "fields": len(asked), "chosen": chosen, "typed": len(asked) - chosen},
    )  # fmt: skip
    enqueue(work.session, "advance", filing.id, now=work.now, priority=filing.priority, due_on=filing.due_on)


def readings(work: Work, filing: Filing, field_id: str) -> list[Reading]:
    """The readings of a field in the filing's round, by id, so that their order says nothing of their makers."""
    return list(
        work.session.scalars(
            select(Reading)
            .where(Reading.filing_id == filing.id, Reading.field == field_id, Reading.round == filing.round)
            .order_by(Reading.id)
        )
    )


def value_of(work: Work, filing: Filing, reading: Reading) -> str | None:
    """The value of a reading; None if it stands by nothing."""
    if reading.value is None:
        return None
    return work.keys.unseal(work.session, filing.key_id, reading.value, "reading.value")


def standing(work: Work, filing: Filing, field_id: str) -> Settlement | None:
    """What an earlier round settled for the field, if it was sent back."""
    return work.session.scalars(
        select(Settlement)
        .where(
            Settlement.filing_id == filing.id, Settlement.field == field_id,
            Settlement.round < filing.round, Settlement.basis != "assigned",
        )
        .order_by(Settlement.round.desc())
        .limit(1)
    ).one_or_none()  # fmt: skip


def _decide(work: Work, filing: Filing, form: Form, field_id: str, said: Any) -> tuple[str | None, bool]:
    """The value, and whether it was chosen from those shown."""
    if isinstance(said, Mapping) and "reading" in said:
        return _choose(work, filing, field_id, said["reading"]), True
    what = typed(said)
    normal = normalise(fields.field(form, field_id).type, what.value)
    if normal is None and what.value is not None:
        raise TypedNotValid(fields=field_id)
    return normal, False


def _choose(work: Work, filing: Filing, field_id: str, reading_id: str) -> str | None:
    """`reading_id` is a reading of this round, or the settlement that stood when the field was sent back."""
    for reading in readings(work, filing, field_id):
        if reading.id == reading_id:
            return value_of(work, filing, reading)
    stood = standing(work, filing, field_id)
    if stood is not None and stood.id == reading_id:
        return values.settled_value(work, filing, stood)
    raise NoSuchPart(part=f"{field_id}: {reading_id}")


def asked_in_order(task: Task, form: Form) -> list[str]:
    """The fields of a task in paper order."""
    asked = tasks.asked(task)
    return [f.id for f in fields.captured(form) if asked is None or f.id in asked]
