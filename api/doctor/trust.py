"""Check of acceptance: what is in force, whether an alarm stopped a class, and whether the reader is still the one."""

from __future__ import annotations

from api.doctor.finding import Finding, of_error, well
from api.doctor.house import Opened
from approval import trust
from intake.runtime import load_reader
from ocr.calibration import fingerprint
from ocr.calibration.model import Calibration
from storage.errors import TodokeError
from storage.work import Work


def acceptance(opened: Opened) -> Finding:
    """The calibration in force, if there is one: void, stopped by an alarm, or well."""
    work = Work(opened.session, opened.keys, opened.now, "system:doctor")
    force = trust.in_force(work)
    if force is None:
        return well("acceptance", "機械の読みだけで採用する項目はありません。", "Nothing is accepted without a person.")
    try:
        model = Calibration.from_json(trust.calibration(work, force.version).model)
        differs = fingerprint.differing(model.fingerprint, fingerprint.of_reader(load_reader(opened.settings.reader)))
    except TodokeError as error:
        return of_error("acceptance", error, "degraded")
    if differs:
        parts = ", ".join(differs)
        return Finding(
            "acceptance", "degraded",
            f"較正{force.version}は今の読取り器のものではありません(違い: {parts})。全項目を入力します。",
            f"Calibration {force.version} is not of today's reader ({parts}): every field is keyed.",
            "`todoke calibrate fit` で較正し直してください。", "Run `todoke calibrate fit` again.",
        )  # fmt: skip
    stopped = _stopped(work, force)
    if stopped:
        names = ", ".join(stopped)
        return Finding(
            "acceptance", "degraded", f"検品の誤りが目標を超えたため採用を止めた分類があります: {names}。",
            f"Inspections found too many errors, and acceptance stopped for: {names}.",
            "`todoke calibrate show` で原因を調べ、直してから `todoke calibrate on` を実行してください。",
            "Look at `todoke calibrate show`; `todoke calibrate on` when the cause is gone.",
        )  # fmt: skip
    count = len(force.thresholds)
    return well(
        "acceptance", f"較正{force.version}が{count}分類を採用します。", f"{force.version} accepts {count} classes."
    )


def _stopped(work: Work, force: trust.Force) -> list[str]:
    """The classes that an alarm switched off and nobody switched on again."""
    rows = [row for row in trust.events(work) if row.calibration_id == force.calibration_id]
    alarmed = {name for row in rows if row.action == "alarm" for name in row.classes}
    return sorted(alarmed - force.thresholds.keys())
