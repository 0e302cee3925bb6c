"""What an attacker, a late switch or a crash would make of acceptance: the schema and the locks refuse it."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError

from approval import acceptance, inspection, trust
from approval.flow import advance
from approval.tasks import asked
from storage.tables import Filing, Inspection, Installation, Reading, Settlement, Task
from storage.work import Work
from tests.approval.test_acceptance import BIRTH, EMPTY, TRUTH, calibrated, keyed, rows
from tests.approval.world import World, acquisition, hired


def accepted(world: World, filing: str, version: str, field: str = BIRTH) -> Callable[[], None]:
    """Writes past the service what only the service may write."""

    def write() -> None:
        with world.acting() as work:
            work.session.add(
                Settlement(
                    filing_id=filing, field=field, round=1, basis="accepted", calibration_id=version, value=b"x",
                    readings=[], at=world.now,
                )
            )  # fmt: skip
            work.session.flush()

    return write


def test_only_the_version_in_force_accepts(any_world: World) -> None:
    world = any_world
    older = calibrated(world, version="v0", synthetic=False)
    filing = world.filing(TRUTH, sure=0.5, calibration_id=older)
    calibrated(world, version="v1", synthetic=False)
    with pytest.raises(IntegrityError, match="activated last"):
        accepted(world, filing, older)()
    with world.acting() as work:
        stored = trust.store(work, trust.Made("v2", "{}", {"date": 0.9}, 0.0014, False)).id
    filing = world.filing(TRUTH, sure=0.5, calibration_id=stored)
    with pytest.raises(IntegrityError, match="activated last"):
        accepted(world, filing, stored)()


@pytest.mark.parametrize("sure", [None, 0.5])
def test_what_is_accepted_was_read_and_is_sure_by_that_version(any_world: World, sure: float | None) -> None:
    world = any_world
    other, version = calibrated(world, version="v0"), calibrated(world, version="v1")
    filing = world.filing(TRUTH, sure=sure, calibration_id=other if sure else version)
    with pytest.raises(IntegrityError, match="was read"):
        accepted(world, filing, version)()
    filing = world.filing(TRUTH, {BIRTH: None}, sure=0.5, calibration_id=version)
    with pytest.raises(IntegrityError, match="was read"):
        accepted(world, filing, version)()
    accepted(world, filing, version, "entries[0].acq_date")()


def test_what_is_inspected_is_never_accepted(any_world: World) -> None:
    version = calibrated(any_world, share=1.0)
    filing = any_world.filing(TRUTH, sure=0.999, calibration_id=version)
    with pytest.raises(IntegrityError, match="inspected"):
        accepted(any_world, filing, version)()


def test_an_installation_that_says_nothing_of_itself_is_a_real_one(any_world: World) -> None:
    world = any_world
    version = calibrated(world)
    filing = world.filing(TRUTH, sure=0.5, calibration_id=version)
    with world.acting() as work:
        work.session.delete(work.session.get_one(Installation, 1))
    with pytest.raises(IntegrityError, match="training only"):
        accepted(world, filing, version)()
    with world.acting() as work:
        assert trust.in_force(work) is None


def test_a_real_installation_never_becomes_a_training_one(any_world: World) -> None:
    with any_world.acting() as work:
        work.session.get_one(Installation, 1).training = False
    with pytest.raises(IntegrityError, match="never becomes"), any_world.acting() as work:
        work.session.get_one(Installation, 1).training = True


def test_a_switch_waits_for_who_accepts_and_counts_for_who_comes_after(any_world: World) -> None:
    """Off means off: once the switch is answered nothing more is accepted."""
    world = any_world
    calibrated(world)
    done = threading.Event()

    def off() -> None:
        with world.database.writing() as session:
            trust.switch_off(Work(session, world.keys, world.now, "system:cli"), "doubts")
        done.set()

    with world.acting() as work:
        force = trust.hold(work)
        assert force is not None and force.thresholds
        switching = threading.Thread(target=off)
        switching.start()
        assert not done.wait(0.4)
    switching.join(20)
    assert done.is_set()
    with world.acting() as work:
        force = trust.hold(work)
        assert force is not None and not force.thresholds


def test_what_an_alarm_stopped_comes_back_only_by_name(world: World) -> None:
    version = calibrated(world)
    with world.acting() as work:
        trust.alarm(work, version, "date", "too many errors")
        force = trust.activate(work, "v1", 0.1, "another share")
        assert "date" not in force.thresholds and "kanji" in force.thresholds
    with world.acting() as work:
        assert "date" in trust.activate(work, "v1", 0.1, "looked into", ["date"]).thresholds
    with world.acting() as work:
        assert "date" in trust.activate(work, "v1", 0.1, "all again").thresholds


def test_engines_that_say_the_same_are_one_outcome(any_world: World) -> None:
    """A proof of 2,139 fields is of 2,139 fields, not of what three engines said of 713."""
    world = any_world
    filing = world.filing(TRUTH, families=("pp-ocr", "cells", "tesseract"))
    world.key("keyer1", filing, TRUTH, EMPTY)
    with world.acting() as work:
        known = list(inspection.outcomes(work))
        fields = set(work.session.scalars(select(Settlement.field).where(Settlement.filing_id == filing)))
    assert len(known) == len(fields)
    assert {one.engines for one in known} == {("cells 1", "pp-ocr 1", "tesseract 1")}


def test_filings_that_were_disposed_of_stop_no_calibration(any_world: World) -> None:
    world = any_world
    gone, kept = (world.filing(TRUTH) for _ in range(2))
    for filing in (gone, kept):
        world.key("keyer1", filing, TRUTH, EMPTY)
    with world.acting() as work:
        before = len(list(inspection.outcomes(work)))
        work.keys.destroy(work.session, work.session.get_one(Filing, gone).key_id)
    with world.acting() as work:
        assert len(list(inspection.outcomes(work))) == before / 2 > 0


def test_a_second_advance_accepts_and_draws_nothing_anew(any_world: World) -> None:
    world = any_world
    version = calibrated(world, share=0.3)
    filing = world.filing(TRUTH, sure=0.999, calibration_id=version)
    before = world.rows(Settlement, Inspection, Task, Reading)
    with world.acting() as work:
        trust.switch_off(work, "all of it")
    for _ in range(3):
        assert world.advance(filing) == "keying"
    assert world.rows(Settlement, Inspection, Task, Reading) == before


def test_what_dies_before_its_commit_leaves_nothing(any_world: World) -> None:
    world = any_world
    version = calibrated(world, share=0.3)
    filing = world.filing(TRUTH, sure=0.5, calibration_id=version)
    with pytest.raises(ZeroDivisionError), world.acting() as work:
        work.session.execute(delete(Task))
        acceptance.accept(work, work.session.get_one(Filing, filing))
        raise ZeroDivisionError
    assert keyed(world, filing) == {"everything"}
    assert not rows(world, Inspection) and not rows(world, Settlement)


def test_no_keyer_can_tell_an_inspection_by_its_task(world: World) -> None:
    """The field that the machine is unsure of and the one that is inspected stand side by side, in paper order."""
    version = calibrated(world, share=0.3)
    four = acquisition(hired(), hired(my_number="123456789018"))
    filing = world.filing(four, sure=0.999, calibration_id=version)
    drawn = {row.field for row in rows(world, Inspection, filing_id=filing)}
    (task,) = rows(world, Task, filing_id=filing, step="key")
    assert drawn and drawn < (asked(task) or set())
    assert task.fields == [name for name in paper_order() if name in task.fields]
    assert {row.step for row in rows(world, Task, filing_id=filing)} == {"key"}
    words = {str(value) for row in rows(world, Task, filing_id=filing) for value in vars(row).values()}
    assert not [word for word in words if "inspect" in word]


def paper_order() -> list[str]:
    from forms import catalogue

    return [field.id for field in catalogue.form("acquisition").captured()]


def test_a_stray_mark_does_not_hide_a_person(world: World) -> None:
    """One sure mark makes the machine's blanks of that person count: what is missing is then told by the rules."""
    two = acquisition(hired(), hired(my_number="123456789018"))
    overlooked = {name: "" for name in two if name.startswith("entries[1]") and not name.endswith(".kind")}
    filing = world.filing(two, overlooked, sure=0.999, calibration_id=calibrated(world))
    assert world.key("keyer1", filing, two, EMPTY[1:]) == "reviewing"
    from storage.tables import Entry, Finding

    entry = next(row for row in rows(world, Entry, filing_id=filing) if row.number == 1)
    assert entry.state == "open"
    found = rows(world, Finding, filing_id=filing, entry_id=entry.id, severity="E", outcome="fired")
    assert {"entries[1].birth"} <= {name for row in found for name in row.fields}


def test_two_workers_at_once_accept_once(any_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A replayed job beside the first: who comes second finds the task and does nothing."""
    world = any_world
    version = calibrated(world, share=0.3)
    with monkeypatch.context() as patched:
        patched.setattr(World, "advance", lambda self, filing_id: "keying")
        filing = world.filing(TRUTH, sure=0.999, calibration_id=version)
    start, failed = threading.Barrier(2), []

    def worker() -> None:
        start.wait(10)
        try:
            with world.database.writing() as session:
                advance(Work(session, world.keys, world.now, "system:worker"), filing)
        except Exception as error:
            failed.append(error)

    both = [threading.Thread(target=worker) for _ in range(2)]
    for one in both:
        one.start()
    for one in both:
        one.join(30)
    assert not failed
    fields = [row.field for row in (*rows(world, Settlement), *rows(world, Inspection))]
    assert len(set(fields)) == len(fields) > 20
    assert len(rows(world, Task, filing_id=filing, step="key")) == 1
