"""Contracts on an account at the simulated Bybit, as a person trades them: over HTTP, and through a kill."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from tests.e2e.test_trading_at_a_venue import BybitContracts, connected, exchange, trading_at
from tests.support.server import Client, free_port, open_directory

INSTRUMENT = "BTC-USDT-PERP.BYBIT"


def traded(client: Client, account_id: str, name: str, side: str, quantity: str, **more: Any) -> None:
    what = {"account_id": account_id, "client_order_id": name, "instrument": INSTRUMENT}
    terms = {"side": side, "type": "market", "quantity": quantity, **more}
    order = client.post("/v1/orders", {**what, **terms})["order"]
    client.wait_for_views()
    client.wait_until(
        f"/v1/orders/{order['order_id']}", lambda told: told["status"] == "filled", timeout_s=60
    )


def position(client: Client, account_id: str) -> dict[str, Any]:
    client.wait_for_views()
    [found] = client.get(f"/v1/accounts/{account_id}/positions")["items"]
    return dict(found)


@pytest.mark.timeout(600)
def test_a_position_is_the_venues_with_its_leverage_also_after_a_kill() -> None:
    with (
        open_directory() as directory,
        exchange(BybitContracts, free_port()) as venue,
        trading_at(venue, directory) as server,
    ):
        assert isinstance(venue, BybitContracts)
        client, account_id = connected(server, venue)
        assert client.get(f"/v1/instruments/{venue.instrument}")["contract"]["settle_asset"] == "USDT"
        path = f"/v1/accounts/{account_id}/leverage"
        client.call("PUT", path, {"instrument": venue.instrument, "leverage": "5"})
        assert venue.position()["leverage"] == "5"

        traded(client, account_id, "long", "buy", "0.02")
        held, theirs = position(client, account_id), venue.position()
        assert (held["quantity"], theirs["size"], theirs["side"]) == ("0.02", "0.02", "Buy")
        assert Decimal(held["margin"]) == Decimal(theirs["positionIM"])

        server.kill()
        server.start()
        client = server.login()
        client.wait_until(f"/v1/quotes/{venue.instrument}", lambda quote: bool(quote["bid"]), timeout_s=400)
        traded(client, account_id, "out", "sell", "0.02", reduce_only=True)
        assert position(client, account_id)["quantity"] == venue.position()["size"] == "0"
        items = client.get(f"/v1/accounts/{account_id}/balances")["items"]
        assert {each["asset"]: Decimal(each["total"]) for each in items} == venue.balances()
        assert client.get(f"/v1/accounts/{account_id}/differences")["items"] == []
        assert server.stop() == 0
        verified = server.cli("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout
