"""The whole of it in one go, as a newcomer does it, from the one-time link on."""

from __future__ import annotations

from decimal import Decimal

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.test_desk import field, open_rows, place, tab
from tests.browser.test_door import Unowned, unowned

pytestmark = pytest.mark.browser
__all__ = ["unowned"]
PASSWORD = "a perfectly good password"


def open_the_book(page: Page, server: Unowned) -> None:
    page.goto(server.owner_link())
    page.get_by_label("Name").fill("The owner")
    page.get_by_label("Email").fill("me@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the book").click()
    page.get_by_role("button", name="Open an account").click()
    page.get_by_label("Name").fill("main")
    page.get_by_label("Starting money").fill("50000")
    page.get_by_role("button", name="Open the account").click()
    page.get_by_role("button", name="Skip the tour").click()
    expect(page.get_by_text("50\u2009000.00").first).to_be_visible()


def deposit(page: Page, amount: str) -> None:
    page.get_by_role("button", name="Deposit or withdraw").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Amount").fill(amount)
    dialog.get_by_role("button", name="Deposit", exact=True).last.click()
    expect(dialog).to_have_count(0)


def price_below_the_market(page: Page, share: str) -> str:
    page.get_by_title("Use the bid").click()
    bid = Decimal(field(page, "Price").input_value())
    return str((bid * (1 - Decimal(share))).quantize(Decimal("0.01")))


def drag(page: Page, handle: Locator, pixels: int) -> None:
    box = handle.bounding_box()
    assert box is not None
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + pixels / 2, steps=4)
    page.mouse.move(x, y + pixels, steps=4)
    page.mouse.up()


def test_a_first_day(page: Page, unowned: Unowned) -> None:
    open_the_book(page, unowned)
    deposit(page, "25000")
    expect(page.get_by_text("75\u2009000.00").first).to_be_visible()

    page.get_by_role("link", name="Trade", exact=True).click()
    place(page, Quantity="0.01", Price=price_below_the_market(page, "0.0005"))
    rows = open_rows(page)
    expect(rows.first).to_contain_text("accepted")
    before = rows.first.get_by_title("Change the price").inner_text()
    handle = page.get_by_role("slider", name="Buy 0.01 limit at")
    far = page.get_by_role("button", name="1 order below")
    expect(handle.or_(far)).to_be_visible()
    if far.is_visible():
        far.click()
    drag(page, handle, 40)
    expect(rows.first.get_by_title("Change the price")).not_to_have_text(before)
    expect(rows.first).to_contain_text("accepted")
    rows.first.get_by_role("button", name="Cancel").click()
    expect(rows).to_have_count(0)

    page.get_by_role("radio", name="Market").check()
    page.get_by_label("Take profit and stop loss").check()
    place(page, Quantity="0.02", Take_profit_at="95000", Stop_loss_at="40000")
    expect(tab(page, "Fills").locator("tbody tr").first).to_contain_text("BTC/USDT")
    expect(tab(page, "Open orders").locator("tbody tr").filter(has_text="bracket")).to_have_count(2)
    page.get_by_label("Take profit and stop loss").uncheck()
    place(page, Quantity="0.01")
    page.get_by_role("radio", name="Trailing").check()
    place(page, "Sell", Follows_at="5", Quantity="0.005")
    expect(rows.first).to_contain_text("Sell trailing")
    expect(rows).to_have_count(3)

    shown = sorted(rows.all_inner_texts())
    unowned.kill()
    expect(page.get_by_text("The server does not answer")).to_be_visible()
    unowned.start()
    expect(page.get_by_text("The server does not answer")).to_be_hidden()
    expect(rows).to_have_count(3)
    assert sorted(rows.all_inner_texts()) == shown
    page.get_by_role("link", name="Journal", exact=True).click()
    expect(page.get_by_text("filled").first).to_be_visible()
