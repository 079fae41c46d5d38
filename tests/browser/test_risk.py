"""Risk on the page: what is used of a limit, changing it, switching an account, stopping everything."""

from __future__ import annotations

from uuid import uuid4

import pytest
from playwright.sync_api import Locator, Page, expect
from tests.browser.conftest import joined, prefer, sign_in
from tests.support.server import OWNER_PASSWORD, Client, Server

pytestmark = pytest.mark.browser


@pytest.fixture
def own_account(client: Client) -> str:
    """An account of this test alone: the newest, so that the page shows it."""
    return client.open_account(deposits={"USDT": "100000"}, name=f"risk {uuid4().hex[:6]}")


@pytest.fixture
def risk(page: Page, server: Server, own_account: str) -> Page:
    assert own_account
    prefer(page, hasSeenTour=True)
    sign_in(page, server, "/risk")
    return page


def panel(page: Page, title: str) -> Locator:
    return page.locator("section").filter(has=page.get_by_role("heading", name=title, exact=True))


def state(page: Page, name: str) -> Locator:
    return panel(page, "State").get_by_role("button", name=name)


def buy(client: Client, account_id: str, quantity: str, *, expect: int = 201) -> None:
    order = {"account_id": account_id, "client_order_id": str(uuid4()), "instrument": "BTC-USDT.SIM"}
    terms = {"side": "buy", "type": "limit", "quantity": quantity, "price": "50000"}
    client.post("/v1/orders", {**order, **terms}, expect=(expect,))


def test_a_limit_is_changed_and_the_next_order_is_denied_by_it(
    risk: Page, client: Client, own_account: str
) -> None:
    risk.get_by_role("button", name="Change Single order").click()
    limit = risk.get_by_label("Limit, was")
    limit.fill("a lot")
    risk.keyboard.press("Enter")
    expect(limit).to_have_attribute("aria-invalid", "true")
    limit.fill("400")
    risk.keyboard.press("Enter")
    expect(limit).to_have_count(0)
    buy(client, own_account, "0.007")
    buy(client, own_account, "0.009", expect=422)
    denied = risk.get_by_role("region", name="Denials").locator("tbody tr")
    expect(denied).to_have_count(1)
    expect(denied).to_contain_text("buy 0.009 limit at 50\u2009000")
    expect(denied).to_contain_text("400")
    used = risk.get_by_role("meter", name="Position, BTC-USDT.SIM")
    expect(used).to_have_attribute("aria-valuenow", "1")


def test_an_account_is_switched_with_keys_alone_and_says_why(
    risk: Page, client: Client, own_account: str
) -> None:
    state(risk, "Reducing").focus()
    risk.keyboard.press("Enter")
    dialog = risk.get_by_role("dialog")
    dialog.get_by_label("Reason").focus()
    risk.keyboard.type("odd fills")
    risk.keyboard.press("Enter")
    expect(dialog).to_have_count(0)
    expect(state(risk, "Reducing")).to_have_attribute("aria-pressed", "true")
    expect(panel(risk, "State")).to_contain_text("odd fills")
    buy(client, own_account, "0.001", expect=422)
    state(risk, "Active").focus()
    risk.keyboard.press("Enter")
    dialog.get_by_label("Reason").focus()
    risk.keyboard.press("Enter")
    expect(state(risk, "Active")).to_have_attribute("aria-pressed", "true")
    buy(client, own_account, "0.001")


def test_the_red_button_cancels_and_halts_and_trading_is_resumed(
    risk: Page, client: Client, own_account: str
) -> None:
    buy(client, own_account, "0.001")
    client.wait_until(
        f"/v1/orders?account_id={own_account}&status=accepted", lambda page: len(page["items"]) == 1
    )
    risk.get_by_role("button", name="Cancel all and halt").click()
    dialog = risk.get_by_role("dialog")
    stop = dialog.get_by_role("button", name="Stop everything")
    expect(stop).to_be_disabled()
    dialog.get_by_label("Reason, for the journal").fill("a test of the red button")
    dialog.get_by_label("Type halt to confirm").fill("halt")
    stop.click()
    expect(dialog).to_have_count(0)
    expect(state(risk, "Halted")).to_have_attribute("aria-pressed", "true")
    expect(panel(risk, "State")).to_contain_text("a test of the red button")
    client.wait_until(
        f"/v1/orders?account_id={own_account}&status=cancelled", lambda page: len(page["items"]) == 1
    )
    buy(client, own_account, "0.001", expect=422)
    risk.get_by_role("button", name="Resume trading").click()
    dialog.get_by_role("button", name="Resume", exact=True).click()
    expect(dialog).to_have_count(0)
    expect(state(risk, "Active")).to_have_attribute("aria-pressed", "true")


def test_a_viewer_sees_the_limits_and_can_touch_none(
    page: Page, server: Server, client: Client, own_account: str
) -> None:
    party = client.get(f"/v1/accounts/{own_account}")["party_id"]
    email = joined(client, "viewer", party)
    prefer(page, hasSeenTour=True)
    sign_in(page, server, "/risk", email=email, password=OWNER_PASSWORD)
    expect(panel(page, "Limits")).to_contain_text("Drawdown")
    expect(page.get_by_role("button", name="Change Single order")).to_have_count(0)
    expect(state(page, "Halted")).to_be_disabled()
    expect(panel(page, "State")).to_contain_text("Your role can see this and not change it.")
    stop = page.get_by_role("button", name="Cancel all and halt")
    assert stop.count() == 0 or stop.is_disabled()
