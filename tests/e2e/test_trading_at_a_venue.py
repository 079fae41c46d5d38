"""Real accounts, as far as that goes here: connected over HTTP, traded at the simulated venues, killed."""

from __future__ import annotations

import hmac
import json
import random
import subprocess
import sys
import time
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from tests.support.server import Client, Server, free_port, open_directory

KEY, SECRET = "k" * 64, "the-secret-that-must-show-nowhere"
SETTLED = ("accepted", "partially_filled", "filled", "cancelled", "expired", "rejected", "denied")
ORDERS = 12
STARTS_WITHIN_S = 180
"""On a machine with much else to do, which twenty of these are."""
SETTLES_WITHIN_S = 400
"""Through a ban of two minutes, in which nothing may be asked, and one after it."""


class Exchange(ABC):
    """The simulated venue, as its customer sees it without us."""

    name: str
    simulator: str = ""
    """As whom it is simulated, where that is another name."""
    url_setting: str
    to_clear: str
    """What its site calls the right to withdraw."""

    def __init__(self, url: str) -> None:
        self.url = url

    @property
    def instrument(self) -> str:
        """What is traded."""
        return f"BTC-USDT.{self.name.upper()}"

    def ask(self, method: str, path: str, **params: str) -> Any:
        """A signed request, again until it gets through the faults."""
        for _ in range(100):
            try:
                answer = self.send(method, path, params)
            except httpx.TransportError:
                continue
            if answer.status_code == 200:
                return answer.json()
            time.sleep(0.2)
        raise AssertionError(f"{path} does not get through")

    @abstractmethod
    def send(self, method: str, path: str, params: Mapping[str, str]) -> httpx.Response:
        """Signed as it wants it."""

    @abstractmethod
    def orders(self) -> list[tuple[str, bool]]:
        """Client order ids of all that there ever were, and whether they work."""

    @abstractmethod
    def balances(self) -> dict[str, Decimal]:
        """All that the account has."""

    def positions(self) -> dict[str, Decimal]:
        """Contracts that are open, by our names of them."""
        return {}

    def make_ready(self, client: Client, account_id: str) -> None:  # noqa: B027  # most need nothing
        """What somebody does before he trades there."""


class Binance(Exchange):
    name, url_setting, to_clear = "binance", "TRADEBOOK_BINANCE_URL", "Enable Withdrawals"

    def send(self, method: str, path: str, params: Mapping[str, str]) -> httpx.Response:
        payload = urlencode({**params, "timestamp": round(time.time() * 1000), "recvWindow": "60000"})
        signature = hmac.new(SECRET.encode(), payload.encode(), sha256).hexdigest()
        url = f"{self.url}{path}?{payload}&signature={signature}"
        return httpx.request(method, url, headers={"X-MBX-APIKEY": KEY}, timeout=2)

    def orders(self) -> list[tuple[str, bool]]:
        told = self.ask("GET", "/api/v3/allOrders", symbol="BTCUSDT")
        return [(each["clientOrderId"], each["status"] in {"NEW", "PARTIALLY_FILLED"}) for each in told]

    def balances(self) -> dict[str, Decimal]:
        told = self.ask("GET", "/api/v3/account", omitZeroBalances="true")["balances"]
        return {each["asset"]: Decimal(each["free"]) + Decimal(each["locked"]) for each in told}


class BinanceFutures(Binance):
    name, simulator = "binance-usdm", "binance"

    @property
    def instrument(self) -> str:
        return "BTC-USDT-PERP.BINANCE"

    def orders(self) -> list[tuple[str, bool]]:
        told = self.ask("GET", "/fapi/v1/allOrders", symbol="BTCUSDT")
        return [(each["clientOrderId"], each["status"] in {"NEW", "PARTIALLY_FILLED"}) for each in told]

    def balances(self) -> dict[str, Decimal]:
        told = self.ask("GET", "/fapi/v3/balance")
        return {each["asset"]: Decimal(each["balance"]) for each in told}

    def positions(self) -> dict[str, Decimal]:
        told = self.ask("GET", "/fapi/v3/positionRisk")
        names = {"BTCUSDT": self.instrument}
        return {names[each["symbol"]]: Decimal(each["positionAmt"]) for each in told}

    def make_ready(self, client: Client, account_id: str) -> None:
        """A leverage of twenty, which symbols have at first, is more than an account may have here."""
        path, body = f"/v1/accounts/{account_id}/leverage", {"instrument": self.instrument, "leverage": "5"}
        deadline = time.monotonic() + 240
        while (answer := client.http.put(path, json=body, timeout=60)).status_code != 200:
            assert answer.status_code == 503, answer.text
            assert time.monotonic() < deadline, answer.text
            time.sleep(1)


