"""A server that is killed while its orders rest at a venue: the venue cancels them, and the book says why."""

from __future__ import annotations

import time

from tests.e2e.test_trading_at_hyperliquid import UBTC, Exchange, exchange, opened, trading_at
from tests.support.server import Client, free_port, open_directory
from tests.support.simulated_hyperliquid import AGENT_KEY, WALLET

AFTER_S = 20


def trades(client: Client, account_id: str) -> None:
    """Wait until orders leave."""
    client.wait_until(f"/v1/quotes/{UBTC}", lambda quote: bool(quote["bid"] and quote["last"]), timeout_s=240)
    client.wait_until(
        f"/v1/accounts/{account_id}/reconciliation", lambda told: told["stage"] == "trading", timeout_s=60
    )


def works(venue: Exchange) -> int:
    return len(venue.ask("frontendOpenOrders"))


def test_orders_end_with_a_server_that_is_killed_and_not_with_one_that_is_stopped() -> None:
    port = free_port()
    with (
        open_directory() as directory,
        exchange(port) as venue,
        trading_at(port, directory, UBTC) as server,
    ):
        client = server.login()
        account_id = opened(client)
        secrets = {"wallet_address": WALLET, "agent_key": AGENT_KEY}
        client.post(f"/v1/accounts/{account_id}/venue-credential", {"secrets": secrets})
        client.wait_for_views()
        trades(client, account_id)
        terms = {"client_order_id": "rests", "instrument": UBTC, "quantity": "0.01", "side": "buy"}
        order = client.post(
            "/v1/orders", {"account_id": account_id, **terms, "type": "limit", "price": "30000"}
        )["order"]
        path = f"/v1/accounts/{account_id}/dead-mans-switch"
        assert client.call("PUT", path, {"after_s": AFTER_S})["after_s"] == AFTER_S
        client.wait_until(f"/v1/orders/{order['order_id']}", lambda told: told["status"] == "accepted")

        server.stop()
        time.sleep(AFTER_S + 2)
        assert works(venue) == 1

        client = server.start().login()
        trades(client, account_id)
        client.wait_until(path, lambda told: told["put_off_at"] is not None and not told["problem"])
        server.kill()
        time.sleep(AFTER_S + 2)
        assert works(venue) == 0

        client = server.start().login()
        told = client.wait_until(
            f"/v1/orders/{order['order_id']}", lambda told: told["status"] == "cancelled", timeout_s=240
        )
        assert told["reason"] == "dead man's switch"
