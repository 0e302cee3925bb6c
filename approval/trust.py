"""What is accepted without a person just now: calibration versions stored, switched on and off, with the reasons."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select

from approval.errors import ForeignCalibration, NoSuchCalibration, NotProved, ReasonMissing, SyntheticCalibration
from storage import audit
from storage.tables import AuditEntry, Calibration, Installation, TrustEvent
from storage.work import Work

_ONE: Final = select(Installation.id).where(Installation.id == 1)


@dataclass(frozen=True, slots=True)
class Made:
    """A calibration as it was made; `model` is the JSON of ocr/calibration, opaque here."""

    version: str
    model: str
    thresholds: Mapping[str, float]
    target: float
    synthetic: bool


@dataclass(frozen=True, slots=True)
class Force:
    """The calibration in force: `thresholds` of the classes that are switched on (an empty one accepts nothing, and
    still says how sure a reading is), and the share of accepted fields that is inspected."""

    calibration_id: str
    version: str
    target: float
    share: float
    thresholds: Mapping[str, float]

    def accepts(self, cls: str, confidence: float | None, calibration_id: str | None) -> bool:
        """Whether a reading of that class stands alone: sure enough, by this very calibration."""
        least = self.thresholds.get(cls)
        return (
            least is not None
            and confidence is not None
            and calibration_id == self.calibration_id
            and confidence >= least
        )


def store(work: Work, made: Made) -> Calibration:
    """Keep a version; one that is there already stays as it is. Nothing is accepted by it until it is activated."""
    found = work.session.scalars(select(Calibration).where(Calibration.version == made.version)).one_or_none()
    if found is not None:
        return found
    row = Calibration(
        version=made.version, synthetic=made.synthetic, target=made.target, model=made.model,
        thresholds=dict(made.thresholds), created_by=work.actor, created_at=work.now,
    )  # fmt: skip
    work.session.add(row)
    work.session.flush()
    detail = {"version": row.version, "synthetic": row.synthetic, "classes": sorted(made.thresholds)}
    audit.record(work, "calibration.stored", "calibration", row.id, row.id, detail)
    return row


def fitted(work: Work, version: str) -> None:
    """Note that this version was fitted here, to nothing but what people keyed in this installation."""
    audit.record(work, "calibration.fitted", "calibration", version, version)


def require_ours(work: Work, made: Made) -> None:
    """A calibration that calls itself real has to be of this installation: a file cannot vouch for itself.

    ForeignCalibration. What is marked synthetic needs no proof: it accepts in training only.
    """
    known = select(AuditEntry.seq).where(
        AuditEntry.subject_id == made.version, AuditEntry.action == "calibration.fitted"
    )
    if not made.synthetic and work.session.scalar(known.limit(1)) is None:
        raise ForeignCalibration(version=made.version)


def activate(work: Work, version: str, share: float, reason: str, classes: Iterable[str] | None = None) -> Force:
    """This version alone is in force from now on; `classes` None switches on all that it proved, save those that an
    alarm stopped under this very version: they come back only by name.

    `share` of what it would accept is keyed all the same. NoSuchCalibration, NotProved, ReasonMissing; and
    SyntheticCalibration where it was made on synthetic filings and this installation is real: it may then be stored
    and shown, and never says how sure a real reading is.
    """
    row = calibration(work, version)
    if row.synthetic and not training(work):
        raise SyntheticCalibration(version=version)
    wanted = sorted(row.thresholds.keys() - _stopped(work, row) if classes is None else set(classes))
    if unknown := [name for name in wanted if name not in row.thresholds]:
        raise NotProved(classes=", ".join(unknown))
    _tell(work, row, "activate", wanted, reason, share)
    return _in_force(work, row)


def switch_off(work: Work, reason: str, classes: Iterable[str] | None = None) -> Force | None:
    """Stop accepting these classes, or all; what was accepted stays. None if no calibration is in force."""
    force = in_force(work)
    if force is None:
        return None
    off = sorted(force.thresholds if classes is None else set(classes))
    row = work.session.get_one(Calibration, force.calibration_id)
    _tell(work, row, "off", off, reason)
    return _in_force(work, row)


def switch_on(work: Work, reason: str, classes: Iterable[str]) -> Force:
    """Accept these classes (again) by the version in force. NoSuchCalibration, NotProved, ReasonMissing."""
    force = in_force(work)
    if force is None:
        raise NoSuchCalibration(version="-")
    row = work.session.get_one(Calibration, force.calibration_id)
    wanted = sorted(set(classes))
    if unknown := [name for name in wanted if name not in row.thresholds]:
        raise NotProved(classes=", ".join(unknown))
    _tell(work, row, "on", wanted, reason)
    return _in_force(work, row)


def alarm(work: Work, calibration_id: str, cls: str, reason: str) -> None:
    """Drift: acceptance of the class stops, by nobody's decision."""
    _tell(work, work.session.get_one(Calibration, calibration_id), "alarm", [cls], reason)


