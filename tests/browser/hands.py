"""What a person does at the pages, by keyboard where the pages promise it: sign in, upload, key, settle, decide."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page, expect

PASSWORD = "todoke-training"
Values = Mapping[str, str | None]
PATIENCE_S = 120.0  # for the real engine on a busy machine


@dataclass
class Person:
    """A browser page, signed in at `origin` as one account after another."""

    page: Page
    origin: str

    def open(self, path: str) -> None:
        """Go to a page of ours."""
        self.page.goto(self.origin + path, wait_until="load")

    def sign_in(self, login: str) -> None:
        """Type login and password and press Enter."""
        self.page.context.clear_cookies()
        self.open("/sign-in")
        expect(self.page.locator('input[name="login"]')).to_be_focused()
        self.page.keyboard.type(login)
        self.page.keyboard.press("Tab")
        self.page.keyboard.type(PASSWORD)
        self.page.keyboard.press("Enter")
        expect(self.page).to_have_url(f"{self.origin}/")

    def speak(self, language: str) -> None:
        """Switch the account's language unless it is the page's already."""
        if self.page.locator("html").get_attribute("lang") != language:
            self.page.locator('form[action="/language"] button').click()
            expect(self.page.locator("html")).to_have_attribute("lang", language)

    def upload(self, *files: Path, sender: str = "", pieces: int | None = None) -> str:
        """Send files as one batch and close it; gives the batch's id."""
        self.open("/intake")
        if sender:
            self.page.fill('input[name="sender"]', sender)
        if pieces:
            self.page.fill('input[name="declared_pieces"]', str(pieces))
        self.page.set_input_files("#files", [str(file) for file in files])
        self.page.click("#start")
        self.page.wait_for_url(re.compile(r"/intake/[^/]+$"), timeout=60_000)
        return self.page.url.rsplit("/", 1)[1]

    def wait_for_filings(self, batch: str, count: int = 1, state: str = "keying") -> list[str]:
        """Until that many filings of the batch are in the state; gives the ids of the batch's filings in order."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            progress = self.page.request.get(f"{self.origin}/api/v1/batches/{batch}/progress").json()
            if progress["filings"].get(state, 0) >= count:
                seen = self.page.request.get(f"{self.origin}/api/v1/batches/{batch}").json()
                return [sheet["filing"] for page in seen["pages"] for sheet in page["sheets"] if sheet["filing"]]
            time.sleep(0.3)
        raise AssertionError(f"no {count} filings in {state}: {progress}")

    def open_field(self) -> str:
        """The id of the field that is open on the desk, '' when the hand-in button has the focus."""
        return str(
            self.page.evaluate(
                """() => document.activeElement?.id === 'finish' ? ''
                   : document.querySelector('.field.open')?.dataset.field ?? '?'"""
            )
        )

    def take(self, step: str) -> None:
        """Claim the next task of the step from its list."""
        place = "desk" if step in {"key", "adjudicate"} else "decisions"
        self.open(f"/{place}")
        self.page.locator(f'form[action="/{place}/next/{step}"] button').press("Enter")
        self.page.wait_for_url(re.compile(rf"/{place}/tasks/"))

    def type_value(self, value: str) -> None:
        """ASCII by keys, the rest as an input method commits it."""
        if value.isascii():
            self.page.keyboard.type(value)
        elif value:
            self.page.keyboard.insert_text(value)

    def key(self, truth: Values, struck: frozenset[str] = frozenset()) -> None:
        """Key a whole sheet as it stands on paper, by keyboard alone, and hand it in."""
        page = self.page
        page.wait_for_selector("#field-input")
        blank = {_block(name) for name in truth} - {_block(name) for name, value in truth.items() if value != ""}
        while field := self.open_field():
            value = truth[field]
            if _block(field) in blank:
                page.keyboard.press("Control+Shift+B")
            elif value is None:
                page.keyboard.press("Control+U")
            else:
                self.type_value(value)
                if field in struck:
                    page.keyboard.press("Control+K")
                page.keyboard.press("Enter")
                if self.open_field() == field:  # the desk doubts: the paper says so
                    page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"/desk\?done="))

    def settle(self, truth: Values) -> int:
        """Settle every difference by the truth: the number key of the value, or typing it. Gives how many."""
        page = self.page
        page.wait_for_selector(".candidate")
        total = int(page.locator("#count").inner_text().split("/")[1])
        for _ in range(total):
            field = page.locator(".field.open").get_attribute("data-field") or ""
            shown = page.locator(".candidate").evaluate_all("all => all.map(one => one.dataset.value)")
            values = [json.loads(value) for value in shown]
            if truth[field] in values:
                page.keyboard.press(str(values.index(truth[field]) + 1))
            elif truth[field] is None:
                page.keyboard.press("Control+U")
            else:
                page.keyboard.press("F2")
                self.type_value(truth[field] or "")
                page.keyboard.press("Enter")
        page.locator("#finish").press("Enter")
        page.wait_for_url(re.compile(r"/desk\?done="))
        return total

    def identify(self) -> None:
        """On the decision page: say of each open person that it is the first candidate, or new where there is none."""
        button = self.page.locator('.subject:has(.mark.needs) form[action$="/link"] button').first
        while button.count():
            with self.page.expect_navigation():
                button.press("Enter")

    def decide(self) -> None:
        """Pass on or approve what is open, by keyboard."""
        self.page.locator("#main").focus()
        self.page.keyboard.press("a")
        expect(self.page.locator("dialog[open]")).to_be_visible()
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_url(re.compile(r"/decisions$"))

    def wait_for_state(self, filing: str, *states: str) -> str:
        """Until the filing is in one of the states; gives it."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            listed = self.page.request.get(f"{self.origin}/api/v1/filings?limit=200").json()["items"]
            state = next((item["state"] for item in listed if item["id"] == filing), "unknown")
            if state in states:
                return str(state)
            time.sleep(0.3)
        raise AssertionError(f"filing is {state}, not {' or '.join(states)}")

    def open_task(self, step: str, filing_number: str) -> None:
        """Open the task of one filing from its list."""
        place = "desk" if step in {"key", "adjudicate"} else "decisions"
        self.open(f"/{place}")
        self.page.locator("tr", has_text=filing_number).locator('form[action*="/open/"] button').press("Enter")
        self.page.wait_for_url(re.compile(rf"/{place}/tasks/"))

    def number_of(self, filing: str) -> str:
        """The receipt number of a filing."""
        listed = self.page.request.get(f"{self.origin}/api/v1/filings?limit=200").json()["items"]
        return str(next(item["number"] for item in listed if item["id"] == filing))

    def carry_through_input(self, filing: str, truth: Values, struck: frozenset[str] = frozenset()) -> int:
        """keyer1 keys the sheet; whatever the readings leave open, keyer2 and keyer3 key or settle. Gives how much."""
        self.sign_in("keyer1")
        self.open_task("key", self.number_of(filing))
        self.key(truth, struck)
        settled = 0
        for login in ("keyer2", "keyer3"):
            self.sign_in(login)
            step = self._next_step(filing)
            if step is None:
                break
            self.open_task(step, self.number_of(filing))
            if step == "key":  # the machine stood by nothing: two persons key
                self.key(truth, struck)
            else:
                settled += self.settle(truth)
        self.wait_for_state(filing, "reviewing")
        return settled

    def _next_step(self, filing: str) -> str | None:
        """The step of the filing that waits for this person; None once the input side is done with it."""
        end = time.monotonic() + PATIENCE_S
        while time.monotonic() < end:
            waiting = self.page.request.get(f"{self.origin}/api/v1/tasks").json()["items"]
            for task in waiting:
                if task["filing_id"] == filing:
                    return str(task["step"])
            listed = self.page.request.get(f"{self.origin}/api/v1/filings?limit=200").json()["items"]
            if any(item["id"] == filing and item["state"] == "reviewing" for item in listed):
                return None
            time.sleep(0.3)
        raise AssertionError("the filing never left the desk")


def _block(field: str) -> str:
    return field.rsplit(".", 1)[0]
