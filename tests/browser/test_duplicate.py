"""A filing pushed as JSON and the same one on paper meet on the decision page."""

from __future__ import annotations

import json

from playwright.sync_api import expect

from tests.browser.hands import Person
from tests.browser.installation import Installation, post
from tests.browser.paper import payload, told


def test_the_same_filing_by_api_and_on_paper_meet_as_duplicates(person: Person, installation: Installation) -> None:
    paper = told(installation.world, "acquisition", "twice", installation.papers)
    body = json.dumps(payload(paper, installation.world.as_of.isoformat())).encode()
    status, pushed = post(installation.origin, "/api/v1/filings", installation.token, body)
    assert status == 201

    person.sign_in("reception")
    (filing,) = person.wait_for_filings(person.upload(paper.path))
    person.carry_through_input(filing, paper.truth, paper.struck)

    person.sign_in("reviewer")
    person.open_task("review", person.number_of(filing))
    found = person.page.locator(".duplicate", has_text=pushed["number"])
    expect(found).to_be_visible()
    expect(person.page.locator('[data-open="pass"]')).to_be_disabled()  # nobody passes it on undecided
    with person.page.expect_navigation():
        found.locator('button[name="same"][value="1"]').press("Enter")
    expect(person.page.locator(".duplicate .settled")).to_be_visible()

    person.open_task("review", pushed["number"])
    expect(person.page.locator("#stage")).to_have_count(0)  # filed as data: no picture
    expect(person.page.locator(".duplicate", has_text=person.number_of(filing))).to_be_visible()
