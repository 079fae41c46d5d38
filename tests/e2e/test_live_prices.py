"""Paper orders on live prices of a venue that goes away and comes back, each in a process of its own."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal

from tests.support.server import Client, Server, free_port, open_directory

BTC = "BTC-USDT.BINANCE"


@contextmanager
def simulated_binance(port: int) -> Iterator[str]:
    """``tradebook venue-sim``; gives where it is."""
    command = [sys.executable, "-m", "tradebook.cli.main", "venue-sim", "--port", str(port), "--json"]
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


def test_orders_fill_at_a_venues_prices_which_are_stale_while_it_is_away() -> None:
    port = free_port()
    with open_directory() as directory:
        server = Server(directory / "data", "--market", "live")
        server.given = {"TRADEBOOK_BINANCE_URL": f"http://127.0.0.1:{port}"}
        server.start()  # before there is anybody to listen to
        client = server.login()
        live_market_is(client, "degraded")
        assert client.get("/v1/instruments")["items"] == []
        with simulated_binance(port):
            live_market_is(client, "ok")
            client.wait_until(f"/v1/quotes/{BTC}", lambda quote: bool(quote["bid"] and quote["last"]))
            account_id = client.open_account(deposits={"USDT": "100000"})
            order = {
                "account_id": account_id,
                "client_order_id": "at-market",
                "instrument": BTC,
                "side": "buy",
                "type": "market",
                "quantity": "0.01",
            }
            placed = client.post("/v1/orders", order)["order"]["order_id"]
            filled = client.wait_until(f"/v1/orders/{placed}", lambda o: o["status"] == "filled")
            quote = client.get(f"/v1/quotes/{BTC}")
            assert abs(Decimal(filled["average_price"]) / Decimal(quote["ask"]) - 1) < Decimal("0.01")
            fill = client.get(f"/v1/accounts/{account_id}/fills")["items"][0]
            assert Decimal(fill["fee"]) > 0
        live_market_is(client, "degraded")
        assert client.get("/health/ready")["state"] == "degraded"
        with simulated_binance(port):
            live_market_is(client, "ok")
        assert server.stop() == 0
