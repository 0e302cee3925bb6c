"""The ledger: order of claims, fences, leases that run out, attempts, evidence."""

from __future__ import annotations

import threading
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from intake.errors import LeaseLost, StageFailed
from intake.ledger import finish, hold
from intake.stages import execute
from storage.queue import enqueue
from storage.tables import AuditEntry, Filing, Job, Page, Sheet, Task, new_id
from tests.intake.conftest import picture


def _enqueue(house, stage="advance", subject="", **given) -> str:
    subject = subject or new_id()
    with house.runtime.database.writing() as session:
        enqueue(session, stage, subject, now=house.clock(), **given)
        house.clock.pass_(0.001)
    return subject


def test_priority_then_due_date_then_age(house):
    late = _enqueue(house, priority=100, due_on=date(2026, 12, 1))
    soon = _enqueue(house, priority=100, due_on=date(2026, 11, 24))
    younger = _enqueue(house, priority=100, due_on=date(2026, 11, 24))
    first = _enqueue(house, priority=10, due_on=date(2027, 1, 1))
    waits = _enqueue(house, priority=1, not_before=house.clock() + timedelta(hours=1))
    claimed = []
    while lease := house.runtime.ledger.claim("w", house.clock()):
        claimed.append(lease.subject_id)
    assert claimed == [first, soon, younger, late]
    house.clock.pass_(3601)
    assert house.runtime.ledger.claim("w", house.clock()).subject_id == waits


def test_only_the_named_stages(house):
    _enqueue(house, "advance")
    assert house.runtime.ledger.claim("w", house.clock(), ["read"]) is None
    assert house.runtime.ledger.claim("w", house.clock(), ["advance"]) is not None


def test_a_late_workers_commit_is_refused(house):
    _enqueue(house)
    ledger = house.runtime.ledger
    slow = ledger.claim("slow", house.clock())
    house.clock.pass_(61)
    assert [r.worker for r in ledger.reap(house.clock())] == ["slow"]
    quick = ledger.claim("quick", house.clock())
    with pytest.raises(LeaseLost), house.runtime.writing() as work:
        hold(work.session, slow)
    with pytest.raises(LeaseLost):
        ledger.renew(slow, house.clock())
    ledger.fail(slow, house.clock(), StageFailed(stage="x", why="y"))  # says nothing about the job of another
    with house.runtime.writing() as work:
        finish(hold(work.session, quick), work.now)
    assert [(j.state, j.attempts) for j in house.all(Job)] == [("done", 2)]


def test_a_slow_reader_writes_nothing_after_its_lease_is_gone(house, monkeypatch):
    house.received(picture("form"))
    house.run(stages=["decode"])
    lease = house.runtime.ledger.claim("slow", house.clock())
    read = house.runtime.reader.read

    def while_another_worker_has_it(page):
        house.clock.pass_(61)
        house.runtime.ledger.reap(house.clock())
        assert house.runtime.ledger.claim("quick", house.clock()) is not None
        return read(page)

    monkeypatch.setattr(house.runtime.reader, "read", while_another_worker_has_it)
    assert execute(house.runtime, lease) == "late"
    assert house.all(Sheet) == []
    assert house.all(Page)[0].state == "decoded"


def test_the_heartbeat_keeps_the_lease_of_a_long_step(small_house):
    house = small_house
    _enqueue(house)
    lease = house.runtime.ledger.claim("w", house.clock())
    house.clock.pass_(59)
    house.runtime.ledger.renew(lease, house.clock())
    house.clock.pass_(59)
    assert house.runtime.ledger.reap(house.clock()) == []


def test_a_failing_stage_is_tried_again_later_and_set_aside_at_last(house):
    house.received(picture("raise"))
    house.run(stages=["decode"])
    outcomes = []
    for _ in range(20):
        outcomes += house.run()
        house.clock.pass_(400)
    assert outcomes[:5] == [("read", "failed")] * 5
    (job,) = house.all(Job, stage="read")
    assert (job.state, job.attempts) == ("poison", 5)
    assert job.error["code"] == "stage_failed" and job.error["message"]["ja"]
    assert "RuntimeError at readers.py:" in job.error["message"]["en"]
    assert "the reader is broken" not in str(job.error)  # an error's own words may quote what stood on a sheet
    (sheet,) = house.all(Sheet)
    assert (sheet.state, sheet.error["code"]) == ("refused", "not_read")
    assert ("assemble", "done") in outcomes  # the batch goes on without it
    assert house.all(AuditEntry, action="job.poisoned")


def test_an_operator_runs_it_again(house):
    house.received(picture("raise"))
    for _ in range(8):
        house.run()
        house.clock.pass_(400)
    (job,) = house.all(Job, state="poison")
    house.as_person(lambda work: house.runtime.ledger.retry(work, job.id))
    assert house.run() == [("read", "done")]  # its page was given up meanwhile: nothing to do
    assert house.all(Job, state="poison") == []