class Bybit(Exchange):
    name, url_setting, to_clear = "bybit", "TRADEBOOK_BYBIT_URL", "clear Withdrawal"

    def send(self, method: str, path: str, params: Mapping[str, str]) -> httpx.Response:
        payload, stamp = urlencode(params), str(round(time.time() * 1000))
        signature = hmac.new(SECRET.encode(), f"{stamp}{KEY}60000{payload}".encode(), sha256).hexdigest()
        headers = {"X-BAPI-API-KEY": KEY, "X-BAPI-TIMESTAMP": stamp, "X-BAPI-SIGN": signature}
        headers["X-BAPI-RECV-WINDOW"] = "60000"
        return httpx.request(method, f"{self.url}{path}?{payload}", headers=headers, timeout=2)

    category = "spot"

    def orders(self) -> list[tuple[str, bool]]:
        found: list[tuple[str, bool]] = []
        for path, works in (("/v5/order/realtime", True), ("/v5/order/history", False)):
            words = {"category": self.category, "symbol": "BTCUSDT", "limit": "50"}
            told = self.ask("GET", path, **words)["result"]["list"]
            found += [(each["orderLinkId"], works) for each in told]
        return found

    def balances(self) -> dict[str, Decimal]:
        (wallet,) = self.ask("GET", "/v5/account/wallet-balance", accountType="UNIFIED")["result"]["list"]
        return {each["coin"]: Decimal(each["walletBalance"]) for each in wallet["coin"]}


class BybitContracts(Bybit):
    category = "linear"

    @property
    def instrument(self) -> str:
        return "BTC-USDT-PERP.BYBIT"

    def position(self) -> Any:
        """That of the symbol, open or not."""
        told = self.ask("GET", "/v5/position/list", category="linear", symbol="BTCUSDT")
        (found,) = told["result"]["list"]
        return found

    def positions(self) -> dict[str, Decimal]:
        told = self.position()
        signs = {"Buy": 1, "Sell": -1}
        return {self.instrument: Decimal(told["size"]) * signs[told["side"]]} if told["side"] else {}


VENUES: tuple[type[Exchange], ...] = (Binance, BinanceFutures, Bybit, BybitContracts)


