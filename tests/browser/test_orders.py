"""An order's life on the page, also where its answer is lost or its form is gone before the answer comes."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

import pytest
from playwright.sync_api import Page, Route, expect
from tests.browser.conftest import SENDS_BUY, prefer, sign_in
from tests.browser.test_desk import buy_some, field, open_rows, place, tab
from tests.support.server import Client, Server

pytestmark = pytest.mark.browser
ORDERS = "**/v1/orders"


@pytest.fixture
def account(page: Page, server: Server, client: Client) -> str:
    """The desk of an account that has done nothing yet, signed in."""
    account_id = client.open_account(deposits={"USDT": "100000"})
    prefer(page, accountId=account_id)
    sign_in(page, server)
    return account_id


def rest(client: Client, account_id: str, **terms: str) -> str:
    """A limit order far below the market, placed elsewhere; returns its id."""
    order = {"account_id": account_id, "client_order_id": str(uuid4()), "instrument": "BTC-USDT.SIM"}
    limit = {"side": "buy", "type": "limit", "quantity": "0.01", "price": "55000"}
    order_id: str = client.post("/v1/orders", {**order, **limit, **terms})["order"]["order_id"]
    return order_id


def losing(page: Page, *, is_taken: bool = True) -> Callable[[], None]:
    """From now on answers to orders get lost, on their way back or there; returns what ends that."""

    def lose(route: Route) -> None:
        if is_taken:
            route.fetch()
        route.abort()

    page.route(ORDERS, lose)
    return lambda: page.unroute(ORDERS)


def test_what_was_not_written_over_stays_as_it_is_now(page: Page, client: Client, account: str) -> None:
    order_id = rest(client, account)
    row = open_rows(page).first
    row.get_by_title("Change the quantity").click()
    client.call("PATCH", f"/v1/orders/{order_id}", {"price": "54000"})
    expect(row.get_by_label("New price")).to_have_value("54000")
    row.get_by_label("New quantity").fill("0.02")
    page.keyboard.press("Enter")
    expect(row.get_by_title("Change the quantity")).to_contain_text("0.02")
    order = client.get(f"/v1/orders/{order_id}")
    assert (order["quantity"], order["price"]) == ("0.02", "54000")


def test_the_answer_to_one_order_leaves_the_editor_of_another_open(
    page: Page, client: Client, account: str
) -> None:
    rest(client, account)
    other = rest(client, account, price="54000")
    expect(open_rows(page)).to_have_count(2)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(f"{ORDERS}/*", hold)
    older, newer = open_rows(page).nth(1), open_rows(page).first
    older.get_by_title("Change the quantity").click()
    older.get_by_label("New quantity").fill("0.02")
    page.keyboard.press("Enter")
    expect(older).to_contain_text("asked for")
    newer.get_by_title("Change the price").click()
    newer.get_by_label("New price").fill("53000")
    held[0].continue_()
    expect(older.get_by_title("Change the quantity")).to_contain_text("0.02")
    expect(newer.get_by_label("New price")).to_have_value("53000")
    page.unroute(f"{ORDERS}/*")
    newer.get_by_label("New price").press("Enter")
    client.wait_until(f"/v1/orders/{other}", lambda order: order["price"] == "53000")


def test_a_position_can_be_closed_again_after_its_question_was_left_before_the_answer(
    page: Page, client: Client, account: str
) -> None:
    buy_some(client, account)
    close = tab(page, "Positions").get_by_role("button", name="Close")
    dialog = page.get_by_role("dialog")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(ORDERS, hold)
    close.click()
    dialog.get_by_role("button", name="Sell").click()
    expect(dialog).to_contain_text("Sent, waiting for the answer")
    dialog.get_by_role("button", name="Keep it").click()
    held[0].continue_()
    expect(close).to_have_count(0)
    page.unroute(ORDERS)
    buy_some(client, account)
    close.click()
    expect(dialog).to_contain_text("Passes every check")
    dialog.get_by_role("button", name="Sell").click()
    expect(dialog).to_have_count(0)
    expect(close).to_have_count(0)


def test_the_file_of_open_orders_is_the_same_in_every_window(
    page: Page, client: Client, account: str
) -> None:
    rest(client, account)
    files = []
    for width in (1440, 820):
        page.set_viewport_size({"width": width, "height": 900})
        tab(page, "Open orders")
        with page.expect_download() as download:
            page.get_by_role("button", name="Save as CSV").click()
        files.append(download.value.path().read_text())
    assert files[0] == files[1]
    assert files[0].splitlines()[0] == (
        "Order id,Side,Type,Time,Instrument,Quantity,Price,Trigger,Filled,Average,Status"
    )


def test_an_order_whose_answer_is_lost_is_found_and_the_next_is_a_second_one(
    page: Page, client: Client, account: str
) -> None:
    mend = losing(page)
    place(page, Quantity="0.01", Price="55000")
    expect(page.get_by_text("no answer came, but it was recorded")).to_be_visible()
    expect(open_rows(page)).to_have_count(1)
    mend()
    page.get_by_role("button", name=SENDS_BUY).click()
    expect(page.get_by_text("recorded at position")).to_be_visible()
    expect(open_rows(page).filter(has_text="accepted")).to_have_count(2)
    assert len(client.get(f"/v1/orders?account_id={account}")["items"]) == 2


def test_an_order_that_never_arrived_is_sent_again_as_the_same_one_even_after_a_reload(
    page: Page, client: Client, account: str
) -> None:
    mend = losing(page, is_taken=False)
    place(page, Quantity="0.01", Price="55000")
    alert = page.get_by_role("alert").filter(has_text="No answer yet: Buy 0.01 BTC/USDT")
    expect(alert).to_be_visible()
    kept = page.evaluate("JSON.parse(sessionStorage.getItem('tradebook.attempts')).state.attempts[0].id")
    page.reload()
    expect(alert).to_be_visible()
    mend()
    place(page, Quantity="0.01", Price="55000")
    expect(open_rows(page).filter(has_text="accepted")).to_have_count(1)
    expect(alert).to_be_hidden()
    items = client.get(f"/v1/orders?account_id={account}")["items"]
    assert [item["client_order_id"] for item in items] == [kept]


def test_a_denial_is_told_where_one_has_gone_meanwhile(page: Page, client: Client, account: str) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    page.route(ORDERS, hold)
    place(page, Quantity="1000", Price="55000")
    expect(page.get_by_text("Sent, waiting for the answer")).to_be_visible()
    page.get_by_role("link", name="Overview", exact=True).click()
    expect(field(page, "Quantity")).to_have_count(0)
    held[0].continue_()
    told = page.get_by_role("listitem").filter(has_text="Denied: Buy 1\u2009000 BTC/USDT")
    expect(told.get_by_role("link", name="Show the event")).to_be_visible()


def test_sorting_is_of_every_order_however_many_pages_they_fill(
    page: Page, client: Client, account: str
) -> None:
    rest(client, account, quantity="0.0007")
    for _ in range(110):
        order_id = rest(client, account, quantity="0.0003")
        client.call("DELETE", f"/v1/orders/{order_id}")
    page.reload()
    history = tab(page, "Order history")
    expect(history.locator("tbody tr").first).to_contain_text("0.0003")
    history.get_by_role("button", name="Quantity").click()
    expect(history.locator("tbody tr").first).to_contain_text("0.0007")
    expect(history.get_by_role("table")).to_have_attribute("aria-rowcount", "112")
    expect(page.get_by_text("Sorting goes on")).to_have_count(0)
