"""2200 in the register: periods, standards, numbers, and every conflict that keeps a posting away."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from approval import review
from approval.errors import NumberRegistered, PostingConflict
from approval.posting.post import plan
from approval.values import entries
from forms.model import Text
from storage.tables import AddressRow, EntryVersion, Filing, InsurancePeriod, NumberLink, Remuneration
from tests.approval.test_once import EMPTY, approving
from tests.approval.world import NUMBERS, OFFICE, World, acquisition, hired
from validators.register import periods, store
from validators.register.rows import OfficeRow, PayRow, PeriodRow
from validators.register.sealing import columns

OTHER = OfficeRow("02-アイウ", "54321", "別の会社", "別太郎", "1000001", "東京都千代田区千代田1-2")


def insured(world: World, person: str, office: str, number: int = 7, lost: date | None = None) -> None:
    with world.acting() as work:
        pay = (PayRow(date(2020, 4, 1), 200000, 200000, 200000),)
        row = PeriodRow(person, office, number, date(2020, 4, 1), lost_on=lost, pay=pay)
        periods.add_periods(work, [row])


def conflicts(world: World, filing: str, override: str = "") -> list[str]:
    with pytest.raises(PostingConflict) as refused:
        world.approve("approver", filing, override)
    assert world.postings(filing) == 0
    assert world.state(filing) == "approving"
    return list(refused.value.params["codes"])


def period(world: World) -> InsurancePeriod:
    with world.acting() as work:
        return work.session.scalars(select(InsurancePeriod).order_by(InsurancePeriod.acquired_on.desc())).first()  # type: ignore[return-value]


def standards(world: World) -> tuple[str, str, str]:
    with world.acting() as work:
        pay = work.session.scalars(select(Remuneration).order_by(Remuneration.valid_from.desc())).first()
        assert pay is not None
        opened = columns(work).unseal
        return (
            opened("remuneration.monthly", pay.monthly),
            opened("remuneration.standard_health", pay.standard_health),
            opened("remuneration.standard_pension", pay.standard_pension),
        )


def test_a_known_person_gets_a_period_and_what_was_new(world: World) -> None:
    person = world.person()
    filing = approving(world, {"self": person})
    assert world.approve("approver", filing) == "noticed"
    assert standards(world) == ("250000", "260000", "260000")
    with world.acting() as work:
        assert work.session.scalars(select(NumberLink.person_id)).all() == [person]
        assert work.session.scalars(select(InsurancePeriod.person_id)).all() == [person]
        versions = work.session.scalars(select(EntryVersion.cause).order_by(EntryVersion.n)).all()
        assert set(versions) == {"settled", "assigned"}


def test_the_written_number_is_kept_and_the_next_follows_the_highest(world: World) -> None:
    world.approve("approver", approving(world, insured_no="41"))
    assert period(world).insured_no == 41
    later = approving(
        world, my_number=NUMBERS[1], name_kana="イガラシ\u3000ケン", name_kanji="五十嵐\u3000健", kind="1"
    )
    world.approve("approver", later)
    with world.acting() as work:
        assert sorted(work.session.scalars(select(InsurancePeriod.insured_no))) == [41, 42]


def test_from_seventy_there_is_no_pension_standard(world: World) -> None:
    # 70 is reached on the day before the birthday: born 1956-11-17, acquired 2026-11-16.
    filing = approving(world, birth="5311117", remarks="1")
    assert world.approve("approver", filing, "確認済み") == "noticed"
    assert standards(world) == ("250000", "260000", "")


def test_a_day_younger_is_insured_for_pension(world: World) -> None:
    filing = approving(world, birth="5311118")
    assert world.approve("approver", filing, "確認済み") == "noticed"
    assert standards(world)[2] == "260000"


def test_a_pension_number_comes_with_its_address(world: World) -> None:
    filing = approving(
        world, my_number="2112345678", zip="1000001", addr="東京都千代田区千代田1-1", addr_kana="チヨダク"
    )
    assert world.approve("approver", filing, "確認済み") == "noticed"
    with world.acting() as work:
        assert work.session.scalars(select(NumberLink.kind)).all() == ["bpn"]
        address = work.session.scalars(select(AddressRow)).one()
        assert address.valid_from == date(2026, 11, 16)
        assert columns(work).unseal("address.address", address.address) == "東京都千代田区千代田1-1"


def test_who_is_insured_here_already_is_not_posted(world: World) -> None:
    person = world.person()
    insured(world, person, world.ids["office"])
    assert conflicts(world, approving(world, {"self": person}), "承知の上") == ["already_insured"]


def test_a_period_elsewhere_needs_a_person_to_say_so(world: World) -> None:
    person = world.person()
    with world.acting() as work:
        other = store.add_office(work, OTHER)
    insured(world, person, other)
    filing = approving(world, {"self": person})
    assert conflicts(world, filing) == ["period_overlaps"]
    assert world.approve("approver", filing, "前の事業所の喪失届を確認した。") == "noticed"


def test_two_offices_are_legitimate_where_the_form_says_so(world: World) -> None:
    person = world.person()
    with world.acting() as work:
        other = store.add_office(work, OTHER)
    insured(world, person, other)
    assert world.approve("approver", approving(world, {"self": person}, remarks="2"), "") == "noticed"


def test_the_day_of_loss_is_no_overlap(world: World) -> None:
    person = world.person()
    insured(world, person, world.ids["office"], lost=date(2026, 11, 16))
    assert world.approve("approver", approving(world, {"self": person}), "同日得喪") == "noticed"


def test_a_number_of_somebody_else_stops_the_posting(world: World) -> None:
    filing = approving(world)
    world.person(name_kanji="別\u3000人", name_kana="ベツ\u3000ジン", my_number=NUMBERS[0])  # after the review
    assert conflicts(world, filing, "承知の上") == ["number_taken"]


def test_another_my_number_than_the_register_s_needs_a_person(world: World) -> None:
    person = world.person(my_number=NUMBERS[2])
    filing = approving(world, {"self": person})
    assert conflicts(world, filing) == ["number_differs"]
    assert world.approve("approver", filing, "番号の変更を確認した。") == "noticed"


def test_a_used_insured_number_stops_the_posting(world: World) -> None:
    insured(world, world.person(), world.ids["office"], number=41)
    filing = approving(
        world, my_number=NUMBERS[1], name_kana="イガラシ\u3000ケン", name_kanji="五十嵐\u3000健", insured_no="41"
    )
    assert conflicts(world, filing, "承知の上") == ["insured_no_used"]


def test_what_is_missing_is_named(world: World) -> None:
    filing = approving(world, acq_date="", wage_total="", birth="")
    assert conflicts(world, filing, "承知の上") == ["no_date", "no_remuneration", "no_birth"]


def test_an_unknown_office_stops_the_posting(world: World) -> None:
    filing = approving(world)
    with world.acting() as work:
        work.session.get_one(Filing, filing).office_id = None
    assert conflicts(world, filing, "承知の上") == ["office_unknown"]


def test_the_plan_shows_before_and_after_and_hides_the_number(world: World) -> None:
    filing = approving(world)
    with world.acting() as work:
        open_entries = [e for e in entries(work, filing) if e.state == "open"]
        (made,) = plan(work, work.session.get_one(Filing, filing), open_entries)
        lines = [line for change in made.changes for line in change.lines]
    assert [change.table for change in made.changes] == ["person", "insurance_period"]
    assert Text("260,000円", "260,000 yen") in [line.after for line in lines]
    assert not any(NUMBERS[0] in line.after.ja for line in lines)
    assert any(line.after.ja.endswith(NUMBERS[0][-4:]) for line in lines)
    assert OFFICE.name in " ".join(line.after.ja for line in lines)


def test_a_number_of_the_register_is_refused_for_a_new_person_in_the_review(world: World) -> None:
    person = world.person(my_number=NUMBERS[0])
    truth = acquisition(hired())
    filing = world.filing(truth)
    world.key("keyer1", filing, truth, EMPTY)
    held = world.claim("reviewer", filing, "review")
    with pytest.raises(NumberRegistered) as refused:
        world.link("reviewer", filing, held)
    assert "個人番号" in refused.value.message["ja"] and "My Number" in refused.value.message["en"]
    assert NUMBERS[0] not in str(refused.value.as_dict()) and "候補" in refused.value.remedy["ja"]
    world.link("reviewer", filing, held, {"self": person})  # the next step that the refusal names
    world.decide("reviewer", filing, lambda work, n: review.pass_review(work, held.task_id, held.token, n))
    assert world.advance(filing) == "approving" and world.approve("approver", filing) == "noticed"


def test_a_number_entered_between_link_and_pass_stops_the_pass(world: World) -> None:
    truth = acquisition(hired())
    filing = world.filing(truth)
    world.key("keyer1", filing, truth, EMPTY)
    held = world.claim("reviewer", filing, "review")
    world.link("reviewer", filing, held)
    world.person(my_number=NUMBERS[0])
    with pytest.raises(NumberRegistered):
        world.decide("reviewer", filing, lambda work, n: review.pass_review(work, held.task_id, held.token, n))
    assert world.state(filing) == "reviewing"


@pytest.mark.parametrize(
    ("written", "zip_code", "rows"),
    [
        ("東京都千代田区千代田1-1", "1000001", 1),
        ("東京都千代田区千代田１ー１", "", 1),  # the same in another writing
        ("東京都千代田区千代田1-1", "1000002", 2),
        ("東京都港区芝公園1-1", "1050011", 2),
    ],
)
def test_only_another_address_becomes_a_row(world: World, written: str, zip_code: str, rows: int) -> None:
    home = {"zip": "1000001", "address": "東京都千代田区千代田1-1", "address_from": date(2020, 4, 1)}
    person = world.person(**home)
    filing = approving(world, {"self": person}, addr=written, zip=zip_code)
    assert world.approve("approver", filing, "確認済み") == "noticed"
    with world.acting() as work:
        assert len(work.session.scalars(select(AddressRow).where(AddressRow.person_id == person)).all()) == rows