def calibration(work: Work, version: str) -> Calibration:
    """The version with that id. NoSuchCalibration."""
    row = work.session.scalars(select(Calibration).where(Calibration.version == version)).one_or_none()
    if row is None:
        raise NoSuchCalibration(version=version)
    return row


def calibrations(work: Work) -> list[Calibration]:
    """All versions, the newest first."""
    return list(work.session.scalars(select(Calibration).order_by(Calibration.created_at.desc(), Calibration.id)))


def events(work: Work) -> list[TrustEvent]:
    """What was switched, in order."""
    return list(work.session.scalars(select(TrustEvent).order_by(TrustEvent.n)))


def in_force(work: Work) -> Force | None:
    """The calibration in force; None if there is none, or if it may not be (synthetic in a real installation)."""
    last = work.session.scalars(
        select(TrustEvent).where(TrustEvent.action == "activate").order_by(TrustEvent.n.desc()).limit(1)
    ).one_or_none()
    if last is None:
        return None
    row = work.session.get_one(Calibration, last.calibration_id)
    if row.synthetic and not training(work):
        return None
    return _in_force(work, row)


def hold(work: Work) -> Force | None:
    """The calibration in force, and it stays so until this transaction ends: nobody switches while values are accepted.

    Needs a writing session. On SQLite there is one writer anyway.
    """
    work.session.execute(_ONE.with_for_update(read=True))
    return in_force(work)


def training(work: Work) -> bool:
    """Whether this is a training installation. An installation that does not say so is a real one."""
    row = work.session.get(Installation, 1)
    return row is not None and row.training


def _stopped(work: Work, row: Calibration) -> set[str]:
    """The classes that an alarm stopped under this version and nobody switched on again."""
    stopped: set[str] = set()
    rows = select(TrustEvent).where(TrustEvent.calibration_id == row.id).order_by(TrustEvent.n)
    for told in work.session.scalars(rows):
        if told.action == "alarm":
            stopped |= set(told.classes)
        elif told.action != "off":
            stopped -= set(told.classes)
    return stopped


def _in_force(work: Work, row: Calibration) -> Force:
    work.session.flush()
    first = select(func.max(TrustEvent.n)).where(TrustEvent.action == "activate").scalar_subquery()
    on: set[str] = set()
    share = 1.0
    for told in work.session.scalars(select(TrustEvent).where(TrustEvent.n >= first).order_by(TrustEvent.n)):
        if told.action in {"activate", "on"}:
            on |= set(told.classes)
        else:
            on -= set(told.classes)
        share = told.share if told.share is not None else share
    thresholds = {name: least for name, least in row.thresholds.items() if name in on}
    return Force(row.id, row.version, row.target, share, thresholds)


def _tell(
    work: Work, row: Calibration, action: str, classes: list[str], reason: str, share: float | None = None
) -> None:
    if not reason.strip():
        raise ReasonMissing
    work.session.execute(_ONE.with_for_update())  # whoever accepts is done first, and switches come one by one
    n = (work.session.scalar(select(func.max(TrustEvent.n))) or 0) + 1
    told = TrustEvent(
        n=n, calibration_id=row.id, action=action, classes=classes, share=share, reason=reason, actor=work.actor,
        at=work.now,
    )  # fmt: skip
    work.session.add(told)
    work.session.flush()
    audit.record(
        work, f"calibration.{action}", "calibration", row.id, row.id,
        {"n": n, "version": row.version, "classes": classes, "share": None if share is None else str(share),
         "reason": reason},
    )  # fmt: skip
