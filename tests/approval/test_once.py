"""Posting happens once, whoever approves at the same moment, on both databases."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from approval import decide
from storage.errors import TodokeError
from storage.tables import Entry, Filing, InsurancePeriod, Outbox, Person, Posting
from storage.work import Work
from tests.approval.world import NUMBERS, World, acquisition, hired

EMPTY = ("entries[1]", "entries[2]", "entries[3]")


def approving(world: World, people: dict[str, str] | None = None, **person: str) -> str:
    truth = acquisition(hired(**person))
    filing = world.filing(truth)
    world.key("keyer1", filing, truth, EMPTY)
    held = world.claim("reviewer", filing, "review")
    world.link("reviewer", filing, held, people)
    with world.acting("reviewer") as work:
        from approval import review

        for pair in review.duplicates_to_decide(work, work.session.get_one(Filing, filing)):
            review.decide_duplicate(work, held.task_id, held.token, pair.id, same=False)
    with world.acting("reviewer") as work:
        review.pass_review(work, held.task_id, held.token, work.session.get_one(Filing, filing).n)
    assert world.advance(filing) == "approving"
    return filing


def at_once(*actions: Callable[[], None]) -> list[str]:
    """Run all at the same moment; gives "done" or the error's code of each, sorted."""
    said: list[str] = []
    start = threading.Barrier(len(actions))

    def run(action: Callable[[], None]) -> None:
        start.wait()
        try:
            action()
            said.append("done")
        except TodokeError as error:
            said.append(error.code)

    threads = [threading.Thread(target=run, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(said)


def approval(world: World, filing: str, who: str) -> Callable[[], None]:
    held = world.claim(who, filing, "approve")
    with world.acting() as work:
        n = work.session.get_one(Filing, filing).n
    now = world.now

    def act() -> None:
        with world.database.writing() as session:
            decide.approve(Work(session, world.keys, now, world.ids[who]), held.task_id, held.token, n)

    return act


def test_a_double_click_posts_once(any_world: World) -> None:
    world = any_world
    filing = approving(world)
    act = approval(world, filing, "approver")
    said = at_once(act, act, act)
    assert said.count("done") == 1
    assert set(said) <= {"done", "task_closed", "faster", "lease_lost", "stale_version"}
    assert world.rows(Posting, InsurancePeriod, Person) == [1, 1, 1]
    assert world.advance(filing) == "noticed"


def test_two_filings_of_one_office_get_two_numbers(any_world: World) -> None:
    world = any_world
    one = approving(world)
    two = approving(world, my_number=NUMBERS[1], name_kana="イガラシ\u3000ケン", name_kanji="五十嵐\u3000健", kind="1")
    said = at_once(approval(world, one, "approver"), approval(world, two, "approver2"))
    assert said == ["done", "done"]
    with world.acting() as work:
        assert sorted(work.session.scalars(select(InsurancePeriod.insured_no))) == [1, 2]


def test_the_same_person_in_two_filings_is_posted_once(any_world: World) -> None:
    world = any_world
    person = world.person(my_number=NUMBERS[0])
    one, two = (approving(world, {"self": person}) for _ in range(2))
    said = Counter(at_once(approval(world, one, "approver"), approval(world, two, "approver2")))
    assert said["done"] == 1
    assert set(said) <= {"done", "posting_conflict", "register_changed"}
    assert world.postings(one) + world.postings(two) == 1
    with world.acting() as work:
        assert sorted(work.session.get_one(Filing, f).state for f in (one, two)) == ["approving", "decided"]


def test_the_same_new_person_in_two_filings_is_entered_once(any_world: World) -> None:
    world = any_world
    one, two = approving(world), approving(world)
    said = Counter(at_once(approval(world, one, "approver"), approval(world, two, "approver2")))
    assert said["done"] == 1
    assert world.rows(Posting, Person, InsurancePeriod) == [1, 1, 1]


def test_the_schema_refuses_a_second_posting(any_world: World) -> None:
    world = any_world
    filing = approving(world)
    world.approve("approver", filing)
    with world.acting() as work:
        posting = work.session.scalars(select(Posting)).one()
        assert work.session.scalars(select(Outbox).where(Outbox.subject_id == posting.id)).one().topic == "posted"
        entry = work.session.get_one(Entry, posting.entry_id)
    with pytest.raises(IntegrityError), world.acting() as work:
        work.session.add(
            Posting(entry_id=entry.id, decision_id=posting.decision_id, entry_n=entry.n, changes=[], at=work.now)
        )
        work.session.flush()
    for verb in ("DELETE FROM posting", "UPDATE posting SET entry_n = 9"):
        with pytest.raises(IntegrityError, match="append-only"), world.acting() as work:
            work.session.execute(text(verb))
    assert world.postings(filing) == 1
