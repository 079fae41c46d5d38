"""kill −9 at random points under order load: all that was acknowledged is there, once."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.support.server import Client, Server

WORKERS = 4
ORDER = {"instrument": "BTC-USDT.SIM", "side": "buy", "quantity": "0.001"}
MARKET_EVERY = 5
"""Of so many orders one is filled at once; the others rest."""
WITHOUT_PRICE = ("no_price", "price_stale")
"""Just after a start there may be no price yet: that denial is an answer too."""
UNSETTLED = ("pending", "submitted", "unknown", "pending_cancel", "pending_replace")


class Load:
    """Workers that place orders without pause, remember what was acknowledged and repeat what was not.

    Each has an account of its own: most of its orders rest, and of those an account may have 10,000.
    """

    def __init__(self, server: Server, client: Client, accounts: Sequence[str]) -> None:
        self.url = f"{server.url}/v1/orders"
        self.headers = {"authorization": f"Bearer {client.token}"}
        self.acknowledged: dict[str, str] = {}
        self.refusals: list[str] = []
        self.stopping = threading.Event()
        self.gave_up = threading.Event()
        self.threads = [
            threading.Thread(target=self._work, args=each, daemon=True) for each in enumerate(accounts)
        ]

    def __enter__(self) -> Load:
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self.stopping.set()
        if kind is not None:
            self.gave_up.set()
        for thread in self.threads:
            thread.join(60)
            assert not thread.is_alive()

    def _work(self, worker: int, account_id: str) -> None:
        with httpx.Client(headers=self.headers, timeout=10) as http:
            n = 0
            while not self.stopping.is_set():
                how = {"type": "limit", "price": "10000"} if n % MARKET_EVERY else {"type": "market"}
                order = {"account_id": account_id, "client_order_id": f"w{worker}-{n:06d}", **ORDER, **how}
                self._place_until_answered(http, order)
                n += 1

    def _place_until_answered(self, http: httpx.Client, order: Mapping[str, str]) -> None:
        while not self.gave_up.is_set():
            try:
                answer = http.post(self.url, json=order)
            except httpx.TransportError:
                time.sleep(0.02)
                continue
            if answer.status_code in (200, 201):
                self.acknowledged[order["client_order_id"]] = answer.json()["order"]["order_id"]
                return
            if answer.status_code == 422 and answer.json()["code"] in WITHOUT_PRICE:
                return
            if answer.status_code != 503:
                self.refusals.append(answer.text)
                return
            time.sleep(0.02)


def run_kills(directory: Path, kills: int, seed: int) -> None:
    chance = random.Random(seed)
    server = Server(directory / "data", "--market", "simulated").start()
    client = server.login()
    accounts = [unlimited_account(client) for _ in range(WORKERS)]
    key = client.post(
        "/v1/auth/keys",
        {
            "name": "load",
            "scopes": ["read", "trade"],
            "requests_per_minute": 10_000_000,
            "orders_per_minute": 10_000_000,
        },
    )
    loader = server.client(key["api_key"])
    try:
        with Load(server, loader, accounts) as load:
            for _ in range(kills):
                time.sleep(chance.uniform(0.05, 1.0))
                victim = chance.choice(("server", "postgres", "both"))
                if victim in ("postgres", "both"):
                    server.kill_postgres()
                if victim in ("server", "both"):
                    server.kill()
                    server.start()
                else:
                    server.wait_until_ready()
        assert not load.refusals
        assert len(load.acknowledged) > kills
        server.wait_until_ready()
        server.login().wait_for_views()
        orders = {account_id: settled_orders(loader, account_id) for account_id in accounts}
        listed = [order for each in orders.values() for order in each]
        ids = [order["client_order_id"] for order in listed]
        assert len(ids) == len(set(ids)), "an order is there twice"
        assert set(load.acknowledged) <= set(ids), "an acknowledged order is missing"
        assert all(
            load.acknowledged.get(o["client_order_id"], o["order_id"]) == o["order_id"] for o in listed
        )
        for account_id, its_orders in orders.items():
            check_fills(loader, account_id, its_orders)
    finally:
        server.stop()
    verdict = server.cli("audit", "verify", "--json")
    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert json.loads(verdict.stdout)["ok"] is True


def unlimited_account(client: Client) -> str:
    """With no limit but those that cannot be lifted."""
    account_id = client.open_account(deposits={"USDT": "1000000000"})
    limits = ("max_open_orders", "price_collar", "max_position_notional", "orders_per_minute")
    client.call("PUT", f"/v1/accounts/{account_id}/risk", dict.fromkeys(limits))
    return account_id


def settled_orders(client: Client, account_id: str, timeout_s: float = 90) -> list[dict[str, Any]]:
    """All orders, once none of them is on its way any more."""
    deadline = time.monotonic() + timeout_s
    while True:
        orders = client.all_items(f"/v1/orders?account_id={account_id}")
        unsettled = [order for order in orders if order["status"] in UNSETTLED]
        if not unsettled:
            return orders
        assert time.monotonic() < deadline, unsettled[:3]
        time.sleep(0.5)


def check_fills(client: Client, account_id: str, orders: list[dict[str, Any]]) -> None:
    """Fills are booked once, and every order and the balance have what they say."""
    filled: dict[str, Decimal] = defaultdict(Decimal)
    seen = set()
    for fill in client.all_items(f"/v1/accounts/{account_id}/fills"):
        assert fill["fill_id"] not in seen, "a fill is there twice"
        seen.add(fill["fill_id"])
        filled[fill["order_id"]] += Decimal(fill["quantity"])
    for order in orders:
        assert filled[order["order_id"]] == Decimal(order["filled_quantity"])
        assert filled[order["order_id"]] <= Decimal("0.001"), "an order filled more than it wanted"
    balances = {b["asset"]: b for b in client.get(f"/v1/accounts/{account_id}/balances")["items"]}
    assert Decimal(balances["BTC"]["total"]) == sum(filled.values())
    assert seen


def test_ten_kills_under_load_lose_nothing_and_double_nothing(tmp_path_open: Path) -> None:
    run_kills(tmp_path_open, kills=10, seed=1)


@pytest.mark.cluster
@pytest.mark.timeout(3600)
def test_a_hundred_kills_under_load_lose_nothing_and_double_nothing(tmp_path_open: Path) -> None:
    run_kills(tmp_path_open, kills=100, seed=2)
