"""Trading on the page: orders fill, rest, change and are cancelled, and a killed server comes back."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.conftest import SENDS_BUY, WAIT_MS, hears, joined, prefer, sign_in
from tests.support.server import Client, Server

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
PRICE = re.compile(r"^[0-9]+\.?[0-9]*$")
VIOLATIONS = """async () => {
  const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]});
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(" ")}`);
}"""


def tab(page: Page, name: str) -> Locator:
    """A list of the account, brought into sight."""
    page.get_by_role("tab", name=name).click()
    return page.get_by_role("region", name=name, exact=True)


def open_rows(page: Page) -> Locator:
    return page.get_by_role("region", name="Open orders", exact=True).locator("tbody tr")


def quote(page: Page) -> Locator:
    return page.get_by_role("button", name="BTC/USDT").first


def field(page: Page, label: str) -> Locator:
    return page.get_by_role("form", name="Ticket").get_by_label(label, exact=True)


def place(page: Page, side: str = "Buy", **typed: str) -> None:
    """Write into the ticket and send it."""
    page.get_by_role("radio", name=side, exact=True).check()
    for label, value in typed.items():
        field(page, label.replace("_", " ")).fill(value)
    page.get_by_role("form", name="Ticket").get_by_role("button", name=side).click()


def explain_available(page: Page) -> None:
    """What the ticket calls available explains itself."""
    page.get_by_role("form", name="Ticket").locator("[data-figure$=':USDT:available']").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Recomputed")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)


def cancel_everything(page: Page) -> None:
    page.get_by_role("tab", name="Open orders").click()
    page.get_by_role("button", name="Cancel all", exact=True).click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile(r"Cancel \d+ order")).click()
    expect(page.get_by_text("No open orders")).to_be_visible()


def buy_some(client: Client, account_id: str) -> None:
    """A filled order, placed elsewhere."""
    order = {"account_id": account_id, "client_order_id": str(uuid4()), "instrument": "BTC-USDT.SIM"}
    client.post("/v1/orders", {**order, "side": "buy", "type": "market", "quantity": "0.01"})


def test_quotes_move(desk: Page) -> None:
    before = quote(desk).inner_text()
    expect(quote(desk)).not_to_have_text(before)


def test_a_market_order_fills_is_told_and_the_balances_follow(desk: Page) -> None:
    hears(desk).get_by_role("radio", name="Market").check()
    place(desk, Quantity="0.0004")
    expect(tab(desk, "Order history").locator("tbody tr").first).to_contain_text("filled")
    told = desk.get_by_role("listitem").filter(has_text="Bought 0.0004 BTC/USDT")
    expect(told.get_by_role("link", name="Show the event")).to_have_attribute(
        "href", re.compile(r"^/journal/\d+$")
    )
    expect(tab(desk, "Balances")).to_contain_text("BTC")
    expect(tab(desk, "Fills").locator("tbody tr").first).to_contain_text("taker")
    expect(tab(desk, "Positions").locator("tbody tr").first).to_contain_text("0.0004")


def test_the_risk_answer_comes_before_sending(desk: Page) -> None:
    field(desk, "Quantity").fill("0.01")
    field(desk, "Price").fill("55000")
    answer = desk.get_by_role("region", name="Risk answer")
    expect(answer).to_contain_text("Passes every check")
    expect(answer).to_contain_text("Fee, about (")
    answer.get_by_role("button", name="550.55 USDT").click()
    panel = desk.get_by_role("dialog", name="What the order sets aside")
    expect(panel).to_contain_text("price × (1 + fee_rate_on_cost) × quantity, rounded up to quote_step")
    inputs = panel.get_by_role("table", name="Inputs of the formula")
    for name, value in (("price", "55\u2009000USDT"), ("fee rate on cost", "0.001"), ("quantity", "0.01BTC")):
        expect(inputs.locator("tr").filter(has_text=name).first).to_contain_text(f"{name}{value}")
    expect(panel).to_contain_text("agrees with what the page showed")
    desk.keyboard.press("Escape")
    field(desk, "Quantity").fill("100")
    expect(answer).to_contain_text("Would be denied")


def test_a_limit_order_rests_holds_money_is_changed_in_its_row_and_cancelled(desk: Page) -> None:
    held = tab(desk, "Balances").locator("tr", has_text="USDT").get_by_role("cell").last
    expect(held).to_have_text("0")
    place(desk, Quantity="0.01", Price="55000")
    expect(held).to_have_text("550.55")
    tab(desk, "Open orders")
    row = open_rows(desk).first
    expect(row).to_contain_text("accepted")
    row.get_by_title("Change the price").click()
    desk.keyboard.press("Escape")
    expect(row.get_by_title("Change the price")).to_be_focused()
    desk.keyboard.press("Enter")
    for typed, why in (
        ("abc", "Write a number above zero."),
        ("50000.001", "Steps of 0.01: 50000 would do."),
    ):
        row.get_by_label("New price").fill(typed)
        desk.keyboard.press("Enter")
        expect(row.get_by_text(why)).to_be_visible()
        expect(row.get_by_label("New price")).to_have_attribute("aria-invalid", "true")
        expect(row.get_by_label("New price")).to_have_accessible_description(why)
    row.get_by_label("New price").fill("50000")
    desk.keyboard.press("Enter")
    expect(row.get_by_title("Change the price")).to_have_text("50\u2009000.00")
    row.get_by_title("Change the quantity").click()
    desk.keyboard.press("Escape")
    expect(row.get_by_label("New quantity")).to_have_count(0)
    row.get_by_role("button", name="Cancel").click()
    expect(open_rows(desk)).to_have_count(0)
    expect(tab(desk, "Order history").locator("tbody tr").first).to_contain_text("cancelled")


def test_a_refusal_is_told_in_a_sentence(desk: Page) -> None:
    place(desk, Quantity="1000", Price="60000")
    alert = desk.get_by_role("alert").filter(has_text="Order denied")
    expect(alert.get_by_role("link", name="Show the event")).to_be_visible()
    expect(tab(desk, "Denials").locator("tbody tr").first).to_contain_text("; the limit is ")


def test_a_field_that_is_no_amount_says_what_to_write_and_nothing_is_sent(
    desk: Page, client: Client, account_id: str
) -> None:
    buy_some(client, account_id)
    history = tab(desk, "Order history").locator("tbody tr")
    expect(history).not_to_have_count(0)
    before = history.count()
    place(desk, Quantity="one")
    expect(desk.get_by_text("Write an amount such as")).to_be_visible()
    expect(desk.get_by_text("Write a price such as")).to_be_visible()
    expect(history).to_have_count(before)


def test_what_the_instrument_does_not_know_is_put_right_with_one_press(desk: Page) -> None:
    field(desk, "Price").fill("60000.123")
    desk.get_by_role("button", name="Use 60\u2009000.12").click()
    expect(field(desk, "Price")).to_have_value("60000.12")
    desk.get_by_role("button", name="25\u2009%").click()
    expect(field(desk, "Quantity")).to_have_value(PRICE)


def test_a_price_of_the_market_becomes_the_order_s(desk: Page) -> None:
    desk.get_by_role("radio", name="Market").check()
    desk.get_by_title("Use the ask").click()
    expect(field(desk, "Price")).to_have_value(PRICE)


def test_an_order_can_be_placed_without_a_mouse(desk: Page) -> None:
    expect(desk.get_by_text("No open orders")).to_be_visible()
    # Keys work once all of the page is there.
    desk.wait_for_load_state("networkidle")
    desk.keyboard.press("b")
    expect(field(desk, "Quantity")).to_be_focused()
    desk.keyboard.type("0.01")
    desk.keyboard.press("Shift+Tab")
    desk.keyboard.type("60000")
    # In a field Enter sends nothing; on the button it does.
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("No open orders")).to_be_visible()
    desk.get_by_role("button", name=SENDS_BUY).focus()
    desk.keyboard.press("Enter")
    expect(open_rows(desk)).to_have_count(1)
    expect(open_rows(desk).first).to_contain_text("Buy")
    cancel = open_rows(desk).first.get_by_role("button", name="Cancel")
    cancel.focus()
    desk.keyboard.press("Space")
    expect(open_rows(desk)).to_have_count(0)


def test_every_kind_of_order_is_taken(desk: Page) -> None:
    desk.get_by_role("radio", name="Trailing").check()
    place(desk, "Sell", Follows_at="5", Quantity="0.001")
    expect(open_rows(desk).first).to_contain_text("Sell trailing")
    desk.get_by_role("radio", name="Stop", exact=True).check()
    place(desk, "Sell", Trigger_price="50000", Quantity="0.001")
    expect(open_rows(desk).first).to_contain_text("Sell stop")
    desk.get_by_role("radio", name="Stop limit").check()
    place(desk, "Sell", Trigger_price="50000", Price="49900", Quantity="0.001")
    expect(open_rows(desk).first).to_contain_text("Sell stop limit")
    desk.get_by_role("radio", name="Take profit").check()
    place(desk, "Sell", Trigger_price="80000", Quantity="0.001")
    expect(open_rows(desk).first).to_contain_text("Sell take profit")
    cancel_everything(desk)


def test_a_bracket_and_a_pair_go_out_together(desk: Page) -> None:
    desk.get_by_label("Take profit and stop loss").check()
    place(desk, Quantity="0.01", Price="58000", Take_profit_at="70000", Stop_loss_at="55000")
    expect(open_rows(desk)).to_have_count(1)
    expect(open_rows(desk).first).to_contain_text("with exits")
    desk.get_by_role("radio", name="Sell", exact=True).check()
    desk.get_by_label("One cancels the other").check()
    place(desk, "Sell", Quantity="0.01", Price="70000", Stop_at="50000")
    expect(open_rows(desk)).to_have_count(3)
    expect(open_rows(desk).filter(has_text="OCO")).to_have_count(2)
    cancel_everything(desk)


def test_a_position_is_closed_with_what_that_means_told_first(
    desk: Page, client: Client, account_id: str
) -> None:
    buy_some(client, account_id)
    positions = tab(desk, "Positions")
    positions.get_by_role("button", name="Close").first.click()
    dialog = desk.get_by_role("dialog")
    expect(dialog).to_contain_text("Passes every check")
    dialog.get_by_role("button", name="Sell").click()
    expect(dialog).to_have_count(0)
    expect(positions.get_by_role("button", name="Close")).to_have_count(0)


def test_a_viewer_sees_and_cannot_trade(page: Page, server: Server, client: Client, account_id: str) -> None:
    buy_some(client, account_id)
    party = client.get(f"/v1/accounts/{account_id}")["party_id"]
    invited = client.post(
        "/v1/members", {"email": "viewer@example.com", "role": "viewer", "parties": [party]}
    )
    page.goto(f"{server.url}{invited['path']}")
    page.get_by_label("Name").fill("A viewer")
    page.get_by_label("Password").fill("a perfectly good password")
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("status")).to_have_text("live")
    page.keyboard.press("g")
    page.keyboard.press("t")
    expect(page.get_by_role("note")).to_contain_text("Your role may look")
    expect(page.get_by_role("button", name=SENDS_BUY)).to_be_disabled()
    expect(field(page, "Quantity")).to_be_disabled()
    explain_available(page)
    expect(tab(page, "Order history").locator("tbody tr")).not_to_have_count(0)
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)


@pytest.mark.parametrize("size", [(1280, 720), (1440, 900), (2560, 1440)])
def test_the_desk_fits_its_screen_and_remembers_how_it_is_laid_out(
    browser: Browser, server: Server, account_id: str, size: tuple[int, int]
) -> None:
    assert account_id
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    sign_in(page, server)
    expect(page.get_by_role("form", name="Ticket")).to_be_visible()
    root = "document.documentElement"
    assert page.evaluate(f"{root}.scrollHeight <= innerHeight && {root}.scrollWidth <= innerWidth")
    edge = page.get_by_role("separator", name="Width of the ticket")
    before = int(edge.get_attribute("aria-valuenow") or 0)
    edge.press("ArrowLeft")
    page.get_by_role("button", name="Layout").click()
    page.get_by_role("menuitem", name="Hide watchlist").click()
    page.reload()
    expect(edge).to_have_attribute("aria-valuenow", str(before + 16))
    expect(page.get_by_role("heading", name="Watchlist")).to_have_count(0)
    context.close()


def test_a_phone_shows_one_thing_at_a_time(browser: Browser, server: Server, account_id: str) -> None:
    assert account_id
    for width, height in ((360, 740), (768, 1024)):
        context = browser.new_context(viewport={"width": width, "height": height}, has_touch=True)
        page = context.new_page()
        page.set_default_timeout(WAIT_MS)
        sign_in(page, server)
        if width == 360:
            for name in ("Book", "Ticket", "Orders", "Chart"):
                page.get_by_role("tab", name=name, exact=True).click()
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
            page.get_by_role("tab", name="Ticket", exact=True).click()
        expect(page.get_by_role("form", name="Ticket")).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        context.close()


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
    if size[0] < 768:
        page.get_by_role("tab", name="Ticket", exact=True).click()
    field(page, "Quantity").fill("0.01")
    field(page, "Price").fill("60000.001")
    expect(page.get_by_text("Prices move in steps")).to_be_visible()
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []
    field(page, "Price").fill("60000")
    expect(page.get_by_role("region", name="Risk answer")).to_contain_text("Passes")
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    if size[0] < 768:
        page.get_by_role("tab", name="Orders", exact=True).click()
    for name in ("Order history", "Positions", "Fills", "Balances", "Denials"):
        tab(page, name)
        assert page.evaluate(VIOLATIONS) == []
    context.close()


def test_a_killed_server_comes_back_to_the_same_page(desk: Page, server: Server) -> None:
    place(desk, Quantity="0.01", Price="57000")
    rows = open_rows(desk)
    expect(rows.first).to_contain_text("accepted")
    before = rows.all_inner_texts()
    place(desk, Quantity="0.01", Price="58000")
    expect(rows).to_have_count(len(before) + 1)
    expect(rows.first).to_contain_text("accepted")
    before = rows.all_inner_texts()
    server.kill()
    expect(desk.get_by_role("status").filter(has_text="trying again")).to_be_visible()
    expect(desk.get_by_text("The server does not answer")).to_be_visible()
    expect(quote(desk)).to_contain_text("stale")
    place(desk, Quantity="0.01", Price="58500")
    expect(desk.get_by_role("alert").filter(has_text="never placed twice")).to_be_visible()
    server.start()
    expect(desk.get_by_role("status").filter(has_text="live")).to_be_visible()
    expect(desk.get_by_text("The server does not answer")).to_be_hidden()
    expect(field(desk, "Price")).to_have_value("58500")
    assert rows.all_inner_texts() == before
    desk.get_by_role("button", name=SENDS_BUY).click()
    expect(rows).to_have_count(len(before) + 1)
    moving = quote(desk).inner_text()
    expect(quote(desk)).not_to_have_text(moving)


def find(page: Page, words: str) -> Locator:
    """What the palette offers for these words, the best first."""
    page.keyboard.press("Control+k")
    page.get_by_role("combobox", name="Search or do").fill(words)
    return page.get_by_role("option").first


def test_the_palette_finds_what_somebody_comes_to_do(desk: Page) -> None:
    hears(desk)
    for words in ("withdraw", "deposit"):
        find(desk, words).click()
        dialog = desk.get_by_role("dialog", name="Deposit or withdraw")
        expect(dialog).to_contain_text("Available")
        desk.keyboard.press("Escape")
        expect(dialog).to_have_count(0)
    for words, path in (
        ("api key", "/settings/api-keys"),
        ("invite", "/settings/members"),
        ("halt", "/risk"),
    ):
        find(desk, words).click()
        expect(desk).to_have_url(re.compile(f"{path}$"))
    find(desk, "log out").click()
    expect(desk.get_by_role("button", name="Sign in")).to_be_visible()


def test_the_palette_offers_nobody_what_their_role_may_not(
    page: Page, server: Server, client: Client, account_id: str
) -> None:
    assert account_id
    sign_in(page, server, email=joined(client, "viewer"))
    for words in ("deposit", "open account", "halt", "invite"):
        find(page, words)
        expect(page.get_by_text("Nothing is called so.")).to_be_visible()
        page.keyboard.press("Escape")
    expect(find(page, "sign out")).to_have_text(re.compile("Sign out"))
