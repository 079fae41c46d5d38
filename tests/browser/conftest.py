"""A server, and Debian's Chromium to look at it with."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright
from tests.support.server import OWNER_EMAIL, OWNER_PASSWORD, Client, Server, open_directory

WAIT_MS = 30_000
DESK = {"width": 1440, "height": 900}
SENDS_BUY = re.compile("^Buy( |$)")
"""The button of the ticket, which says what is bought as soon as that is known."""

expect.set_options(timeout=WAIT_MS)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    assert executable, "run deploy/ensure-chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with open_directory() as directory:
        running = Server(directory / "data", "--market", "simulated").start()
        yield running
        assert running.stop() == 0


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    return server.login()


@pytest.fixture(scope="module")
def account_id(client: Client) -> str:
    return client.open_account(deposits={"USDT": "100000"})


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]  # a plain dict is one
    context.set_default_timeout(WAIT_MS)
    page = context.new_page()
    write_numbers_plainly(page)
    yield page
    context.close()


@pytest.fixture
def desk(page: Page, server: Server, account_id: str) -> Page:
    """The desk of an account with money, signed in."""
    assert account_id
    sign_in(page, server)
    return page


def hears(page: Page) -> Page:
    """Once what tells of orders and accounts is there too: it is loaded after the page itself."""
    page.keyboard.press("Control+k")
    search = page.get_by_role("combobox", name="Search or do")
    search.fill("cancel all")
    expect(page.get_by_role("option", name="Cancel all open orders")).to_be_visible()
    page.keyboard.press("Escape")
    expect(search).to_have_count(0)
    return page


def joined(client: Client, role: str, *parties: str) -> str:
    """Somebody new with this role, who sees these parties besides their own; returns their email address.

    Their password is the owner's.
    """
    email = f"{role}-{uuid4().hex[:8]}@example.com"
    link = client.post("/v1/members", {"email": email, "role": role, "parties": parties})["path"]
    token = link.partition("token=")[2]
    client.post("/v1/auth/join", {"token": token, "name": f"A {role}", "password": OWNER_PASSWORD})
    return email


def figure_of(text: str) -> Decimal:
    """The figure that a person reads."""
    return Decimal(re.sub(r"[^0-9.−-]", "", text).replace("−", "-"))


def write_numbers_plainly(page: Page) -> None:
    """Figures do not depend on the language of the browser: thin spaces, and a point before decimals."""
    stored = json.dumps({"state": {"numbers": "space-point"}, "version": 1})
    page.add_init_script(
        f"localStorage.getItem('tradebook.preferences') ?? "
        f"localStorage.setItem('tradebook.preferences', {json.dumps(stored)})"
    )


def prefer(page: Page, **preferences: object) -> None:
    """Give the page's preferences before it is opened."""
    stored = json.dumps({"state": {"numbers": "space-point", **preferences}, "version": 1})
    page.add_init_script(f"localStorage.setItem('tradebook.preferences', {json.dumps(stored)})")


def sign_in(
    page: Page,
    server: Server,
    path: str = "/trade",
    *,
    email: str = OWNER_EMAIL,
    password: str = OWNER_PASSWORD,
) -> None:
    """Through the door, as a person does it; it leads to the page that was asked for."""
    page.goto(f"{server.url}{path}")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("status")).to_have_text("live")
