"""Chromium, a running installation, and a page that watches itself: nothing may go wrong or go out unseen."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, sync_playwright

from tests.browser.hands import Person
from tests.browser.installation import Installation, install

ARGUMENTS = (
    "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
CHROMIUM = next(
    (path for name in ("chromium", "chromium-browser", "google-chrome") if (path := shutil.which(name))), ""
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whatever uses a page is a browser test; without Chromium it is skipped in sight, and under CI it fails."""
    for item in items:
        if Path(str(item.fspath)).parent == Path(__file__).parent and "person" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def playwright() -> Iterator[Playwright]:
    """Playwright's driver."""
    if not CHROMIUM:
        if os.environ.get("CI", "").lower() in {"1", "true"}:
            pytest.fail("Chromium is not installed, and under CI no test is skipped")
        pytest.skip("Chromium is not installed: apt-get install chromium")
    with sync_playwright() as driver:
        yield driver


@pytest.fixture(scope="session")
def browser(playwright: Playwright) -> Iterator[Browser]:
    """One Chromium for all tests."""
    chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=list(ARGUMENTS))
    yield chromium
    chromium.close()


@pytest.fixture(scope="session")
def installation(playwright: Playwright, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A training installation that serves, with one worker."""
    made = install(tmp_path_factory.mktemp("installation"), training=True)
    made.start()
    yield made
    made.stop()


@dataclass
class Watch:
    """What a page did that it should not: errors on its console, requests to elsewhere, answers of 500."""

    origin: str
    wrong: list[str] = field(default_factory=list)
    expected: tuple[int, ...] = ()  # statuses that the test provokes

    def on(self, page: Page) -> None:
        """Listen to a page."""
        page.on("console", self._console)
        page.on("pageerror", lambda error: self.wrong.append(f"script: {error}"))
        page.on("request", self._request)

    def _console(self, message: ConsoleMessage) -> None:
        provoked = any(f"status of {status} " in message.text for status in self.expected)
        if message.type in {"error", "warning"} and not provoked:
            self.wrong.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        where = urlsplit(request.url)
        if where.scheme not in {"data", "blob"} and f"{where.scheme}://{where.netloc}" != self.origin:
            self.wrong.append(f"request to {request.url}")


@pytest.fixture
def watch(installation: Installation) -> Watch:
    """What the page of the test is watched for."""
    return Watch(installation.origin)


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile of its own, at the size of an office screen."""
    made = browser.new_context(viewport={"width": 1440, "height": 900}, locale="ja-JP")
    made.set_default_timeout(20_000)
    yield made
    made.close()


@pytest.fixture
def person(context: BrowserContext, installation: Installation, watch: Watch) -> Iterator[Person]:
    """Someone at a browser; when the test ends, nothing may have gone wrong on the page."""
    page = context.new_page()
    watch.on(page)
    yield Person(page, installation.origin)
    assert watch.wrong == []