def test_what_was_asked_for_meanwhile_is_done_when_a_set_aside_job_is_tried_again(house):
    ledger = house.runtime.ledger
    subject = _enqueue(house)
    lease = ledger.claim("w", house.clock())
    _enqueue(house, subject=subject)
    ledger.fail(lease, house.clock(), StageFailed(stage="read", why="x"), final=True)
    (job,) = house.all(Job)
    assert (job.state, job.again) == ("poison", True)
    house.as_person(lambda work: ledger.retry(work, job.id))
    with house.runtime.database.writing() as session:
        lease = ledger.claim_one(job.id, "w", house.clock())
        finish(hold(session, lease), house.clock())
    (job,) = house.all(Job)
    assert (job.state, job.again, job.attempts) == ("ready", False, 0)


def test_a_job_that_was_enqueued_anew_takes_the_place_of_the_one_set_aside(house):
    ledger = house.runtime.ledger
    subject = _enqueue(house)
    ledger.fail(ledger.claim("w", house.clock()), house.clock(), StageFailed(stage="read", why="x"), final=True)
    (old,) = house.all(Job)
    _enqueue(house, subject=subject)
    house.as_person(lambda work: ledger.retry(work, old.id))  # never a second open job of the two
    assert sorted((job.state, job.id == old.id) for job in house.all(Job)) == [("done", True), ("ready", False)]
    (entry,) = house.all(AuditEntry, action="job.retried")
    assert entry.detail["instead"] == next(job.id for job in house.all(Job) if job.id != old.id)


def test_a_worker_that_dies_with_a_job_every_time(house):
    _enqueue(house)
    for attempt in range(1, 6):
        assert house.runtime.ledger.claim(f"w{attempt}", house.clock()).attempt == attempt
        house.clock.pass_(61)
        (reaped,) = house.runtime.ledger.reap(house.clock())
        assert reaped.poison == (attempt == 5)
    (job,) = house.all(Job)
    assert (job.state, job.error["code"], job.error["worker"]) == ("poison", "worker_lost", "w5")


def test_asked_for_again_while_it_runs(house):
    subject = _enqueue(house)
    lease = house.runtime.ledger.claim("w", house.clock())
    with house.runtime.database.writing() as session:
        enqueue(session, "advance", subject, now=house.clock())
    with house.runtime.writing() as work:
        finish(hold(work.session, lease), work.now)
    (job,) = house.all(Job)
    assert (job.state, job.again, job.attempts) == ("ready", False, 0)


def test_handed_back_when_the_worker_stops(house):
    _enqueue(house)
    house.runtime.ledger.hand_back(house.runtime.ledger.claim("w", house.clock()))
    (job,) = house.all(Job)
    assert (job.state, job.attempts) == ("ready", 0)


def test_many_workers_claim_each_job_once(house):
    for _ in range(30):
        _enqueue(house)
    claimed, ledger = [], house.runtime.ledger

    def work(name: str) -> None:
        while lease := ledger.claim(name, house.clock()):
            claimed.append(lease.job_id)

    threads = [threading.Thread(target=work, args=(f"w{n}",)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(claimed) == len(set(claimed)) == 30


def test_every_stage_run_twice_does_nothing_the_second_time(house):
    house.received(picture("form", 1), picture("attachment", 2))
    while True:
        lease = house.runtime.ledger.claim("w", house.clock())
        if lease is None:
            break
        assert execute(house.runtime, lease) == "done"
        with house.runtime.database.writing() as session:  # as if the bell had rung twice
            job = session.get(Job, lease.job_id)
            job.state, job.done_at = "ready", None
        again = house.runtime.ledger.claim_one(lease.job_id, "w", house.clock())
        assert execute(house.runtime, again) == "done"
    assert len(house.all(Filing)) == len(house.all(Task)) == 1
    assert sorted(s.state for s in house.all(Sheet)) == ["attached", "filed"]


def test_an_unknown_stage_is_set_aside_at_once(small_house):
    _enqueue(small_house, "no-such-stage")
    assert small_house.run() == [("no-such-stage", "failed")]
    assert [j.state for j in small_house.all(Job)] == ["poison"]


def test_a_batch_of_the_ledger_is_audited_and_leases_are_not(small_house):
    small_house.received(picture("form"))
    small_house.run()
    with small_house.runtime.reading() as work:
        actions = set(work.session.scalars(select(AuditEntry.action)))
    assert {
        "batch.opened",
        "file.received",
        "file.decoded",
        "page.read",
        "batch.released",
        "filing.received",
    } <= actions
    assert not any("claim" in action or action.startswith("job.") for action in actions)


def test_without_a_due_date_it_comes_last_on_both_databases(house):
    with house.runtime.writing() as work:
        for subject, due in (("none", None), ("late", date(2026, 11, 30)), ("soon", date(2026, 11, 20))):
            enqueue(work.session, "advance", subject, now=work.now, priority=10, due_on=due)
    claimed = [house.runtime.ledger.claim("w", house.clock()) for _ in range(3)]
    assert [lease.subject_id for lease in claimed] == ["soon", "late", "none"]
