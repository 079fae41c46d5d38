"""The chart beside the ticket: what is drawn, what a hand and keys can do with it, and what it remembers."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import SENDS_BUY, figure_of, prefer, sign_in
from tests.support.server import Client, Server

pytestmark = pytest.mark.browser
BITCOIN = "BTC-USDT.SIM"


@pytest.fixture
def own_account(client: Client) -> str:
    """An account of this test alone: the newest, so that the page shows it."""
    return client.open_account(deposits={"USDT": "100000"}, name=f"chart {uuid4().hex[:6]}")


@pytest.fixture
def chart(page: Page, server: Server, own_account: str) -> Page:
    assert own_account
    prefer(page, hasSeenTour=True)
    sign_in(page, server)
    expect(page.get_by_role("radio", name="1m")).to_be_checked()
    return page


def last_price(client: Client) -> int:
    return int(Decimal(client.get(f"/v1/quotes/{BITCOIN}")["bid"]))


def rest(client: Client, account_id: str, price: int, quantity: str = "0.001") -> str:
    """A limit order that rests at this price; its id."""
    order = {"account_id": account_id, "client_order_id": str(uuid4()), "instrument": BITCOIN, "side": "buy"}
    placed = client.post("/v1/orders", {**order, "type": "limit", "quantity": quantity, "price": str(price)})
    order_id: str = placed["order"]["order_id"]
    client.wait_until(f"/v1/orders/{order_id}", lambda shown: shown["status"] == "accepted")
    return order_id


def handles(page: Page) -> Locator:
    return page.get_by_role("slider", name="limit at")


def in_sight(page: Page, count: int) -> Locator:
    """The handles of so many orders below the market, wherever the chart's scale begins."""
    rows = page.get_by_role("region", name="Open orders", exact=True).locator("tbody tr")
    expect(rows).to_have_count(count)
    below = page.get_by_role("button", name="below: ")
    page.wait_for_timeout(500)  # the scale follows the candles
    if below.count():
        below.click()
    expect(handles(page)).to_have_count(count)
    return handles(page)


def test_orders_far_off_are_gathered_at_the_edge_and_come_into_sight_on_a_press(
    chart: Page, client: Client, own_account: str
) -> None:
    market = last_price(client)
    far = [rest(client, own_account, market - 10_000 - 500 * step) for step in range(3)]
    mark = chart.get_by_role("button", name="3 orders below")
    expect(mark).to_be_visible()
    expect(handles(chart)).to_have_count(0)
    mark.press("Enter")
    expect(handles(chart)).to_have_count(3)
    expect(mark).to_have_count(0)
    expect(handles(chart).first).to_be_focused()
    chart.get_by_role("button", name="Fit to the candles").click()
    chart.get_by_role("radio", name="1m").focus()
    expect(mark).to_be_visible()
    for order_id in far:
        client.call("DELETE", f"/v1/orders/{order_id}")
    expect(mark).to_have_count(0)


def test_labels_of_orders_close_together_do_not_lie_on_each_other(
    chart: Page, client: Client, own_account: str
) -> None:
    market = last_price(client)
    for step in range(4):
        rest(client, own_account, market - 30 - step, quantity=f"0.00{step + 1}")
    labels = in_sight(chart, 4)
    boxes = sorted((box for each in labels.all() if (box := each.bounding_box())), key=lambda b: b["y"])
    assert len(boxes) == 4
    assert all(upper["y"] + upper["height"] <= lower["y"] for upper, lower in pairwise(boxes))


def test_an_order_is_moved_with_keys_alone(chart: Page, client: Client, own_account: str) -> None:
    price = last_price(client) - 50
    order_id = rest(client, own_account, price)
    handle = in_sight(chart, 1)
    handle.focus()
    chart.keyboard.press("ArrowUp")
    chart.keyboard.press("Escape")
    expect(handle).to_have_attribute("aria-valuenow", str(price))
    chart.keyboard.press("Shift+ArrowDown")
    chart.keyboard.press("ArrowDown")
    chart.keyboard.press("Enter")
    wanted = Decimal(price) - Decimal("0.11")
    client.wait_until(f"/v1/orders/{order_id}", lambda shown: Decimal(shown["price"]) == wanted)
    expect(handle).to_have_attribute("aria-valuenow", str(wanted))


def test_the_length_of_candles_and_what_is_drawn_over_them_are_remembered(
    chart: Page, client: Client
) -> None:
    for interval in ("5m", "15m", "1h", "4h", "1d"):
        with chart.expect_response(re.compile(rf"/v1/candles/[^/]+\?interval={interval}")) as answered:
            chart.get_by_role("radio", name=interval, exact=True).check(force=True)
        drawn = answered.value.json()["items"]
        assert drawn
        asked = f"/v1/candles/{BITCOIN}?interval={interval}&limit=500"
        starts = {candle["start"] for candle in client.get(asked)["items"]}
        assert {candle["start"] for candle in drawn} <= starts
    chart.get_by_role("radio", name="15m", exact=True).check(force=True)
    chart.get_by_role("button", name="Indicators").click()
    chart.get_by_role("menuitemcheckbox").first.click()
    chart.keyboard.press("Escape")
    chart.reload()
    expect(chart.get_by_role("radio", name="15m", exact=True)).to_be_checked()
    chart.get_by_role("button", name="Indicators").click()
    expect(chart.get_by_role("menuitemcheckbox").first).to_be_checked()


def test_the_past_is_shown_as_it_was_and_nothing_can_be_sent_from_there(
    chart: Page, client: Client, own_account: str
) -> None:
    market = last_price(client)
    kept, ended = (rest(client, own_account, market - 3_000 - step) for step in range(2))
    client.wait_for_views()
    then = client.get("/v1/journal/head")["position"]
    client.call("DELETE", f"/v1/orders/{ended}")
    rest(client, own_account, market - 5_000)
    chart.get_by_role("link", name="Journal", exact=True).click()
    slider = chart.get_by_role("slider", name="Time travel")
    expect(slider).to_be_enabled()
    slider.fill(then)
    expect(chart.get_by_role("complementary", name="As of")).to_contain_text("position")
    chart.get_by_role("link", name="Trade", exact=True).click()
    open_orders = chart.get_by_role("region", name="Open orders", exact=True).locator("tbody tr")
    expect(open_orders).to_have_count(2)
    asked = f"/v1/orders?account_id={own_account}&as_of={then}"
    told = {order["order_id"]: Decimal(order["price"]) for order in client.get(asked)["items"]}
    assert set(told) == {kept, ended}
    shown = [figure_of(row.locator("td").nth(5).inner_text()) for row in open_orders.all()]
    assert sorted(shown) == sorted(told.values())
    expect(chart.get_by_role("button", name=SENDS_BUY)).to_be_disabled()
    expect(open_orders.get_by_role("button", name="Cancel")).to_have_count(0)
    chart.get_by_role("complementary", name="As of").get_by_role("button", name="Back to now").click()
    expect(chart.get_by_role("button", name=SENDS_BUY)).to_be_enabled()
    expect(open_orders.get_by_role("button", name="Cancel")).to_have_count(2)
