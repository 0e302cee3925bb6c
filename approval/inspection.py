"""Inspection (検品): what blind keying showed of fields that would have been accepted, and the alarm it may raise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import aliased

from approval import drift, fields, trail, trust, values
from forms.policy import field_class
from forms.values import equal
from storage.tables import Calibration, Filing, Inspection, InspectionLabel, Reading, Settlement, TrustEvent, WrappedKey
from storage.work import Work

_ALARM = "inspections show more errors than the target allows"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A machine reading whose truth is known: by keying, and by adjudication where the keyer differed.

    `probability`: its chance of being keyed, 1 where every field was. `writer` is the sender, as far as it is known.
    """

    cls: str
    facts: dict[str, Any]
    right: bool
    writer: str
    probability: float
    engines: tuple[str, ...]
    reader: str  # fingerprint of all that read it
    form: str
    adjudicated: bool


def pending(work: Work, filing: Filing) -> dict[str, Inspection]:
    """The inspections of a filing that have no label yet, by field."""
    rows = work.session.scalars(
        select(Inspection)
        .outerjoin(InspectionLabel, InspectionLabel.inspection_id == Inspection.id)
        .where(Inspection.filing_id == filing.id, InspectionLabel.inspection_id.is_(None))
    )
    return {row.field: row for row in rows}


def settled(work: Work, filing: Filing, stood: Settlement, waiting: Mapping[str, Inspection]) -> None:
    """To be called for every settlement that is written: if its field waits for inspection, it becomes a label.

    The label is written after adjudication, not at the first difference: a keyer is wrong oftener than what is
    measured here.
    """
    drawn = waiting.get(stood.field)
    if drawn is None:
        return
    reading = work.session.get_one(Reading, drawn.reading_id)
    right = _right(work, filing, reading, stood)
    _label(work, filing, drawn, right, stood.basis == "adjudicated")


def _label(work: Work, filing: Filing, drawn: Inspection, right: bool, adjudicated: bool) -> None:
    """One more label of the class: with the evidence of drift, and the alarm if it is enough."""
    row = work.session.scalars(
        # labels of a calibration come one after the other; key_share: who accepts by it meanwhile is not kept waiting
        select(Calibration).where(Calibration.id == drawn.calibration_id).with_for_update(key_share=True)
    ).one()
    last = work.session.scalars(
        select(InspectionLabel)
        .where(InspectionLabel.calibration_id == drawn.calibration_id, InspectionLabel.field_class == drawn.field_class)
        .order_by(InspectionLabel.n.desc())
        .limit(1)
    ).one_or_none()
    before = last.evidence if last and not _begun_since(work, last) else 0.0
    evidence = drift.after(before, not right, row.target)
    n = (last.n if last else 0) + 1
    work.session.add(
        InspectionLabel(
            inspection_id=drawn.id, calibration_id=row.id, field_class=drawn.field_class, n=n, right=right,
            adjudicated=adjudicated, evidence=evidence, at=work.now,
        )
    )  # fmt: skip
    trail.record(work, filing, "inspection.labelled", "inspection", drawn.id,
        {"calibration": row.version, "class": drawn.field_class, "n": n, "right": right, "adjudicated": adjudicated},
    )  # fmt: skip
    work.session.flush()
    force = trust.in_force(work)
    if drift.alarms(evidence) and force and force.calibration_id == row.id and drawn.field_class in force.thresholds:
        trust.alarm(work, row.id, drawn.field_class, _ALARM)


def _begun_since(work: Work, last: InspectionLabel) -> bool:
    """Whether somebody switched the class on after that label: what raised an alarm then is not counted again."""
    rows = work.session.scalars(
        select(TrustEvent.classes).where(
            TrustEvent.calibration_id == last.calibration_id,
            TrustEvent.action.in_(("activate", "on")),
            TrustEvent.at > last.at,
        )
    )
    return any(last.field_class in classes for classes in rows)


