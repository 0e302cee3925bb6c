"""Tasks: two people never hold the same one, a lost lease is lost, and a draft is its author's alone."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from sqlalchemy import select

from approval import keying, tasks
from approval.errors import LeaseLost, NotYourStep, TaskClosed, TaskTaken
from storage.tables import Task
from storage.work import Work
from tests.approval.world import World, acquisition, hired

TRUTH = acquisition(hired())
EMPTY = ("entries[1]", "entries[2]", "entries[3]")


def test_of_many_who_claim_at_once_each_gets_another(any_world: World) -> None:
    world = any_world
    filings = {world.filing(TRUTH) for _ in range(3)}
    got: list[str | None] = []
    start = threading.Barrier(4)

    def claim(who: str) -> None:
        start.wait()
        with world.database.writing() as session:
            held = tasks.claim_next(Work(session, world.keys, world.now, world.ids[who]), "key")
        got.append(held.filing_id if held else None)

    threads = [threading.Thread(target=claim, args=(who,)) for who in ("keyer1", "keyer2", "keyer3", "keyer4")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {f for f in got if f} == filings
    assert got.count(None) == 1


def test_one_task_goes_to_one_of_many(any_world: World) -> None:
    world = any_world
    filing = world.filing(TRUTH)
    with world.acting() as work:
        task_id = work.session.scalars(select(Task.id).where(Task.filing_id == filing)).one()
    won: list[str] = []
    lost: list[str] = []
    start = threading.Barrier(3)

    def claim(who: str) -> None:
        start.wait()
        try:
            with world.database.writing() as session:
                tasks.claim(Work(session, world.keys, world.now, world.ids[who]), task_id)
            won.append(who)
        except TaskTaken:
            lost.append(who)

    threads = [threading.Thread(target=claim, args=(who,)) for who in ("keyer1", "keyer2", "keyer3")]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), len(lost)) == (1, 2)


def test_a_taken_task_says_who_has_it(world: World) -> None:
    filing = world.filing(TRUTH)
    world.claim("keyer1", filing, "key")
    with pytest.raises(TaskTaken, match="keyer1さん"):
        world.claim("keyer2", filing, "key")
    with world.acting("keyer2") as work:
        assert tasks.queue(work) == []
        assert tasks.claim_next(work, "key") is None


def test_an_expired_lease_goes_to_the_next_and_the_first_has_lost_it(world: World) -> None:
    filing = world.filing(TRUTH)
    first = world.claim("keyer1", filing, "key")
    world.now += timedelta(minutes=9)
    with world.acting("keyer1") as work:
        tasks.heartbeat(work, first.task_id, first.token)
    world.now += timedelta(minutes=9)
    with pytest.raises(TaskTaken):
        world.claim("keyer2", filing, "key")
    world.now += timedelta(minutes=2)
    world.claim("keyer2", filing, "key")
    with world.acting("keyer1") as work, pytest.raises(LeaseLost):
        tasks.heartbeat(work, first.task_id, first.token)
    with world.acting("keyer1") as work, pytest.raises(LeaseLost):
        keying.submit_key(work, first.task_id, first.token, {}, ())


def test_a_lease_that_ran_out_still_counts_while_nobody_took_the_task(world: World) -> None:
    filing = world.filing(TRUTH)
    held = world.claim("keyer1", filing, "key")
    world.now += timedelta(hours=2)
    with world.acting("keyer1") as work, pytest.raises(keying.FieldsMissing):  # the token is good; the values are not
        keying.submit_key(work, held.task_id, held.token, {}, ())


def test_a_second_tab_takes_the_hold_from_the_first(world: World) -> None:
    filing = world.filing(TRUTH)
    first = world.claim("keyer1", filing, "key")
    second = world.claim("keyer1", filing, "key")
    assert first.token != second.token
    with world.acting("keyer1") as work, pytest.raises(LeaseLost):
        tasks.release(work, first.task_id, first.token)


def test_a_draft_survives_release_and_is_never_another_s(world: World) -> None:
    filing = world.filing(TRUTH)
    held = world.claim("keyer1", filing, "key")
    with world.acting("keyer1") as work:
        tasks.save_draft(work, held.task_id, held.token, {"entries[0].birth": "7021230"})
        task = tasks.get(work, held.task_id)
        assert task.draft is not None
        assert b"7021230" not in task.draft
        tasks.release(work, held.task_id, held.token)
    world.claim("keyer2", filing, "key")
    with world.acting("keyer2") as work:
        assert tasks.draft_of(work, tasks.get(work, held.task_id)) is None
    with world.acting("keyer1") as work:
        assert tasks.draft_of(work, tasks.get(work, held.task_id)) == {"entries[0].birth": "7021230"}


def test_a_supervisor_takes_a_task_back(world: World) -> None:
    filing = world.filing(TRUTH)
    held = world.claim("keyer1", filing, "key")
    with world.acting("keyer2") as work, pytest.raises(NotYourStep):
        tasks.steal(work, held.task_id, "mine")
    with world.acting("supervisor") as work:
        assert [row.held_by for row in tasks.in_hand(work)] == ["keyer1さん"]
        tasks.steal(work, held.task_id, "帰宅したため")
    with world.acting("keyer1") as work, pytest.raises(LeaseLost):
        tasks.heartbeat(work, held.task_id, held.token)
    world.claim("keyer2", filing, "key")


def test_a_finished_task_stays_finished(world: World) -> None:
    filing = world.filing(TRUTH)
    held = world.claim("keyer1", filing, "key")
    world.key("keyer1", filing, TRUTH, EMPTY)
    with world.acting("keyer1") as work, pytest.raises(TaskClosed):
        keying.submit_key(work, held.task_id, held.token, TRUTH, EMPTY)
    with world.acting("keyer2") as work, pytest.raises(TaskClosed):
        tasks.claim(work, held.task_id)


def test_the_queue_is_by_priority_then_due_date(world: World) -> None:
    late, early, urgent = (world.filing(TRUTH) for _ in range(3))
    with world.acting() as work:
        for task in work.session.scalars(select(Task)):
            task.due_on += timedelta(days={late: 5, early: 0, urgent: 9}[task.filing_id])
            task.priority = 1 if task.filing_id == urgent else 50
    world.claim("keyer1", late, "key")
    with world.acting("keyer1") as work:
        assert [row.filing_id for row in tasks.queue(work)] == [late, urgent, early]  # own claims first
    with world.acting("reviewer") as work:
        assert tasks.queue(work) == []
