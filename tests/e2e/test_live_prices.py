"""Paper orders on live prices of venues that go away and come back, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from tests.support.server import Client, Server, free_port, open_directory

BTC = "BTC-USDT.BINANCE"
BYBIT, HYPERLIQUID = "BTC-USDT.BYBIT", "BTC-USDC-PERP.HYPERLIQUID"
VENUES = ("binance", "bybit", "hyperliquid")


@contextmanager
def simulated(venue: str, port: int) -> Iterator[str]:
    """``tradebook venue-sim``; gives where it is."""
    arguments = ["venue-sim", "--venue", venue, "--port", str(port), "--json"]
    command = [sys.executable, "-m", "tradebook.cli.main", *arguments]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield json.loads(process.stdout.readline())["url"]
    finally:
        process.terminate()
        assert process.wait(20) == 0
        process.stdout.close()


def live_market_is(client: Client, state: str) -> None:
    client.wait_until(
        "/health/ready", lambda told: told["parts"]["live market"]["state"] == state, timeout_s=30
    )


def filled_at_market(client: Client, account_id: str, instrument: str) -> Any:
    order = {
        "account_id": account_id,
        "client_order_id": f"at-market-{instrument}",
        "instrument": instrument,
        "side": "buy",
        "type": "market",
        "quantity": "0.01",
    }
    placed = client.post("/v1/orders", order)["order"]["order_id"]
    return client.wait_until(f"/v1/orders/{placed}", lambda o: o["status"] == "filled")


def test_orders_fill_at_a_venues_prices_which_are_stale_while_it_is_away() -> None:
    port = free_port()
    with open_directory() as directory:
        server = Server(directory / "data", "--market", "live")
        server.given = {"TRADEBOOK_BINANCE_URL": f"http://127.0.0.1:{port}"}
        server.start()  # before there is anybody to listen to
        client = server.login()
        live_market_is(client, "degraded")
        assert client.get("/v1/instruments")["items"] == []
        with simulated("binance", port):
            live_market_is(client, "ok")
            client.wait_until(f"/v1/quotes/{BTC}", lambda quote: bool(quote["bid"] and quote["last"]))
            account_id = client.open_account(deposits={"USDT": "100000"})
            filled = filled_at_market(client, account_id, BTC)
            quote = client.get(f"/v1/quotes/{BTC}")
            assert abs(Decimal(filled["average_price"]) / Decimal(quote["ask"]) - 1) < Decimal("0.01")
            fill = client.get(f"/v1/accounts/{account_id}/fills")["items"][0]
            assert Decimal(fill["fee"]) > 0
        live_market_is(client, "degraded")
        assert client.get("/health/ready")["state"] == "degraded"
        with simulated("binance", port):
            live_market_is(client, "ok")
        assert server.stop() == 0


def test_venues_live_side_by_side_and_one_that_is_away_keeps_no_other() -> None:
    ports = {venue: free_port() for venue in VENUES}
    with (
        open_directory() as directory,
        simulated("bybit", ports["bybit"]),
        simulated("hyperliquid", ports["hyperliquid"]),
    ):
        server = Server(directory / "data", "--market", "live")
        server.given = {
            "TRADEBOOK_LIVE_VENUES": ",".join(VENUES),
            **{f"TRADEBOOK_{venue.upper()}_URL": f"http://127.0.0.1:{port}" for venue, port in ports.items()},
        }
        server.start()
        client = server.login()
        for instrument in (BYBIT, HYPERLIQUID):
            client.wait_until(f"/v1/quotes/{instrument}", lambda quote: bool(quote["bid"] and quote["last"]))
        listed = {each["instrument_id"] for each in client.get("/v1/instruments")["items"]}
        assert {each.rpartition(".")[2] for each in listed} == {"BYBIT", "HYPERLIQUID"}
        live_market_is(client, "degraded")
        account_id = client.open_account(deposits={"USDT": "100000"})
        assert Decimal(filled_at_market(client, account_id, BYBIT)["average_price"]) > 0
        assert server.stop() == 0


def test_what_nobody_watched_is_found_ordered_and_charted_into_its_past() -> None:
    port = free_port()
    eth = "ETH-USDT.BINANCE"
    with open_directory() as directory, simulated("binance", port):
        server = Server(directory / "data", "--market", "live")
        server.given = {
            "TRADEBOOK_BINANCE_URL": f"http://127.0.0.1:{port}",
            "TRADEBOOK_LIVE_INSTRUMENTS": json.dumps([BTC]),
        }
        server.start()
        client = server.login()
        client.wait_until(f"/v1/quotes/{BTC}", lambda quote: bool(quote["bid"]))
        assert [each["instrument_id"] for each in client.get("/v1/instruments")["items"]] == [BTC]
        found = client.get("/v1/instruments?search=eth")["items"]
        assert [each["instrument_id"] for each in found] == [eth]
        account_id = client.open_account(deposits={"USDT": "100000"})
        assert Decimal(filled_at_market(client, account_id, eth)["average_price"]) > 0
        listed = client.wait_until("/v1/instruments", lambda told: len(told["items"]) == 2)
        assert {each["instrument_id"] for each in listed["items"]} == {BTC, eth}, "it is owned now"
        now = datetime.now(UTC).replace(second=0, microsecond=0)
        start = (now - timedelta(hours=30)).isoformat().replace("+00:00", "Z")
        path = f"/v1/candles/{eth}/past?start={start}"
        told = client.wait_until(path, lambda told: told["state"] == "filled", timeout_s=60)
        assert told["since"] <= start
        candles = client.get(f"/v1/candles/{eth}?start={start}&limit=1000")
        assert len(candles["items"]) == 1000
        assert {each["source"] for each in candles["items"]} == {"venue"}
        assert server.stop() == 0
