"""The journal on the page: found, opened, proven, travelled through, and every figure explained from it."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect
from tests.browser.conftest import DESK, WAIT_MS, prefer, sign_in
from tests.support.server import Client, Server

pytestmark = pytest.mark.browser
AXE = Path(__file__).parents[2] / "ui/node_modules/axe-core/axe.min.js"
VIOLATIONS = """async () => {
  const found = await axe.run(document, {runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]});
  return found.violations.map((each) => `${each.id}: ${each.nodes.map((node) => node.target).join(" ")}`);
}"""
CHECKPOINT_WAIT_MS = 60_000


@pytest.fixture(scope="module")
def traded(client: Client, account_id: str) -> str:
    """An account that put money in, bought, sold a part, and was denied."""
    for side, quantity, type_, price in (
        ("buy", "0.0004", "market", None),
        ("sell", "0.0001", "market", None),
        ("buy", "100", "limit", "60000"),
    ):
        order = {
            "account_id": account_id,
            "instrument": "BTC-USDT.SIM",
            "client_order_id": f"journal-{side}-{quantity}",
            "side": side,
            "type": type_,
            "quantity": quantity,
            "price": price,
        }
        answer = client.call("POST", "/v1/orders", order, expect=(201, 409, 422))
        if type_ == "market":
            order_id = answer["order"]["order_id"]
            client.wait_until(f"/v1/orders/{order_id}", lambda shown: shown["status"] == "filled")
    client.wait_for_views()
    return account_id


@pytest.fixture
def journal(page: Page, server: Server, traded: str) -> Page:
    """The page of the journal, signed in."""
    assert traded
    sign_in(page, server, "/journal")
    expect(rows(page).first).to_be_visible()
    return page


def rows(page: Page) -> Locator:
    """Events in the list."""
    return page.get_by_role("list", name="Events", exact=True).get_by_role("listitem")


def show(page: Page, view: str) -> None:
    """Choose a view and wait until the list shows it."""
    page.get_by_role("group", name="Views").get_by_role("button", name=view, exact=True).click()
    expect(
        page.get_by_role("group", name="Views").get_by_role("button", name=view, exact=True)
    ).to_have_attribute("aria-pressed", "true")


def open_event(page: Page, words: str | re.Pattern[str]) -> Locator:
    """Open the newest event whose sentence has these words; returns what is told of it."""
    rows(page).filter(has_text=words).first.get_by_role("link").click()
    told = page.get_by_role("region", name="About the event")
    expect(told.get_by_text("Recorded", exact=True)).to_be_visible()
    return told


def test_filters_narrow_the_list_and_stand_in_the_address(journal: Page) -> None:
    show(journal, "Fills")
    expect(rows(journal)).to_have_count(2)
    expect(rows(journal).first).to_contain_text("Sell 0.0001 BTC/USDT filled at")
    expect(rows(journal).nth(1)).to_contain_text("Buy 0.0004 BTC/USDT filled at")
    expect(journal).to_have_url(re.compile(r"type=trading\.OrderFilled"))
    journal.reload()
    expect(rows(journal)).to_have_count(2)
    show(journal, "Denials")
    expect(rows(journal).first).to_contain_text("Buy 100 BTC/USDT at 60\u202f000 denied: ")
    journal.get_by_role("button", name="Clear kind").click()
    expect(rows(journal).filter(has_text="Deposited 100\u202f000 USDT")).to_have_count(1)


def test_a_filter_can_be_typed_kept_as_a_view_and_removed(journal: Page) -> None:
    journal.get_by_role("button", name="Actor").click()
    journal.get_by_label("Actor", exact=True).last.fill("venue:paper")
    journal.keyboard.press("Enter")
    expect(rows(journal).first).to_contain_text("Paper")
    expect(rows(journal)).to_have_count(4)
    journal.get_by_role("button", name="Save view").click()
    journal.get_by_label("Name").fill("From the venue")
    journal.keyboard.press("Enter")
    show(journal, "Everything")
    expect(rows(journal).filter(has_text="Deposited")).to_have_count(1)
    show(journal, "From the venue")
    expect(rows(journal)).to_have_count(4)
    journal.get_by_role("button", name="Remove the view From the venue").click()
    expect(journal.get_by_role("button", name="From the venue")).to_have_count(0)


def test_what_happens_is_offered_as_new(journal: Page, client: Client, traded: str) -> None:
    show(journal, "Money in and out")
    expect(rows(journal)).to_have_count(1)
    client.post(f"/v1/accounts/{traded}/deposits", {"asset": "USDT", "amount": "7"})
    journal.get_by_role("button", name="1 new event").click()
    expect(rows(journal)).to_have_count(2)
    expect(rows(journal).first).to_contain_text("Deposited 7 USDT")
    journal.get_by_role("button", name="Follow new events").click()
    client.post(f"/v1/accounts/{traded}/withdrawals", {"asset": "USDT", "amount": "7"})
    expect(rows(journal).first).to_contain_text("Withdrew 7 USDT")


def test_an_event_tells_its_cause_its_effect_and_what_it_changed(journal: Page) -> None:
    show(journal, "Fills")
    told = open_event(journal, "Buy 0.0004 BTC/USDT filled")
    chain = told.get_by_role("list", name="Cause and effect")
    expect(chain).to_contain_text("by you")
    expect(chain.get_by_role("link")).to_have_count(4)
    expect(chain.get_by_role("link").first).to_contain_text("placed")
    expect(chain.locator("[aria-current=page]")).to_contain_text("this event")
    changed = told.get_by_role("region", name="Before → after")
    expect(changed).to_contain_text("balances › BTC")
    expect(changed).to_contain_text("balances › USDT › held")
    expect(changed).not_to_contain_text("limits")
    sums = told.get_by_role("region", name="Postings").locator("tfoot tr")
    expect(sums).to_have_count(2)
    for each in sums.all():
        expect(each.get_by_role("cell").last).to_have_text("0")


def test_keys_step_from_event_to_event(journal: Page) -> None:
    show(journal, "Fills")
    open_event(journal, "Sell 0.0001")
    journal.keyboard.press("j")
    expect(journal.get_by_role("region", name="About the event")).to_contain_text(
        "Buy 0.0004 BTC/USDT filled"
    )
    journal.keyboard.press("k")
    expect(journal.get_by_role("region", name="About the event")).to_contain_text(
        "Sell 0.0001 BTC/USDT filled"
    )


def test_an_event_is_proven_in_the_browser_and_a_forged_one_is_not(journal: Page) -> None:
    show(journal, "Money in and out")
    told = open_event(journal, "Deposited 100\u202f000 USDT")
    check = told.get_by_role("button", name="Check the proof here")
    expect(check).to_be_enabled(timeout=CHECKPOINT_WAIT_MS)
    check.click()
    expect(told).to_contain_text("Proven against checkpoint")
    with journal.expect_download() as saved:
        told.get_by_role("button", name="Save the proof").click()
    assert saved.value.suggested_filename.startswith("proof-")
    assert json.loads(saved.value.path().read_text())["inclusion_path"]

    def forge(route: Route) -> None:
        proof = route.fetch().json()
        proof["event"]["data"] = proof["event"]["data"].replace("100000", "900000")
        route.fulfill(json=proof)

    journal.route("**/proof", forge)
    check.click()
    expect(told).to_contain_text("Not proven. The leaf is not the hash of the event's texts.")


def test_the_book_is_shown_as_it_was_before_a_trade(journal: Page) -> None:
    show(journal, "Money in and out")
    open_event(journal, "Deposited 100\u202f000 USDT").get_by_role(
        "button", name="Look at the book as of here"
    ).click()
    banner = journal.get_by_role("complementary", name="As of")
    expect(banner).to_contain_text("As of position")
    journal.get_by_role("radio", name="The book then").check(force=True)
    balances = journal.get_by_role("region", name="Balances then")
    expect(balances).to_contain_text("100\u2009000")
    expect(balances).not_to_contain_text("BTC")
    expect(rows(journal)).to_have_count(1)
    show(journal, "Fills")
    expect(journal.get_by_text("No event fits")).to_be_visible()
    slider = journal.get_by_role("slider", name="Time travel")
    slider.focus()
    journal.keyboard.press("End")
    expect(slider).to_have_attribute("aria-valuetext", re.compile("Now"))
    expect(banner).to_have_count(0)
    journal.keyboard.press("ArrowLeft")
    expect(banner).to_be_visible()
    expect(balances).to_contain_text("BTC")
    journal.get_by_role("link", name="Overview").click()
    expect(banner).to_be_visible()
    banner.get_by_role("button", name="Back to now").click()
    expect(banner).to_have_count(0)


def test_a_balance_explains_itself_and_sums_up(journal: Page, client: Client, traded: str) -> None:
    show(journal, "Fills")
    open_event(journal, "Sell 0.0001 BTC/USDT filled").get_by_role(
        "button", name="Look at the book as of here"
    ).click()
    journal.get_by_role("radio", name="The book then").check(force=True)
    line = journal.get_by_role("region", name="Balances then").locator("tr", has_text="BTC")
    expect(line.locator("[data-figure$=':total']")).to_have_text("0.0003")
    line.locator("[data-figure$=':total']").click()
    dialog = journal.get_by_role("dialog", name="Total, BTC")
    expect(dialog).to_contain_text("Recomputed: agrees with what the page showed.")
    expect(dialog).to_contain_text("Summed up here: the postings give the figure.")
    amounts = (
        dialog.get_by_role("region", name="Postings").locator("tbody tr td:last-child").all_inner_texts()
    )
    assert sum(Decimal(each.replace("−", "-")) for each in amounts) == Decimal("0.0003")
    dialog.get_by_role("region", name="Postings").get_by_role("link").first.click()
    expect(dialog).to_have_count(0)
    expect(journal).to_have_url(re.compile(r"/journal/\d+"))
    # Fresh addresses explain too.
    journal.goto(f"{journal.url.split('/journal')[0]}/trade?explain=balance:{traded}:USDT:total")
    value = next(
        each["total"]
        for each in client.get(f"/v1/accounts/{traded}/balances")["items"]
        if each["asset"] == "USDT"
    )
    shown = journal.get_by_role("dialog", name="Total, USDT").get_by_text("USDT", exact=True).first
    expect(shown.locator("..")).to_have_text(f"{group(value)} USDT")


def group(decimal: str) -> str:
    whole, _, fraction = decimal.partition(".")
    return f"{int(whole):,}".replace(",", "\u2009") + (f".{fraction}" if fraction else "")


def test_who_may_not_audit_is_told_what_is_needed(page: Page, server: Server, client: Client) -> None:
    invited = client.post("/v1/members", {"email": "viewer@example.com", "role": "viewer"})
    page.goto(f"{server.url}{invited['path']}")
    page.get_by_label("Name").fill("Vera")
    for field in page.get_by_label(re.compile("password", re.IGNORECASE)).all():
        field.fill("correct horse battery staple")
    page.get_by_role("button", name=re.compile("join", re.IGNORECASE)).click()
    page.get_by_role("link", name="Journal").click()
    expect(page.get_by_text("The journal is for auditors")).to_be_visible()
    expect(page.get_by_role("alert")).to_have_count(0)


@pytest.mark.parametrize("theme", ["dark", "light"])
@pytest.mark.parametrize("width", [360, DESK["width"]])
def test_the_journal_is_accessible(
    browser: Browser, server: Server, traded: str, theme: str, width: int
) -> None:
    assert traded
    context = browser.new_context(viewport={"width": width, "height": 800}, bypass_csp=True)
    page = context.new_page()
    page.set_default_timeout(WAIT_MS)
    prefer(page, theme=theme)
    sign_in(page, server, "/journal")
    expect(rows(page).first).to_be_visible()
    page.add_script_tag(path=AXE)
    assert page.evaluate(VIOLATIONS) == []
    show(page, "Money in and out")
    told = open_event(page, "Deposited 100\u202f000 USDT")
    expect(told.get_by_role("region", name="Postings").locator("tfoot")).to_be_visible()
    assert page.evaluate(VIOLATIONS) == []
    told.get_by_role("button", name="Look at the book as of here").click()
    page.get_by_role("radio", name="The book then").check(force=True)
    page.get_by_role("region", name="Balances then").get_by_title("Explain").first.click()
    expect(page.get_by_role("dialog")).to_contain_text("Recomputed")
    assert page.evaluate(VIOLATIONS) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    context.close()
