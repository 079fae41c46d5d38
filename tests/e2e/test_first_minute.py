"""What a newcomer does in the first minute, and what an operator asks at night."""

from __future__ import annotations

import json
import re
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import psutil
import pytest
from tests.support.machine import slowness
from tests.support.server import Client, Server, open_directory

BTC = "BTC-USDT.SIM"
ORPHANS_END_WITHIN_S = 10
METRICS = Path(__file__).parents[2] / "docs/reference/metrics.md"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with open_directory() as directory:
        running = Server(directory / "data", "--market", "simulated").start()
        yield running
        assert running.stop() == 0


@pytest.fixture(scope="module")
def client(server: Server) -> Client:
    return server.login()


@pytest.fixture(scope="module")
def account_id(client: Client) -> str:
    return client.open_account(deposits={"USDT": "100000"})


def order(account_id: str, name: str, **terms: Any) -> dict[str, Any]:
    defaults = {"side": "buy", "type": "limit", "quantity": "0.001", "price": "50000"}
    return {"account_id": account_id, "client_order_id": name, "instrument": BTC, **defaults, **terms}


def test_a_market_order_fills_and_a_limit_order_rests(client: Client, account_id: str) -> None:
    placed = client.post(
        "/v1/orders",
        {
            "account_id": account_id,
            "client_order_id": "market",
            "instrument": BTC,
            "side": "buy",
            "type": "market",
            "quantity": "0.01",
        },
    )
    path = f"/v1/orders/{placed['order']['order_id']}"
    assert client.wait_until(path, lambda o: o["status"] == "filled")["filled_quantity"] == "0.01"
    resting = client.post("/v1/orders", order(account_id, "limit"))["order"]["order_id"]
    client.wait_until(f"/v1/orders/{resting}", lambda o: o["status"] == "accepted")
    changed = client.call("PATCH", f"/v1/orders/{resting}", {"price": "49000"})
    assert changed["order"]["order_id"] == resting
    client.wait_until(f"/v1/orders/{resting}", lambda o: o["price"] == "49000")
    client.call("DELETE", f"/v1/orders/{resting}")
    client.wait_until(f"/v1/orders/{resting}", lambda o: o["status"] == "cancelled")
    client.call("DELETE", f"/v1/orders/{resting}", expect=409)
    balances = {b["asset"]: b for b in client.get(f"/v1/accounts/{account_id}/balances")["items"]}
    assert balances["BTC"]["total"] == "0.01"
    assert balances["USDT"]["held"] == "0"


def test_the_same_order_again_is_the_same_order_and_another_under_its_name_is_refused(
    client: Client, account_id: str
) -> None:
    first = client.post("/v1/orders", order(account_id, "twice"), expect=201)
    again = client.post("/v1/orders", order(account_id, "twice"), expect=200)
    assert again["order"]["order_id"] == first["order"]["order_id"]
    other = client.post("/v1/orders", order(account_id, "twice", price="49999"), expect=409)
    assert other["code"] == "client_order_id_reused"


def test_a_denial_has_a_code_and_its_figures(client: Client, account_id: str) -> None:
    denied = client.post("/v1/orders", order(account_id, "much", quantity="100"), expect=422)
    assert denied["code"] == "limit_exceeded"
    assert denied["max"] == "50000"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"quantity": 1}, "quantity"),
        ({"quantity": "NaN"}, "quantity"),
        ({"quantity": "-1"}, "quantity"),
        ({"price": "1e5"}, "price"),
        ({"side": "hold"}, "side"),
        ({"surprise": True}, "surprise"),
        ({"instrument": "NOPE"}, "instrument"),
        ({"price": None}, "price"),
    ],
)
def test_bad_input_names_the_field(
    client: Client, account_id: str, change: dict[str, Any], field: str
) -> None:
    problem = client.post("/v1/orders", {**order(account_id, "bad"), **change}, expect=422)
    assert field in problem["field"]
    assert problem["detail"]


def test_a_batch_answers_each_order_for_itself(client: Client, account_id: str) -> None:
    items = client.post(
        "/v1/orders/batch", [order(account_id, "b1"), order(account_id, "b2", quantity="1000")]
    )
    assert items[0]["order"]["client_order_id"] == "b1"
    assert items[1]["problem"]["code"] == "limit_exceeded"
    assert items[1]["problem"]["may_be_recorded"] is False
    again = client.post("/v1/orders/batch", [order(account_id, "b1"), order(account_id, "b3")])
    assert [item.get("repeated", False) for item in again] == [True, False]
    assert client.post("/v1/orders/cancel-all", {"account_id": account_id})["accounts"] == 1


def test_limits_and_state_hold_at_once(client: Client, account_id: str) -> None:
    risk = f"/v1/accounts/{account_id}/risk"
    assert client.call("PUT", risk, {"max_order_notional": "10"})["max_order_notional"] == "10"
    assert client.post("/v1/orders", order(account_id, "big"), expect=422)["limit"] == "max_order_notional"
    client.call("PUT", risk, {"max_order_notional": None})
    client.call("PUT", f"/v1/accounts/{account_id}/state", {"state": "halted"})
    assert client.post("/v1/orders", order(account_id, "halted"), expect=422)["code"] == "account_halted"
    assert client.call("PUT", "/v1/risk/state", {"state": "active"})["accounts"] >= 1


