"""What an administrator sees of the server and does to it while it runs."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import httpx
import psutil
import pytest
from tests.support.server import Client, Server, open_directory

BTC = "BTC-USDT.SIM"
ORDERS = "trading.orders"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with open_directory() as directory:
        server = Server(directory / "data", "--market", "simulated").start()
        yield server
        assert server.stop() == 0


@pytest.fixture(scope="module")
def owner(server: Server) -> Client:
    return server.login()


def test_a_first_visitor_learns_whether_there_is_an_owner_and_nothing_else(server: Server) -> None:
    told = httpx.get(f"{server.url}/v1/first-run", timeout=10).json()
    assert told == {"has_owner": True, "is_demo": False, "market": "simulated"}


def test_administrators_see_all_of_the_server_and_readers_what_they_need(
    server: Server, owner: Client
) -> None:
    whole = owner.get("/v1/system")
    assert whole["versions"]["postgres"].split(".")[0].isdigit()
    assert whole["versions"]["redis"]
    assert {part["name"] for part in whole["parts"]} == {
        "database",
        "redis",
        "projections",
        "feed",
        "venue paper",
    }
    assert ORDERS in {view["name"] for view in whole["projections"]}
    assert int(whole["journal_position"]) > 0
    key = owner.post("/v1/auth/keys", {"name": "reader", "scopes": ["read"]})["api_key"]
    basics = server.client(key).get("/v1/system")
    assert (basics["versions"], basics["projections"]) == (None, None)
    assert (basics["version"], basics["started_at"]) == (whole["version"], whole["started_at"])


def test_a_view_is_rebuilt_while_trading_goes_on_even_if_the_projector_is_killed(
    server: Server, owner: Client
) -> None:
    account_id = owner.open_account(deposits={"USDT": "1000000"})
    for burst in range(4):
        owner.post("/v1/orders/batch", [order(account_id, f"{burst}-{n}") for n in range(100)])
    path = f"/v1/orders?account_id={account_id}"
    owner.wait_until(f"{path}&limit=500&status=accepted", lambda page: len(page["items"]) == 400)
    before = owner.all_items(path)

    owner.post(f"/v1/system/projections/{ORDERS}/rebuild", None, expect=202)
    again = owner.post(f"/v1/system/projections/{ORDERS}/rebuild", None, expect=409)
    assert again["code"] == "rebuild_running"
    assert view(owner, ORDERS)["is_rebuilding"]
    [projector] = [child for child in server.children() if "projector" in child.cmdline()]
    kill_as_soon_as_it_began(projector, owner, path)
    placed = owner.post("/v1/orders", order(account_id, "meanwhile"))
    owner.wait_until("/v1/system", lambda whole: not of(whole, ORDERS)["is_rebuilding"], timeout_s=60)
    owner.wait_for_views()
    assert owner.all_items(path)[1:] == before
    assert owner.all_items(path)[0]["order_id"] == placed["order"]["order_id"]
    assert of(owner.get("/v1/system"), ORDERS)["state"] == "ok"
    unknown = owner.post("/v1/system/projections/nothing/rebuild", None, expect=404)
    assert unknown["code"] == "not_found"
    verified = server.cli("audit", "verify", "--json")
    assert verified.returncode == 0, verified.stdout


def kill_as_soon_as_it_began(projector: psutil.Process, owner: Client, path: str) -> None:
    """The view is empty or half full then, or, on a quick machine, just full again."""
    deadline = time.monotonic() + 120
    while len(owner.get(f"{path}&limit=500")["items"]) == 400 and view(owner, ORDERS)["is_rebuilding"]:
        assert time.monotonic() < deadline
        time.sleep(0.005)
    projector.kill()


def order(account_id: str, name: str) -> dict[str, Any]:
    terms = {"instrument": BTC, "side": "buy", "type": "limit", "quantity": "0.001", "price": "20000"}
    return {"account_id": account_id, "client_order_id": name, **terms}


def view(owner: Client, name: str) -> dict[str, Any]:
    return of(owner.get("/v1/system"), name)


def of(whole: dict[str, Any], name: str) -> dict[str, Any]:
    [found] = [each for each in whole["projections"] if each["name"] == name]
    return dict(found)
