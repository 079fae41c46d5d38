"""What goes to paper: whole tables with their headings, black on white, and nothing that is pressed."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect
from tests.browser.conftest import prefer, sign_in
from tests.support.server import Client, Server

pytestmark = pytest.mark.browser
ORDERS = 90
KEEP_PRINTED = """addEventListener("beforeprint", () => {
  const shown = [...document.querySelectorAll("[aria-label='Order history'] tbody tr:not([aria-hidden])")];
  window.printed = { rows: shown.length, heading: document.querySelector("header").innerText };
})"""


@pytest.fixture
def history(page: Page, server: Server, client: Client) -> Page:
    """The Trade page of an account with more orders than fit, its order history in sight."""
    account_id = client.open_account(deposits={"USDT": "100000"}, name=f"paper {uuid4().hex[:6]}")
    terms = {"account_id": account_id, "instrument": "BTC-USDT.SIM", "side": "buy", "type": "limit"}
    order = {**terms, "quantity": "0.001", "price": "50000", "time_in_force": "ioc"}
    client.post("/v1/orders/batch", [{**order, "client_order_id": f"{n}"} for n in range(ORDERS)])
    prefer(page, hasSeenTour=True, theme="dark")
    sign_in(page, server)
    page.get_by_role("tab", name="Order history").click()
    table = page.get_by_role("region", name="Order history", exact=True).get_by_role("table")
    expect(table).to_have_attribute("aria-rowcount", str(ORDERS + 1))
    return page


def test_every_row_is_printed_under_what_it_is_of_and_when(history: Page) -> None:
    on_screen = history.get_by_role("region", name="Order history", exact=True).locator("tbody tr").count()
    assert on_screen < ORDERS
    history.evaluate(KEEP_PRINTED)
    history.pdf()
    printed = history.evaluate("window.printed")
    assert printed["rows"] == ORDERS
    assert "Trade · paper" in printed["heading"]
    assert "printed" in printed["heading"]


def test_paper_is_white_and_has_no_controls(history: Page) -> None:
    history.emulate_media(media="print")
    assert history.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    region = history.get_by_role("region", name="Order history", exact=True)
    expect(region.get_by_role("columnheader", name="Status")).to_be_visible()
    expect(region.get_by_role("button", name="Status")).to_be_visible()
    expect(history.get_by_role("navigation", name="Rooms")).to_be_hidden()
    expect(history.get_by_role("form", name="Ticket")).to_be_hidden()
    expect(history.get_by_role("button", name="Save as CSV")).to_be_hidden()
