"""A pair of filings of one event is decided by one of the two, in whatever order they are checked and reviewed."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from approval import decide, review
from approval.errors import NoSuchPart, NotSettled
from approval.tasks import Claim
from storage.tables import Duplicate, Entry, Filing
from tests.approval.world import World, acquisition, hired

TRUTH = acquisition(hired())
FIELD = "entries[0].wage_cash"
EMPTY = ("entries[1]", "entries[2]", "entries[3]")


def later_first(world: World) -> tuple[str, str, str]:
    """The earlier filing, checked when the later was at the approver; the later; their pair."""
    first, second = world.filing(TRUTH), world.filing(TRUTH)
    assert world.key("keyer1", second, TRUTH, EMPTY) == "reviewing"
    assert world.review("reviewer", second) == "approving"
    assert world.key("keyer1", first, TRUTH, EMPTY) == "reviewing"
    with world.acting() as work:
        row = work.session.scalars(select(Duplicate)).one()
        assert (row.filing_id, row.other_id, row.state) == (second, first, "open")
        return first, second, row.id


def say(world: World, filing: str, pair: str, *, same: bool) -> Claim:
    """Decide the pair in the review of this filing."""
    held = world.claim("reviewer", filing, "review")
    world.link("reviewer", filing, held)
    with world.acting("reviewer") as work:
        review.decide_duplicate(work, held.task_id, held.token, pair, same=same)
    return held


def passes(world: World, filing: str, held: Claim) -> str:
    world.decide("reviewer", filing, lambda w, n: review.pass_review(w, held.task_id, held.token, n))
    return world.advance(filing)


def refused(world: World, filing: str) -> None:
    held = world.claim("approver", filing, "approve")
    with pytest.raises(NotSettled, match="duplicate"):
        world.decide("approver", filing, lambda w, n: decide.approve(w, held.task_id, held.token, n, "確認済"))
    assert world.postings(filing) == 0


def entry_state(world: World, filing: str) -> str:
    with world.acting() as work:
        return work.session.scalars(select(Entry.state).where(Entry.filing_id == filing, Entry.number == 0)).one()


def test_the_earlier_is_asked_once_the_later_has_left_review(world: World) -> None:
    first, second, pair = later_first(world)
    refused(world, second)
    held = world.claim("reviewer", first, "review")
    world.link("reviewer", first, held)
    with pytest.raises(NotSettled, match="duplicate"):
        passes(world, first, held)
    with world.acting("reviewer") as work:
        review.decide_duplicate(work, held.task_id, held.token, pair, same=True)
    assert passes(world, first, held) == "withdrawn"
    assert world.approve("approver", second) == "noticed"
    assert (world.postings(first), world.postings(second)) == (0, 1)


def test_the_earlier_is_asked_while_the_later_is_held_by_its_approver(world: World) -> None:
    first, second, pair = later_first(world)
    held = world.claim("approver", second, "approve")
    world.decide("approver", second, lambda w, n: decide.put_on_hold(w, held.task_id, held.token, n, "照会中"))
    assert world.state(second) == "held"
    assert passes(world, first, say(world, first, pair, same=True)) == "withdrawn"


def test_the_earlier_waits_for_the_later_that_is_still_in_review(world: World) -> None:
    first, second = world.filing(TRUTH), world.filing(TRUTH)
    for filing in (first, second):
        assert world.key("keyer1", filing, TRUTH, EMPTY) == "reviewing"
    assert world.review("reviewer", first) == "approving"
    refused(world, first)
    with world.acting() as work:
        (pair,) = review.duplicates_to_decide(work, work.session.get_one(Filing, second))
    assert passes(world, second, say(world, second, pair.id, same=True)) == "withdrawn"
    assert world.approve("approver", first) == "noticed"
    assert (world.postings(first), world.postings(second)) == (1, 0)


def test_a_pair_whose_other_side_went_back_to_the_filer_holds_nobody_up(world: World) -> None:
    first, second = world.filing(TRUTH), world.filing(TRUTH)
    for filing in (first, second):
        assert world.key("keyer1", filing, TRUTH, EMPTY) == "reviewing"
    assert world.review("reviewer", first) == "approving"
    held = world.claim("reviewer", second, "review")
    world.decide(
        "reviewer", second,
        lambda w, n: decide.return_to_filer(w, held.task_id, held.token, n, "R0000-9", "二重の届出です。"),
    )  # fmt: skip
    assert world.approve("approver", first) == "noticed"


def test_never_both_give_way_when_the_later_is_reviewed_again(world: World) -> None:
    first, second, pair = later_first(world)
    say(world, first, pair, same=True)
    back = world.claim("approver", second, "approve")
    world.decide("approver", second, lambda w, n: decide.send_back(w, back.task_id, back.token, n, [FIELD], "もう一度"))
    assert world.advance(second) == "keying"
    assert world.key("keyer2", second, TRUTH) == "reviewing"
    held = world.claim("reviewer", second, "review")
    with pytest.raises(NoSuchPart), world.acting("reviewer") as work:
        review.decide_duplicate(work, held.task_id, held.token, pair, same=True)
    assert (entry_state(world, first), entry_state(world, second)) == ("withdrawn", "open")
    assert passes(world, second, held) == "approving"
    assert world.approve("approver", second) == "noticed"
    assert world.postings(second) == 1
