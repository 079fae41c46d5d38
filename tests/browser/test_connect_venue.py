"""An account is connected to its venue in the browser, trades there with real money, and is disconnected."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import ExitStack
from typing import NamedTuple
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from tests.browser.conftest import DESK, WAIT_MS, joined, prefer, sign_in
from tests.browser.test_desk import AXE, VIOLATIONS, open_rows, place
from tests.e2e.test_trading_at_a_venue import KEY, SECRET, Binance, Exchange, exchange, trading_at
from tests.support.server import OWNER_PASSWORD, Server, free_port, open_directory

pytestmark = pytest.mark.browser
PHONE = {"width": 390, "height": 844}


class Book(NamedTuple):
    """A server on the live market of a simulated Binance."""

    server: Server
    venue: Exchange

    def free_the_key(self) -> None:
        """One key, one account: the next test connects another one by it."""
        client = self.server.login()
        for each in client.get("/v1/accounts", params={"limit": 100})["items"]:
            path = f"/v1/accounts/{each['account_id']}/venue-credential"
            assert client.http.delete(path).status_code in (204, 404)


@pytest.fixture(scope="module")
def running() -> Iterator[Book]:
    port = free_port()
    with ExitStack() as stack:
        directory = stack.enter_context(open_directory())
        venue = stack.enter_context(exchange(Binance, port))
        yield Book(stack.enter_context(trading_at(venue, directory)), venue)


@pytest.fixture
def book(running: Book) -> Iterator[Book]:
    """Where the key is nobody's yet."""
    yield running
    running.free_the_key()


def opened(
    browser: Browser,
    server: Server,
    path: str = "/connect",
    *,
    size: dict[str, int] = DESK,
    theme: str = "dark",
    **who: str,
) -> Page:
    """A page of its own, signed in."""
    context = browser.new_context(
        viewport=size,  # type: ignore[arg-type]  # a plain dict is one
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    prefer(page, theme=theme, hasSeenTour=True)
    sign_in(page, server, path, **who)
    return page


def choose_venue(page: Page, name: str) -> None:
    page.get_by_label("Name of the account").fill(name)
    page.get_by_label("Default").check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="Make a key at Binance")).to_be_visible()


def paste(page: Page, secret: str = SECRET) -> None:
    page.get_by_label("API key", exact=True).fill(KEY)
    page.get_by_label("Secret key", exact=True).fill(secret)
    page.get_by_role("button", name="Connect", exact=True).click()


def stage(page: Page) -> Locator:
    return page.get_by_role("list", name="Where the account stands").locator("[aria-current=step]")


def is_accessible(page: Page) -> None:
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_account_is_connected_trades_with_real_money_and_is_disconnected(
    browser: Browser, book: Book
) -> None:
    name = f"Binance {uuid4().hex[:4]}"
    page = opened(browser, book.server)
    choose_venue(page, name)
    expect(page.get_by_text("Leave clear: Enable Withdrawals")).to_be_visible()
    page.get_by_role("button", name="I have the key").click()

    paste(page, secret="another secret")
    secret = page.get_by_label("Secret key", exact=True)
    expect(secret).to_have_attribute("aria-invalid", "true")
    expect(page.get_by_role("alert").first).to_contain_text("-1022")
    paste(page)
    expect(stage(page)).to_contain_text("Trading", timeout=2 * WAIT_MS)
    expect(page.get_by_role("list", name="What the key may do")).to_contain_text("Cannot withdraw")
    expect(page.get_by_role("row", name="USDT")).to_contain_text("100\u2009000")
    stored = page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
    assert KEY not in stored
    assert SECRET not in stored + page.content()

    page.get_by_role("link", name="Trade with it").click()
    expect(page.get_by_role("banner").get_by_role("button", name="live")).to_contain_text(name)
    place(page, Quantity="0.01", Price="60000")
    asked = page.get_by_role("dialog")
    expect(asked).to_contain_text("Buy with real money")
    expect(asked).to_contain_text(f"Account {name}, at Binance")
    asked.get_by_role("button", name="Buy now").click()
    rows = open_rows(page)
    expect(rows).to_contain_text("accepted")
    [there] = book.venue.ask("GET", "/api/v3/openOrders", symbol="BTCUSDT")
    assert (there["side"], there["status"]) == ("BUY", "NEW")
    rows.get_by_role("button", name="Cancel").click()
    expect(rows).to_have_count(0)
    assert book.venue.ask("GET", "/api/v3/openOrders", symbol="BTCUSDT") == []

    page.goto(f"{book.server.url}/settings/accounts")
    page.get_by_role("link", name=f"Trading of {name}").click()
    page.get_by_role("button", name="Replace the key").click()
    page.get_by_role("button", name="Keep the key that is there").click()
    page.get_by_role("button", name="Replace the key").click()
    page.get_by_role("button", name="I have the key").click()
    expect(page.get_by_label("Secret key", exact=True)).to_have_value("")
    paste(page)
    expect(stage(page)).to_contain_text("Trading", timeout=2 * WAIT_MS)

    page.get_by_role("button", name="Disconnect").click()
    asked = page.get_by_role("dialog")
    asked.get_by_role("textbox").fill(name)
    asked.get_by_role("button", name="Disconnect it").click()
    expect(page.get_by_role("heading", name="Make a key at Binance")).to_be_visible()
    page.goto(f"{book.server.url}/settings/venues")
    expect(page.get_by_text("No account of yours is connected here.")).to_be_visible()
    page.context.close()
    assert SECRET not in book.server.log.read_text()


