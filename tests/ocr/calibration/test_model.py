"""A calibration version: its features take anything, its JSON is itself again, and another reader voids it."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms import catalogue
from forms.policy import CLASSES, field_class, policy
from ocr.calibration import features, fingerprint, labels
from ocr.calibration.exempt import exempt
from ocr.calibration.fit import fit
from ocr.calibration.judge import Calibrated, Judge, Uncalibrated
from ocr.calibration.labels import BadLabels, Labelled, Origin
from ocr.calibration.model import BadCalibration, Calibration
from ocr.candidates import Candidate
from ocr.testing import DeterministicReader
from ocr.types import FieldReading, PageImage, SheetReading
from tests.ocr.calibration.worlds import World

FORM = catalogue.form("acquisition")
NAME = f"{FORM.kind}/{FORM.version}"
READER = {"reader": "twin", "code": "1", "knowledge": "a"}
FIELD = "entries[0].insured_no"


def calibration(**changed: object) -> Calibration:
    """A small one over every class a twin's sheet has."""
    drawn, _ = World(base=3.0).draw(7, 40, 12)
    known = [replace(label, cls=cls) for label in drawn for cls in ("comb", "number", "blank", "date")]
    origin = Origin(READER, {NAME: fingerprint.of_form(FORM.kind, FORM.version)}, True, {"fields": len(known)})
    return replace(fit(known, origin, 0.0014), **changed)


@pytest.fixture(scope="module")
def made() -> Calibration:
    return calibration()


@pytest.fixture
def sheet() -> SheetReading:
    return DeterministicReader().read(PageImage(np.zeros((8, 8), np.uint8)))[0]


def confidences(judge: Judge | Uncalibrated, sheet: SheetReading) -> dict[str, float | None]:
    return {reading.id: reading.confidence for reading in judge.sheet(sheet).fields}


def test_json_and_back_is_the_same_version(made: Calibration) -> None:
    again = Calibration.from_json(made.to_json())
    assert again == replace(made, classes=again.classes) and again.to_json() == made.to_json()
    assert again.version == made.version and len(made.version) == 16
    facts = {"score": 0.93, "chars": 10.0}
    assert again.confidence("comb", facts) == made.confidence("comb", facts)


@pytest.mark.parametrize("change", [{"target": 0.002}, {"synthetic": False}, {"fingerprint": {"reader": "other"}}])
def test_whatever_changes_makes_another_version(made: Calibration, change: dict[str, object]) -> None:
    assert replace(made, **change).version != made.version


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"schema":"todoke.calibration/2"}'])
def test_what_is_no_calibration_is_refused(text: str) -> None:
    with pytest.raises(BadCalibration):
        Calibration.from_json(text)


def test_features_of_another_release_are_refused(made: Calibration) -> None:
    told = json.loads(made.to_json())
    with pytest.raises(BadCalibration, match="features"):
        Calibration.from_json(json.dumps(told | {"features": "0"}))
    told["classes"]["comb"]["fit"]["mean"].pop()
    with pytest.raises(BadCalibration, match="features"):
        Calibration.from_json(json.dumps(told))


def test_a_reading_gets_its_confidence_and_keeps_its_facts(made: Calibration, sheet: SheetReading) -> None:
    judge = Judge(made, READER)
    assert judge.voids == ()
    told = {r.id: r for r in judge.sheet(sheet).fields}
    assert told[FIELD].confidence is not None and 0 < told[FIELD].confidence < 1
    assert told[FIELD].facts["score"] == 1.0 and told[FIELD].facts["residual"] == 0.0
    assert told["header.name"].confidence is None  # its class has no calibration


@pytest.mark.parametrize("part", ["reader", "code", "knowledge"])
def test_another_engine_or_lexicon_voids_it(made: Calibration, sheet: SheetReading, part: str) -> None:
    judge = Judge(made, READER | {part: "new"})
    assert judge.voids == (part,)
    assert set(confidences(judge, sheet).values()) == {None}


def test_another_form_version_voids_it(made: Calibration, sheet: SheetReading) -> None:
    other = replace(made, forms={NAME: "0" * 16})
    assert set(confidences(Judge(other, READER), sheet).values()) == {None}
    assert set(confidences(Judge(replace(made, forms={}), READER), sheet).values()) == {None}


def test_an_engine_that_was_not_calibrated_has_no_confidence(made: Calibration, sheet: SheetReading) -> None:
    newer = [
        replace(r, readings=tuple(replace(said, version="2") for said in r.readings)) if r.id == FIELD else r
        for r in sheet.fields
    ]
    told = confidences(Judge(made, READER), replace(sheet, fields=tuple(newer)))
    assert told[FIELD] is None and told["entries[0].birth"] is not None


def test_what_stands_beside_a_strike_out_is_left_to_people(made: Calibration, sheet: SheetReading) -> None:
    struck = tuple(replace(r, struck=r.id == FIELD) for r in sheet.fields)
    told = confidences(Judge(made, READER), replace(sheet, fields=struck))
    assert told[FIELD] is None and told["entries[0].birth"] is not None


