"""Settings: keys, people, sessions, how it looks, and the server itself."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.browser.conftest import DESK, WAIT_MS, joined, prefer, sign_in
from tests.support.server import OWNER_PASSWORD, Client, Server

pytestmark = pytest.mark.browser


@pytest.fixture
def settings(page: Page, server: Server, account_id: str) -> Page:
    assert account_id
    prefer(page, hasSeenTour=True)
    sign_in(page, server, "/settings")
    return page


def section(page: Page, name: str) -> None:
    page.get_by_role("link", name=name, exact=True).last.click()


def line(page: Page, words: str) -> Locator:
    return page.get_by_role("main").get_by_role("listitem").filter(has_text=words)


def test_a_key_is_shown_once_does_what_it_may_and_is_revoked(settings: Page, server: Server) -> None:
    name = f"robot {uuid4().hex[:6]}"
    section(settings, "API keys")
    settings.get_by_role("button", name="New key").click()
    dialog = settings.get_by_role("dialog")
    dialog.get_by_label("Name: what it is for").fill(name)
    dialog.get_by_role("button", name="Make the key").click()
    key = dialog.get_by_label("Key", exact=True).input_value()
    headers = {"authorization": f"Bearer {key}"}
    assert httpx.get(f"{server.url}/v1/accounts", headers=headers).status_code == 200
    assert httpx.post(f"{server.url}/v1/accounts", headers=headers, json={"name": "x"}).status_code == 403
    dialog.get_by_role("button", name="I have kept it").click()
    dialog.get_by_role("button", name="Close without a copy").click()
    expect(dialog).to_have_count(0)
    expect(settings.get_by_text(key)).to_have_count(0)
    expect(line(settings, name)).to_contain_text("read")
    line(settings, name).get_by_role("button", name="Revoke").click()
    dialog.get_by_role("textbox").fill(name)
    dialog.get_by_role("button", name="Revoke it").click()
    expect(line(settings, name)).to_have_count(0)
    assert httpx.get(f"{server.url}/v1/accounts", headers=headers).status_code == 401


def test_somebody_is_invited_and_comes_in_with_that_role(
    settings: Page, server: Server, browser: Browser
) -> None:
    email = f"new-{uuid4().hex[:6]}@example.com"
    section(settings, "Members")
    settings.get_by_role("button", name="Invite").first.click()
    dialog = settings.get_by_role("dialog")
    dialog.get_by_label("Their email address").fill(email)
    dialog.get_by_role("button", name="Make the link").click()
    link = dialog.get_by_label("Link", exact=True).input_value()
    assert "token=" in link
    context = browser.new_context(viewport=DESK)  # type: ignore[arg-type]  # a plain dict is one
    theirs = context.new_page()
    theirs.goto(f"{server.url}{link[link.index('/', 8) :]}")
    theirs.get_by_label("Name").fill("Somebody new")
    theirs.get_by_label("Password").fill("a perfectly good password")
    theirs.get_by_role("button", name="Join").click()
    expect(theirs.get_by_role("status")).to_have_text("live")
    theirs.goto(f"{server.url}/settings/members")
    expect(theirs.get_by_role("button", name="Invite")).to_have_count(0)
    context.close()
    settings.keyboard.press("Escape")
    if dialog.count():
        dialog.get_by_role("button").last.click()
    expect(line(settings, email)).to_contain_text(re.compile("viewer", re.IGNORECASE))


def test_a_session_is_ended_elsewhere_and_what_was_written_there_stays(
    settings: Page, server: Server, client: Client, browser: Browser
) -> None:
    email = joined(client, "trader")
    contexts = [browser.new_context(viewport=DESK) for _ in range(2)]  # type: ignore[arg-type]  # as above
    here, there = (context.new_page() for context in contexts)
    for each in (there, here):
        prefer(each, hasSeenTour=True)
        sign_in(each, server, "/settings/sessions", email=email, password=OWNER_PASSWORD)
    section(there, "Profile")
    there.get_by_label("New password, at least").fill("half a pass")
    here.reload()
    ends = here.get_by_role("button", name="End", exact=True)
    expect(ends).to_have_count(2)  # the other page's, which is the newer, and the one that joining began
    ends.first.click()
    here.get_by_role("dialog").get_by_role("button", name="End it").click()
    expect(here.get_by_role("dialog")).to_have_count(0)
    expect(ends).to_have_count(1)
    asked = there.get_by_role("dialog")
    # Its socket is told within a few seconds.
    asked.get_by_label("Password").fill(OWNER_PASSWORD, timeout=2 * WAIT_MS)
    asked.get_by_role("button", name="Sign in").click()
    expect(asked).to_have_count(0)
    expect(there.get_by_label("New password, at least")).to_have_value("half a pass")
    for context in contexts:
        context.close()


def test_how_it_looks_is_chosen_and_kept(page: Page, server: Server) -> None:
    settings = page
    sign_in(settings, server, "/settings/appearance")
    for group, choice in (("Theme", "Light"), ("Density", "Calm"), ("Gain and loss", "Blue, orange")):
        settings.get_by_role("group", name=group, exact=True).get_by_label(choice).check(force=True)
    ground = settings.evaluate("getComputedStyle(document.body).backgroundColor")
    settings.reload()
    expect(settings.get_by_role("group", name="Theme", exact=True).get_by_label("Light")).to_be_checked()
    expect(settings.get_by_role("group", name="Density", exact=True).get_by_label("Calm")).to_be_checked()
    assert settings.evaluate("getComputedStyle(document.body).backgroundColor") == ground
    assert min(int(part) for part in re.findall(r"\d+", ground)[:3]) > 200


def test_a_view_is_rebuilt_while_everything_else_runs(settings: Page, client: Client) -> None:
    section(settings, "System")
    before = {view["name"]: view["position"] for view in client.get("/v1/system")["projections"]}
    name = "orders" if "orders" in before else min(before)
    settings.get_by_role("button", name=f"Rebuild {name}", exact=True).click()
    settings.get_by_role("dialog").get_by_role("button", name="Rebuild it").click()
    expect(settings.get_by_role("dialog")).to_have_count(0)
    client.wait_until(
        "/v1/system",
        lambda system: all(
            view["state"] == "ok" and not view["is_rebuilding"] for view in system["projections"]
        ),
    )
    expect(line(settings, name).first).to_contain_text("Up to date")


def test_numbers_and_times_are_written_as_chosen_and_typed_ones_are_never_guessed(
    page: Page, server: Server, account_id: str
) -> None:
    assert account_id
    sign_in(page, server, "/settings/appearance")
    main = page.get_by_role("main")
    main.get_by_label("Numbers", exact=True).select_option("point-comma")
    expect(main.get_by_role("cell", name="64.120,50")).to_be_visible()
    main.get_by_label("Times", exact=True).select_option("Asia/Kolkata")
    shown = main.get_by_role("heading", name="How figures look").locator("..")
    now = datetime.now(UTC).astimezone(ZoneInfo("Asia/Kolkata"))
    expect(shown).to_contain_text(re.compile(f"{now:%H}:|{now + timedelta(minutes=1):%H}:"))
    page.goto(f"{server.url}/trade")
    ticket = page.get_by_role("form", name="Ticket")
    price = ticket.get_by_label("Price", exact=True)
    price.fill("60000,123")
    ticket.get_by_role("button", name="Use 60.000,12").click()
    expect(price).to_have_value("60000,12")
    price.fill("60.000")
    expect(ticket.get_by_text("Is it 60000 or 60,000?")).to_be_visible()


def test_what_an_account_cannot_count_in_is_told_before_anything_is_sent(page: Page, server: Server) -> None:
    sign_in(page, server, "/settings/accounts")
    page.get_by_role("button", name="Open a paper account").click()
    dialog = page.get_by_role("dialog", name="Open a paper account")
    dialog.get_by_label("Name").fill("in euros")
    dialog.get_by_label("Counts in").fill("us dt")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    dialog.get_by_role("button", name="Open it").click()
    expect(dialog.get_by_role("alert")).to_have_text("Letters and digits only, such as USDT.")
    assert "POST" not in sent
    dialog.get_by_label("Counts in").fill("eur")
    expect(dialog.get_by_role("alert")).to_have_count(0)
    expect(dialog.get_by_label("Default")).to_be_checked()
    dialog.get_by_role("button", name="Open it").click()
    expect(dialog).to_have_count(0)
    expect(page.get_by_role("row").filter(has_text="in euros")).to_contain_text("EUR")
