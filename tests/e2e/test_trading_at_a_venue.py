"""A real account, as far as that goes here: connected over HTTP, traded at the simulated Binance, killed."""

from __future__ import annotations

import hmac
import json
import random
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from tests.support.server import Client, Server, free_port, open_directory

BTC = "BTC-USDT.BINANCE"
KEY, SECRET = "k" * 64, "the-secret-that-must-show-nowhere"
SETTLED = ("accepted", "partially_filled", "filled", "cancelled", "expired", "rejected", "denied")
ORDERS = 12
STARTS_WITHIN_S = 180
"""On a machine with much else to do, which twenty of these are."""


class Exchange:
    """The simulated venue, as its customer sees it without us."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, method: str, path: str, **params: str) -> Any:
        """A signed request, again until it gets through the faults."""
        for _ in range(100):
            payload = urlencode({**params, "timestamp": round(time.time() * 1000), "recvWindow": "60000"})
            signature = hmac.new(SECRET.encode(), payload.encode(), sha256).hexdigest()
            url = f"{self.url}{path}?{payload}&signature={signature}"
            try:
                answer = httpx.request(method, url, headers={"X-MBX-APIKEY": KEY}, timeout=2)
            except httpx.TransportError:
                continue
            if answer.status_code == 200:
                return answer.json()
            time.sleep(0.2)
        raise AssertionError(f"{path} does not get through")

    def balances(self) -> dict[str, Decimal]:
        told = self.ask("GET", "/api/v3/account", omitZeroBalances="true")["balances"]
        return {each["asset"]: Decimal(each["free"]) + Decimal(each["locked"]) for each in told}


@contextmanager
def exchange(port: int, *more: str) -> Iterator[Exchange]:
    """``tradebook venue-sim`` with our account."""
    arguments = ["venue-sim", "--port", str(port), "--json", "--api-key", KEY, "--api-secret", SECRET]
    command = [sys.executable, "-m", "tradebook.cli.main", *arguments, "--balance", "USDT=100000", *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Exchange(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@contextmanager
def trading_at(port: int, directory: Path) -> Iterator[Server]:
    """A server on the live market of the simulated venue; killed where a test leaves it running."""
    server = Server(directory / "data", "--market", "live")
    server.given = {"TRADEBOOK_BINANCE_URL": f"http://127.0.0.1:{port}"}
    try:
        yield server.start(timeout_s=STARTS_WITHIN_S)
    finally:
        server.stop()


def connected(server: Server) -> tuple[Client, str]:
    """The owner, and an account at Binance whose book begins with what it has there."""
    client = server.login()
    body = {"name": "At Binance", "venue": "binance", "base_asset": "USDT"}
    account_id = client.post("/v1/accounts", body)["account_id"]
    path = f"/v1/accounts/{account_id}/venue-credential"
    told = _credential_given(client, path)
    assert told["permissions"]["can_withdraw"] is False
    assert SECRET not in json.dumps(told)
    client.wait_for_views()
    client.wait_until(f"/v1/accounts/{account_id}/balances", lambda told: bool(told["items"]), timeout_s=400)
    client.wait_until(f"/v1/quotes/{BTC}", lambda quote: bool(quote["bid"] and quote["last"]), timeout_s=400)
    return client, account_id


def _credential_given(client: Client, path: str) -> Any:
    """As a person does it: where the venue could not be asked, the answer says to try again."""
    deadline = time.monotonic() + 240
    while True:
        answer = client.http.post(path, json={"secrets": {"api_key": KEY, "secret": SECRET}}, timeout=60)
        if answer.status_code != 503 or time.monotonic() > deadline:
            assert answer.status_code in (200, 201), answer.text
            return answer.json()
        time.sleep(1)


def order(account_id: str, name: str, **terms: str) -> dict[str, str]:
    return {"account_id": account_id, "client_order_id": name, "instrument": BTC, "quantity": "0.01", **terms}


def placed(client: Client, order: dict[str, str]) -> None:
    """Taken, or denied for want of a fresh price: streams break here."""
    told = client.post("/v1/orders", order, expect=(200, 201, 422))
    assert "order" in told or told["code"] in {"price_stale", "no_price"}, told


def book_of(client: Client, account_id: str) -> dict[str, Decimal]:
    items = client.get(f"/v1/accounts/{account_id}/balances")["items"]
    return {each["asset"]: Decimal(each["total"]) for each in items if Decimal(each["total"])}


@pytest.mark.timeout(1200)
@pytest.mark.parametrize(
    ("seed", "rate", "per_minute"),
    [
        (1, "0", "0"),
        *[pytest.param(seed, "0.03", "0.05", marks=pytest.mark.cluster) for seed in range(2, 22)],
    ],
)
def test_venue_and_book_agree_after_kills_of_the_server(seed: int, rate: str, per_minute: str) -> None:
    port, chance = free_port(), random.Random(seed)
    with (
        open_directory() as directory,
        exchange(port, "--faults", f"{seed}:{rate}", "--stream-faults", per_minute) as venue,
        trading_at(port, directory) as server,
    ):
        client, account_id = connected(server)
        names = []
        for n in range(ORDERS):
            at_once = chance.random() < 0.5
            how = {"type": "market"} if at_once else {"type": "limit", "price": "30000"}
            names.append(f"order-{n}")
            placed(client, order(account_id, names[-1], side="buy", **how))
            if n % 6 == 5:
                time.sleep(chance.uniform(0, 0.3))
                server.kill()
                server.start(timeout_s=STARTS_WITHIN_S)
                client = server.login()
                client.wait_until(f"/v1/quotes/{BTC}", lambda quote: bool(quote["bid"]), timeout_s=400)
        path = f"/v1/orders?account_id={account_id}&limit=100"
        told = client.wait_until(
            path,
            lambda page: [each["status"] in SETTLED for each in page["items"]] == [True] * ORDERS,
            timeout_s=90,
        )
        assert {each["client_order_id"] for each in told["items"]} == set(names)
        client.wait_for_views()
        there = venue.ask("GET", "/api/v3/allOrders", symbol="BTCUSDT")
        assert all(count == 1 for count in Counter(each["clientOrderId"] for each in there).values())
        open_there = sum(each["status"] in {"NEW", "PARTIALLY_FILLED"} for each in there)
        assert open_there == sum(each["status"] in SETTLED[:2] for each in told["items"])
        assert book_of(client, account_id) == venue.balances()
        assert server.stop() == 0
        verified = server.cli("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout
        assert SECRET not in server.log.read_text()


def test_a_key_that_can_withdraw_is_refused_with_what_to_do() -> None:
    port = free_port()
    with (
        open_directory() as directory,
        exchange(port, "--can-withdraw"),
        trading_at(port, directory) as server,
    ):
        client = server.login()
        body = {"name": "At Binance", "venue": "binance", "base_asset": "USDT"}
        account_id = client.post("/v1/accounts", body)["account_id"]
        secrets = {"secrets": {"api_key": KEY, "secret": SECRET}}
        answer = client.http.post(f"/v1/accounts/{account_id}/venue-credential", json=secrets)
        assert (answer.status_code, answer.json()["code"]) == (422, "key_can_withdraw")
        assert "Enable Withdrawals" in answer.json()["detail"]
        assert server.stop() == 0
