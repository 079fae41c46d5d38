"""The book as it was: whole, the same in every part of the page, for everybody who reads it, and in files."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from decimal import Decimal
from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests.browser.conftest import figure_of, joined, prefer, sign_in
from tests.support.server import OWNER_EMAIL, OWNER_PASSWORD, Client, Server

pytestmark = pytest.mark.browser
BITCOIN = "BTC-USDT.SIM"
MANY = 70
"""More than the server gives on a page that nobody has asked a length of."""


@pytest.fixture
def own_account(client: Client) -> str:
    """An account of this test alone: the newest, so that the page shows it."""
    return client.open_account(deposits={"USDT": "100000"}, name=f"past {uuid4().hex[:6]}")


def opened(page: Page, server: Server, path: str = "/trade", email: str = OWNER_EMAIL) -> Page:
    prefer(page, hasSeenTour=True)
    sign_in(page, server, path, email=email, password=OWNER_PASSWORD)
    return page


def rest(client: Client, account_id: str, count: int) -> list[str]:
    """So many limit orders far below the market; their ids."""
    price = int(Decimal(client.get(f"/v1/quotes/{BITCOIN}")["bid"])) - 10_000
    order = {"account_id": account_id, "instrument": BITCOIN, "side": "buy", "type": "limit"}
    batch = [
        {**order, "client_order_id": str(uuid4()), "quantity": "0.001", "price": str(price - number)}
        for number in range(count)
    ]
    placed = [item["order"]["order_id"] for item in client.post("/v1/orders/batch", batch)]
    for order_id in placed:
        client.wait_until(f"/v1/orders/{order_id}", lambda shown: shown["status"] == "accepted")
    return placed


def trade(client: Client, account_id: str) -> None:
    order = {"account_id": account_id, "client_order_id": str(uuid4()), "instrument": BITCOIN, "side": "buy"}
    placed = client.post("/v1/orders", {**order, "type": "market", "quantity": "0.001"})
    client.wait_until(f"/v1/orders/{placed['order']['order_id']}", lambda shown: shown["status"] == "filled")


def now(client: Client) -> str:
    client.wait_for_views()
    position: str = client.get("/v1/journal/head")["position"]
    return position


def travel(page: Page, position: str) -> Locator:
    """From wherever the page is, by the slider that its top bar brings."""
    page.get_by_role("button", name="Travel in time").click()
    slider = page.get_by_role("slider", name="Time travel")
    expect(slider).to_be_focused()
    slider.fill(position)
    banner = page.get_by_role("complementary", name="As of")
    expect(banner).to_contain_text("position")
    return banner


def saved_rows(page: Page, part: Locator) -> Sequence[dict[str, str]]:
    with page.expect_download() as saved:
        part.get_by_role("button", name="Save as CSV").click()
    return list(csv.DictReader(saved.value.path().read_text().splitlines()))


def test_many_orders_of_the_past_are_all_there_in_the_tables_and_on_the_chart(
    page: Page, server: Server, client: Client, own_account: str
) -> None:
    kept = rest(client, own_account, MANY)
    trade(client, own_account)
    then = now(client)
    for order_id in kept:
        client.call("DELETE", f"/v1/orders/{order_id}")
    rest(client, own_account, 3)
    trade(client, own_account)
    desk = opened(page, server)
    expect(desk.get_by_role("button", name="3 orders below")).to_be_visible()

    travel(desk, then)

    expect(desk.get_by_role("tab", name="Open orders")).to_contain_text(str(MANY))
    expect(desk.get_by_role("button", name=f"{MANY} orders below")).to_be_visible()
    desk.get_by_role("tab", name="Order history").click()
    history = saved_rows(desk, desk.get_by_role("region", name="Orders", exact=True))
    assert {row["Order id"] for row in history} > set(kept)
    assert len(history) == MANY + 1
    desk.get_by_label("Status").select_option("cancelled")
    expect(desk.get_by_text("No order is like that")).to_be_visible()
    desk.get_by_role("tab", name="Fills").click()
    expect(desk.get_by_role("region", name="Fills", exact=True).locator("tbody tr")).to_have_count(1)


def test_a_trader_travels_in_time_and_is_led_nowhere_that_is_closed_to_them(
    page: Page, server: Server, client: Client, own_account: str
) -> None:
    email = joined(client, "trader", client.get(f"/v1/accounts/{own_account}")["party_id"])
    trade(client, own_account)
    then = now(client)
    trade(client, own_account)
    refused: list[str] = []
    page.on("response", lambda answer: refused.append(answer.url) if answer.status == 403 else None)
    desk = opened(page, server, email=email)
    desk.get_by_role("tab", name="Fills").click()
    fills = desk.get_by_role("region", name="Fills", exact=True).locator("tbody tr")
    expect(fills).to_have_count(2)

    banner = travel(desk, then)

    expect(fills).to_have_count(1)
    expect(banner.locator("time")).to_be_visible()
    expect(desk.locator("main a[href^='/journal'], aside a[href^='/journal']")).to_have_count(0)
    desk.get_by_role("link", name="Overview").first.click()
    heading = desk.get_by_role("heading", name="Recent activity")
    activity = desk.locator("section").filter(has=heading)
    expect(activity.get_by_text("Bought 0.001 BTC")).to_have_count(1)
    expect(desk.locator("main a[href^='/journal'], aside a[href^='/journal']")).to_have_count(0)
    desk.keyboard.press("g")
    desk.keyboard.press("h")
    expect(banner).to_have_count(0)
    expect(activity.get_by_text("Bought 0.001 BTC")).to_have_count(2)
    assert not refused


def test_a_book_in_bitcoin_shows_its_money_as_finely_as_it_is_worth(
    page: Page, server: Server, client: Client
) -> None:
    name = f"coin {uuid4().hex[:6]}"
    client.open_account(deposits={"BTC": "0.52314159"}, name=name, base_asset="BTC")
    then = now(client)
    client.open_account(deposits={"USDT": "1"}, name="after it")
    journal = opened(page, server, "/journal")
    journal.get_by_role("button", name="Account").click()
    journal.get_by_role("menuitemradio", name=name).click()
    journal.get_by_role("slider", name="Time travel").fill(then)
    book = journal.get_by_role("region", name="The book then")
    expect(book.get_by_text("0.523142").first).to_be_visible()


def test_the_tables_of_the_past_and_of_an_explanation_are_saved_whole(
    page: Page, server: Server, client: Client, own_account: str
) -> None:
    rest(client, own_account, 2)
    trade(client, own_account)
    then = now(client)
    rest(client, own_account, 1)
    journal = opened(page, server, "/journal")
    journal.get_by_role("slider", name="Time travel").fill(then)
    book = journal.get_by_role("region", name="The book then")
    balances = saved_rows(journal, book.get_by_role("region", name="Balances", exact=True))
    assert {row["Asset"] for row in balances} == {"BTC", "USDT"}
    assert len(saved_rows(journal, book.get_by_role("region", name="Open orders (2)"))) == 2
    assert len(saved_rows(journal, book.get_by_role("region", name="Positions", exact=True))) == 1

    asked = f"/v1/explain?of=balance:{own_account}:USDT:total&as_of={then}"
    told = client.get(f"{asked}&limit=500")
    journal.route("**/v1/explain?*", _by_ones)
    book.get_by_role("row").filter(has_text="USDT").get_by_title("Explain").first.click()
    panel = journal.get_by_role("dialog")
    postings = saved_rows(journal, panel.get_by_role("region", name="Postings"))
    assert [row["Amount"] for row in postings] == [each["amount"] for each in told["postings"]]
    inputs = saved_rows(journal, panel.get_by_role("region", name="Inputs"))
    assert [row["Input"] for row in inputs] == [each["name"] for each in told["inputs"]]
    assert sum(Decimal(row["Amount"]) for row in postings) == figure_of(told["value"])


def _by_ones(route: Route) -> None:
    """As if there were many: a page has one event."""
    route.continue_(url=route.request.url.replace("limit=50", "limit=1"))


def test_nothing_is_sent_from_the_past_and_a_link_to_an_explanation_leads_back_to_it(
    page: Page, server: Server, client: Client, own_account: str
) -> None:
    trade(client, own_account)
    then = now(client)
    trade(client, own_account)
    desk = opened(page, server)
    flatten = desk.get_by_role("option", name="Flatten position in BTC/USDT")

    def search() -> None:
        desk.keyboard.press("Control+k")
        desk.get_by_role("combobox", name="Search or do").fill("flatten")

    search()
    expect(flatten).to_be_visible()
    desk.keyboard.press("Escape")
    travel(desk, then)
    search()
    expect(desk.get_by_role("combobox", name="Search or do")).to_be_visible()
    expect(flatten).to_have_count(0)
    desk.keyboard.press("Escape")
    expect(desk.get_by_text("What the order would hold and cost is told here.")).to_be_visible()

    desk.goto(f"{server.url}/?explain=equity:{own_account}:equity&as_of={then}")
    expect(desk.get_by_role("dialog")).to_contain_text(f"As of position {then}")
    expect(desk.get_by_role("complementary", name="As of")).to_be_visible()
