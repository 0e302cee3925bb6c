"""The desk under the hands: help, Esc without loss, input methods, doubts, and a claim lost to another tab."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Watch
from tests.browser.hands import Person
from tests.browser.installation import Installation
from tests.browser.paper import told


@pytest.fixture(scope="module")
def numbers(browser: Browser, installation: Installation) -> Iterator[Iterator[str]]:
    """Receipt numbers of sheets that wait to be keyed, one for each test."""
    context = browser.new_context()
    reception = Person(context.new_page(), installation.origin)
    reception.sign_in("reception")
    papers = [told(installation.world, "acquisition", f"keys{n}", installation.papers).path for n in range(5)]
    filings = reception.wait_for_filings(reception.upload(*papers), len(papers))
    yield iter([reception.number_of(filing) for filing in filings])
    context.close()


@pytest.fixture
def desk(person: Person, numbers: Iterator[str]) -> Person:
    """keyer2 with a fresh sheet open."""
    person.sign_in("keyer2")
    person.open_task("key", next(numbers))
    person.page.wait_for_selector("#field-input")
    return person


def test_help_opens_everywhere_and_esc_closes_it_first(desk: Person) -> None:
    page = desk.page
    help_list = page.locator("dialog#keys")
    page.keyboard.press("F1")
    expect(help_list).to_be_visible()
    page.keyboard.press("Escape")
    expect(help_list).to_be_hidden()
    expect(page.locator("#field-input")).to_be_focused()  # the desk is still there
    page.keyboard.type("?")
    expect(help_list).to_be_hidden()  # in an input a question mark is text
    page.keyboard.press("Escape")
    page.wait_for_url("**/desk")
    page.locator("#main").focus()
    page.keyboard.press("?")
    expect(help_list).to_be_visible()


def test_esc_gives_back_the_task_and_keeps_the_typing(desk: Person) -> None:
    page = desk.page
    first = desk.open_field()
    page.keyboard.type("9081119")
    page.keyboard.press("Enter")
    second = desk.open_field()
    page.keyboard.insert_text("01-ケイ")
    number = page.locator(".side-head .value").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_url("**/desk")
    desk.open_task("key", number)
    page.wait_for_selector("#field-input")
    assert desk.open_field() == second
    expect(page.locator("#field-input")).to_have_value("01-ケイ")
    expect(page.locator(f'[data-field="{first}"] .value').first).to_have_text("9081119")


def test_enter_that_confirms_a_conversion_accepts_nothing(desk: Person) -> None:
    page = desk.page
    field = desk.open_field()
    chromium = page.context.new_cdp_session(page)
    chromium.send("Input.imeSetComposition", {"text": "にほん", "selectionStart": 3, "selectionEnd": 3})
    composing = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 229}  # what an input method reports
    chromium.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **composing})
    chromium.send("Input.dispatchKeyEvent", {"type": "keyUp", **composing})
    assert desk.open_field() == field
    chromium.send("Input.insertText", {"text": "日本"})
    expect(page.locator("#field-input")).to_have_value("日本")
    assert desk.open_field() == field


def test_an_odd_value_is_doubted_once_and_then_taken(desk: Person) -> None:
    page = desk.page
    field = desk.open_field()
    page.keyboard.type("12")
    page.keyboard.press("Enter")
    assert desk.open_field() == field
    expect(page.locator("#field-hint")).to_have_class("hint needs")
    page.keyboard.press("Enter")
    assert desk.open_field() != field


def test_a_claim_taken_in_another_tab_is_told_at_once(desk: Person, watch: Watch) -> None:
    watch.expected = (409, 410, 423)
    number = desk.page.locator(".side-head .value").inner_text()
    other = Person(desk.page.context.new_page(), desk.origin)
    other.open_task("key", number)
    other.page.wait_for_selector("#field-input")
    desk.page.keyboard.type("9081119")
    desk.page.keyboard.press("Enter")  # the draft cannot be kept any more
    status = desk.page.locator("#status")
    expect(status).to_have_class("blocks", timeout=10_000)
    expect(status).not_to_be_empty()
