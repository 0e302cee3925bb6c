"""Acceptance: what a proved calibration is sure of is not keyed, and everything that guards against its mistakes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from approval import acceptance, decide, inspection, trust, views
from approval.errors import NoSuchCalibration, NotProved, ReasonMissing, SyntheticCalibration
from approval.tasks import asked
from forms.policy import CLASSES, Policy
from storage.tables import (
    AuditEntry,
    Calibration,
    Filing,
    Inspection,
    InspectionLabel,
    Installation,
    Settlement,
    Task,
    TrustEvent,
)
from tests.approval.world import NUMBERS, World, acquisition, hired

TRUTH = acquisition(hired())
EMPTY = ("entries[1]", "entries[2]", "entries[3]")
BIRTH = "entries[0].birth"
RARELY = 1e-9  # a share of inspection that draws nothing in a test


def calibrated(world: World, share: float = RARELY, *, synthetic: bool = True, version: str = "v1") -> str:
    """A calibration that accepts every class from 0.99 on, in force; gives its id."""
    least = dict.fromkeys(CLASSES, 0.99)
    with world.acting() as work:
        row = trust.store(work, trust.Made(version, "{}", least, 0.0014, synthetic))
        trust.activate(work, version, share, "proved on the training set")
        return row.id


def keyed(world: World, filing: str) -> set[str]:
    """What the open key task asks for."""
    with world.acting() as work:
        task = work.session.scalars(select(Task).where(Task.filing_id == filing, Task.step == "key")).one()
        return set(asked(task) or ["everything"])


def rows(world: World, table: type, **where: Any) -> list[Any]:
    with world.acting() as work:
        return list(work.session.scalars(select(table).filter_by(**where)))


def test_what_is_sure_is_not_keyed_and_carries_its_version(any_world: World) -> None:
    world = any_world
    version = calibrated(world)
    filing = world.filing(TRUTH, sure=0.999, calibration_id=version)
    left = keyed(world, filing)
    assert BIRTH not in left and "header.sr_name" not in left
    assert {name.partition(".")[0] for name in left} == set(EMPTY)
    stood = rows(world, Settlement, filing_id=filing, field=BIRTH)[0]
    assert (stood.basis, stood.calibration_id, stood.actor_id) == ("accepted", version, None)
    assert len(stood.readings) == 1
    assert world.key("keyer1", filing, TRUTH, EMPTY) == "reviewing"
    with world.acting() as work:
        shown = {f.id: f for e in views.review_view(work, filing).entries for b in e.blocks for f in b.fields}
        assert (shown[BIRTH].basis, shown[BIRTH].settled_by) == ("accepted", "v1")
    assert world.review("reviewer", filing) == "approving"
    assert world.approve("approver", filing) == "noticed"
    assert world.postings(filing) == 1
    told = rows(world, AuditEntry, action="filing.accepted", subject_id=filing)[0].detail
    assert told["calibration"] == "v1" and told["accepted"] > 20 and told["inspected"] == 0


def test_a_sheet_that_is_sure_all_over_goes_straight_to_review(world: World) -> None:
    four = acquisition(*(hired(my_number=number, birth=f"70{n}1230") for n, number in enumerate(NUMBERS, start=1)))
    filing = world.filing(four, sure=0.999, calibration_id=calibrated(world))
    assert world.state(filing) == "reviewing"
    assert set(world.basis(filing).values()) == {"accepted"}
    assert not rows(world, Task, filing_id=filing, step="key")
    assert world.review("reviewer", filing) == "approving"
    assert world.approve("approver", filing) == "noticed"
    assert world.postings(filing) == 4


@pytest.mark.parametrize(
    ("sure", "theirs"), [(0.98, True), (None, True), (0.999, False)], ids=["not sure", "not calibrated", "of another"]
)
def test_what_is_not_sure_by_this_version_is_keyed(world: World, sure: float | None, theirs: bool) -> None:
    older = calibrated(world, version="v0")
    version = calibrated(world)
    filing = world.filing(TRUTH, sure=sure, calibration_id=version if theirs else older)
    assert keyed(world, filing) == {"everything"}


def test_without_a_calibration_everything_is_keyed(world: World) -> None:
    assert keyed(world, world.filing(TRUTH, sure=0.999)) == {"everything"}


def test_a_person_that_the_machine_overlooked_is_still_keyed(world: World) -> None:
    """However sure the machine is that a block is blank: a second pair of eyes looks at it."""
    filing = world.filing(
        acquisition(hired(), hired(my_number="123456789018")), machine={},
        sure=0.999999, calibration_id=calibrated(world),
    )  # fmt: skip
    assert "entries[1].birth" not in keyed(world, filing)
    two = acquisition(hired(), hired(my_number="123456789018"))
    overlooked = {name: "" for name in two if name.startswith("entries[1]")}
    filing = world.filing(two, overlooked, sure=0.999999, calibration_id=rows(world, Calibration)[0].id)
    assert {name for name in keyed(world, filing) if name.startswith("entries[1].")}
    assert world.key("keyer1", filing, two, EMPTY[1:]) == "adjudicating"
    assert world.adjudicate("keyer2", filing, two) == "reviewing"
    assert world.values(filing)["entries[1].birth"] == two["entries[1].birth"]


def test_a_class_that_is_off_is_keyed(world: World) -> None:
    version = calibrated(world)
    with world.acting() as work:
        trust.switch_off(work, "dates look odd", ["date"])
    assert BIRTH in keyed(world, world.filing(TRUTH, sure=0.999, calibration_id=version))
    with world.acting() as work:
        force = trust.switch_on(work, "they are well", ["date"])
        assert "date" in force.thresholds
    assert BIRTH not in keyed(world, world.filing(TRUTH, sure=0.999, calibration_id=version))
    with world.acting() as work:
        stopped = trust.switch_off(work, "all of it")
        assert stopped is not None and not stopped.thresholds
    assert keyed(world, world.filing(TRUTH, sure=0.999, calibration_id=version)) == {"everything"}
    assert [row.action for row in rows(world, TrustEvent)] == ["activate", "off", "on", "off"]


def test_an_inspected_field_is_keyed_blind_and_becomes_a_label(any_world: World) -> None:
    world = any_world
    version = calibrated(world, share=1.0)
    filing = world.filing(TRUTH, sure=0.999, calibration_id=version)
    drawn = rows(world, Inspection, filing_id=filing)
    assert keyed(world, filing) == {"everything"}
    assert {row.probability for row in drawn} == {1.0}
    assert not rows(world, InspectionLabel)
    assert world.key("keyer1", filing, TRUTH, EMPTY) == "reviewing"
    labels = rows(world, InspectionLabel)
    assert len(labels) == len(drawn) > 20
    assert all(label.right and not label.adjudicated for label in labels)
    assert world.basis(filing)[BIRTH] == "two_readings"


@pytest.mark.parametrize("machine", [True, False], ids=["the machine is wrong", "the keyer is wrong"])
def test_a_disagreement_counts_only_after_adjudication(world: World, machine: bool) -> None:
    version = calibrated(world, share=1.0)
    wrong = {BIRTH: "7021231"}
    filing = world.filing(TRUTH, wrong if machine else {}, sure=0.999, calibration_id=version)
    typed: Mapping[str, str] = TRUTH if machine else TRUTH | wrong
    assert world.key("keyer1", filing, typed, EMPTY) == "adjudicating"
    assert BIRTH not in {label_field(world, label) for label in rows(world, InspectionLabel)}
    assert world.adjudicate("keyer2", filing, TRUTH) == "reviewing"
    label = next(one for one in rows(world, InspectionLabel) if label_field(world, one) == BIRTH)
    assert (label.right, label.adjudicated) == (not machine, True)


def label_field(world: World, label: InspectionLabel) -> str:
    with world.acting() as work:
        return work.session.get_one(Inspection, label.inspection_id).field


def test_the_draw_is_the_share_and_always_the_same(world: World) -> None:
    with world.acting() as work:
        filing = Filing(id="f" * 32)
        first = [acceptance.drawn(work, filing, f"field{n}", 0.1) for n in range(3000)]
        assert first == [acceptance.drawn(work, filing, f"field{n}", 0.1) for n in range(3000)]
        assert 230 < sum(first) < 370
        assert all(acceptance.drawn(work, filing, f"field{n}", 1.0) for n in range(50))


def test_drift_stops_the_class_and_says_so(world: World) -> None:
    version = calibrated(world, share=1.0)
    wrong = {BIRTH: "7021231", "entries[0].acq_date": "9081117", "header.submit_date": "9081115"}
    for number in range(4):
        filing = world.filing(TRUTH, wrong, sure=0.999, calibration_id=version)
        if BIRTH not in {row.field for row in rows(world, Inspection, filing_id=filing)}:
            break
        world.key(f"keyer{1 + number % 2}", filing, TRUTH, EMPTY)
        world.adjudicate("keyer3", filing, TRUTH)
    else:
        pytest.fail("no alarm")
    alarm = rows(world, TrustEvent, action="alarm")
    assert [row.classes for row in alarm] == [["date"]]
    assert rows(world, AuditEntry, action="calibration.alarm")[0].detail["classes"] == ["date"]
    with world.acting() as work:
        force = trust.in_force(work)
        assert force is not None and "date" not in force.thresholds and "kanji" in force.thresholds
    assert "entries[0].name_kanji" in {row.field for row in rows(world, Inspection, filing_id=filing)}
    with world.acting() as work:
        trust.switch_on(work, "the cause is found", ["date"])
    again = world.filing(TRUTH, sure=0.999, calibration_id=version)
    world.key("keyer1", again, TRUTH, EMPTY)
    assert len(rows(world, TrustEvent, action="alarm")) == 1, "the old evidence is not counted again"
    newest = max((r for r in rows(world, InspectionLabel, field_class="date")), key=lambda label: label.n)
    assert newest.right and newest.evidence < 10


def test_keyed_fields_are_labels_for_the_next_calibration(any_world: World) -> None:
    world = any_world
    version = calibrated(world, share=0.3)
    filing = world.filing(TRUTH, {BIRTH: "7021231"}, sure=None, calibration_id=version)
    world.key("keyer1", filing, TRUTH, EMPTY)
    world.adjudicate("keyer2", filing, TRUTH)
    other = world.filing(TRUTH, sure=0.999, calibration_id=version)
    drawn = {row.field for row in rows(world, Inspection, filing_id=other)}
    world.key("keyer1", other, TRUTH, EMPTY)
    with world.acting() as work:
        known = list(inspection.outcomes(work))
        accepted = rows_accepted(work, other)
    assert sum(not one.right for one in known) == 1
    wrong = next(one for one in known if not one.right)
    assert (wrong.cls, wrong.adjudicated, wrong.engines, wrong.reader) == ("date", True, ("pp-ocr 1",), "r1")
    assert {one.probability for one in known} == {1.0, 0.3}
    assert sum(one.probability == 0.3 for one in known) == len(drawn)
    assert accepted and not accepted & drawn


def rows_accepted(work: Any, filing: str) -> set[str]:
    query = select(Settlement.field).where(Settlement.filing_id == filing, Settlement.basis == "accepted")
    return set(work.session.scalars(query))


def test_an_accepted_value_that_is_sent_back_is_read_by_a_person(world: World) -> None:
    version = calibrated(world)
    filing = world.filing(TRUTH, sure=0.999, calibration_id=version)
    world.key("keyer1", filing, TRUTH, EMPTY)
    held = world.claim("reviewer", filing, "review")
    world.decide(
        "reviewer", filing, lambda work, n: decide.send_back(work, held.task_id, held.token, n, [BIRTH], "look again")
    )
    world.advance(filing)
    assert world.key("keyer2", filing, TRUTH) == "reviewing"
    assert world.basis(filing)[BIRTH] == "two_readings"


def test_contradicting_readings_are_never_accepted(world: World) -> None:
    version = calibrated(world)
    with world.acting() as work:
        trust.switch_off(work, "only this once", [c for c in CLASSES if c != "date"])
    filing = world.filing(TRUTH, families=("pp-ocr", "cells"), sure=0.999, calibration_id=version)
    assert BIRTH not in keyed(world, filing)
    filing = world.filing(TRUTH, {}, families=("pp-ocr",), sure=0.999, calibration_id=version)
    assert BIRTH not in keyed(world, filing)


def test_two_engines_are_two_readings_only_by_policy_and_never_of_one_family(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert keyed(world, world.filing(TRUTH, families=("pp-ocr", "cells"))) == {"everything"}
    monkeypatch.setattr(acceptance, "policy", lambda kind, key, cls: Policy(True, key == "birth"))
    left = keyed(world, world.filing(TRUTH, families=("pp-ocr", "cells")))
    assert BIRTH not in left and "entries[0].name_kana" in left
    assert "entries[1].birth" in left, "a blank is always looked at"
    filing = world.filing(TRUTH, families=("pp-ocr", "cells"))
    assert world.basis(filing) == {BIRTH: "two_readings"}
    assert keyed(world, world.filing(TRUTH, families=("pp-ocr", "pp-ocr"))) == {"everything"}


def test_a_synthetic_calibration_never_accepts_in_a_real_installation(any_world: World) -> None:
    world = any_world
    version = calibrated(world)  # in training it may
    filing = world.filing(TRUTH, sure=0.5, calibration_id=version)
    with world.acting() as work:
        work.session.get_one(Installation, 1).training = False
    with world.acting() as work:
        assert trust.in_force(work) is None
        with pytest.raises(SyntheticCalibration):
            trust.activate(work, "v1", 0.05, "let it")
    assert keyed(world, world.filing(TRUTH, sure=0.9999, calibration_id=version)) == {"everything"}
    with pytest.raises(IntegrityError, match="training only"), world.acting() as work:
        work.session.add(
            Settlement(
                filing_id=filing, field=BIRTH, round=1, basis="accepted", calibration_id=version, value=b"x",
                readings=[], at=world.now,
            )
        )  # fmt: skip
        work.session.flush()
    real = calibrated(world, synthetic=False, version="v2")
    assert keyed(world, world.filing(TRUTH, sure=0.999, calibration_id=real)) != {"everything"}


def test_accepted_means_by_a_version(world: World) -> None:
    filing = world.filing(TRUTH)
    with pytest.raises(IntegrityError), world.acting() as work:
        work.session.add(
            Settlement(filing_id=filing, field=BIRTH, round=1, basis="accepted", value=b"x", readings=[], at=world.now)
        )
        work.session.flush()


def test_switching_needs_a_version_a_proof_and_a_reason(world: World) -> None:
    with world.acting() as work:
        with pytest.raises(NoSuchCalibration):
            trust.activate(work, "v9", 0.05, "why not")
        with pytest.raises(NoSuchCalibration):
            trust.switch_on(work, "why not", ["date"])
        assert trust.switch_off(work, "nothing is on") is None
        first = trust.store(work, trust.Made("v1", "{}", {"date": 0.9}, 0.0014, True))
        assert trust.store(work, trust.Made("v1", "{}", {}, 0.0014, True)).id == first.id
        with pytest.raises(NotProved, match="kanji"):
            trust.activate(work, "v1", 0.05, "why not", ["kanji"])
        with pytest.raises(ReasonMissing):
            trust.activate(work, "v1", 0.05, " ")
        trust.activate(work, "v1", 0.05, "a reason", ["date"])
        with pytest.raises(NotProved):
            trust.switch_on(work, "a reason", ["kana"])
