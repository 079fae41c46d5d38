"""Perpetuals on an account at the simulated Hyperliquid, as a person trades them: by HTTP, through a kill."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.e2e.test_trading_at_hyperliquid import Exchange, book_of, connect, exchange, opened, trading_at
from tests.support.server import Client, free_port, open_directory

PERP = "BTC-USDC-PERP.HYPERLIQUID"


def placed(client: Client, account_id: str, name: str, side: str, **terms: Any) -> str:
    what = {"account_id": account_id, "client_order_id": name, "instrument": PERP, "side": side}
    return str(client.post("/v1/orders", {**what, "quantity": "0.02", **terms})["order"]["order_id"])


def becomes(client: Client, order_id: str, status: str) -> None:
    client.wait_for_views()
    client.wait_until(f"/v1/orders/{order_id}", lambda told: told["status"] == status, timeout_s=60)


def position(client: Client, account_id: str) -> dict[str, Any]:
    client.wait_for_views()
    [found] = client.get(f"/v1/accounts/{account_id}/positions")["items"]
    return dict(found)


def their_position(venue: Exchange) -> dict[str, Any]:
    (held,) = venue.ask("clearinghouseState")["assetPositions"]
    return dict(held["position"])


@pytest.mark.timeout(600)
def test_a_position_and_its_stop_are_the_venues_also_after_a_kill() -> None:
    port = free_port()
    with (
        open_directory() as directory,
        exchange(port) as venue,
        trading_at(port, directory, PERP) as server,
    ):
        client = server.login()
        account_id = opened(client)
        connect(client, account_id)
        assert client.get(f"/v1/instruments/{PERP}")["contract"]["settle_asset"] == "USDC"
        client.wait_until(f"/v1/quotes/{PERP}", lambda quote: bool(quote["bid"] and quote["last"]))
        path = f"/v1/accounts/{account_id}/leverage"
        client.call("PUT", path, {"instrument": PERP, "leverage": "5"})
        assert venue.ask("activeAssetData", coin="BTC")["leverage"] == {"type": "cross", "value": 5}

        becomes(client, placed(client, account_id, "long", "buy", type="market"), "filled")
        held, theirs = position(client, account_id), their_position(venue)
        assert (held["quantity"], theirs["szi"]) == ("0.02", "0.02")
        assert Decimal(held["margin"]) == Decimal(theirs["marginUsed"])
        stop = placed(client, account_id, "stop", "sell", type="stop", stop_price="30000", reduce_only=True)
        becomes(client, stop, "accepted")

        server.kill()
        server.start()
        client = server.login()
        (waits,) = venue.ask("frontendOpenOrders")
        assert (waits["orderType"], waits["triggerPx"], waits["reduceOnly"]) == ("Stop Market", "30000", True)
        client.wait_until(f"/v1/quotes/{PERP}", lambda quote: bool(quote["bid"]), timeout_s=400)
        client.call("DELETE", f"/v1/orders/{stop}")
        becomes(client, stop, "cancelled")
        out = placed(client, account_id, "out", "sell", type="market", reduce_only=True)
        becomes(client, out, "filled")
        assert position(client, account_id)["quantity"] == "0"
        assert venue.ask("clearinghouseState")["assetPositions"] == []
        assert book_of(client, account_id) == venue.balances()
        assert client.get(f"/v1/accounts/{account_id}/differences")["items"] == []
        assert server.stop() == 0
        verified = server.cli("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout
