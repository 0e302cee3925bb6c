"""The main job, end to end, with the real engine: a scan becomes an approved, posted filing with its notice."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect
from sqlalchemy import func, select

from storage.tables import Entry, Filing, Notice, Posting
from tests.browser.hands import Person
from tests.browser.installation import Installation
from tests.browser.paper import scanned

NOTICES = {"acquisition": "標準報酬決定通知書", "dependants": "決定通知書"}


@pytest.mark.engine
@pytest.mark.parametrize("kind", ["acquisition", "dependants"])
def test_a_scan_becomes_a_posted_filing(person: Person, installation: Installation, kind: str) -> None:
    paper = scanned(installation.world, kind, "flow", installation.papers)
    person.sign_in("reception")
    batch = person.upload(paper.path, sender="株式会社試験")
    (filing,) = person.wait_for_filings(batch)
    expect(person.page.locator(".page-card[data-state=filed]")).to_be_visible(timeout=10_000)

    person.carry_through_input(filing, paper.truth, paper.struck)

    person.sign_in("reviewer")
    person.open_task("review", person.number_of(filing))
    assert person.page.locator("#values tr").count() >= len(paper.filled)
    person.identify()
    person.decide()

    person.wait_for_state(filing, "approving")
    person.sign_in("approver")
    person.open_task("approve", person.number_of(filing))
    assert person.page.locator(".change").count() >= 1  # before -> after stands on the page
    person.decide()
    person.wait_for_state(filing, "noticed")

    person.open(f"/filings/{filing}")
    link = person.page.locator('a[href$=".pdf"]')
    expect(link).to_contain_text(NOTICES[kind])
    letter = person.page.request.get(installation.origin + (link.get_attribute("href") or ""))
    assert letter.body().startswith(b"%PDF-")
    assert letter.headers["content-type"] == "application/pdf"
    posted_once(installation, filing, entries=1)


def posted_once(installation: Installation, filing: str, entries: int) -> None:
    """Each entry stands in the register once, and the letter was issued."""
    services = installation.services()
    with services.reading("system:test") as work:
        of_it = (
            select(func.count(Posting.id)).join(Entry, Entry.id == Posting.entry_id).where(Entry.filing_id == filing)
        )
        postings = work.session.scalar(of_it)
        letters = work.session.scalar(
            select(func.count()).where(Notice.filing_id == filing, Notice.issued_at.is_not(None))
        )
        state = work.session.get_one(Filing, filing).state
    services.database.close()
    assert (postings, letters, state) == (entries, 1, "noticed")
