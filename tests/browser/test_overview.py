"""The overview: what the account is worth and why, what happened, and what somebody should look at."""

from __future__ import annotations

import csv
import re
from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.conftest import WAIT_MS, figure_of, joined, prefer, sign_in
from tests.support.server import OWNER_PASSWORD, Client, Server

pytestmark = pytest.mark.browser
CENT = Decimal("0.01")
EXPLAIN = "Explain"


@pytest.fixture
def own_account(client: Client) -> str:
    """An account of this test alone: the newest, so that the page shows it."""
    return client.open_account(deposits={"USDT": "100000"}, name=f"book {uuid4().hex[:6]}")


@pytest.fixture
def overview(page: Page, server: Server, own_account: str) -> Page:
    assert own_account
    prefer(page, hasSeenTour=True)
    sign_in(page, server, "/")
    expect(net_worth(page)).to_have_text("100\u2009000.00")
    return page


def panel(page: Page, title: str) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name=title, exact=True))


def net_worth(page: Page) -> Locator:
    return page.get_by_role("region", name="Net worth").get_by_title(EXPLAIN).first


def today(page: Page) -> Locator:
    return page.get_by_role("region", name="Net worth").locator("[data-figure$=':day_pnl']")


def activity(page: Page) -> Locator:
    return panel(page, "Recent activity").get_by_role("listitem")


def order(client: Client, account_id: str, **terms: str) -> str:
    """Place an order elsewhere; returns its id once it is filled, at rest or denied."""
    placed = {"account_id": account_id, "client_order_id": str(uuid4()), "instrument": "BTC-USDT.SIM"}
    answer = client.post("/v1/orders", {**placed, **terms}, expect=(201, 409, 422))
    order_id: str = (answer.get("order") or answer)["order_id"]
    settled = ("filled", "accepted", "denied")
    client.wait_until(f"/v1/orders/{order_id}", lambda shown: shown["status"] in settled)
    return order_id


def trade(client: Client, account_id: str, *sides: str) -> None:
    for side in sides:
        order(client, account_id, side=side, type="market", quantity="0.0004")


def test_net_worth_is_what_the_server_values_the_account_at(
    overview: Page, client: Client, own_account: str
) -> None:
    trade(client, own_account, "buy")
    expect(panel(overview, "Balances")).to_contain_text("BTC")
    with overview.expect_response(re.compile(f"{own_account}/valuation")) as answer:
        pass
    equity = Decimal(answer.value.json()["equity"]).quantize(CENT)
    expect(net_worth(overview)).to_have_text(f"{equity:,}".replace(",", "\u2009"))
    values = panel(overview, "Balances").locator("tbody tr").locator("td:nth-child(5)").all_inner_texts()
    assert abs(sum(figure_of(each) for each in values) - equity) <= CENT


def test_a_deposit_is_followed_everywhere_without_a_reload(overview: Page) -> None:
    overview.get_by_role("button", name="Deposit or withdraw").click()
    dialog = overview.get_by_role("dialog")
    dialog.get_by_label("Amount").fill("a lot")
    dialog.get_by_role("button", name="Deposit", exact=True).click()
    expect(dialog.get_by_role("alert")).to_have_text("Write a positive amount, such as 1000 or 0.5.")
    dialog.get_by_label("Amount").fill("2500")
    overview.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(net_worth(overview)).to_have_text("102\u2009500.00")
    expect(activity(overview).first).to_contain_text("Deposited 2\u2009500.00 USDT")
    curve = overview.get_by_role("slider", name="Net worth over time")
    curve.focus()
    curve.press("End")
    curve.press("ArrowLeft")
    expect(curve).to_have_attribute("aria-valuetext", re.compile("deposit of 2\u2009500.00 USDT"))
    told = overview.locator("figcaption")
    expect(told).to_contain_text("deposit of 2\u2009500.00 USDT")
    expect(told.get_by_role("link")).to_have_attribute("href", re.compile(r"/journal/\d+"))
    activity(overview).first.get_by_role("link").click()
    expect(overview.get_by_role("region", name="About the event")).to_contain_text("Deposited")


