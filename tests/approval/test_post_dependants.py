"""2202 in the register: 該当 opens, 非該当 ends, 変更 supersedes; a spouse of 20 to 59 is category 3."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from approval.errors import PostingConflict
from storage.tables import DependantPeriod, Person, ThirdCategoryPeriod
from tests.approval.world import HEADER, NUMBERS, World
from validators.register import periods
from validators.register.rows import DependantRow, PayRow, PeriodRow

SPOUSE = {
    "name_kana": "タカハシ\u3000イチロウ", "name_kanji": "髙橋\u3000一郎", "birth": "7030415", "relation": "1",
    "my_number": NUMBERS[1], "living": "1", "zip": "1000001", "addr": "東京都千代田区千代田1-1",
}  # fmt: skip
CHILD = {
    "name_kana": "タカハシ\u3000ヒナ", "name_kanji": "髙橋\u3000陽菜", "birth": "9080901", "sex": "2", "relation": "01",
    "my_number": NUMBERS[2], "living": "1", "zip": "1000001", "addr": "東京都千代田区千代田1-1",
}  # fmt: skip
STARTED = {"start_date": "9081101", "start_reason": "3", "occupation": "1", "income": "0"}
ENDED = {"end_date": "9081110", "end_reason": "3"}


def dependants(
    change: str, spouse: dict[str, str] | None = None, child: dict[str, str] | None = None
) -> dict[str, str]:
    insured = {
        "insured_no": "7", "name_kana": "タカハシ\u3000ミサキ", "name_kanji": "髙橋\u3000美咲", "birth": "7021230",
        "sex": "2", "my_number": NUMBERS[0], "change_type": change, "income": "3000000" if change == "1" else "",
    }  # fmt: skip
    found = HEADER | {"header.employer_confirmed": "1", "header.employer_received": "9081110"}
    found |= {f"entries[0].insured.{key}": value for key, value in insured.items()}
    found |= {f"entries[0].spouse.{key}": value for key, value in (spouse or {}).items()}
    found |= {f"entries[0].others[0].{key}": value for key, value in (child or {}).items()}
    return {key: value for key, value in found.items() if value}


def insured_person(world: World) -> str:
    person = world.person(my_number=NUMBERS[0])
    with world.acting() as work:
        pay = (PayRow(date(2020, 4, 1), 200000, 200000, 200000),)
        periods.add_periods(work, [PeriodRow(person, world.ids["office"], 7, date(2020, 4, 1), pay=pay)])
    return person


def approving(world: World, truth: dict[str, str], people: dict[str, str]) -> str:
    filing = world.filing(truth, kind="dependants")
    named = {name.rsplit(".", 1)[0] for name in truth}
    blocks = ("entries[0].spouse", "entries[0].others[0]", "entries[0].others[1]")
    assert world.key("keyer1", filing, truth, tuple(b for b in blocks if b not in named)) == "reviewing"
    assert world.review("reviewer", filing, people) == "approving"
    return filing


def open_dependant(world: World, insured: str, spouse: bool = True, began: date = date(2022, 4, 1)) -> str:
    name = {
        "name_kana": "タカハシ\u3000イチロウ",
        "name_kanji": "髙橋\u3000一郎",
        "birth": date(1991, 4, 15),
        "sex": "1",
    }
    person = world.person(**name)
    with world.acting() as work:
        row = DependantRow(
            person, insured, world.ids["office"], "spouse:1", began, details={"occupation": "2"},
            third_from=began if spouse else None,
        )  # fmt: skip
        periods.add_dependants(work, [row])
    return person


def test_a_start_opens_a_period_for_each_and_category_3_for_the_spouse(world: World) -> None:
    insured = insured_person(world)
    filing = approving(
        world, dependants("1", SPOUSE | STARTED, CHILD | STARTED | {"start_reason": "1"}), {"insured": insured}
    )
    assert world.approve("approver", filing, "添付書類で確認した。") == "noticed"
    with world.acting() as work:
        rows = work.session.scalars(select(DependantPeriod).order_by(DependantPeriod.relation.desc())).all()
        assert [(r.relation, r.began_on, r.ended_on, r.insured_id) for r in rows] == [
            ("spouse:1", date(2026, 11, 1), None, insured),
            ("other:01", date(2026, 11, 1), None, insured),
        ]
        (third,) = work.session.scalars(select(ThirdCategoryPeriod)).all()
        assert (third.person_id, third.spouse_id, third.began_on) == (rows[0].person_id, insured, date(2026, 11, 1))
    assert world.rows(Person) == [3]
    assert world.postings(filing) == 1


@pytest.mark.parametrize(
    ("birth", "third"),
    [("7181103", 0), ("7181102", 1), ("5411103", 1), ("5411102", 0)],
    ids=["20 a day later", "20 that day", "60 a day later", "60 that day"],
)
def test_category_3_is_from_twenty_to_fifty_nine(world: World, birth: str, third: int) -> None:
    """An age is reached on the day before the birthday; the event is on 2026-11-01."""
    insured = insured_person(world)
    filing = approving(world, dependants("1", SPOUSE | STARTED | {"birth": birth}), {"insured": insured})
    world.approve("approver", filing, "確認した。")
    assert world.rows(DependantPeriod, ThirdCategoryPeriod) == [1, third]


def test_an_end_closes_both_periods(world: World) -> None:
    insured = insured_person(world)
    spouse = open_dependant(world, insured)
    truth = dependants("2", {k: v for k, v in SPOUSE.items() if k != "my_number"} | ENDED)
    filing = approving(world, truth, {"insured": insured, "spouse": spouse})
    assert world.approve("approver", filing, "確認した。") == "noticed"
    with world.acting() as work:
        (period,) = work.session.scalars(select(DependantPeriod)).all()
        assert (period.ended_on, period.end_reason) == (date(2026, 11, 10), "3")
        assert period.end_posting_id is not None
        (third,) = work.session.scalars(select(ThirdCategoryPeriod)).all()
        assert third.ended_on == date(2026, 11, 10)


def test_a_change_writes_a_new_dated_row_that_supersedes(world: World) -> None:
    insured = insured_person(world)
    spouse = open_dependant(world, insured)
    truth = dependants("3", SPOUSE | {"start_date": "9081101", "occupation": "1", "note": "職業の変更"})
    filing = approving(world, truth, {"insured": insured, "spouse": spouse})
    assert world.approve("approver", filing, "確認した。") == "noticed"
    with world.acting() as work:
        old, new = work.session.scalars(select(DependantPeriod).order_by(DependantPeriod.began_on)).all()
        assert (old.ended_on, old.end_reason) == (date(2026, 11, 1), "changed")
        assert (new.supersedes, new.began_on, new.ended_on) == (old.id, date(2026, 11, 1), None)
        (third,) = work.session.scalars(select(ThirdCategoryPeriod)).all()
        assert third.ended_on is None


def conflicts(world: World, filing: str) -> set[str]:
    with pytest.raises(PostingConflict) as refused:
        world.approve("approver", filing, "承知の上")
    assert world.postings(filing) == 0
    return set(refused.value.params["codes"])


def test_conflicts_keep_the_posting_away(world: World) -> None:
    insured = insured_person(world)
    spouse = open_dependant(world, insured)
    stranger = world.person(name_kanji="別\u3000人", name_kana="ベツ\u3000ジン")
    known = {k: v for k, v in SPOUSE.items() if k != "my_number"}
    again = approving(world, dependants("1", known | STARTED), {"insured": insured, "spouse": spouse})
    assert conflicts(world, again) == {"dependant_open"}
    nobody = approving(world, dependants("2", known | ENDED), {"insured": insured, "spouse": stranger})
    assert conflicts(world, nobody) == {"no_open_period"}
    before = approving(
        world, dependants("2", known | ENDED | {"end_date": "9020401"}), {"insured": insured, "spouse": spouse}
    )
    assert conflicts(world, before) == {"ends_before_start"}


def test_the_insured_person_has_to_be_insured_here(world: World) -> None:
    person = world.person(my_number=NUMBERS[0])
    filing = approving(world, dependants("1", SPOUSE | STARTED), {"insured": person})
    assert conflicts(world, filing) == {"not_insured"}


def test_an_insured_person_is_never_entered_by_a_2202(world: World) -> None:
    filing = approving(world, dependants("1", SPOUSE | STARTED), {})  # everybody linked as new
    assert conflicts(world, filing) == {"insured_unknown"}


def test_without_the_kind_of_change_nothing_is_posted(world: World) -> None:
    insured = insured_person(world)
    filing = approving(world, dependants("", SPOUSE | STARTED), {"insured": insured})
    assert conflicts(world, filing) == {"no_change_type"}