def labels(work: Work) -> list[InspectionLabel]:
    """Every label, by calibration, class and order."""
    order = (InspectionLabel.calibration_id, InspectionLabel.field_class, InspectionLabel.n)
    return list(work.session.scalars(select(InspectionLabel).order_by(*order)))


def outcomes(work: Work) -> Iterator[Outcome]:
    """What the machine read of each field of paper that was keyed in its first round, with the truth of it.

    A field is one outcome, however many engines said the same of it: a proof counts fields. A field that was accepted
    has no truth; of those that were drawn for inspection the chance is kept, so that they speak for the rest. Fields
    in which nobody could read anything are left out, and filings that were disposed of.
    """
    same = aliased(Reading)
    first = (
        select(func.min(same.id))
        .where(
            same.filing_id == Reading.filing_id, same.field == Reading.field, same.round == 1,
            same.source == "engine", same.stands, same.facts.is_not(None), same.value.is_not(None),
        )
        .scalar_subquery()
    )  # fmt: skip
    rows = work.session.execute(
        select(Reading, Settlement, Filing, Inspection.probability)
        .join(Filing, Filing.id == Reading.filing_id)
        .join(WrappedKey, WrappedKey.id == Filing.key_id)
        .join(
            Settlement,
            (Settlement.filing_id == Reading.filing_id)
            & (Settlement.field == Reading.field)
            & (Settlement.round == Reading.round),
        )
        .outerjoin(Inspection, (Inspection.filing_id == Reading.filing_id) & (Inspection.field == Reading.field))
        .where(
            Reading.id == first,
            Reading.round == 1,
            WrappedKey.destroyed_at.is_(None),
            Settlement.basis.in_(("two_readings", "adjudicated")),
        )
        .order_by(Reading.at, Reading.id)
        .execution_options(yield_per=500)
    )
    for reading, stood, filing, probability in rows:
        if stood.basis == "two_readings" and not _by_person(work, stood):
            continue  # two engines: no truth, only agreement
        form = fields.form_of(filing)
        value = _said(work, filing, reading)
        yield Outcome(
            cls=field_class(form.field(reading.field), value, reading.basis), facts=dict(reading.facts or {}),
            right=_right(work, filing, reading, stood), writer=filing.office_ref or filing.office_id or filing.id,
            probability=probability or 1.0, engines=_engines(work, reading),
            reader=reading.reader or "",
            form=f"{filing.kind}/{filing.version}", adjudicated=stood.basis == "adjudicated",
        )  # fmt: skip


def _engines(work: Work, reading: Reading) -> tuple[str, ...]:
    """All engines that spoke of the field, "name version"; "combined" is none, it is what was made of their words."""
    rows = work.session.execute(
        select(Reading.engine, Reading.engine_version)
        .where(
            Reading.filing_id == reading.filing_id, Reading.field == reading.field, Reading.round == reading.round,
            Reading.source == "engine", Reading.engine != "combined",
        )
        .order_by(Reading.engine, Reading.engine_version)
    )  # fmt: skip
    return tuple(f"{name} {version}" for name, version in rows)


def _by_person(work: Work, stood: Settlement) -> bool:
    found = select(Reading.id).where(Reading.id.in_(stood.readings), Reading.user_id.is_not(None)).limit(1)
    return work.session.scalar(found) is not None


def _right(work: Work, filing: Filing, reading: Reading, stood: Settlement) -> bool:
    """Whether the machine said what the field holds. What nobody could read it had no right to be sure of."""
    said, truth = _said(work, filing, reading), values.settled_value(work, filing, stood)
    kind = fields.field(fields.form_of(filing), reading.field).type
    return said is not None and truth is not None and equal(kind, said, truth)


def _said(work: Work, filing: Filing, reading: Reading) -> str | None:
    if reading.value is None:
        return None
    return work.keys.unseal(work.session, filing.key_id, reading.value, "reading.value")
