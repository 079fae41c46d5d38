"""A person finds out in the browser what differs from the venue, adopts it and explains it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any, NamedTuple

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.conftest import DESK, WAIT_MS, joined
from tests.browser.test_connect_venue import PHONE, is_accessible, opened
from tests.e2e.test_trading_at_a_venue import Binance, Exchange, connected, exchange, trading_at
from tests.support.server import Client, Server, free_port, open_directory

pytestmark = pytest.mark.browser
COMPARED_WITHIN_MS = 100_000


class Book(NamedTuple):
    """A server with an account at a simulated Binance, on which somebody trades by hand."""

    server: Server
    venue: Exchange
    client: Client
    account_id: str

    @property
    def path(self) -> str:
        return f"/reconciliation/{self.account_id}"

    def by_hand(self, **terms: str) -> Any:
        return self.venue.ask("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", **terms)


@pytest.fixture(scope="module")
def book() -> Iterator[Book]:
    port = free_port()
    with ExitStack() as stack:
        directory = stack.enter_context(open_directory())
        venue = stack.enter_context(exchange(Binance, port))
        server = stack.enter_context(trading_at(venue, directory))
        yield Book(server, venue, *connected(server, venue))


def panel(page: Page, title: str) -> Locator:
    heading = page.get_by_role("heading", name=title, exact=True)
    return page.locator("section").filter(has=heading)


def test_what_somebody_did_at_the_venue_is_seen_adopted_and_explained(browser: Browser, book: Book) -> None:
    page = opened(browser, book.server, "/settings/venues")
    page.get_by_role("link", name="Reconciliation").click()
    expect(panel(page, "Last comparison")).to_contain_text("All of it agrees: 1 asset", timeout=2 * WAIT_MS)
    expect(panel(page, "Waiting for a decision")).to_contain_text("Nothing.")
    is_accessible(page)

    trades = len(book.by_hand(type="MARKET", quantity="0.01")["fills"])  # one for each price that it took
    book.by_hand(type="LIMIT", quantity="0.01", price="20000", timeInForce="GTC")
    waiting = panel(page, "Waiting for a decision")
    balances, orders = 2, 1
    expect(waiting.get_by_role("listitem")).to_have_count(
        trades + balances + orders, timeout=COMPARED_WITHIN_MS
    )
    expect(panel(page, "Last comparison")).to_contain_text("2 of 2 assets differ")
    is_accessible(page)

    waiting.get_by_role("button", name="Adopt: The balance of BTC").click()
    asked = page.get_by_role("dialog")
    expect(asked.get_by_role("alert")).to_contain_text("wait")
    expect(asked.get_by_role("button", name="Adopt", exact=True)).to_be_disabled()
    page.keyboard.press("Escape")

    adopt = waiting.get_by_role("button", name="Adopt: A trade that fits no order of this book")
    for left in reversed(range(trades)):
        adopt.first.focus()
        page.keyboard.press("Enter")
        expect(asked.get_by_role("row")).to_have_count(7)  # base, quote and fee, out of suspense and in
        expect(asked).to_contain_text("suspense")
        is_accessible(page)
        asked.get_by_label("What is known of it").fill("bought on the phone")
        page.keyboard.press("Enter")
        expect(asked).to_have_count(0)
        expect(adopt).to_have_count(left)
    expect(waiting.get_by_role("listitem")).to_have_count(orders)
    expect(panel(page, "Last comparison")).to_contain_text("All of it agrees: 2 assets")

    waiting.get_by_role("button", name="Explain: An order that was not placed here").click()
    asked.get_by_label("What it is").fill("a test by hand")
    is_accessible(page)
    asked.get_by_role("button", name="Keep the explanation").click()
    expect(waiting).to_contain_text("Nothing.")
    closed = panel(page, "What became of others")
    expect(closed).to_contain_text("Adopted by you: “bought on the phone”")
    expect(closed).to_contain_text("Explained by you: “a test by hand”")
    is_accessible(page)
    closed.get_by_role("link", name="Adopted").first.click()
    expect(page.get_by_text("adopted as a trade: “bought on the phone”").first).to_be_visible()
    page.context.close()


def test_the_overview_leads_to_what_waits(browser: Browser, book: Book) -> None:
    book.by_hand(type="MARKET", quantity="0.02")
    page = opened(browser, book.server, "/", size=PHONE, theme="light")
    page.get_by_role("link", name="Adopt or explain").first.click(timeout=COMPARED_WITHIN_MS)
    expect(page).to_have_url(f"{book.server.url}{book.path}")
    expect(panel(page, "Waiting for a decision")).to_contain_text("A trade that fits no order")
    is_accessible(page)
    page.context.close()


def test_who_may_only_look_sees_it_and_decides_nothing(browser: Browser, book: Book) -> None:
    parties = {each["party_id"] for each in book.client.get("/v1/accounts")["items"]}
    viewer = joined(book.client, "viewer", *parties)
    page = opened(browser, book.server, book.path, size=DESK, email=viewer)
    waiting = panel(page, "Waiting for a decision")
    expect(waiting).to_contain_text("A trade that fits no order")
    expect(waiting).to_contain_text("Deciding needs the scope “manage”.")
    expect(waiting.get_by_role("button")).to_have_count(0)
    page.context.close()


def test_an_account_that_is_not_there_and_a_server_that_is_not_are_told(browser: Browser, book: Book) -> None:
    page = opened(browser, book.server, "/reconciliation/nobody")
    expect(page.get_by_text("There is no such account")).to_be_visible()
    page.route("**/v1/accounts/*/differences*", lambda route: route.abort())
    page.goto(f"{book.server.url}{book.path}")
    expect(page.get_by_text("The server did not answer.").first).to_be_visible(timeout=2 * WAIT_MS)
    expect(page.get_by_role("button", name="Try again").first).to_be_visible()
    page.context.close()
