"""What pages read: the review view and the timeline."""

from __future__ import annotations

import pytest

from approval import history, views, words
from approval.errors import NoSuchFiling
from forms import catalogue
from tests.approval.test_once import approving
from tests.approval.world import NUMBERS, World, acquisition, hired

EMPTY = ("entries[1]", "entries[2]", "entries[3]")


def test_the_review_page_shows_values_readers_findings_and_what_would_change(world: World) -> None:
    world.person(my_number=NUMBERS[0])
    truth = acquisition(hired(wage_total="300000"))
    filing = world.filing(truth, {"entries[0].birth": "7021231"})
    world.key("keyer1", filing, truth, EMPTY)
    world.adjudicate("keyer2", filing, truth)
    with world.acting("reviewer") as work:
        page = views.review_view(work, filing)
    (entry,) = page.entries
    shown = {f.id: f for block in entry.blocks for f in block.fields}
    birth = shown["entries[0].birth"]
    assert (birth.basis, birth.settled_by, birth.shown.ja) == (
        "adjudicated",
        "keyer2さん",
        "平成2年12月30日 (1990-12-30)",
    )
    assert [reader.person for reader in birth.readers] == [False, True]
    assert shown["entries[0].kind"].shown.ja.startswith("2 ")
    assert shown["entries[0].wage_total"].findings
    assert "A3" in page.blocking or "G10" in page.blocking
    assert entry.blocks[0].candidates
    assert entry.blocks[0].subject is not None
    assert [c.code for c in entry.conflicts] == ["not_linked"]
    assert page.undecided
    assert page.office == ("01-ケイト", "株式会社江戸前水産")
    assert [c.login for c in page.may_review] == ["both", "reviewer", "reviewer2"]


def test_no_page_shows_a_whole_number(world: World) -> None:
    filing = approving(world)
    with world.acting("approver") as work:
        page = views.review_view(work, filing)
        assert NUMBERS[0] not in repr(page)
        assert NUMBERS[0][-4:] in repr(page)
        assert views.revealed(work, filing, "entries[0].my_number") == NUMBERS[0]


def test_the_timeline_tells_the_whole_life_with_proofs(world: World) -> None:
    filing = approving(world)
    world.approve("approver", filing)
    with world.acting("reviewer") as work:
        events = history.timeline(work, filing)
        with pytest.raises(NoSuchFiling):
            history.timeline(work, "0" * 32)
    actions = [event.action for event in events]
    order = [
        "key.submitted", "filing.compared", "values.written", "filing.checked", "subject.linked", "decision.pass",
        "decision.approve", "entry.posted", "notice.issued",
    ]  # fmt: skip
    assert [a for a in actions if a in order] == order
    assert all(event.words.ja != event.action for event in events)
    assert len({event.proof for event in events}) == len(events)
    assert "髙橋" not in repr(events)
    assert NUMBERS[0] not in repr(events)


def test_values_in_words() -> None:
    form = catalogue.form("acquisition")
    assert words.shown(form.field("entries[0].wage_total"), "250000").en == "250,000 yen"
    assert words.shown(form.field("entries[0].zip"), "1000001").ja == "100-0001"
    assert words.shown(form.field("entries[0].zip"), None) == words.UNREADABLE
    assert words.shown(form.field("entries[0].zip"), "") == words.BLANK
    assert words.shown(form.field("entries[0].birth"), "7021330").ja == "平成2年13月30日"
    assert words.shown(form.field("entries[0].remarks"), "1,3").ja.count("、") == 1
    assert words.masked("12") == "12"