def test_lists_page_and_the_past_can_be_seen(client: Client, account_id: str) -> None:
    page = client.get("/v1/orders?limit=1")
    assert page["next_cursor"]
    assert client.get(f"/v1/orders?limit=1&cursor={page['next_cursor']}")["items"] != page["items"]
    deposited = client.all_items(f"/v1/accounts/{account_id}/ledger")[-1]["position"]
    then = client.get(f"/v1/accounts/{account_id}/balances?as_of={deposited}")["items"]
    assert [(b["asset"], b["total"]) for b in then] == [("USDT", "100000")]
    assert client.get(f"/v1/accounts/{account_id}/positions")["items"][0]["quantity"] == "0.01"
    assert client.get(f"/v1/accounts/{account_id}/ledger?limit=5")["items"]
    assert client.get("/v1/orders?surprise=1", expect=422)["field"] == "surprise"


def test_the_market_answers(client: Client) -> None:
    assert {i["symbol"] for i in client.get("/v1/instruments")["items"]} >= {"BTC/USDT", "ETH/USDT"}
    quote = client.get(f"/v1/quotes/{BTC}")
    assert float(quote["bid"]) < float(quote["ask"])
    assert not quote["stale"]
    client.wait_until(f"/v1/candles/{BTC}?interval=1m", lambda page: bool(page["items"]))
    client.wait_until(f"/v1/trades/{BTC}", lambda page: bool(page["items"]))
    assert client.get(f"/v1/candles/{BTC}?interval=5m&start=2020-01-01T00:00:00Z")["items"]
    assert len(client.get(f"/v1/depth/{BTC}?levels=5")["bids"]) == 5
    client.get("/v1/quotes/NOPE", expect=404)
    client.get("/v1/market/replay", expect=409)
    assert client.get("/v1/venues")["items"][0]["venue"] == "paper"


def test_any_event_can_be_proved(client: Client) -> None:
    client.wait_until("/v1/journal/head", lambda head: int(head["position"]) > 5)
    proof = None
    for _ in range(150):
        answer = client.http.get("/v1/journal/3/proof")
        if answer.status_code == 200:
            proof = answer.json()
            break
        time.sleep(0.1)
    assert proof is not None, "no checkpoint covers the first events after 15 s"


def test_the_document_and_the_page_are_served(server: Server) -> None:
    document = httpx.get(f"{server.url}/openapi.json").json()
    assert "/v1/orders" in document["paths"]
    assert "OrderRequest" in document["components"]["schemas"]
    assert httpx.get(f"{server.url}/docs").status_code == 200
    assert "tradebook" in httpx.get(f"{server.url}/metrics").text


def test_a_second_server_on_the_directory_says_so_and_harms_nothing(server: Server, client: Client) -> None:
    second = server.cli("up", "--port", "0")
    assert second.returncode != 0
    assert "running" in second.stderr
    assert client.get("/v1/instruments")["items"]


def _is_redis_alive(process: psutil.Process) -> bool:
    try:
        return process.name() == "redis-server" and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:  # it ended while it was looked at
        return False


def test_redis_may_die_and_comes_back(server: Server, client: Client) -> None:
    redis = next(p for p in server.children() if p.name() == "redis-server")
    redis.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(map(_is_redis_alive, server.children())):
            break
        time.sleep(0.05)
    else:
        pytest.fail("Redis was not started again")
    assert client.get("/v1/accounts")["items"]


def test_everything_that_is_documented_is_measured(server: Server, client: Client, account_id: str) -> None:
    client.post("/v1/orders", order(account_id, "measured"))
    denied = order(account_id, "measured-and-denied", quantity="0.0000001")
    client.post("/v1/orders", denied, expect=422)
    documented = re.findall(r"^\| `(tradebook_\w+)`", METRICS.read_text(), re.MULTILINE)
    assert len(documented) >= 20
    deadline = time.monotonic() + 60
    while 'tradebook_events_total{event="OrderDenied"}' not in (
        text := httpx.get(f"{server.url}/metrics").text
    ):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    names = set(re.findall(r"^# TYPE (\w+) ", text, re.MULTILINE))
    assert set(documented) <= names, set(documented) - names
    samples = dict(re.findall(r"^(tradebook_\S+?) (\S+)$", text, re.MULTILINE))
    assert float(samples['tradebook_order_refusals_total{code="quantity_lot"}']) >= 1
    assert float(samples["tradebook_journal_commit_seconds_count"]) > 0
    assert float(samples["tradebook_journal_batch_events_sum"]) > 0
    assert float(samples[f'tradebook_market_age_seconds{{instrument="{BTC}",stream="quotes"}}']) < 60
    assert float(samples['tradebook_gc_pauses_total{generation="1"}']) > 0
    assert float(samples["tradebook_open_orders"]) >= 1
    views = [name for name in samples if name.startswith("tradebook_view_parked")]
    assert len(views) == 8
    assert not any(float(samples[name]) for name in views)


def test_an_audit_of_a_living_book_agrees(server: Server, client: Client) -> None:
    good = server.cli("audit", "verify", "--json")
    assert good.returncode == 0, good.stdout + good.stderr
    assert json.loads(good.stdout)["ok"] is True


def test_the_shell_needs_no_sign_in_on_its_own_machine(server: Server, account_id: str) -> None:
    listed = server.cli("accounts", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    assert account_id in listed.stdout


def test_what_a_killed_server_left_is_ended_by_the_next(tmp_path_open: Path) -> None:
    server = Server(tmp_path_open / "data", "--market", "none").start()
    server.kill()
    left = [p for p in psutil.process_iter(["cwd"]) if str(p.info["cwd"]).startswith(str(tmp_path_open))]
    assert left
    began = time.monotonic()
    server.begin()
    try:
        gone, _ = psutil.wait_procs(left, timeout=ORPHANS_END_WITHIN_S * slowness())
        assert len(gone) == len(left), f"not all ended after {time.monotonic() - began:.1f} s"
        server.wait_until_ready()
    finally:
        ended_with = server.stop()
    assert ended_with == 0
    assert not [p for p in psutil.process_iter(["cwd"]) if str(p.info["cwd"]).startswith(str(tmp_path_open))]
