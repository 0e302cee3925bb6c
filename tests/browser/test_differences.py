"""Where machine and person disagree a third decides; a person the machine overlooked is caught by the key."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.hands import Person
from tests.browser.installation import Installation
from tests.browser.paper import told


def test_a_third_person_settles_what_machine_and_keyer_read_differently(
    person: Person, installation: Installation
) -> None:
    wrong: dict[str, str | None] = {"entries[0].wage_cash": "999999", "header.owner": "別人太郎"}
    paper = told(installation.world, "acquisition", "differ", installation.papers, wrong)
    person.sign_in("reception")
    (filing,) = person.wait_for_filings(person.upload(paper.path))

    person.sign_in("keyer1")
    person.open_task("key", person.number_of(filing))
    body = person.page.content()
    assert "999999" not in body
    assert "別人太郎" not in body  # blind: the page of the key carries no machine value
    person.key(paper.truth, paper.struck)
    person.wait_for_state(filing, "adjudicating")
    person.open("/desk")
    expect(person.page.locator("main")).not_to_contain_text(person.number_of(filing))  # nobody settles the own reading

    person.sign_in("keyer2")
    person.open_task("adjudicate", person.number_of(filing))
    first = [person.page.locator(".candidate").nth(at).inner_text() for at in range(2)]
    assert any("別人太郎" in text for text in first)
    assert person.settle(paper.truth) == len(wrong)
    person.wait_for_state(filing, "reviewing")

    person.sign_in("reviewer")
    person.open_task("review", person.number_of(filing))
    row = person.page.locator('#values tr[data-field="header.owner"]')
    expect(row).to_contain_text("入力 二葉")  # who settled it
    expect(row.locator("td.value")).to_have_text(paper.filled["header.owner"])
    assert row.get_attribute("data-rank") in {"0", "1"}  # what was settled is looked at first


def test_a_whole_person_taken_for_blank_is_caught_by_the_key(person: Person, installation: Installation) -> None:
    sheet = told(installation.world, "acquisition", "second", installation.papers, entries=2)
    second = {name: "" for name in sheet.truth if name.startswith("entries[1].")}
    paper = told(installation.world, "acquisition", "second", installation.papers, {**second}, entries=2)
    person.sign_in("reception")
    (filing,) = person.wait_for_filings(person.upload(paper.path))
    expected = sum(1 for name in paper.filled if name.startswith("entries[1]."))
    assert expected > 5

    assert person.carry_through_input(filing, paper.truth, paper.struck) == expected

    person.sign_in("reviewer")
    person.open_task("review", person.number_of(filing))
    for number in (0, 1):
        name = paper.filled[f"entries[{number}].name_kanji"]
        expect(person.page.locator(".asked", has_text=name)).to_be_visible()
