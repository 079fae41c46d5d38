"""Trading on the page: prices move, orders fill, rest and are cancelled, and a killed server comes back."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.conftest import WAIT_MS, prefer, sign_in
from tests.support.server import Server

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
PRICE = re.compile(r"^[0-9]+\.?[0-9]*$")
VIOLATIONS = """async () => {
  const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]});
  return found.violations.filter((each) => ["serious", "critical"].includes(each.impact))
    .map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(" ")}`);
}"""


def first_order(page: Page) -> Locator:
    """The newest row of the orders."""
    return page.get_by_role("region", name="Orders").locator("tbody tr").first


def test_quotes_move(desk: Page) -> None:
    quote = desk.get_by_role("button", name="BTC/USDT")
    before = quote.inner_text()
    expect(quote).not_to_have_text(before)


def test_a_market_order_fills_and_the_balances_follow(desk: Page) -> None:
    desk.get_by_role("button", name="BTC/USDT").click()
    desk.get_by_role("radio", name="Market").check()
    desk.get_by_label("Quantity").fill("0.02")
    desk.get_by_role("button", name="Buy", exact=True).click()
    expect(first_order(desk)).to_contain_text("filled")
    expect(desk.get_by_role("region", name="Balances")).to_contain_text("BTC")


def test_a_limit_order_rests_holds_money_and_is_cancelled(desk: Page) -> None:
    balances = desk.get_by_role("region", name="Balances")
    held = balances.locator("tr", has_text="USDT").get_by_role("cell").last
    expect(held).to_have_text("0")
    desk.get_by_role("button", name="BTC/USDT").click()
    desk.get_by_label("Quantity").fill("0.01")
    desk.get_by_label("Price").fill("55000")
    desk.get_by_role("button", name="Buy", exact=True).click()
    expect(first_order(desk)).to_contain_text("accepted")
    expect(held).to_have_text("550.55")
    first_order(desk).get_by_role("button", name="Cancel").click()
    expect(first_order(desk)).to_contain_text("cancelled")
    expect(held).to_have_text("0")


def test_a_refusal_is_told_in_the_server_s_words(desk: Page) -> None:
    desk.get_by_label("Quantity").fill("1000")
    desk.get_by_label("Price").fill("60000")
    desk.get_by_role("button", name="Buy", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("Order denied")
    expect(first_order(desk)).to_contain_text("denied")


def test_a_field_that_is_no_amount_says_what_to_write_and_nothing_is_sent(desk: Page) -> None:
    rows = desk.get_by_role("region", name="Orders").locator("tbody tr")
    expect(rows).not_to_have_count(0)
    before = rows.count()
    desk.get_by_label("Quantity").fill("1,5")
    desk.get_by_role("button", name="Buy", exact=True).click()
    expect(desk.get_by_text("Write an amount such as")).to_be_visible()
    expect(desk.get_by_text("Write a price such as")).to_be_visible()
    expect(rows).to_have_count(before)


def test_a_price_of_the_market_becomes_the_order_s(desk: Page) -> None:
    desk.get_by_role("radio", name="Market").check()
    desk.get_by_title("Use the ask").click()
    expect(desk.get_by_label("Price")).to_have_value(PRICE)


def test_an_order_can_be_placed_without_a_mouse(desk: Page) -> None:
    rows = desk.get_by_role("region", name="Orders").locator("tbody tr")
    expect(rows).not_to_have_count(0)
    before = rows.count()
    desk.get_by_label("Quantity").focus()
    desk.keyboard.type("0.01")
    desk.keyboard.press("Tab")
    desk.keyboard.type("60000")
    # In a field Enter chooses no side; on a button it does.
    desk.keyboard.press("Enter")
    expect(rows).to_have_count(before)
    desk.keyboard.press("Tab")
    desk.keyboard.press("Enter")
    expect(rows).to_have_count(before + 1)
    expect(first_order(desk)).to_contain_text("Buy")
    cancel = first_order(desk).get_by_role("button", name="Cancel")
    cancel.focus()
    desk.keyboard.press("Space")
    expect(first_order(desk)).to_contain_text("cancelled")


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_everybody_can_use_it(
    browser: Browser, server: Server, account_id: str, theme: str, size: tuple[int, int]
) -> None:
    assert account_id
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        reduced_motion="reduce",
        bypass_csp=True,
    )
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    prefer(page, theme=theme)
    page.goto(server.url)
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []
    sign_in(page, server)
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()


def test_a_killed_server_comes_back_to_the_same_page(desk: Page, server: Server) -> None:
    rows = desk.get_by_role("region", name="Orders").locator("tbody tr")
    expect(rows).not_to_have_count(0)
    balances = desk.get_by_role("region", name="Balances")
    before, held = rows.all_inner_texts(), balances.inner_text()
    desk.get_by_label("Quantity").fill("0.01")
    desk.get_by_label("Price").fill("58000")
    server.kill()
    expect(desk.get_by_role("status")).to_contain_text("trying again")
    expect(desk.get_by_text("The server does not answer")).to_be_visible()
    expect(desk.get_by_role("button", name="BTC/USDT")).to_contain_text("stale")
    desk.get_by_role("button", name="Buy", exact=True).click()
    expect(desk.get_by_role("alert")).to_contain_text("never placed twice")
    server.start()
    expect(desk.get_by_role("status")).to_have_text("live")
    expect(desk.get_by_text("The server does not answer")).to_be_hidden()
    assert rows.all_inner_texts() == before
    assert balances.inner_text() == held
    desk.get_by_role("button", name="Buy", exact=True).click()
    expect(rows).to_have_count(len(before) + 1)
    quote = desk.get_by_role("button", name="BTC/USDT")
    expect(quote).not_to_have_text(quote.inner_text())
