"""Review and decisions: nothing passes undecided, what is sent back is read anew, returns carry reasons."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from approval import decide, returns, review, views
from approval.errors import (
    AlreadyRead,
    ConflictingSide,
    Faster,
    NoSuchPart,
    NothingToApprove,
    NothingToRead,
    NotSettled,
    OpenFindings,
    ReasonMissing,
    StaleVersion,
    UnknownReason,
    WrongState,
)
from approval.states import MOVES
from storage.tables import FILING_STATES, Duplicate, Entry, EntrySubject, Filing, Notice, Task
from tests.approval.world import NUMBERS, World, acquisition, hired
from validators import said

TRUTH = acquisition(hired())
TWO = acquisition(
    hired(), hired(my_number=NUMBERS[1], name_kanji="五十嵐\u3000健", name_kana="イガラシ\u3000ケン", kind="1")
)
EMPTY = ("entries[1]", "entries[2]", "entries[3]")
FIELD = "entries[0].wage_cash"


def reviewing(world: World, truth: dict[str, str] = TRUTH) -> str:
    filing = world.filing(truth)
    blank = EMPTY if truth is TRUTH else EMPTY[1:]
    assert world.key("keyer1", filing, truth, blank) == "reviewing"
    return filing


def approving(world: World, truth: dict[str, str] = TRUTH) -> str:
    filing = reviewing(world, truth)
    assert world.review("reviewer", filing) == "approving"
    return filing


def entry_ids(world: World, filing: str) -> list[str]:
    with world.acting() as work:
        return list(work.session.scalars(select(Entry.id).where(Entry.filing_id == filing).order_by(Entry.number)))


def test_the_table_names_every_state_and_only_those() -> None:
    assert set(MOVES) == set(FILING_STATES)
    assert {move.to for moves in MOVES.values() for move in moves} <= set(FILING_STATES)


def test_the_review_does_not_pass_while_a_person_is_undecided(world: World) -> None:
    filing = reviewing(world)
    held = world.claim("reviewer", filing, "review")
    with pytest.raises(NotSettled, match="entry 1"):
        world.decide("reviewer", filing, lambda work, n: review.pass_review(work, held.task_id, held.token, n))
    assert world.decisions(filing) == []


def test_links_are_to_persons_of_this_filing_and_of_the_register(world: World) -> None:
    filing, other = reviewing(world), reviewing(world)
    held = world.claim("reviewer", filing, "review")
    with world.acting() as work:
        foreign = work.session.scalars(select(EntrySubject.id).join(Entry).where(Entry.filing_id == other)).one()
        mine = work.session.scalars(select(EntrySubject.id).join(Entry).where(Entry.filing_id == filing)).one()
    for subject, person in ((foreign, None), (mine, "f" * 32)):
        with world.acting("reviewer") as work, pytest.raises(NoSuchPart):
            review.link_subject(work, held.task_id, held.token, subject, person_id=person, new=person is None)


def test_a_page_that_is_old_is_told_who_was_faster(world: World) -> None:
    filing = approving(world)
    held = world.claim("approver", filing, "approve")
    with world.acting("approver") as work, pytest.raises(Faster, match="reviewerさん"):
        decide.approve(work, held.task_id, held.token, work.session.get_one(Filing, filing).n - 1)
    assert world.state(filing) == "approving"


def test_sent_back_and_read_the_same_it_stands(world: World) -> None:
    filing = approving(world)
    held = world.claim("approver", filing, "approve")
    world.decide("approver", filing, lambda w, n: decide.send_back(w, held.task_id, held.token, n, [FIELD], "㋐を確認"))
    assert world.state(filing) == "keying"
    with pytest.raises(AlreadyRead):
        world.claim("keyer1", filing, "key")
    world.grant("approver", "keyer")
    with pytest.raises(ConflictingSide):  # whoever decided does not read
        world.claim("approver", filing, "key")
    assert world.key("keyer2", filing, TRUTH) == "reviewing"
    assert world.basis(filing)[FIELD] == "two_readings"
    assert world.review("reviewer", filing) == "approving"  # the same reviewer: the same side
    assert world.approve("approver2", filing) == "noticed"
    assert world.decisions(filing) == ["pass", "send_back", "pass", "approve"]


def test_sent_back_and_read_differently_it_is_adjudicated_by_one_who_read_it_in_no_round(world: World) -> None:
    filing = reviewing(world)
    held = world.claim("reviewer", filing, "review")
    world.decide("reviewer", filing, lambda w, n: decide.send_back(w, held.task_id, held.token, n, [FIELD], "見直し"))
    changed = TRUTH | {FIELD: "260000"}
    assert world.key("keyer2", filing, changed) == "adjudicating"
    for who in ("keyer1", "keyer2"):
        with pytest.raises(AlreadyRead):
            world.claim(who, filing, "adjudicate")
    assert world.adjudicate("keyer3", filing, changed) == "reviewing"
    assert world.values(filing)[FIELD] == "260000"
    assert world.basis(filing)[FIELD] == "adjudicated"
    assert world.basis(filing)["entries[0].birth"] == "two_readings"


def test_a_correction_undoes_the_link_of_that_person_alone(world: World) -> None:
    filing = reviewing(world, TWO)
    held = world.claim("reviewer", filing, "review")
    world.link("reviewer", filing, held)
    world.decide("reviewer", filing, lambda w, n: decide.send_back(w, held.task_id, held.token, n, [FIELD], "見直し"))
    world.key("keyer2", filing, TWO | {FIELD: "260000"})
    world.adjudicate("keyer3", filing, TWO | {FIELD: "260000"})
    with world.acting() as work:
        query = select(EntrySubject.link).join(Entry).where(Entry.filing_id == filing).order_by(Entry.number)
        assert list(work.session.scalars(query)) == ["open", "new"]


def test_what_was_filed_as_data_cannot_be_read_again(world: World) -> None:
    filing = world.filing(TRUTH, channel="efiling")
    assert world.advance(filing) == "reviewing"
    assert set(world.basis(filing).values()) == {"filed"}
    held = world.claim("reviewer", filing, "review")
    with pytest.raises(NothingToRead):
        world.decide("reviewer", filing, lambda w, n: decide.send_back(w, held.task_id, held.token, n, [FIELD], "?"))


def test_a_return_needs_a_known_code_and_a_text(world: World) -> None:
    filing = reviewing(world)
    held = world.claim("reviewer", filing, "review")

    def back(code: str, text: str) -> None:
        world.decide(
            "reviewer", filing, lambda w, n: decide.return_to_filer(w, held.task_id, held.token, n, code, text)
        )

    with pytest.raises(UnknownReason):
        back("R2202-2", "異動の別")
    with pytest.raises(ReasonMissing):
        back("R2200-2", "  ")
    back("R2200-2", "個人番号を記入してください。")
    assert world.advance(filing) == "returned"
    assert world.postings(filing) == 0
    with world.acting() as work:
        notice = work.session.scalars(select(Notice).where(Notice.filing_id == filing)).one()
        assert (notice.kind, notice.issued_at is not None) == ("returned", True)
        assert set(work.session.scalars(select(Task.state).where(Task.filing_id == filing))) == {"done"}


def test_one_entry_is_singled_out_and_the_others_are_posted(world: World) -> None:
    filing = approving(world, TWO)
    first, second, *_ = entry_ids(world, filing)
    held = world.claim("approver", filing, "approve")
    world.decide(
        "approver", filing,
        lambda w, n: decide.return_to_filer(w, held.task_id, held.token, n, "R2200-5", "㋒がありません。", [second]),
    )  # fmt: skip
    assert world.state(filing) == "approving"
    assert world.approve("approver", filing) == "noticed"
    assert world.postings(filing) == 1
    with world.acting() as work:
        assert work.session.get_one(Entry, first).state == "posted"
        assert work.session.get_one(Entry, second).state == "returned"
        assert sorted(work.session.scalars(select(Notice.kind))) == ["acquisition", "returned"]


def test_hold_hides_the_task_and_resume_brings_it_back(world: World) -> None:
    filing = approving(world)
    held = world.claim("approver", filing, "approve")
    world.decide("approver", filing, lambda w, n: decide.put_on_hold(w, held.task_id, held.token, n, "照会中"))
    assert world.advance(filing) == "held"
    with pytest.raises(WrongState):
        world.claim("approver2", filing, "approve")
    world.grant("reviewer", "approver")
    with pytest.raises(ConflictingSide):
        world.decide("reviewer", filing, lambda w, n: decide.resume(w, filing, n))
    world.decide("approver2", filing, lambda w, n: decide.resume(w, filing, n))
    assert world.approve("approver", filing) == "noticed"
    with pytest.raises(WrongState):
        world.decide("approver", filing, lambda w, n: decide.resume(w, filing, n))


def test_blocking_findings_need_a_written_reason(world: World) -> None:
    filing = approving(world, acquisition(hired(wage_total="300000")))  # not the sum of its parts: A3, G10
    held = world.claim("approver", filing, "approve")
    with pytest.raises(OpenFindings):
        world.decide("approver", filing, lambda w, n: decide.approve(w, held.task_id, held.token, n, " "))
    assert world.postings(filing) == 0
    assert world.approve("approver", filing, "事業主に電話で確認した。") == "noticed"


def test_the_same_event_filed_twice_is_decided_and_only_one_is_posted(world: World) -> None:
    first = approving(world)
    second = reviewing(world)
    held = world.claim("reviewer", second, "review")
    world.link("reviewer", second, held)
    with pytest.raises(NotSettled, match="duplicate"):
        world.decide("reviewer", second, lambda w, n: review.pass_review(w, held.task_id, held.token, n))
    with world.acting() as work:
        pair = work.session.scalars(select(Duplicate).where(Duplicate.filing_id == second)).one().id
    for same in (True, False, True):  # until the review passes it may be decided anew
        with world.acting("reviewer") as work:
            review.decide_duplicate(work, held.task_id, held.token, pair, same=same, note="同じ届")
    with world.acting() as work:
        assert [row.note for row in said.duplicates_of(work, first)] == ["同じ届"]  # shown on either side
        assert "同じ届".encode() not in (work.session.get_one(Duplicate, pair).note or b"")
    world.decide("reviewer", second, lambda w, n: review.pass_review(w, held.task_id, held.token, n))
    assert world.advance(second) == "withdrawn"
    assert world.approve("approver", first) == "noticed"
    assert (world.postings(first), world.postings(second)) == (1, 0)


def test_a_sheet_on_which_nobody_is_entered_goes_back_as_a_whole(world: World) -> None:
    truth = acquisition()
    filing = world.filing(truth)
    assert world.key("keyer1", filing, truth, ("entries[0]", *EMPTY)) == "reviewing"
    assert world.review("reviewer", filing) == "approving"
    held = world.claim("approver", filing, "approve")
    with pytest.raises(NothingToApprove):
        world.decide("approver", filing, lambda w, n: decide.approve(w, held.task_id, held.token, n, "白紙"))
    world.decide(
        "approver", filing, lambda w, n: decide.return_to_filer(w, held.task_id, held.token, n, "R0000-9", "白紙です。")
    )
    assert world.advance(filing) == "returned"
    with world.acting() as work:
        notice = work.session.scalars(select(Notice).where(Notice.filing_id == filing)).one()
        content = work.keys.unseal_json(
            work.session, work.session.get_one(Filing, filing).key_id, notice.content, "notice.content"
        )
        assert [row["text"] for row in content["rows"]] == ["白紙です。"]


def test_what_went_back_keeps_its_notice_when_the_rest_is_a_duplicate(world: World) -> None:
    reviewing(world)
    second = reviewing(world, TWO)
    held = world.claim("reviewer", second, "review")
    other = entry_ids(world, second)[1]
    world.decide(
        "reviewer", second,
        lambda w, n: decide.return_to_filer(w, held.task_id, held.token, n, "R2200-5", "㋒", [other]),
    )  # fmt: skip
    with world.acting("reviewer") as work:
        (pair,) = review.duplicates_to_decide(work, work.session.get_one(Filing, second))
        review.decide_duplicate(work, held.task_id, held.token, pair.id, same=True)
    world.decide("reviewer", second, lambda w, n: review.pass_review(w, held.task_id, held.token, n))
    assert world.advance(second) == "returned"
    with world.acting() as work:
        assert work.session.scalars(select(Notice.kind).where(Notice.filing_id == second)).all() == ["returned"]


def test_an_e_filing_of_many_entries_goes_the_same_way(world: World) -> None:
    numbers = [f"{n:06d}" for n in range(1, 7)]
    people = [
        hired(my_number="", insured_no=str(int(number)), name_kanji=f"髙橋\u3000{kanji}", birth=f"70212{10 + n}")
        for n, (number, kanji) in enumerate(zip(numbers, "一二三四五六", strict=True))
    ]
    truth = acquisition(*people)
    filing = world.filing(truth, channel="efiling")
    assert world.advance(filing) == "reviewing"
    with world.acting("reviewer") as work:
        page = views.review_view(work, filing)
    assert [entry.number for entry in page.entries] == list(range(6))
    names = [f.shown.ja for f in page.entries[5].blocks[0].fields if f.id == "entries[5].name_kanji"]
    assert names == ["髙橋\u3000六"]
    assert world.review("reviewer", filing) == "approving"
    assert world.approve("approver", filing, "番号は後日") == "noticed"
    assert world.postings(filing) == 6


def test_the_same_filing_as_data_and_on_paper_meet_on_the_desk(world: World) -> None:
    paper = reviewing(world)
    data = world.filing(TRUTH, channel="efiling")
    assert world.advance(data) == "reviewing"
    with world.acting("reviewer") as work:
        (met,) = views.review_view(work, data).duplicates
    assert (met.later, met.other_filing_id, met.other_channel, met.reason) == (True, paper, "paper", "event")


def test_two_events_go_on_both(world: World) -> None:
    reviewing(world)
    second = reviewing(world)
    held = world.claim("reviewer", second, "review")
    world.link("reviewer", second, held)
    with world.acting("reviewer") as work:
        (pair,) = review.duplicates_to_decide(work, work.session.get_one(Filing, second))
        review.decide_duplicate(work, held.task_id, held.token, pair.id, same=False)
    world.decide("reviewer", second, lambda w, n: review.pass_review(w, held.task_id, held.token, n))
    assert world.advance(second) == "approving"


def test_a_decision_on_a_filing_that_moved_on_is_stale(world: World) -> None:
    filing = reviewing(world)
    held = world.claim("reviewer", filing, "review")
    world.link("reviewer", filing, held)
    with world.acting() as work:
        old = work.session.get_one(Filing, filing).n
        work.session.get_one(Filing, filing).n += 1
    with world.acting("reviewer") as work, pytest.raises(StaleVersion):
        review.pass_review(work, held.task_id, held.token, old)


def test_every_kind_has_reasons_in_both_languages() -> None:
    for kind in ("acquisition", "dependants"):
        listed = returns.reasons(kind)
        assert len({r.code for r in listed}) == len(listed)
        assert all(r.text.ja and r.text.en for r in listed)
    assert [r.code for r in returns.suggested("acquisition", ["A2"])] == ["R2200-2", "R2200-3"]
    assert len([r for r in returns.reasons("dependants") if r.code.startswith("R2202")]) == 5
