""" "Continue as ...": in training a real sign-in with its audit entry; elsewhere it does not exist."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, expect
from sqlalchemy import select

from storage.tables import AuditEntry, User
from tests.browser.conftest import Watch
from tests.browser.hands import Person
from tests.browser.installation import Installation, install, serving


def test_continue_as_is_a_real_and_audited_sign_in(person: Person, installation: Installation) -> None:
    person.sign_in("reception")
    expect(person.page.locator(".watermark")).to_be_attached()
    person.page.locator("details.menu summary").press("Enter")
    with person.page.expect_navigation():
        person.page.locator('form[action="/continue-as/keyer1"] button').press("Enter")
    expect(person.page.locator(".who")).to_have_text("入力 一郎")
    services = installation.services()
    with services.reading("system:test") as work:
        ids = {
            login: work.session.scalar(select(User.id).where(User.login == login)) for login in ("reception", "keyer1")
        }
        entries = work.session.scalars(select(AuditEntry).where(AuditEntry.subject_id == ids["keyer1"])).all()
        said = [str(entry.detail) + entry.action for entry in entries]
    services.database.close()
    assert any(str(ids["reception"]) in text for text in said), said


def test_outside_training_nobody_continues_as_another(
    person: Person, context: BrowserContext, watch: Watch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    real = install(tmp_path_factory.mktemp("real"), training=False, persons=12, offices=1)
    with serving(real):
        watch.origin, watch.expected = real.origin, (404,)
        visitor = Person(person.page, real.origin)
        visitor.sign_in("reception")
        expect(visitor.page.locator("details.menu")).to_have_count(0)
        expect(visitor.page.locator(".watermark")).to_have_count(0)
        token = visitor.page.locator('meta[name="csrf"]').get_attribute("content") or ""
        answer = visitor.page.request.post(f"{real.origin}/continue-as/keyer1", form={"csrf": token})
        assert answer.status == 404
        visitor.open("/")
        expect(visitor.page.locator(".who")).to_have_text("受付 花子")
