"""Blind keying: a person's reading of every field that a task asks for. Checks see only what was typed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from approval import fields, people, tasks, trail
from approval.errors import BlockNotBlank, FieldsMissing, FieldsNotAsked, TypedNotValid
from forms.model import Field, Form
from forms.values import normalise
from storage.queue import enqueue
from storage.tables import Filing, Reading, Task
from storage.work import Work


@dataclass(frozen=True, slots=True)
class Typed:
    """What a person says of a field. `value` None: unreadable. `struck`: struck out, `value` is the correction."""

    value: str | None
    struck: bool = False


BLANK: Final = Typed("")
UNREADABLE: Final = Typed(None)


def typed(value: Any) -> Typed:
    """From JSON: a string, null (unreadable), or {"struck": true, "value": correction or ""}."""
    if value is None or isinstance(value, str):
        return Typed(value)
    if isinstance(value, Typed):
        return value
    if isinstance(value, Mapping) and isinstance(value.get("value", ""), str | None):
        return Typed(value.get("value", "") if value.get("readable", True) else None, bool(value.get("struck")))
    raise TypedNotValid(fields=str(type(value).__name__))


def submit_key(
    work: Work, task_id: str, token: str, values: Mapping[str, Any], blank_blocks: Iterable[str] = ()
) -> None:
    """Record the actor's reading of every field of the task, finish it, and let the flow go on.

    `values` {field id: string | None (unreadable) | Typed | {"struck": true, "value": ...}}; fields of
    `blank_blocks` need none. FieldsMissing, FieldsNotAsked, TypedNotValid, BlockNotBlank; and those of tasks.hold.
    """
    filing, task, user = tasks.hold(work, task_id, token, "key")
    form = fields.form_of(filing)
    reading = complete(form, task, {name: typed(value) for name, value in values.items()}, frozenset(blank_blocks))
    people.act(work, filing.id, "key", user)
    for field, said, normal in reading:
        work.session.add(_reading(work, filing, task, user, field, said, normal))
    tasks.finish(work, task)
    blank = sum(1 for _, _, normal in reading if normal == "")
    trail.record(work, filing, "key.submitted", "task", task.id,
        {"round": task.round, "fields": len(reading), "blank": blank, "blocks": sorted(blank_blocks)},
    )  # fmt: skip
    enqueue(work.session, "advance", filing.id, now=work.now, priority=filing.priority, due_on=filing.due_on)


def complete(
    form: Form, task: Task, values: Mapping[str, Typed], blank_blocks: frozenset[str]
) -> list[tuple[Field, Typed, str | None]]:
    """Every field of the task with what was typed and its normal form, in paper order; else what is wrong."""
    asked = tasks.asked(task)
    wanted = [f for f in fields.captured(form) if asked is None or f.id in asked]
    blocks = {f.block for f in wanted}
    if foreign := sorted((values.keys() - {f.id for f in wanted}) | (blank_blocks - blocks)):
        raise FieldsNotAsked(fields=_listed(foreign))
    in_blank = {f.id for f in wanted if f.block in blank_blocks}
    if written := [f for f in in_blank if f in values and values[f] != BLANK]:
        raise BlockNotBlank(fields=_listed(sorted(written)))
    if missing := [f.id for f in wanted if f.id not in values and f.id not in in_blank]:
        raise FieldsMissing(fields=_listed(missing))
    found = [(f, said, normalise(f.type, said.value)) for f in wanted for said in [values.get(f.id, BLANK)]]
    if wrong := [f.id for f, said, normal in found if said.value is not None and normal is None]:
        raise TypedNotValid(fields=_listed(wrong))
    return found


def check_typed(form: Form, field_id: str, raw: str | None) -> str | None:
    """The normal form of what is being typed in one field, for the desk's own check. NoSuchPart, TypedNotValid."""
    normal = normalise(fields.field(form, field_id).type, raw)
    if normal is None and raw is not None:
        raise TypedNotValid(fields=field_id)
    return normal


def _reading(
    work: Work, filing: Filing, task: Task, user: str, field: Field, said: Typed, normal: str | None
) -> Reading:
    def seal(value: str | None, context: str) -> bytes | None:
        return None if value is None else work.keys.seal(work.session, filing.key_id, value, context)

    return Reading(
        filing_id=filing.id, field=field.id, round=task.round, source="person", user_id=user, basis="key",
        raw=seal(said.value, "reading.raw"), value=seal(normal, "reading.value"),
        blank=normal == "" and not said.struck, struck=said.struck, at=work.now,
    )  # fmt: skip


def _listed(names: Iterable[str], most: int = 12) -> str:
    listed = list(names)
    return ", ".join(listed[:most]) + (f" (+{len(listed) - most})" if len(listed) > most else "")