def test_profit_is_drawn_without_the_money_that_came(
    overview: Page, client: Client, own_account: str
) -> None:
    overview.get_by_role("radio", name="P&L").check(force=True)
    curve = overview.get_by_role("slider", name="Profit and loss over time")
    expect(curve).to_have_attribute("aria-valuetext", re.compile(" 0.00 USDT$"))
    trade(client, own_account, "buy", "sell")
    expect(curve).to_have_attribute("aria-valuetext", re.compile(r" −\d+\.\d\d USDT$"))
    curve.press("Home")
    expect(curve).to_have_attribute("aria-valuetext", re.compile(" 0.00 USDT, deposit of"))
    overview.get_by_role("radio", name="Net worth").check(force=True)
    expect(overview.get_by_role("slider", name="Net worth over time")).to_be_visible()


def test_the_curve_follows_a_window_that_is_made_narrow(overview: Page) -> None:
    curve = overview.get_by_role("slider", name="Net worth over time")
    expect(curve).to_be_visible()
    overview.set_viewport_size({"width": 400, "height": 800})
    expect(curve).to_have_attribute("width", re.compile(r"^3\d\d$"))


def test_more_than_there_is_cannot_be_withdrawn(overview: Page) -> None:
    overview.get_by_role("button", name="Deposit or withdraw").click()
    dialog = overview.get_by_role("dialog")
    dialog.get_by_role("radio", name="Withdraw").check(force=True)
    dialog.get_by_label("Amount").fill("100000.01")
    overview.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("Available 100\u2009000")
    dialog.get_by_label("Amount").fill("100000")
    overview.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(net_worth(overview)).to_have_text("0.00")
    expect(activity(overview).first).to_contain_text("Withdrew 100\u2009000.00 USDT")


def test_today_moves_with_fills_and_is_what_its_explanation_says(
    overview: Page, client: Client, own_account: str
) -> None:
    trade(client, own_account, "buy")
    expect(today(overview)).to_be_visible()
    # Bought and sold again, it moves with the market no more.
    trade(client, own_account, "sell", "buy", "sell")
    expect(panel(overview, "Open risk")).to_contain_text("0 positions")
    explained = client.get("/v1/explain", params={"of": f"equity:{own_account}:day_pnl"})
    moved = Decimal(explained["value"]).quantize(CENT)
    expect(today(overview)).to_contain_text(f"{'−' if moved < 0 else '+' if moved else ''}{abs(moved)} (")
    today(overview).click()
    expect(overview.get_by_role("dialog")).to_contain_text("Recomputed: agrees with what the page showed.")


@pytest.mark.parametrize(
    ("button", "words"),
    [
        ("1D", "in the last 24 hours"),
        ("1W", "in the last week"),
        ("1M", "in the last month"),
        ("YTD", "this year"),
        ("1Y", "in the last year"),
        ("All", "since the beginning"),
    ],
)
def test_a_range_is_drawn_and_told(overview: Page, button: str, words: str) -> None:
    worth = overview.get_by_role("region", name="Net worth")
    overview.get_by_role("radio", name="YTD" if button != "YTD" else "All").check(force=True)
    expect(worth).to_contain_text("this year" if button != "YTD" else "since the beginning")
    overview.get_by_role("radio", name=button, exact=True).check(force=True)
    expect(worth).to_contain_text(words)
    expect(worth).to_contain_text("net flows 100\u2009000.00")
    expect(overview.get_by_role("slider", name="Net worth over time")).to_be_visible()


def test_a_denial_of_another_account_needs_attention_by_its_name_and_leads_to_it(
    overview: Page, client: Client, own_account: str
) -> None:
    prefer(overview, hasSeenTour=True, accountId=own_account)
    overview.reload()
    name = f"denied {uuid4().hex[:6]}"
    other = client.open_account(deposits={"USDT": "100000"}, name=name)
    for account_id in (other, own_account):
        order(client, account_id, side="buy", type="limit", quantity="100", price="60000")
    listed = panel(overview, "Needs attention").get_by_role("listitem")
    own = re.compile("1 order denied in the last day(?! in)")
    expect(listed.filter(has_text=own)).to_have_count(1)
    told = listed.filter(has_text=f"1 order denied in the last day in {name}")
    expect(told).to_contain_text("Buy BTC/USDT")
    told.get_by_role("link", name="Show the denials").click()
    expect(overview.get_by_role("heading", name="Risk", exact=True)).to_be_visible()
    expect(overview.get_by_role("heading", name=name)).to_be_visible()
    denials = overview.get_by_role("region", name="Denials")
    expect(denials.locator("tbody tr").first).to_contain_text("buy 100 limit at 60\u2009000")


