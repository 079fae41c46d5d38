"""One running server for all that is done to its surface; at the end its book must still prove itself."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from tests.support.server import Client, Server, open_directory

BTC = "BTC-USDT.SIM"
SIGN_IN_AGAIN_S = 300
PASSWORD = "violet-otter-climbs-93"


class Book:
    """The server, its owner's clients, and things in the book that a request may speak of."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self._owner, self._signed_in_at = server.login(), time.monotonic()
        self.client = self.key("read", "trade", "manage", "admin", "audit")
        self.account_id = self.client.open_account(deposits={"USDT": "1000000"})
        self.order_id: str = self.order("resting")["order_id"]
        self.order("market", type="market", price=None)
        self.client.wait_for_views()

    @property
    def owner(self) -> Client:
        """Signed in, and again before what was given then ends."""
        if time.monotonic() - self._signed_in_at > SIGN_IN_AGAIN_S:
            self._owner, self._signed_in_at = self.server.login(), time.monotonic()
        return self._owner

    def key(self, *scopes: str) -> Client:
        """An API key of the owner with limits that no test reaches."""
        rates = {"requests_per_minute": 10_000_000, "orders_per_minute": 10_000_000}
        created = self.owner.post("/v1/auth/keys", {"name": "test", "scopes": scopes, **rates})
        return self.server.client(created["api_key"])

    def order(self, name: str, **terms: Any) -> dict[str, Any]:
        """Place an order that rests unless the terms say otherwise."""
        placed = self.client.post("/v1/orders", self.order_request(name, **terms))
        order: dict[str, Any] = placed["order"]
        return order

    def order_request(self, name: str, **terms: Any) -> dict[str, Any]:
        """The body of a resting order, with other terms where they are given."""
        return {
            "account_id": self.account_id,
            "client_order_id": name,
            "instrument": BTC,
            "side": "buy",
            "type": "limit",
            "quantity": "0.001",
            "price": "50000",
            **terms,
        }

    def member(self, role: str, name: str = "") -> Client:
        """Somebody who was invited in this role and joined."""
        name = name or role
        link = self.owner.post("/v1/members", {"email": f"{name}@example.org", "role": role})
        joined = self.owner.post(
            "/v1/auth/join", {"token": link["token"], "password": PASSWORD, "name": name}
        )
        return self.server.client(joined["access_token"])

    def head(self) -> int:
        """How many events are recorded."""
        return int(self.client.get("/v1/journal/head")["position"])


@pytest.fixture(scope="session")
def book() -> Iterator[Book]:
    """Shared by all tests of this folder; verified when they are done."""
    with open_directory() as directory:
        server = Server(directory / "data", "--market", "simulated").start()
        yield Book(server)
        verified = server.cli("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout
        assert server.stop() == 0
