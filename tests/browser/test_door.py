"""Coming in: by password, by the links that the server makes, and not by anything else."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, Response, expect
from tests.browser.conftest import sign_in
from tests.support.server import OWNER_EMAIL, OWNER_PASSWORD, Client, Server, WithoutOwner, open_directory

pytestmark = pytest.mark.browser
PASSWORD = "a perfectly good password"


class Unowned(WithoutOwner):
    """It says in its log how to become its owner."""

    def owner_link(self) -> str:
        """Printed once the server is ready."""
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            for line in self.log.read_text().splitlines():
                if "owner_link" in line:
                    return str(json.loads(line)["url"])
            time.sleep(0.05)
        raise AssertionError(self.tail_of_log())


@pytest.fixture
def unowned() -> Iterator[Unowned]:
    with open_directory() as directory:
        running = Unowned(directory / "data", "--market", "simulated")
        running.start()
        yield running
        running.stop()


def test_the_owner_link_leads_to_an_account_with_money(page: Page, unowned: Unowned) -> None:
    page.goto(unowned.owner_link())
    page.get_by_label("Name").fill("The owner")
    page.get_by_label("Email").fill("me@example.com")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Open the book").click()
    page.get_by_role("button", name="Open an account").click()
    page.get_by_label("Name").fill("main")
    page.get_by_label("Starting money").fill("100000")
    page.get_by_role("button", name="Open the account").click()
    page.get_by_role("button", name="Skip the tour").click()
    expect(page.get_by_text("100\u2009000").first).to_be_visible()


def test_a_wrong_password_is_told_and_the_right_one_leads_to_the_desk(page: Page, server: Server) -> None:
    page.goto(server.url)
    page.get_by_label("Email").fill(OWNER_EMAIL)
    page.get_by_label("Password").fill("not the password")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_label("Password").fill(OWNER_PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Overview")).to_be_visible()


def test_an_invitation_and_a_new_password_lead_in(page: Page, server: Server, client: Client) -> None:
    invited = client.post("/v1/members", {"email": "trader@example.com", "role": "trader"})
    page.goto(f"{server.url}{invited['path']}")
    page.get_by_label("Name").fill("A trader")
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("status")).to_have_text("live")

    reset = client.post(f"/v1/members/{invited['user_id']}/password-reset", None)
    page.goto(f"{server.url}{reset['path']}")
    page.get_by_label("Password").fill("another good password")
    page.get_by_role("button", name="Set the password").click()
    expect(page.get_by_role("status")).to_have_text("live")


def forge_tokens(page: Page, access_token: str, refresh_token: str | None = None) -> None:
    """Put tokens into the tab, as if it had them from another time."""
    state = json.dumps({"accessToken": access_token, "refreshToken": refresh_token})
    page.evaluate(
        """(state) => sessionStorage.setItem("tradebook.session",
             JSON.stringify({state: JSON.parse(state), version: 0}))""",
        state,
    )


def test_a_session_that_had_ended_before_the_page_was_loaded_leads_back_to_the_door(
    page: Page, server: Server
) -> None:
    sign_in(page, server, "/risk")
    forge_tokens(page, "of.another.time")
    page.reload()
    page.get_by_label("Email").fill(OWNER_EMAIL)
    page.get_by_label("Password").fill(OWNER_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", name="Risk", exact=True)).to_be_visible()


def test_a_session_that_ends_while_somebody_works_is_taken_up_over_the_page(
    page: Page, server: Server, client: Client
) -> None:
    sign_in(page, server, "/settings")
    # The newest of them is that of the page.
    client.call(
        "DELETE", f"/v1/auth/sessions/{client.get('/v1/auth/sessions')['items'][0]['id']}", expect=204
    )
    again = page.get_by_role("dialog", name="Your session has ended")
    expect(again).to_be_visible()
    expect(page.get_by_text("signed out", exact=True)).to_be_attached()
    again.get_by_label("Password").fill(OWNER_PASSWORD)
    button = again.get_by_role("button", name="Sign in")
    expect(button).to_be_enabled()
    button.click()
    expect(again).to_be_hidden()
    expect(page.get_by_text("live", exact=True)).to_be_attached()


def test_two_tabs_of_one_session_both_stay_signed_in(page: Page, server: Server) -> None:
    """A duplicated tab takes the tokens along; both renew them at the same moment."""
    sign_in(page, server)
    stored = page.evaluate("sessionStorage.getItem('tradebook.session')")
    twin = page.context.new_page()
    twin.add_init_script(
        f"sessionStorage.getItem('tradebook.session') ?? "
        f"sessionStorage.setItem('tradebook.session', {json.dumps(stored)})"
    )
    twin.goto(f"{server.url}/trade")
    expect(twin.get_by_role("status")).to_have_text("live")
    tabs, renewals = (page, twin), list[Response]()
    for tab in tabs:
        tab.on("response", lambda answer: renewals.append(answer) if "/auth/refresh" in answer.url else None)
        # The stream says that the token has run out.
        tab.route_web_socket("**/v1/stream", lambda socket: socket.close(code=4401))
    for tab in tabs:
        tab.reload(wait_until="commit")
    deadline = time.monotonic() + 10
    while len(renewals) < 4 and time.monotonic() < deadline:
        page.wait_for_timeout(50)
    assert len(renewals) >= 4, "both renewed more than once"
    assert {answer.status for answer in renewals} == {200}
    for tab in tabs:
        expect(tab.get_by_role("dialog", name="Your session has ended")).to_have_count(0)