def test_a_halted_account_is_told_with_its_reason_and_the_way_to_it(overview: Page, client: Client) -> None:
    name = f"stopped {uuid4().hex[:6]}"
    halted = client.open_account(deposits={}, name=name)
    client.call("PUT", f"/v1/accounts/{halted}/state", {"state": "halted", "reason": "odd fills"})
    told = panel(overview, "Needs attention").get_by_role("listitem").filter(has_text=f"{name} is halted")
    expect(told).to_contain_text("odd fills")
    told.get_by_role("link", name="Change its state").click()
    expect(overview.get_by_role("heading", name=name)).to_be_visible()


def test_a_figure_opens_its_explanation(overview: Page) -> None:
    dialog = overview.get_by_role("dialog")
    line = panel(overview, "Balances").locator("tbody tr").first
    for each in (net_worth(overview), *line.get_by_title(EXPLAIN).all()):
        each.click()
        expect(dialog).to_contain_text("Recomputed: agrees with what the page showed.")
        overview.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
        expect(each).to_be_focused()


def test_the_balances_are_saved_as_they_are_shown(overview: Page, client: Client, own_account: str) -> None:
    client.post(f"/v1/accounts/{own_account}/deposits", {"asset": "DOGE", "amount": "12.5"})
    table = panel(overview, "Balances")
    expect(table.locator("tbody tr")).to_have_count(2)
    with overview.expect_download() as saved:
        table.get_by_role("button", name="Save as CSV").click()
    assert saved.value.suggested_filename.startswith("balances book")
    titles, *rows = csv.reader(saved.value.path().read_text().splitlines())
    assert titles == table.locator("thead th").all_inner_texts()
    for row, line in zip(rows, table.locator("tbody tr").all(), strict=True):
        shown = line.locator("td").all_inner_texts()
        assert row[0] == shown[0]
        for written, text in zip(row[1:5], shown[1:5], strict=True):
            assert not written or Decimal(written) == figure_of(text)
    assert rows[1][:2] == ["DOGE", "12.5"]


def test_somebody_without_an_account_is_offered_how_to_begin(
    page: Page, server: Server, client: Client
) -> None:
    sign_in(page, server, "/", email=joined(client, "viewer"), password=OWNER_PASSWORD)
    expect(page.get_by_role("heading", name="How would you like to begin?")).to_be_visible()
    expect(page.get_by_role("button", name="Open an account")).to_be_disabled()
    expect(page.get_by_text("Your role may not open accounts")).to_be_visible()


def test_what_cannot_be_read_says_so_and_is_read_again_on_a_press(
    page: Page, server: Server, own_account: str
) -> None:
    away = {"title": "Unavailable", "status": 503, "detail": "The views are away. Try again in a moment."}
    answers = re.compile(rf"/v1/accounts(\?|/{own_account}/(valuation|equity|fills))")
    page.route(answers, lambda route: route.fulfill(status=503, json=away))
    prefer(page, hasSeenTour=True)
    sign_in(page, server, "/")
    expect(page.get_by_role("alert")).to_contain_text("The views are away.")
    page.unroute(answers)
    page.get_by_role("button", name="Try again").click()
    expect(net_worth(page)).to_have_text("100\u2009000.00")


@pytest.mark.parametrize("state", ["active", "reducing"])
def test_a_phone_names_the_account_in_the_room_there_is(
    browser: Browser, server: Server, client: Client, state: str
) -> None:
    name = f"{state} and with a long name {uuid4().hex[:6]}"
    account_id = client.open_account(deposits={}, name=name)
    if state != "active":
        client.call("PUT", f"/v1/accounts/{account_id}/state", {"state": state, "reason": "Lunch"})
    context = browser.new_context(viewport={"width": 360, "height": 740}, has_touch=True)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    prefer(page, accountId=account_id, hasSeenTour=True)
    sign_in(page, server, "/")
    for path in ("/", "/trade", "/journal", "/settings/accounts"):
        page.goto(f"{server.url}{path}")
        switcher = page.get_by_role("banner").get_by_role("button", name=name)
        shown = switcher.get_by_text(name).bounding_box()
        assert shown is not None
        assert shown["width"] > 55, path
        assert switcher.evaluate(
            "it => it.scrollWidth <= it.clientWidth && it.scrollHeight <= it.clientHeight"
        )
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
    context.close()
