"""`todoke calibrate`, run as an operator runs it, from labels to a version in force."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from api import calibration_data
from api.cli.calibrate import StaleLabels
from api.cli.main import main
from api.doctor import house
from api.opening import open_services
from approval import trust
from forms import catalogue
from intake.runtime import load_reader
from ocr.calibration import fingerprint, labels
from ocr.calibration.labels import Origin
from ocr.testing import DeterministicReader
from ocr.types import SheetReader
from storage.master import create_master
from storage.migrate import upgrade
from storage.settings import Settings, load_settings
from storage.tables import AuditEntry, TrustEvent
from tests.conftest import NOW
from tests.ocr.calibration.worlds import World

READER = "tests.api.test_calibrate:twin"
FORM = catalogue.form("acquisition")


def twin() -> SheetReader:
    """The reader that the settings name."""
    return DeterministicReader()


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> Settings:
    """A migrated installation that the environment names; training unless the test says `real`."""
    monkeypatch.setenv("TODOKE_DATA_DIR", str(tmp_path / "var"))
    monkeypatch.setenv("TODOKE_KEY_FILE", str(tmp_path / "key" / "master.key"))
    monkeypatch.setenv("TODOKE_TRAINING", str(getattr(request, "param", "training") == "training"))
    monkeypatch.setenv("TODOKE_READER", READER)
    settings = load_settings()
    create_master(settings.key_file, data_dir=settings.data_dir)
    upgrade(settings.database_url)
    return settings


@pytest.fixture(scope="module")
def known(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Labels of an easy class that is proved and of a small one that is not."""
    path = tmp_path_factory.mktemp("labels") / "labels.jsonl"
    easy, _ = World(base=14.0, slope=1.0, writer=0.0).draw(1, 100, 90)
    hard, _ = World(base=3.0).draw(2, 40, 10)
    form = f"{FORM.kind}/{FORM.version}"
    rows = [
        replace(one, cls=cls, form=form, group="test")
        for cls, some in (("date", easy), ("kanji", hard))
        for one in some
    ]
    origin = Origin(fingerprint.of_reader(twin()), {form: fingerprint.of_form(FORM.kind, FORM.version)}, True)
    labels.save(path, origin, rows)
    return path


def told(capsys: pytest.CaptureFixture[str], *words: str) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["calibrate", *words]) == 0
    said: dict[str, Any] = json.loads(capsys.readouterr().out)
    return said