@pytest.mark.parametrize(
    ("facts", "left"),
    [
        ({"chars": 1.0, "ink": 9.0}, False), ({"chars": 2.0, "ink": 9.0}, False),  # codes of two characters
        ({"chars": 3.0, "ink": 9.0}, True), ({"chars": 1.0, "ink": 0.1}, True), ({"struck": 1.0, "ink": 9.0}, True),
    ],
)  # fmt: skip
def test_several_marks_and_marks_drawn_elsewhere_are_left_to_people(facts: dict[str, float], left: bool) -> None:
    assert exempt("choice", facts) is left
    assert exempt("comb", facts) is (facts.get("struck") == 1.0)  # three digits are no three marks


def test_no_class_learns_from_what_is_left_to_people() -> None:
    drawn, _ = World(base=3.0).draw(7, 40, 12)
    known = [replace(label, cls="choice", facts={**label.facts, "ink": 5.0, "chars": 1.0}) for label in drawn]
    odd = [replace(label, right=False, facts={**label.facts, "struck": 1.0}) for label in known]
    origin = Origin(READER, {NAME: "0"}, True, {})
    assert fit([*known, *odd], origin, 0.0014).classes == fit(known, origin, 0.0014).classes


def test_what_was_not_read_has_no_confidence(made: Calibration, sheet: SheetReading) -> None:
    unread = replace(sheet, fields=tuple(replace(r, value=None) for r in sheet.fields))
    assert set(confidences(Judge(made, READER), unread).values()) == {None}
    assert set(confidences(Uncalibrated(), sheet).values()) == {None}


@given(st.dictionaries(st.sampled_from([*features.FEATURES, "unknown"]), st.floats(), max_size=12))
def test_features_take_any_facts(facts: dict[str, float]) -> None:
    reading = FieldReading("f", "1", "1", 0.5, None, False, False, (0, 0, 1, 1), "ocr", facts=facts)
    row = features.vector(features.facts(reading))
    assert len(row) == len(features.NAMES)
    for name, value in zip(features.NAMES, row, strict=True):
        assert math.isfinite(value) or (math.isnan(value) and not name.startswith("no_"))


def test_candidates_tell_how_far_the_next_one_is() -> None:
    stand = (Candidate("1", 0.7), Candidate("7", 0.2))
    reading = FieldReading("f", "1", "1", 0.5, None, False, False, (0, 0, 1, 1), "ocr", candidates=stand)
    facts = features.facts(reading)
    assert facts["top"] == 0.7 and facts["margin"] == pytest.approx(0.5)
    corrected = features.facts(replace(reading, value="7"))
    assert corrected["top"] == 0.2 and corrected["margin"] == pytest.approx(-0.5)


def test_labels_are_kept_with_what_they_are_of(tmp_path: Path) -> None:
    path = tmp_path / "labels.jsonl"
    known = [Labelled("comb", {"score": 0.5}, True, "w1", 0.05, ("twin 1",), NAME, "hand/office")]
    origin = Origin(READER, {NAME: "0"}, True, {"fields": 1})
    labels.save(path, origin, known)
    assert labels.load(path) == (origin, known)
    assert known[0].weight == 20.0
    path.write_text(path.read_text().replace("0.05", "0.0"))
    with pytest.raises(BadLabels, match="line 2"):
        labels.load(path)


def test_the_fingerprint_is_of_code_weights_lexicons_and_libraries() -> None:
    class Served:
        def identity(self) -> dict[str, str]:
            return {"model": "7"}

    found = fingerprint.of_reader(Served())
    assert {"reader", "code", "weights", "knowledge", "libraries", "model"} <= found.keys()
    assert "numpy" in found["libraries"]
    assert fingerprint.digest(found) != fingerprint.digest(found | {"model": "8"})


def test_every_reading_of_the_forms_has_a_class_with_words() -> None:
    for kind in catalogue.kinds():
        for field in catalogue.form(kind).captured():
            for value in ("", "1", None):
                assert field_class(field, value, "ocr") in CLASSES
    number = FORM.field("entries[0].my_number")
    assert field_class(number, "123456789018", "ocr") == "comb_check"
    assert field_class(number, "1234567890", "ocr") == "comb"
    assert field_class(number, "", "ocr") == "blank"
    assert field_class(FORM.field("entries[0].kind"), "", "mark") == "blank_mark"


def test_text_of_a_pdf_is_never_accepted_and_two_engines_only_where_allowed() -> None:
    assert field_class(FORM.field("entries[0].birth"), "7021230", "text_layer") == "digital"
    assert policy("acquisition", "birth", "digital").accept is False
    assert policy("acquisition", "birth", "date").accept is True
    assert policy("acquisition", "birth", "date").two_engines is False


def test_a_reader_may_carry_its_calibration(made: Calibration) -> None:
    page = PageImage(np.zeros((8, 8), np.uint8))
    reader = Calibrated(DeterministicReader(), Judge(made, READER))
    told = {r.id: r.confidence for r in reader.read(page)[0].fields}
    placed = reader.read_placed(page, FORM.kind, FORM.version, ((0, 0), (1, 0), (1, 1), (0, 1)))
    assert told[FIELD] is not None
    assert {r.id: r.confidence for r in placed.fields}[FIELD] is not None
