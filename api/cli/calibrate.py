"""`todoke calibrate`: how sure a reading is, and from where on it is accepted: fitted, shown, stored, switched."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Any

from sqlalchemy import select

from api import calibration_data, calibration_report
from api.opening import open_services
from api.services import Services
from approval import drift, inspection, trust
from approval.errors import NoSuchCalibration
from forms.errors import TodokeError
from forms.policy import CLASSES, Keying
from intake.runtime import load_reader
from ocr.calibration import fingerprint, labels
from ocr.calibration.fit import fit
from ocr.calibration.labels import Labelled, Origin
from ocr.calibration.model import BadCalibration, Calibration
from storage.settings import Settings, load_settings
from storage.tables import User
from storage.work import Work


class StaleLabels(TodokeError):
    """Labels were made with another reader than the one that is to be calibrated."""

    code = "stale_labels"
    status = 409
    ja = "正解付き読取りは別の読取り器で作られました(違い: {parts})。"
    en = "These labelled readings were made by another reader (it differs in: {parts})."
    remedy_ja = "今の読取り器で todoke calibrate fit --truth をやり直してください。"
    remedy_en = "Run `todoke calibrate fit --truth` again with the reader of today."


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="todoke calibrate", description=__doc__)
    parser.add_argument("--as", dest="login", help="account that acts (default: the system)")
    commands = parser.add_subparsers(dest="command", required=True)
    make = commands.add_parser("fit", help="fit a calibration to labelled readings and show what it may accept")
    make.add_argument("--truth", type=Path, action="append", default=[], metavar="DIR", help="a set of todoke synth")
    make.add_argument("--labels", type=Path, action="append", default=[], metavar="FILE", help="labels kept before")
    make.add_argument("--inspections", action="store_true", help="what people keyed in this installation")
    make.add_argument("--split-by", choices=("writer",), default="writer", help="no hand is in fit and proof")
    make.add_argument("--target", type=float, help="share of accepted values that may be wrong (default: the setting)")
    make.add_argument("--keep", type=Path, metavar="FILE", help="keep the labelled readings, to fit again")
    make.add_argument("--out", type=Path, metavar="FILE", help="write the calibration as JSON")
    make.add_argument("--store", action="store_true", help="store it in this installation; nothing is accepted by that")
    show = commands.add_parser("show", help="all versions and what is in force; or one version or file")
    show.add_argument("version", nargs="?", help="a version, or a file of fit --out")
    for each in (make, show):
        each.add_argument("--json", action="store_true", help="todoke.calibrate/1 on standard output")
        each.add_argument("--report", type=Path, metavar="FILE", help="write a page (HTML) with reliability diagrams")
    keep = commands.add_parser("store", help="store a calibration of fit --out in this installation")
    keep.add_argument("file", type=Path)
    begin = commands.add_parser("activate", help="this version alone is in force; what it proved is accepted")
    begin.add_argument("version")
    begin.add_argument("--classes", type=_classes, help="only these classes, joined by commas")
    begin.add_argument("--share", type=float, help="of accepted fields that is keyed all the same (default: setting)")
    on = commands.add_parser("on", help="accept these classes (again)")
    on.add_argument("classes", type=_classes)
    off = commands.add_parser("off", help="stop accepting, everything or these classes")
    off.add_argument("classes", type=_classes, nargs="?")
    for each in (begin, on, off):
        each.add_argument("--reason", required=True, help="kept with it in the audit chain")
    return parser


def run(arguments: list[str]) -> int:
    """0 when done."""
    options = _parser().parse_args(arguments)
    settings = load_settings()
    if options.command == "fit":
        return _fit(options, settings)
    if options.command == "show" and options.version and Path(options.version).is_file():
        return _tell(_load(Path(options.version)), options)
    services = open_services(settings)
    try:
        if options.command == "show":
            return _show(services, options)
        with services.writing("system:cli") as system:
            print(json.dumps(_change(_as(system, options.login), options, settings), ensure_ascii=False))
        return 0
    finally:
        services.database.close()


def _fit(options: argparse.Namespace, settings: Settings) -> int:
    origin, known = _known(options, settings)
    if options.keep:
        labels.save(options.keep, origin, known)
    keying = Keying() if options.inspections else None
    made = fit(known, origin, options.target or settings.target_error, keying)
    if options.inspections and not origin.synthetic and not options.labels:
        _fitted(options, settings, made.version)
    if options.out:
        options.out.write_text(made.to_json(), encoding="utf-8")
    if options.store:
        services = open_services(settings)
        try:
            with services.writing("system:cli") as system:
                _store(_as(system, options.login), made)
        finally:
            services.database.close()
    return _tell(made, options)


def _fitted(options: argparse.Namespace, settings: Settings, version: str) -> None:
    services = open_services(settings)
    try:
        with services.writing("system:cli") as system:
            trust.fitted(_as(system, options.login), version)
    finally:
        services.database.close()


def _known(options: argparse.Namespace, settings: Settings) -> tuple[Origin, list[Labelled]]:
    """The labels that were asked for, and what they are of."""
    reader = load_reader(settings.reader)
    ours = fingerprint.of_reader(reader)
    known: list[Labelled] = []
    synthetic = bool(options.truth)
    for file in options.labels:
        theirs, some = labels.load(file)
        if parts := fingerprint.differing(ours, theirs.fingerprint):
            raise StaleLabels(parts=", ".join(parts))
        known, synthetic = [*known, *some], synthetic or theirs.synthetic
    for folder in options.truth:
        known.extend(calibration_data.of_folder(reader, folder, settings))
    if options.inspections:
        services = open_services(settings)
        try:
            known.extend(calibration_data.of_inspections(services, fingerprint.digest(ours)))
        finally:
            services.database.close()
        synthetic = synthetic or settings.training  # a training installation holds synthetic filings
    forms = {name: fingerprint.of_form(*name.split("/", 1)) for name in sorted({label.form for label in known})}
    said = {
        "fields": len(known), "writers": len({label.writer for label in known}), "split_by": options.split_by,
        "sources": sorted({f.name for f in (*options.truth, *options.labels)} | ({"inspections"} if options.inspections
                          else set())),
        "groups": dict(sorted(Counter(label.group for label in known).items())),
    }  # fmt: skip
    return Origin(ours, forms, synthetic, said), known


def _load(path: Path) -> Calibration:
    return Calibration.from_json(path.read_text(encoding="utf-8"))


def _tell(made: Calibration, options: argparse.Namespace) -> int:
    if options.report:
        options.report.write_text(calibration_report.page(made), encoding="utf-8")
    if options.json:
        print(json.dumps(calibration_report.told(made), ensure_ascii=False, indent=1))
    else:
        print(calibration_report.table(made))
    return 0


def _show(services: Services, options: argparse.Namespace) -> int:
    with services.reading("system:cli") as work:
        if options.version:
            return _tell(Calibration.from_json(trust.calibration(work, options.version).model), options)
        told = _state(work, fingerprint.of_reader(load_reader(services.settings.reader)))
    if options.json:
        print(json.dumps(told, ensure_ascii=False, indent=1))
    else:
        _print_state(told)
    return 0


def _state(work: Work, reader: dict[str, str]) -> dict[str, Any]:
    """All versions, what is in force, what voids it, and what inspections have shown."""
    force = trust.in_force(work)
    voided: tuple[str, ...] = ()
    if force is not None:
        model = Calibration.from_json(trust.calibration(work, force.version).model)
        voided = fingerprint.differing(model.fingerprint, reader)
    versions = {row.id: row.version for row in trust.calibrations(work)}
    seen: dict[tuple[str, str], dict[str, Any]] = {}
    for label in inspection.labels(work):
        one = seen.setdefault((versions[label.calibration_id], label.field_class), {"inspected": 0, "wrong": 0})
        one["inspected"] += 1
        one["wrong"] += not label.right
        one["evidence"] = round(label.evidence / drift.PATIENCE, 6)  # 1: alarm
    return {
        "schema": "todoke.calibrations/1",
        "in_force": None if force is None else {
            "version": force.version, "target": force.target, "share": force.share,
            "thresholds": dict(force.thresholds), "voided_by": list(voided),
        },
        "versions": [
            {"version": row.version, "synthetic": row.synthetic, "target": row.target,
             "created_at": row.created_at.isoformat(), "created_by": row.created_by, "thresholds": row.thresholds}
            for row in trust.calibrations(work)
        ],
        "events": [
            {"n": row.n, "version": versions[row.calibration_id], "action": row.action, "classes": row.classes,
             "reason": row.reason, "actor": row.actor, "at": row.at.isoformat()}
            for row in trust.events(work)
        ],
        "inspections": [{"version": v, "class": c} | one for (v, c), one in sorted(seen.items())],
    }  # fmt: skip


def _print_state(told: dict[str, Any]) -> None:
    force = told["in_force"]
    if force is None:
        print("nothing is accepted without a person")
    else:
        on = ", ".join(f"{name} >= {least:.5f}" for name, least in sorted(force["thresholds"].items())) or "no class"
        print(f"in force: {force['version']}, accepts {on}; {force['share']:.1%} of it is keyed all the same")
        if force["voided_by"]:
            print(f"VOID: the reader of today differs in {', '.join(force['voided_by'])}; nothing is accepted")
    for row in told["versions"]:
        kind = "synthetic" if row["synthetic"] else "real"
        proved = ", ".join(row["thresholds"]) or "proves nothing"
        print(f"{row['version']}  {row['created_at'][:16]}  {kind:<9}  {proved}")
    for row in told["inspections"]:
        print(
            f"{row['version']}  {row['class']}: {row['wrong']} of {row['inspected']} inspected were wrong, "
            f"alarm at {row['evidence']:.1%}"
        )


def _change(work: Work, options: argparse.Namespace, settings: Settings) -> dict[str, Any]:
    match options.command:
        case "store":
            return {"version": _store(work, _load(options.file))}
        case "activate":
            share = options.share or settings.inspection_share
            force = trust.activate(work, options.version, share, options.reason, options.classes)
        case "on":
            force = trust.switch_on(work, options.reason, options.classes)
        case _:
            stopped = trust.switch_off(work, options.reason, options.classes)
            if stopped is None:
                raise NoSuchCalibration(version="-")
            force = stopped
    return {"version": force.version, "accepts": dict(force.thresholds), "share": force.share}


def _store(work: Work, made: Calibration) -> str:
    if not made.classes:
        raise BadCalibration(why_ja="どの分類も標本が少なすぎる", why_en="no class has enough labels")
    kept = trust.Made(made.version, made.to_json(), made.thresholds, made.target, made.synthetic)
    trust.require_ours(work, kept)
    return trust.store(work, kept).version


def _as(work: Work, login: str | None) -> Work:
    """The same work in the name of an account."""
    if login is None:
        return work
    user = work.session.scalar(select(User.id).where(User.login == login))
    if user is None:
        sys.exit(f"todoke calibrate: no account '{login}'")
    return Work(work.session, work.keys, work.now, user)


def _classes(text: str) -> list[str]:
    names = [name for name in text.split(",") if name]
    if unknown := [name for name in names if name not in CLASSES]:
        raise argparse.ArgumentTypeError(f"no class {', '.join(unknown)}; one of: {', '.join(CLASSES)}")
    return names