def test_a_key_that_can_withdraw_is_refused_with_what_to_do(browser: Browser) -> None:
    port = free_port()
    with (
        open_directory() as directory,
        exchange(Binance, port, "--can-withdraw") as venue,
        trading_at(venue, directory) as server,
    ):
        page = opened(browser, server)
        choose_venue(page, "Too much")
        page.get_by_role("button", name="I have the key").click()
        paste(page)
        expect(page.get_by_label("API key", exact=True)).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_role("alert").first).to_contain_text("clear Enable Withdrawals")
        page.goto(f"{server.url}/")
        expect(page.get_by_text("Too much is not connected")).to_be_visible()
        page.get_by_role("link", name="Connect it").click()
        page.get_by_role("button", name="I have the key").click()
        expect(page.get_by_label("API key", exact=True)).to_have_value("")
        page.context.close()


def test_an_owner_says_what_the_venue_does_not_and_a_venue_that_is_away_keeps_nothing(
    browser: Browser, book: Book
) -> None:
    page = opened(browser, book.server)
    choose_venue(page, f"Asked {uuid4().hex[:4]}")
    page.get_by_role("button", name="I have the key").click()
    said: list[str | None] = []

    def refuse(route: Route) -> None:
        said.append(json.loads(route.request.post_data or "{}").get("confirmed_by_owner"))
        code, status = ("withdrawal_unknown", 422) if len(said) == 1 else ("venue_away", 503)
        problem = {"code": code, "status": status, "title": "", "detail": f"The venue says: {code}."}
        route.fulfill(status=status, json=problem, content_type="application/problem+json")

    page.route("**/venue-credential", lambda route: refuse(route) if is_post(route) else route.continue_())
    paste(page)
    sentence = "I looked: withdrawals are not enabled for this key."
    page.get_by_label("What you looked at").fill(sentence)
    page.get_by_role("button", name="Connect", exact=True).click()
    expect(page.get_by_text("The venue says: venue_away.")).to_be_visible()
    expect(page.get_by_text("Nothing was kept.")).to_be_visible()
    assert said == [None, sentence]
    page.context.close()


def test_a_trade_by_hand_at_the_venue_is_told_where_attention_is_asked_for(
    browser: Browser, book: Book
) -> None:
    name = f"By hand {uuid4().hex[:4]}"
    page = opened(browser, book.server)
    choose_venue(page, name)
    page.get_by_role("button", name="I have the key").click()
    paste(page)
    expect(stage(page)).to_contain_text("Trading", timeout=2 * WAIT_MS)
    book.venue.ask("POST", "/api/v3/order", symbol="BTCUSDT", side="BUY", type="MARKET", quantity="0.01")
    page.goto(f"{book.server.url}/")
    # In one trade or in several, as the book there stands.
    fits_no_order = re.compile(rf"{name}: (a trade|\d+ trades) at the venue fits? no order of this book")
    told = page.get_by_role("listitem").filter(has_text=fits_no_order)
    expect(told).to_contain_text(" traded at ", timeout=3 * WAIT_MS)
    told.get_by_role("link").click()
    expect(page.get_by_role("heading", name="Reconciliation")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("A trade that fits no order of this book")
    page.context.close()


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
def test_every_step_can_be_used_by_everybody(
    browser: Browser, book: Book, size: dict[str, int], theme: str
) -> None:
    page = opened(browser, book.server, size=size, theme=theme)
    expect(page.get_by_label("Name of the account")).to_be_visible()
    is_accessible(page)
    choose_venue(page, f"Everybody {uuid4().hex[:4]}")
    is_accessible(page)
    page.get_by_role("button", name="I have the key").click()
    paste(page, secret="another secret")
    expect(page.get_by_role("alert").first).to_be_visible()
    is_accessible(page)
    paste(page)
    expect(stage(page)).to_contain_text("Trading", timeout=2 * WAIT_MS)
    is_accessible(page)
    page.get_by_role("button", name="Disconnect").click()
    is_accessible(page)
    page.goto(f"{book.server.url}/settings/venues")
    expect(page.get_by_role("list", name="Connections").first).to_contain_text("Open")
    is_accessible(page)
    page.context.close()


def test_somebody_who_may_not_connect_learns_who_may(browser: Browser, book: Book) -> None:
    email = joined(book.server.login(), "trader")
    page = opened(browser, book.server, email=email, password=OWNER_PASSWORD)
    expect(page.get_by_text("Connections to venues need the scope “admin”")).to_be_visible()
    page.context.close()


def test_without_a_real_market_the_page_says_how_to_get_one(browser: Browser, server: Server) -> None:
    page = opened(browser, server)
    expect(page.get_by_text("tradebook up --market live")).to_be_visible()
    page.context.close()


def is_post(route: Route) -> bool:
    return route.request.method == "POST"