def test_from_labels_to_a_version_in_force(
    installed: Settings, known: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, page = tmp_path / "calibration.json", tmp_path / "calibration.html"
    made = told(capsys, "fit", "--labels", str(known), "--json", "--out", str(out), "--report", str(page))
    assert made["schema"] == "todoke.calibrate/1" and made["synthetic"] and made["target"] == 0.0014
    assert made["classes"]["date"]["threshold"] is not None and made["classes"]["date"]["accepted"] > 0.5
    assert made["classes"]["kanji"]["threshold"] is None and "4,000" in made["classes"]["kanji"]["why"]
    assert made["description"]["writers"] == 100 and made["description"]["groups"] == {"test": 9400}
    text = page.read_text(encoding="utf-8")
    assert text.count("<svg") == 2 and "training only" in text and "http" not in text
    assert main(["calibrate", "show", str(out)]) == 0
    assert "SYNTHETIC" in capsys.readouterr().out
    version = told(capsys, "store", str(out))["version"]
    assert version == made["version"]
    assert told(capsys, "show", "--json")["in_force"] is None
    assert main(["calibrate", "activate", version, "--classes", "kanji", "--reason", "please"]) == 2
    begun = told(capsys, "activate", version, "--reason", "proved")
    assert begun["accepts"].keys() == {"date"} and begun["share"] == 0.05
    shown = told(capsys, "show", "--json")
    assert shown["in_force"]["version"] == version and shown["in_force"]["voided_by"] == []
    assert told(capsys, "off", "date", "--reason", "doubts")["accepts"] == {}
    assert told(capsys, "on", "date", "--reason", "no doubts")["accepts"].keys() == {"date"}
    assert main(["calibrate", "show"]) == 0
    assert "accepts date" in capsys.readouterr().out
    services = open_services(installed)
    try:
        with services.reading("system:test") as work:
            assert [row.action for row in work.session.query(TrustEvent).order_by(TrustEvent.n)] == [
                "activate",
                "off",
                "on",
            ]
            actions = {row.action for row in work.session.query(AuditEntry)}
            assert {"calibration.stored", "calibration.activate", "calibration.off", "calibration.on"} <= actions
    finally:
        services.database.close()


def test_the_doctor_says_when_it_is_void_or_an_alarm_stopped_it(
    installed: Settings, known: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert _doctor(installed) == "well"
    version = told(capsys, "fit", "--labels", str(known), "--store", "--json")["version"]
    told(capsys, "activate", version, "--reason", "proved")
    assert _doctor(installed) == "well"
    assert _doctor(installed.model_copy(update={"reader": "tests.intake.readers:scripted"})) == "degraded"
    services = open_services(installed)
    try:
        with services.writing("system:worker") as work:
            trust.alarm(work, trust.calibration(work, version).id, "date", "too many errors")
    finally:
        services.database.close()
    assert _doctor(installed) == "degraded"
    assert told(capsys, "on", "date", "--reason", "looked into")["accepts"].keys() == {"date"}
    assert _doctor(installed) == "well"


def _doctor(settings: Settings) -> str:
    keys = house.key_file(settings)[1]
    assert keys is not None
    (found,) = [one for one in house.inside(settings, keys, NOW) if one.name == "acceptance"]
    assert found.state == "well" or (found.remedy_ja and found.remedy_en)
    return found.state


@pytest.mark.parametrize("installed", ["real"], indirect=True)
def test_a_synthetic_one_is_never_activated_in_a_real_installation(
    installed: Settings, known: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    version = told(capsys, "fit", "--labels", str(known), "--store", "--json")["version"]
    assert main(["calibrate", "activate", version, "--reason", "please"]) == 2
    assert "synthetic_calibration" in capsys.readouterr().err
    assert told(capsys, "show", "--json")["in_force"] is None


@pytest.mark.parametrize("installed", ["real"], indirect=True)
def test_a_file_cannot_call_itself_real(
    installed: Settings, known: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Of another database, or with its mark edited: labels and calibrations alike."""
    out = tmp_path / "calibration.json"
    told(capsys, "fit", "--labels", str(known), "--json", "--out", str(out))
    out.write_text(out.read_text(encoding="utf-8").replace('"synthetic":true', '"synthetic":false'), encoding="utf-8")
    edited = tmp_path / "labels.jsonl"
    edited.write_text(known.read_text(encoding="utf-8").replace('"synthetic": true', '"synthetic": false', 1))
    for words in (
        ["store", str(out)],
        ["fit", "--labels", str(edited), "--store"],
        ["fit", "--inspections", "--labels", str(edited), "--store"],
    ):
        assert main(["calibrate", *words]) == 2, words
        assert "foreign_calibration" in capsys.readouterr().err, words
    assert told(capsys, "show", "--json")["versions"] == []


@pytest.mark.parametrize("installed", ["real"], indirect=True)
def test_what_was_fitted_here_is_stored_from_its_file(
    installed: Settings,
    known: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = labels.load(known)[1]
    monkeypatch.setattr(calibration_data, "of_inspections", lambda services, reader: iter(rows))
    out = tmp_path / "calibration.json"
    made = told(capsys, "fit", "--inspections", "--json", "--out", str(out))
    assert not made["synthetic"]
    version = told(capsys, "store", str(out))["version"]
    assert told(capsys, "activate", version, "--reason", "proved", "--classes", "date")["accepts"].keys() == {"date"}


def test_labels_of_another_reader_are_refused(
    installed: Settings, known: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TODOKE_READER", "tests.intake.readers:scripted")
    with pytest.raises(StaleLabels, match="reader"):
        _fit_known(known)


def _fit_known(known: Path) -> None:
    from api.cli import calibrate

    calibrate.run(["fit", "--labels", str(known)])


def test_off_says_when_nothing_is_on(installed: Settings, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["calibrate", "off", "--reason", "why not"]) == 2
    assert "no_such_calibration" in capsys.readouterr().err


def test_labels_of_an_installation_without_filings_are_none(installed: Settings) -> None:
    services = open_services(installed)
    try:
        assert list(calibration_data.of_inspections(services, "any")) == []
    finally:
        services.database.close()


def test_a_set_with_truth_is_read_and_compared(installed: Settings, tmp_path: Path) -> None:
    """One sheet, of which the truth differs from what the twin reads in one field."""
    folder = tmp_path / "set"
    folder.mkdir()
    assert cv2.imwrite(str(folder / "a.png"), np.full((400, 300), 255, np.uint8))
    reader = load_reader(READER)
    with pytest.raises(calibration_data.NoTruth):
        list(calibration_data.of_folder(reader, tmp_path, installed))
    fields = _read(reader, folder / "a.png") | {"entries[0].birth": "7010101"}
    page: dict[str, Any] = {"page": 1, "sheet": 1, "kind": FORM.kind, "fields": fields}
    page |= {"writer": "hand-1+hand-2", "writers": {"entries[0]": "hand-2", "header": "hand-1"}}
    truth = {"schema": "todoke.truth/1", "style": "stroke", "degrade": "clean", "pages": [page]}
    (folder / "a.json").write_text(json.dumps(truth), encoding="utf-8")
    known = list(calibration_data.of_folder(reader, folder, installed))
    assert len(known) == len(FORM.captured())
    assert [one.cls for one in known if not one.right] == ["date"]
    assert {one.writer for one in known} == {"hand-1", "hand-2", "hand-1+hand-2"}
    assert {one.group for one in known} == {"stroke/clean"} and {one.engines for one in known} == {("twin 1",)}


def _read(reader: SheetReader, path: Path) -> dict[str, str | None]:
    from intake.decode.file import decode_file
    from intake.decode.page import DecodedPage

    (page,) = [page for page in decode_file(path) if isinstance(page, DecodedPage)]
    return {field.id: field.value for field in reader.read(page.image)[0].fields}
