"""An account at Hyperliquid, as far as that goes here: connected over HTTP, traded on a simulator, killed."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from tests.support.server import Client, Server, free_port, open_directory
from tests.support.simulated_hyperliquid import AGENT, AGENT_KEY, WALLET, WALLET_KEY

UBTC = "UBTC-USDC.HYPERLIQUID"
SETTLED = ("accepted", "partially_filled", "filled", "cancelled", "expired", "rejected", "denied")


class Exchange:
    """The simulated venue, as anybody may ask it."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, kind: str, **about: str) -> Any:
        question = {"type": kind, "user": WALLET, **about}
        return httpx.post(f"{self.url}/info", json=question, timeout=5).json()

    def balances(self) -> dict[str, Decimal]:
        """In both wallets, without what open positions have gained."""
        told = self.ask("spotClearinghouseState")["balances"]
        totals = {each["coin"]: Decimal(each["total"]) for each in told}
        state = self.ask("clearinghouseState")
        gained = (Decimal(each["position"]["unrealizedPnl"]) for each in state["assetPositions"])
        collateral = Decimal(state["marginSummary"]["accountValue"]) - sum(gained, Decimal(0))
        totals["USDC"] = totals.get("USDC", Decimal(0)) + collateral
        return {token: total for token, total in totals.items() if total}


@contextmanager
def exchange(port: int) -> Iterator[Exchange]:
    """``tradebook venue-sim`` with our account."""
    pair = ["--api-key", WALLET, "--api-secret", AGENT_KEY, "--balance", "USDC=100000"]
    arguments = ["venue-sim", "--venue", "hyperliquid", "--port", str(port), "--json", *pair]
    command = [sys.executable, "-m", "tradebook.cli.main", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield Exchange(json.loads(process.stdout.readline())["url"])
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@contextmanager
def trading_at(port: int, directory: Path, instrument: str) -> Iterator[Server]:
    """A server on the live market of the simulated venue."""
    server = Server(directory / "data", "--market", "live")
    server.given = {
        "TRADEBOOK_LIVE_VENUES": "hyperliquid",
        "TRADEBOOK_LIVE_INSTRUMENTS": json.dumps([instrument]),
        "TRADEBOOK_HYPERLIQUID_URL": f"http://127.0.0.1:{port}",
    }
    try:
        yield server.start()
    finally:
        server.stop()


def opened(client: Client) -> str:
    body = {"name": "At Hyperliquid", "venue": "hyperliquid", "base_asset": "USDC"}
    return str(client.post("/v1/accounts", body)["account_id"])


def connect(client: Client, account_id: str) -> None:
    """Have an agent trade it; then its book begins with what it has there."""
    secrets = {"wallet_address": WALLET, "agent_key": AGENT_KEY}
    told = client.post(f"/v1/accounts/{account_id}/venue-credential", {"secrets": secrets})
    assert told["permissions"]["can_withdraw"] is False
    client.wait_for_views()
    path = f"/v1/accounts/{account_id}/balances"
    client.wait_until(path, lambda told: bool(told["items"]), timeout_s=30)


def book_of(client: Client, account_id: str) -> dict[str, Decimal]:
    items = client.get(f"/v1/accounts/{account_id}/balances")["items"]
    return {each["asset"]: Decimal(each["total"]) for each in items if Decimal(each["total"])}


def test_venue_and_book_agree_after_a_kill_and_the_wallets_own_key_is_refused() -> None:
    port = free_port()
    with (
        open_directory() as directory,
        exchange(port) as venue,
        trading_at(port, directory, UBTC) as server,
    ):
        client = server.login()
        account_id = opened(client)
        path = f"/v1/accounts/{account_id}/venue-credential"
        main = {"secrets": {"wallet_address": WALLET, "agent_key": WALLET_KEY}}
        refused = client.http.post(path, json=main)
        assert (refused.status_code, refused.json()["code"]) == (422, "key_can_withdraw")
        assert "make an agent wallet" in refused.json()["detail"]
        other = {"secrets": {"wallet_address": AGENT, "agent_key": AGENT_KEY}}
        assert client.http.post(path, json=other).status_code == 422
        connect(client, account_id)
        client.wait_until(f"/v1/quotes/{UBTC}", lambda quote: bool(quote["bid"] and quote["last"]))
        for n in range(6):
            how = {"type": "market"} if n % 2 else {"type": "limit", "price": "30000"}
            terms = {"client_order_id": f"order-{n}", "instrument": UBTC, "quantity": "0.01", "side": "buy"}
            client.post("/v1/orders", {"account_id": account_id, **terms, **how})
            if n == 3:
                server.kill()
                server.start()
                client = server.login()
                client.wait_until(f"/v1/quotes/{UBTC}", lambda quote: bool(quote["bid"]), timeout_s=240)
        told = client.wait_until(
            f"/v1/orders?account_id={account_id}&limit=100",
            lambda page: [each["status"] in SETTLED for each in page["items"]] == [True] * 6,
            timeout_s=90,
        )
        client.wait_for_views()
        there = {each["order"]["oid"]: each for each in venue.ask("historicalOrders")}
        assert len({each["order"]["cloid"] for each in there.values()}) == len(there)
        # What had not left when the server was killed is over, and everything else is there.
        ours = [each["venue_order_id"] for each in told["items"] if each["status"] != "rejected"]
        assert sorted(map(int, ours)) == sorted(there)
        assert book_of(client, account_id) == venue.balances()
        assert server.stop() == 0
        verified = server.cli("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout
        assert AGENT_KEY not in server.log.read_text()
        assert AGENT_KEY[2:] not in server.log.read_text()
