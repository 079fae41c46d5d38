"""Every page, in both themes and on every width: usable by everybody, and with nothing from another host."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.browser.conftest import WAIT_MS, prefer, sign_in
from tests.browser.test_desk import AXE, VIOLATIONS
from tests.support.server import Server, open_directory

pytestmark = pytest.mark.browser
SECTIONS = {
    "profile": "You",
    "sessions": "Where you are signed in",
    "api-keys": "API keys",
    "appearance": "Appearance",
    "keyboard": "Everywhere",
    "accounts": "Accounts",
    "venues": "Paper",
    "members": "What the roles are",
    "parties": "Parties",
    "system": "Parts",
}
HEADINGS = {
    "/": "Needs attention",
    "/risk": "Limits",
    "/journal": "Journal",
    "/connect": "Connect an account",
    "/welcome": "How would you like to begin?",
    **{f"/settings/{section}": heading for section, heading in SECTIONS.items()},
}


@pytest.fixture(scope="module")
def demo() -> Iterator[Server]:
    with open_directory() as directory:
        running = Server(directory / "data", "--demo").start()
        yield running
        assert running.stop() == 0


def opened(browser: Browser, server: Server, width: int, theme: str) -> Page:
    context = browser.new_context(
        viewport={"width": width, "height": 900}, reduced_motion="reduce", bypass_csp=True
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    prefer(page, theme=theme, hasSeenTour=True)
    sign_in(page, server, "/")
    return page


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [360, 768, 1440, 2560])
def test_every_page_can_be_used_by_everybody(browser: Browser, demo: Server, width: int, theme: str) -> None:
    page = opened(browser, demo, width, theme)
    asked: set[str] = set()
    page.on("request", lambda request: asked.add(request.url))
    for path, heading in HEADINGS.items():
        page.goto(f"{demo.url}{path}")
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        page.add_script_tag(path=AXE)
        assert page.evaluate(VIOLATIONS) == [], path
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    assert {url for url in asked if not url.startswith((demo.url, "data:", "blob:"))} == set()
    page.context.close()
