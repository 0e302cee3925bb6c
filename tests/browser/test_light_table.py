"""The light-table of a batch by keyboard: choose a page, move it, say what it is."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.hands import Person
from tests.browser.installation import Installation
from tests.browser.paper import page, told

# The card's picture is another one than before, and whole.
TURNED = """before => { const image = document.querySelector('.page-card[data-state=unregistered] img');
  return image?.complete && image.naturalWidth > 0 && image.naturalWidth !== before; }"""


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


def test_a_page_is_turned_and_its_sheet_placed_by_hand(person: Person, installation: Installation) -> None:
    loose = told(installation.world, "acquisition", "placed", installation.papers, status="unregistered")
    person.sign_in("reception")
    batch = person.upload(loose.path)
    card = person.page.locator('.page-card[data-state="unregistered"]')
    expect(card).to_have_count(1, timeout=60_000)
    before = card.locator("img").evaluate("async image => { await image.decode(); return image.naturalWidth; }")
    press(person, 0, "r")
    person.page.wait_for_function(TURNED, arg=before, timeout=60_000)
    assert card.locator("img").evaluate("image => image.naturalWidth > image.naturalHeight")

    press(person, 0, "p")
    person.page.wait_for_url(f"**/intake/{batch}/place/*")
    expect(person.page.locator("#corners")).to_be_focused()
    for key in ("ArrowLeft", "Shift+ArrowUp", "Space", "Space", "Backspace", "Space", "Space", "Space"):
        expect(person.page.locator("#send")).to_be_disabled()
        person.page.keyboard.press(key)
    expect(person.page.locator("#send")).to_be_focused()
    assert person.page.locator("[data-corner] span").all_inner_texts() == ["✓"] * 4
    person.page.keyboard.press("Enter")
    person.page.wait_for_url(f"**/intake/{batch}")
    (filing,) = person.wait_for_filings(batch)
    assert person.carry_through_input(filing, loose.truth, loose.struck) == 0


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
