"""Orders on the chart: begun there, their exits moved there, and nothing to hold where one may not."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import SENDS_BUY, hears, joined, prefer, sign_in
from tests.browser.test_desk import explain_available
from tests.support.server import Client, Server

pytestmark = pytest.mark.browser
BITCOIN = "BTC-USDT.SIM"
TICK = Decimal("0.01")


@pytest.fixture
def own_account(client: Client) -> str:
    """An account of this test alone: the newest, so that the page shows it."""
    return client.open_account(deposits={"USDT": "100000"}, name=f"exits {uuid4().hex[:6]}")


@pytest.fixture
def chart(page: Page, server: Server, own_account: str) -> Page:
    assert own_account
    prefer(page, hasSeenTour=True)
    sign_in(page, server)
    return page


def canvas(page: Page) -> Locator:
    return page.get_by_role("application", name="Candles of BTC/USDT")


def last_price(client: Client) -> int:
    return int(Decimal(client.get(f"/v1/quotes/{BITCOIN}")["bid"]))


def bracket(client: Client, account_id: str) -> str:
    """A bracket that rests well below the market; its id."""
    price = last_price(client) - 3_000
    order = {
        "account_id": account_id,
        "client_order_id": str(uuid4()),
        "instrument": BITCOIN,
        "side": "buy",
        "type": "limit",
        "quantity": "0.001",
        "price": str(price),
        "take_profit": {"stop_price": str(price + 1_500)},
        "stop_loss": {"stop_price": str(price - 1_500), "price": str(price - 1_600)},
    }
    order_id: str = client.post("/v1/orders", order)["order"]["order_id"]
    client.wait_until(f"/v1/orders/{order_id}", lambda shown: shown["status"] == "accepted")
    return order_id


def buy_at_market(client: Client, account_id: str) -> None:
    order = {"account_id": account_id, "client_order_id": str(uuid4()), "instrument": BITCOIN}
    client.post("/v1/orders", {**order, "side": "buy", "type": "market", "quantity": "0.0004"})


def bring_into_sight(page: Page) -> None:
    below = page.get_by_role("button", name="below: ")
    expect(below).to_be_visible()
    below.click()


def test_the_exits_of_a_bracket_are_moved_by_keys_and_by_hand_before_it_fills(
    chart: Page, client: Client, own_account: str
) -> None:
    order_id = bracket(client, own_account)
    before = client.get(f"/v1/orders/{order_id}")
    bring_into_sight(chart)
    loss = chart.get_by_role("slider", name="Stop loss of Buy 0.001 limit at")
    expect(loss).to_be_visible()
    loss.press("PageUp")
    loss.press("Enter")
    tick_up = Decimal(before["stop_loss"]["stop_price"]) + 1
    client.wait_until(
        f"/v1/orders/{order_id}", lambda shown: Decimal(shown["stop_loss"]["stop_price"]) == tick_up
    )
    profit = chart.get_by_role("slider", name="Take profit of Buy 0.001 limit at")
    box = profit.bounding_box()
    assert box
    chart.mouse.move(box["x"] + 20, box["y"] + box["height"] / 2)
    chart.mouse.down()
    chart.mouse.move(box["x"] + 20, box["y"] - 12, steps=4)
    chart.mouse.up()
    old = Decimal(before["take_profit"]["stop_price"])
    after = client.wait_until(
        f"/v1/orders/{order_id}", lambda shown: Decimal(shown["take_profit"]["stop_price"]) > old
    )
    assert after["stop_loss"]["price"] == before["stop_loss"]["price"]
    assert after["price"] == before["price"]


def test_a_bracket_begins_at_a_price_of_the_chart(chart: Page, client: Client, own_account: str) -> None:
    box = canvas(chart).bounding_box()
    assert box
    canvas(chart).click(button="right", position={"x": 200, "y": box["height"] * 0.7})
    menu = chart.get_by_role("menu")
    expect(menu.get_by_role("menuitem")).to_have_count(4)
    menu.get_by_role("menuitem", name="Bracket").click()
    ticket = chart.get_by_role("form", name="Ticket")
    quantity = ticket.get_by_label("Quantity")
    expect(quantity).to_be_focused()
    quantity.fill("0.001")
    expect(ticket.get_by_label("Take profit at")).not_to_have_value("")
    ticket.get_by_role("button", name=SENDS_BUY).click()
    client.wait_until(
        f"/v1/orders?account_id={own_account}",
        lambda page: bool(page["items"] and page["items"][0]["take_profit"]),
    )


def test_keys_choose_a_price_and_begin_an_order_at_it(chart: Page) -> None:
    drawing = canvas(chart)
    drawing.focus()
    for _ in range(4):
        drawing.press("ArrowDown")
    drawing.press("o")
    menu = chart.get_by_role("menu")
    expect(menu.get_by_role("menuitem").first).to_be_focused()
    chart.keyboard.press("Escape")
    expect(drawing).to_be_focused()
    drawing.press("o")
    choices = menu.get_by_role("menuitem")
    expect(choices.first).to_be_focused()
    chart.keyboard.press("ArrowDown")
    expect(choices.nth(1)).to_be_focused()
    chart.keyboard.press("Enter")
    expect(chart.get_by_role("form", name="Ticket").get_by_label("Quantity")).to_be_focused()


def test_a_viewer_finds_nothing_to_hold_orders_by(
    page: Page, server: Server, client: Client, own_account: str
) -> None:
    bracket(client, own_account)
    party = client.get(f"/v1/accounts/{own_account}")["party_id"]
    prefer(page, hasSeenTour=True)
    sign_in(page, server, email=joined(client, "viewer", party))
    below = page.get_by_role("button", name="below: ")
    expect(below).to_be_visible()
    below.click()
    expect(page.get_by_text("Stop loss of Buy 0.001 limit").first).to_be_visible()
    expect(page.get_by_role("slider", name="limit at")).to_have_count(0)
    canvas(page).click(button="right", position={"x": 200, "y": 200})
    expect(page.get_by_role("menu")).to_have_count(0)


def test_a_halted_account_is_offered_no_orders_and_what_it_has_explains_itself(
    chart: Page, client: Client, own_account: str
) -> None:
    drawing = canvas(chart)
    menu = chart.get_by_role("menu")
    drawing.focus()
    drawing.press("o")
    choice = menu.get_by_role("menuitem").first
    expect(choice).to_be_focused()
    client.call("PUT", f"/v1/accounts/{own_account}/state", {"state": "halted", "reason": "by the desk"})
    expect(chart.get_by_role("note").filter(has_text="halted")).to_be_visible()
    # It was asked for before: the ticket takes nothing now, and the keys go on where they were.
    choice.press("Enter")
    expect(drawing).to_be_focused()
    drawing.press("o")
    drawing.click(button="right", position={"x": 200, "y": 200})
    expect(menu).to_have_count(0)
    explain_available(chart)


def test_a_layout_gets_a_name_and_is_taken_up_again(chart: Page) -> None:
    def choose(item: str) -> None:
        chart.get_by_role("button", name="Layout", exact=True).click()
        chart.get_by_role("menu").get_by_text(item, exact=True).click()

    watchlist = chart.get_by_role("list", name="Instruments")
    expect(watchlist).to_be_visible()
    choose("Hide watchlist")
    choose("Save this layout…")
    chart.get_by_label("Name").fill("Narrow")
    chart.get_by_role("button", name="Save", exact=True).click()
    choose("As usual")
    expect(watchlist).to_be_visible()
    chart.reload()
    choose("Narrow")
    expect(watchlist).to_have_count(0)
    choose("Remove “Narrow”")
    chart.get_by_role("button", name="Layout", exact=True).click()
    expect(chart.get_by_role("menuitemradio")).to_have_count(0)


def test_an_account_that_somebody_else_halts_is_told_once_with_the_way_to_risk(
    chart: Page, client: Client, own_account: str
) -> None:
    name = client.get(f"/v1/accounts/{own_account}")["name"]
    expect(hears(chart).get_by_role("form", name="Ticket")).to_be_visible()
    client.call("PUT", f"/v1/accounts/{own_account}/state", {"state": "halted", "reason": "by the desk"})
    told = chart.get_by_text(f"{name} is halted", exact=True)
    expect(told).to_have_count(1)
    chart.get_by_role("link", name="Show the accounts under Risk").click()
    expect(chart).to_have_url(re.compile("/risk$"))


def rests_at(price: Decimal, shown: dict[str, Any]) -> bool:
    return bool(shown["status"] == "accepted" and Decimal(shown["price"]) == price)


def test_who_moves_an_order_by_keys_stays_at_it(chart: Page, client: Client, own_account: str) -> None:
    order_id = bracket(client, own_account)
    bring_into_sight(chart)
    handle = chart.get_by_role("slider", name="Buy 0.001 limit at", exact=True)
    before = Decimal(client.get(f"/v1/orders/{order_id}")["price"])
    handle.focus()
    for steps in (1, 2):
        moved_to = before + steps * TICK
        chart.keyboard.press("ArrowUp")
        chart.keyboard.press("Enter")
        client.wait_until(f"/v1/orders/{order_id}", partial(rests_at, moved_to))
        expect(handle).to_have_attribute("aria-valuenow", str(moved_to.normalize()))
        expect(handle).to_be_focused()
    chart.keyboard.press("ArrowDown")
    expect(handle).to_have_attribute("aria-valuetext", re.compile("Escape to take back"))
    chart.keyboard.press("Escape")
    expect(handle).not_to_have_attribute("aria-valuetext", re.compile("Escape to take back"))
    expect(handle).to_be_focused()


def test_escape_closes_the_menu_before_what_was_told_meanwhile(
    chart: Page, client: Client, own_account: str
) -> None:
    told = chart.get_by_role("listitem").filter(has_text="3 orders filled")
    hears(chart).get_by_role("button", name="Layout", exact=True).click()
    menu = chart.get_by_role("menu")
    expect(menu).to_be_visible()
    for _ in range(3):
        buy_at_market(client, own_account)
    expect(told).to_have_count(1)
    chart.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(told).to_have_count(1)
    chart.keyboard.press("Escape")
    expect(told).to_have_count(0)


def test_orders_that_came_while_the_page_was_busy_are_taken_all_at_once(
    chart: Page, client: Client, own_account: str
) -> None:
    errors: list[str] = []
    chart.on("pageerror", lambda error: errors.append(str(error)))
    expect(hears(chart).get_by_role("form", name="Ticket")).to_be_visible()
    below = last_price(client) - 3_000
    # Their frames wait for the page, and come one after another with nothing between them.
    chart.evaluate("setTimeout(() => { for (const end = Date.now() + 6_000; Date.now() < end; ); }, 100)")
    for nth in range(120):
        order = {"account_id": own_account, "client_order_id": str(uuid4()), "instrument": BITCOIN}
        terms = {"side": "buy", "type": "limit", "quantity": "0.0001", "price": str(below + 20 * nth)}
        client.post("/v1/orders", {**order, **terms})
    expect(chart.locator("[role=slider][aria-label='Buy 0.0001 limit at']")).to_have_count(120)
    assert errors == []