@contextmanager
def exchange(kind: type[Exchange], port: int, *more: str) -> Iterator[Exchange]:
    """``tradebook venue-sim`` with our account."""
    arguments = ["venue-sim", "--venue", kind.simulator or kind.name, "--port", str(port), "--json"]
    arguments += ["--api-key", KEY, "--api-secret", SECRET, "--balance", "USDT=100000"]
    command = [sys.executable, "-m", "tradebook.cli.main", *arguments, *more]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield kind(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@contextmanager
def trading_at(venue: Exchange, directory: Path) -> Iterator[Server]:
    """A server on the live market of the simulated venue; killed where a test leaves it running."""
    server = Server(directory / "data", "--market", "live")
    server.given = {venue.url_setting: venue.url, "TRADEBOOK_LIVE_VENUES": venue.name}
    try:
        yield server.start(timeout_s=STARTS_WITHIN_S)
    finally:
        server.stop()


def connected(server: Server, venue: Exchange) -> tuple[Client, str]:
    """The owner, and an account at the venue whose book begins with what it has there."""
    client = server.login()
    body = {"name": "There", "venue": venue.name, "base_asset": "USDT"}
    account_id = client.post("/v1/accounts", body)["account_id"]
    path = f"/v1/accounts/{account_id}/venue-credential"
    told = _credential_given(client, path)
    assert told["permissions"]["can_withdraw"] is False
    assert SECRET not in json.dumps(told)
    client.wait_for_views()
    client.wait_until(f"/v1/accounts/{account_id}/balances", lambda told: bool(told["items"]), timeout_s=400)
    client.wait_until(
        f"/v1/quotes/{venue.instrument}", lambda quote: bool(quote["bid"] and quote["last"]), timeout_s=400
    )
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


def order(account_id: str, name: str, instrument: str, **terms: str) -> dict[str, str]:
    what = {"account_id": account_id, "client_order_id": name, "instrument": instrument}
    return {**what, "quantity": "0.01", **terms}


def placed(client: Client, order: dict[str, str]) -> None:
    """Taken, or denied for want of a fresh price: streams break here."""
    told = client.post("/v1/orders", order, expect=(200, 201, 422))
    assert "order" in told or told["code"] in {"price_stale", "no_price"}, told


def is_settled(told: Mapping[str, Any]) -> bool:
    """As it rests or has ended: an order at the market that was only taken is still to be filled."""
    is_open = told["status"] in SETTLED[:2]
    return told["status"] in SETTLED and not (is_open and told["type"] == "market")


def book_of(client: Client, account_id: str) -> dict[str, Decimal]:
    items = client.get(f"/v1/accounts/{account_id}/balances")["items"]
    return {each["asset"]: Decimal(each["total"]) for each in items if Decimal(each["total"])}


def open_contracts_of(client: Client, account_id: str) -> dict[str, Decimal]:
    items = client.get(f"/v1/accounts/{account_id}/positions")["items"]
    contracts = [each for each in items if each["settle_asset"] is not None]
    return {each["instrument"]: Decimal(each["quantity"]) for each in contracts}


@pytest.mark.timeout(1200)
@pytest.mark.parametrize("kind", VENUES)
@pytest.mark.parametrize(
    ("seed", "rate", "per_minute"),
    [
        (1, "0", "0"),
        *[pytest.param(seed, "0.03", "0.05", marks=pytest.mark.cluster) for seed in range(2, 22)],
    ],
)
def test_venue_and_book_agree_after_kills_of_the_server(
    seed: int, rate: str, per_minute: str, kind: type[Exchange]
) -> None:
    port, chance = free_port(), random.Random(seed)
    with (
        open_directory() as directory,
        exchange(kind, port, "--faults", f"{seed}:{rate}", "--stream-faults", per_minute) as venue,
        trading_at(venue, directory) as server,
    ):
        client, account_id = connected(server, venue)
        venue.make_ready(client, account_id)
        names = []
        for n in range(ORDERS):
            at_once = chance.random() < 0.5
            how = {"type": "market"} if at_once else {"type": "limit", "price": "30000"}
            names.append(f"order-{n}")
            placed(client, order(account_id, names[-1], venue.instrument, side="buy", **how))
            if n % 6 == 5:
                time.sleep(chance.uniform(0, 0.3))
                server.kill()
                server.start(timeout_s=STARTS_WITHIN_S)
                client = server.login()
                client.wait_until(
                    f"/v1/quotes/{venue.instrument}", lambda quote: bool(quote["bid"]), timeout_s=400
                )
        path = f"/v1/orders?account_id={account_id}&limit=100"
        told = client.wait_until(
            path,
            lambda page: [is_settled(each) for each in page["items"]] == [True] * ORDERS,
            timeout_s=SETTLES_WITHIN_S,
        )
        assert {each["client_order_id"] for each in told["items"]} == set(names)
        client.wait_for_views()
        there = venue.orders()
        assert all(count == 1 for count in Counter(name for name, _ in there).values())
        open_there = sum(works for _, works in there)
        assert open_there == sum(each["status"] in SETTLED[:2] for each in told["items"])
        assert book_of(client, account_id) == venue.balances()
        assert open_contracts_of(client, account_id) == venue.positions()
        assert server.stop() == 0
        verified = server.cli("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout
        assert SECRET not in server.log.read_text()


@pytest.mark.parametrize("kind", VENUES)
def test_a_key_that_can_withdraw_is_refused_with_what_to_do(kind: type[Exchange]) -> None:
    port = free_port()
    with (
        open_directory() as directory,
        exchange(kind, port, "--can-withdraw") as venue,
        trading_at(venue, directory) as server,
    ):
        client = server.login()
        body = {"name": "There", "venue": venue.name, "base_asset": "USDT"}
        account_id = client.post("/v1/accounts", body)["account_id"]
        secrets = {"secrets": {"api_key": KEY, "secret": SECRET}}
        answer = client.http.post(f"/v1/accounts/{account_id}/venue-credential", json=secrets)
        assert (answer.status_code, answer.json()["code"]) == (422, "key_can_withdraw")
        assert venue.to_clear in answer.json()["detail"]
        assert server.stop() == 0
