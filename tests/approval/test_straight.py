"""The straight path: a scanned 2200 is keyed, compared, checked, reviewed, approved, posted once, and noticed."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select

from approval.notices import issue
from storage import audit
from storage.tables import AuditEntry, Entry, InsurancePeriod, NumberLink, Outbox, Person, Remuneration
from tests.approval.world import NUMBERS, World, acquisition, hired

TRUTH = acquisition(
    hired(), hired(my_number=NUMBERS[1], name_kana="イガラシ\u3000ケン", name_kanji="五十嵐\u3000健", kind="1")
)


@pytest.fixture
def any_done(any_world: World) -> tuple[World, str]:
    filing = any_world.filing(TRUTH)
    assert any_world.state(filing) == "keying"
    assert any_world.key("keyer1", filing, TRUTH, ("entries[2]", "entries[3]")) == "reviewing"
    assert any_world.review("reviewer", filing) == "approving"
    assert any_world.approve("approver", filing) == "noticed"
    return any_world, filing


def test_a_filing_walks_through(any_done: tuple[World, str]) -> None:
    world, filing = any_done
    assert world.postings(filing) == 2
    assert world.rows(Person, InsurancePeriod, Remuneration, NumberLink) == [2, 2, 2, 2]
    basis = world.basis(filing)
    assert basis["entries[0].name_kanji"] == "two_readings"
    assert basis["entries[0].insured_no"] == "assigned"
    with world.acting() as work:
        numbers = sorted(work.session.scalars(select(InsurancePeriod.insured_no)))
        assert numbers == [1, 2]
        assert set(work.session.scalars(select(InsurancePeriod.acquired_on))) == {date(2026, 11, 16)}
        states = work.session.scalars(select(Entry.state).order_by(Entry.number)).all()
        assert states == ["posted", "posted", "blank", "blank"]
        assert sorted(work.session.scalars(select(Outbox.topic))) == ["notice", "posted", "posted"]
    assert world.values(filing)["entries[0].insured_no"] in {"1", "2"}


def test_the_notice_is_a_pdf_for_the_office(any_done: tuple[World, str]) -> None:
    world, filing = any_done
    with world.acting() as work:
        (notice,) = issue.notices(work, filing)
        assert world.vault is not None
        assert issue.pdf(work, world.vault, notice.id).startswith(b"%PDF-")
        assert notice.office_id == world.ids["office"]


def test_every_change_is_in_the_audit_chain(any_done: tuple[World, str]) -> None:
    world, filing = any_done
    with world.acting() as work:
        chain = audit.chain_of(filing)
        actions = work.session.scalars(
            select(AuditEntry.action).where(AuditEntry.chain == chain).order_by(AuditEntry.seq)
        ).all()
    wanted = [
        "task.opened", "key.submitted", "filing.compared", "values.written", "filing.moved", "filing.checked",
        "subject.linked", "decision.pass", "decision.approve", "entry.posted", "notice.issued",
    ]  # fmt: skip
    assert set(wanted) <= set(actions)
    assert [a for a in actions if a in wanted][-1] == "notice.issued" or actions[-1] == "filing.moved"
