"""The light-table of a batch by keyboard: choose a page, move it, say what it is."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.hands import Person
from tests.browser.installation import Installation
from tests.browser.paper import page, told


def test_pages_are_moved_and_named_by_keys(person: Person, installation: Installation) -> None:
    form = told(installation.world, "acquisition", "table", installation.papers)
    loose = [page(status, installation.papers) for status in ("attachment", "unregistered")]
    person.sign_in("reception")
    batch = person.upload(form.path, *loose)
    person.wait_for_filings(batch)
    person.open(f"/intake/{batch}")
    cards = person.page.locator(".page-card")
    expect(cards).to_have_count(3)
    assert states(person) == ["filed", "attached", "unregistered"]

    press(person, 2, "t")  # what could not be registered is an attachment
    person.page.wait_for_function("() => document.querySelectorAll('.page-card')[2].dataset.state.startsWith('attach')")
    last = cards.nth(2).get_attribute("data-page")
    press(person, 2, "Shift+ArrowLeft")
    person.page.wait_for_function("id => document.querySelectorAll('.page-card')[1].dataset.page === id", arg=last)
    press(person, 1, "n")  # and now nothing at all
    person.page.wait_for_function("() => document.querySelectorAll('.page-card')[1].dataset.state === 'blank'")
    expect(person.page.locator('.keyline [data-act="nothing"]')).to_be_disabled()


def press(person: Person, card: int, key: str) -> None:
    """Go to a card by arrows and press a key."""
    person.page.locator(".page-card").first.focus()
    for _ in range(card):
        person.page.keyboard.press("ArrowRight")
    person.page.keyboard.press(key)


def states(person: Person) -> list[str]:
    """What each card is."""
    return [
        str(state) for state in person.page.locator(".page-card").evaluate_all("all => all.map(c => c.dataset.state)")
    ]
