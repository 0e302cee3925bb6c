"""Acceptance without a person: calibrations, what was switched on and off, inspections and what they showed."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from storage.tables.base import Base, Code, Id, Json, Ref, When, Words, one_of

TRUST_ACTIONS = ("activate", "on", "off", "alarm")


class Calibration(Base):
    """A calibration version: what a reading's facts are worth, by field class, and from where on it is accepted.

    `version` is the hash of the model with its fingerprint (engines, form versions, lexicons): another engine is
    another version. Nothing personal is in it.
    """

    __tablename__ = "calibration"
    id: Mapped[Id]
    version: Mapped[Code] = mapped_column(unique=True)
    synthetic: Mapped[bool]  # made on synthetic filings: never accepts in a real installation (trigger)
    target: Mapped[float]  # the share of wrong values among the accepted that is allowed
    model: Mapped[Words]  # canonical JSON, todoke.calibration/1
    thresholds: Mapped[Json]  # {field class: least confidence}; a class without a proof is absent
    created_by: Mapped[Code]  # account id, or system:<name>
    created_at: Mapped[When]
    __table_args__ = (CheckConstraint("target > 0 AND target < 1", name="target"),)


class TrustEvent(Base):
    """What was switched on or off, by whom and why; the newest rows say what is in force."""

    __tablename__ = "trust_event"
    id: Mapped[Id]
    n: Mapped[int] = mapped_column(unique=True)  # 1, 2, 3 ...
    calibration_id: Mapped[Ref] = mapped_column(ForeignKey("calibration.id"))
    # activate: this version alone, with these classes; on, off: classes of the version in force; alarm: off, by drift
    action: Mapped[Code]
    classes: Mapped[Json]
    share: Mapped[float | None]  # of accepted fields that are keyed all the same (activate)
    reason: Mapped[Words]
    actor: Mapped[Code]
    at: Mapped[When]
    __table_args__ = (
        CheckConstraint(one_of("action", *TRUST_ACTIONS), name="action"),
        CheckConstraint("(action = 'activate') = (share IS NOT NULL)", name="share"),
        CheckConstraint("share IS NULL OR (share > 0 AND share <= 1)", name="share_range"),
    )


class Inspection(Base):
    """検品: a field that would have been accepted and is keyed blind all the same, with its chance of being drawn."""

    __tablename__ = "inspection"
    id: Mapped[Id]
    calibration_id: Mapped[Ref] = mapped_column(ForeignKey("calibration.id"))
    filing_id: Mapped[Ref] = mapped_column(ForeignKey("filing.id"))
    field: Mapped[Code]
    field_class: Mapped[Code]
    reading_id: Mapped[Ref] = mapped_column(ForeignKey("reading.id"))
    probability: Mapped[float]
    at: Mapped[When]
    __table_args__ = (
        UniqueConstraint("filing_id", "field"),
        CheckConstraint("probability > 0 AND probability <= 1", name="probability"),
    )


class InspectionLabel(Base):
    """What an inspection showed, after adjudication where the keyer differed; and the evidence of drift up to it."""

    __tablename__ = "inspection_label"
    inspection_id: Mapped[Ref] = mapped_column(ForeignKey("inspection.id"), primary_key=True)
    calibration_id: Mapped[Ref] = mapped_column(ForeignKey("calibration.id"))
    field_class: Mapped[Code]
    n: Mapped[int]  # of the class under the calibration: 1, 2, 3 ...
    right: Mapped[bool] = mapped_column("is_right")  # RIGHT is a word of SQL
    adjudicated: Mapped[bool]
    evidence: Mapped[float]
    at: Mapped[When]
    __table_args__ = (UniqueConstraint("calibration_id", "field_class", "n"),)
