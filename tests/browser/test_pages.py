"""Every page in both languages: its structure, its words, and that the keyboard reaches everything."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext

from tests.browser.conftest import Watch
from tests.browser.hands import Person
from tests.browser.installation import Installation, post
from tests.browser.paper import page, payload, told

AUDIT = (Path(__file__).parent / "audit.js").read_text(encoding="utf-8").partition("\n")[2]
TABBABLE = """() => [...document.querySelectorAll(
    'a[href], button:not([disabled]), input:not([type=hidden]), select, textarea, summary, [tabindex="0"]')]
  .filter(e => e.checkVisibility({visibilityProperty: true}) && e.tabIndex >= 0 && !e.closest('dialog:not([open])'))
  .map((e, at) => { e.dataset.reach = at; return `${at} ${e.outerHTML.slice(0, 80)}`; })"""
MOST_TABS = 200


@dataclass(frozen=True)
class Cases:
    """Work in every state that a page can show."""

    filing: str  # e-filed, in review
    number: str
    batch: str  # a form that waits to be keyed, an attachment, a page that could not be registered, a refused file
    keyed: str


@pytest.fixture(scope="module")
def cases(installation: Installation, browser_profile: BrowserContext) -> Cases:
    """One filing for review, one for the desk, one batch that needs a person."""
    one = told(installation.world, "dependants", "pages-json", installation.papers)
    body = json.dumps(payload(one, installation.world.as_of.isoformat())).encode()
    _, filed = post(installation.origin, "/api/v1/filings", installation.token, body)
    text = installation.papers / "letter.pdf"
    text.write_text("not a PDF")
    two = told(installation.world, "acquisition", "pages", installation.papers)
    reception = Person(browser_profile.new_page(), installation.origin)
    reception.sign_in("reception")
    pages = [page(state, installation.papers) for state in ("attachment", "unregistered", "blank")]
    batch = reception.upload(two.path, *pages, text, sender="株式会社とても長い名前の試験用事業所東日本統括本部人事部")
    (keyed, *_) = reception.wait_for_filings(batch)
    reception.wait_for_state(filed["id"], "reviewing")
    return Cases(filed["id"], filed["number"], batch, keyed)


@pytest.fixture(scope="module")
def browser_profile(browser: object) -> Iterator[BrowserContext]:
    """A profile for what the tests of this module share."""
    made = browser.new_context(viewport={"width": 1440, "height": 900})  # type: ignore[attr-defined]
    yield made
    made.close()


def sound(person: Person, place: str) -> list[str]:
    """What is wrong with the open page, each with its place."""
    return [f"{place}: {wrong}" for wrong in person.page.evaluate(AUDIT)]


def unreached(person: Person, place: str) -> list[str]:
    """What Tab does not reach from the top of the page."""
    wanted = person.page.evaluate(TABBABLE)
    person.page.evaluate("() => { document.activeElement?.blur(); document.querySelector('.skip').focus(); }")
    reached = set()
    for _ in range(min(MOST_TABS, len(wanted) + 8)):
        reached.add(person.page.evaluate("() => document.activeElement?.dataset.reach ?? ''"))
        person.page.keyboard.press("Tab")
    return [f"{place}: Tab misses {what}" for what in wanted if what.split()[0] not in reached]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_of_reception(person: Person, cases: Cases, watch: Watch, language: str) -> None:
    watch.expected = (404,)
    person.sign_in("reception")
    person.speak(language)
    wrong = []
    for path in ("/", "/intake", f"/intake/{cases.batch}", "/nowhere"):
        person.open(path)
        person.page.wait_for_timeout(300)
        wrong += sound(person, path) + unreached(person, path)
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_of_the_desk(person: Person, cases: Cases, language: str) -> None:
    person.sign_in("keyer3")
    person.speak(language)
    person.open("/desk")
    wrong = sound(person, "/desk") + unreached(person, "/desk")
    person.open_task("key", person.number_of(cases.keyed))
    person.page.wait_for_selector("#field-input")
    wrong += sound(person, "key")
    person.page.keyboard.press("F1")
    wrong += sound(person, "help")
    person.page.keyboard.press("Escape")
    person.page.keyboard.press("Escape")
    person.page.wait_for_url("**/desk")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_pages_of_deciding(person: Person, cases: Cases, language: str) -> None:
    person.sign_in("reviewer")
    person.speak(language)
    wrong = []
    for path in ("/", "/decisions", "/filings", f"/filings/{cases.filing}", "/register"):
        person.open(path)
        wrong += sound(person, path) + unreached(person, path)
    person.page.fill('input[name="q"]', "佐藤")
    person.page.fill('input[name="purpose"]', "照会")
    with person.page.expect_navigation():
        person.page.keyboard.press("Enter")
    wrong += sound(person, "search")
    if person.page.locator("tr[data-href]").count():
        with person.page.expect_navigation():
            person.page.locator("tr[data-href] a").first.press("Enter")
        wrong += sound(person, "person") + unreached(person, "person")
    person.open_task("review", cases.number)
    wrong += sound(person, "review") + unreached(person, "review")
    for key in "bro":
        person.page.locator("#main").focus()
        person.page.keyboard.press(key)
        wrong += sound(person, f"dialog {key}")
        person.page.keyboard.press("Escape")
    person.page.keyboard.press("Escape")
    person.page.wait_for_url("**/decisions")
    assert "\n".join(wrong) == ""


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_page_of_placing(person: Person, cases: Cases, language: str) -> None:
    person.sign_in("reception")
    person.speak(language)
    person.open(f"/intake/{cases.batch}")
    person.page.locator('a[href*="/place/"]').first.press("Enter")
    person.page.wait_for_selector("#corners")
    assert "\n".join(sound(person, "place") + unreached(person, "place")) == ""


def test_the_first_page_before_signing_in(person: Person) -> None:
    person.open("/sign-in")
    assert "\n".join(sound(person, "sign-in") + unreached(person, "sign-in")) == ""
