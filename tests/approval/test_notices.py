"""Notices: for the office that filed and nobody else, on paper, without a My Number, marked where it is training."""

from __future__ import annotations

import io
from collections.abc import Callable

import pdfplumber
import pytest
from sqlalchemy import select

from approval import decide
from approval.errors import Misdirected, NoticeNotIssued
from approval.notices import issue
from approval.notices.letter import Letter, typeset
from storage.tables import Filing, Installation, Notice, Outbox
from tests.approval.test_once import approving
from tests.approval.test_post_dependants import SPOUSE, STARTED, dependants, insured_person
from tests.approval.test_post_dependants import approving as approving_2202
from tests.approval.world import NUMBERS, OFFICE, World, acquisition, hired
from validators.register import store
from validators.register.rows import OfficeRow


def text_of(pdf: bytes) -> str:
    with pdfplumber.open(io.BytesIO(pdf)) as opened:
        return "".join(page.extract_text() for page in opened.pages)


def letters(world: World, filing: str) -> list[str]:
    with world.acting() as work:
        assert world.vault is not None
        return [text_of(issue.pdf(work, world.vault, notice.id)) for notice in issue.notices(work, filing)]


def test_the_acquisition_letter_says_what_the_register_has(world: World) -> None:
    filing = approving(world)
    world.approve("approver", filing)
    (text,) = letters(world, filing)
    for said in (
        "資格取得確認および標準報酬決定通知書",
        "髙橋 美咲",
        "令和8年11月16日",
        "260",
        OFFICE.name,
        "令和8年11月20日",
        "研修用",
    ):
        assert said in text
    assert "訓練年金事務所" in text
    assert NUMBERS[0] not in text


def test_the_dependants_letter_names_each_with_event_and_result(world: World) -> None:
    insured = insured_person(world)
    filing = approving_2202(world, dependants("1", SPOUSE | STARTED), {"insured": insured})
    world.approve("approver", filing, "確認した。")
    (text,) = letters(world, filing)
    for said in ("被扶養者(異動)決定通知書", "髙橋 一郎", "夫", "該当", "認定", "令和8年11月1日", "第3号"):
        assert said in text
    assert not any(number in text for number in NUMBERS)


def returned(world: World) -> str:
    truth = acquisition(hired(my_number=""))
    filing = world.filing(truth)
    world.key("keyer1", filing, truth, ("entries[1]", "entries[2]", "entries[3]"))
    held = world.claim("reviewer", filing, "review")
    words = "#let x = [⑥] $をご記入 *ください*"
    world.decide(
        "reviewer", filing, lambda w, n: decide.return_to_filer(w, held.task_id, held.token, n, "R2200-2", words)
    )
    return filing


def test_the_return_letter_gives_the_reason_as_it_was_written(world: World) -> None:
    filing = returned(world)
    world.advance(filing)
    (text,) = letters(world, filing)
    assert "返戻のお知らせ" in text
    assert "個人番号の記入漏れ" in text
    assert "#let x = [⑥] $をご記入 *ください*" in text  # a filer's or reviewer's words are never markup


def test_a_real_installation_has_no_watermark() -> None:
    content = {
        "kind": "returned", "number": "2026-000001", "date": "令和8年11月20日", "receipt": "B1", "received_on": "",
        "title": "届", "rows": [],
    }  # fmt: skip
    to = {"zip": "", "address": "住所", "name": "名称", "owner": "", "ref": ""}
    assert "研修用" not in text_of(typeset(Letter("1", content, to, "事務所", training=False)))
    assert "研修用" in text_of(typeset(Letter("1", content, to, "事務所", training=True)))


def reassigned(world: World, filing: str) -> None:
    with world.acting() as work:
        other = store.add_office(work, OfficeRow("02-アイウ", "54321", "別の会社", "別太郎", "1000002", "東京都"))
        work.session.get_one(Filing, filing).office_id = other


def swapped(world: World, filing: str) -> None:
    """The sealed addressee of one notice in another: same key, so only the token can tell."""
    with world.acting() as work:
        notice = work.session.scalars(select(Notice).where(Notice.filing_id == filing)).one()
        key = work.session.get_one(Filing, filing).key_id
        wrong = {"zip": "1000002", "address": "東京都", "name": "別の会社", "owner": "別太郎", "ref": "02-アイウ"}
        notice.addressee = work.keys.seal_json(work.session, key, wrong, "notice.addressee")


@pytest.mark.parametrize("harm", [reassigned, swapped])
def test_a_letter_for_another_office_does_not_leave(world: World, harm: Callable[[World, str], None]) -> None:
    vault, world.vault = world.vault, None
    filing = approving(world)
    assert world.approve("approver", filing) == "decided"
    harm(world, filing)
    assert vault is not None
    with pytest.raises(Misdirected), world.acting() as work:
        issue.render_notice(work, vault, filing)
    with world.acting() as work:
        notice = work.session.scalars(select(Notice).where(Notice.filing_id == filing)).one()
        assert (notice.blob_id, notice.issued_at) == (None, None)
        with pytest.raises(NoticeNotIssued):
            issue.pdf(work, vault, notice.id)
    assert world.state(filing) == "decided"


def test_a_notice_is_issued_once(world: World) -> None:
    filing = approving(world)
    world.approve("approver", filing)
    with world.acting() as work:
        assert world.vault is not None
        assert issue.render_notice(work, world.vault, filing) == []
        assert len(work.session.scalars(select(Outbox).where(Outbox.topic == "notice")).all()) == 1


def test_an_unknown_office_gets_its_return_at_the_address_it_wrote(world: World) -> None:
    truth = acquisition(hired(my_number=""), office_ref="99-ナイ")
    filing = world.filing(truth)
    world.key("keyer1", filing, truth, ("entries[1]", "entries[2]", "entries[3]"))
    held = world.claim("reviewer", filing, "review")
    world.decide(
        "reviewer", filing, lambda w, n: decide.return_to_filer(w, held.task_id, held.token, n, "R2200-2", "番号を")
    )
    assert world.advance(filing) == "returned"
    (text,) = letters(world, filing)
    assert "株式会社江戸前水産" in text
    with world.acting() as work:
        assert work.session.get_one(Installation, 1).training
