"""Work in hand: a supervisor sees who holds what and takes it back, by keyboard, in both languages."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import BrowserContext, expect

from tests.browser.hands import Person
from tests.browser.installation import Installation
from tests.browser.paper import told
from tests.browser.test_pages import sound, unreached


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_task_is_taken_back_by_keyboard(
    person: Person, context: BrowserContext, installation: Installation, language: str
) -> None:
    sheet = told(installation.world, "acquisition", f"hands-{language}", installation.papers)
    person.sign_in("reception")
    (filing,) = person.wait_for_filings(person.upload(sheet.path))
    number = person.number_of(filing)
    person.sign_in("keyer2")
    person.open_task("key", number)

    person.sign_in("supervisor")
    person.speak(language)
    link = person.page.locator('a[href="/hands"]')
    link.focus()
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    assert "\n".join(sound(person, "hands") + unreached(person, "hands")) == ""
    row = person.page.locator("tr", has_text=number)
    expect(row).to_contain_text("入力 二葉")
    person.page.locator("[data-take]").first.focus()
    rows = person.page.locator("[data-take]").count()
    for _ in range(rows):
        if person.page.evaluate("() => document.activeElement.closest('tr').dataset.number") == number:
            break
        person.page.keyboard.press("ArrowDown")
    person.page.keyboard.press("t")
    expect(person.page.locator("#take-what")).to_contain_text(number)
    assert "\n".join(sound(person, "dialog")) == ""
    person.page.keyboard.press("Escape")
    expect(row.locator("button")).to_be_focused()
    person.page.keyboard.press("Enter")
    person.page.keyboard.press("Control+Enter")  # without a reason: the browser asks for one
    expect(person.page.locator("dialog[open]")).to_be_visible()
    person.page.keyboard.type("gone home")
    person.page.keyboard.press("Control+Enter")
    person.page.wait_for_url(re.compile(r"/hands\?done="))
    expect(person.page.locator("[role=status]").first).to_contain_text(number)
    expect(row).to_have_count(0)

    person.sign_in("keyer1")  # and now another can take it
    person.open_task("key", number)
    person.page.wait_for_selector("#field-input")
    person.page.keyboard.press("Escape")
    person.page.wait_for_url("**/desk")
