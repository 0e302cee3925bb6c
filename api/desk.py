"""What the desk shows of a claimed task: fields in paper order and their places, blind where it must be."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from api.images import MASKED
from api.security.errors import NotFound
from approval import adjudicate, fields, tasks, values
from approval.errors import LeaseLost
from approval.views import ReviewView
from forms.model import Box, Field, Form
from storage.tables import Filing, Sheet, Task
from storage.work import Work

ERAS = {
    "ja": {"1": "明治", "3": "大正", "5": "昭和", "7": "平成", "9": "令和"},
    "en": {"1": "Meiji ", "3": "Taisho ", "5": "Showa ", "7": "Heisei ", "9": "Reiwa "},
}


def own_task(work: Work, task_id: str, *steps: str) -> Task:
    """The task, if the actor holds it now. Raises NoSuchTask, LeaseLost."""
    task = tasks.get(work, task_id)
    if task.state != "claimed" or task.claimed_by != work.actor_id or (steps and task.step not in steps):
        raise LeaseLost
    return task


def form_sheet(work: Work, filing_id: str) -> Sheet:
    """The form of a paper filing (its attachments are apart). Raises NotFound."""
    sheet = work.session.scalars(
        select(Sheet).where(Sheet.filing_id == filing_id, Sheet.state == "filed").order_by(Sheet.id)
    ).first()
    if sheet is None:
        raise NotFound(what_ja=f"届書 {filing_id} の用紙", what_en=f"sheet of filing {filing_id}")
    return sheet


def sheets_of(work: Work, filing_id: str) -> list[str]:
    """Ids of the filing's sheets that may be shown in a task on it: the form first."""
    return [form_sheet(work, filing_id).id]


def task_page(work: Work, task_id: str, language: str) -> dict[str, Any]:
    """The JSON of the desk for a key or adjudicate task that the actor holds."""
    task = own_task(work, task_id, "key", "adjudicate")
    filing = work.session.get_one(Filing, task.filing_id)
    form = fields.form_of(filing)
    asked = tasks.asked(task)
    shown = [field for field in fields.captured(form) if asked is None or field.id in asked]
    sheet = form_sheet(work, filing.id)
    picture = f"/api/v1/tasks/{task.id}/sheets/{sheet.id}.jpg"
    listed = [_field(field, language, picture, f"/api/v1/tasks/{task.id}/crops") for field in shown]
    if task.step == "adjudicate":
        for item in listed:
            item["values"] = differing_values(work, filing, item["id"])
    blocks = {field.block for field in shown}
    return {
        "id": task.id, "step": task.step, "token": task.token, "round": task.round,
        "lease_seconds": tasks.LEASE.total_seconds(),
        "filing": {"id": filing.id, "number": filing.number, "kind": filing.kind,
                   "title": getattr(form.title, language), "due_on": filing.due_on.isoformat()},
        "size": list(form.pages[0]),
        "eras": ERAS[language],
        "blocks": [{"id": b.id, "label": getattr(b.label, language)} for b in form.blocks if b.id in blocks],
        "fields": listed,
        "draft": tasks.draft_of(work, task),
    }  # fmt: skip


def differing_values(work: Work, filing: Filing, field_id: str) -> list[str | None]:
    """The different values that stand for a field, in an order that says nothing of who read them."""
    found: list[str | None] = []
    for reading in adjudicate.readings(work, filing, field_id):
        value = adjudicate.value_of(work, filing, reading)
        if value not in found:
            found.append(value)
    stood = adjudicate.standing(work, filing, field_id)
    if stood is not None and (value := values.settled_value(work, filing, stood)) not in found:
        found.append(value)
    return found


def _field(field: Field, language: str, picture: str, crops: str) -> dict[str, Any]:
    """One field of the desk; a My Number has a crop of its own, since the picture hides it."""
    return {
        "id": field.id, "key": field.key, "block": field.block, "number": field.number,
        "label": getattr(field.label, language), "type": field.type, "box": _box(field.box),
        "correction_box": None if field.correction_box is None else _box(field.correction_box),
        "multiple": field.multiple, "preprinted": field.preprinted, "eras": list(field.eras),
        "max": field.max_length,
        "choices": [{"code": choice.code, "label": choice.label} for choice in field.choices],
        "picture": picture, "crop": f"{crops}/{field.id}.jpg" if field.key == MASKED else None,
    }  # fmt: skip


def _box(box: Box) -> list[float]:
    return box.as_list()


def known_field(form: Form, field_id: str) -> Field:
    """The field of the form. Raises NotFound."""
    try:
        return form.field(field_id)
    except KeyError as error:
        raise NotFound(what=field_id) from error


def named_in(view: ReviewView) -> list[str]:
    """Ids of everything a review view shows of others: for the access log (all ids of the page)."""
    blocks = [block for entry in view.entries for block in entry.blocks]
    persons = [candidate.person.id for block in blocks for candidate in block.candidates]
    linked = [block.subject.person_id for block in blocks if block.subject and block.subject.person_id]
    others = [pair.other_filing_id for pair in view.duplicates]
    return [view.id, *dict.fromkeys([*persons, *linked, *others])]
