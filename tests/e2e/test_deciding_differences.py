"""What somebody trades by hand at the venue, decided about over HTTP and from the shell."""

from __future__ import annotations

import json
from typing import Any

from tests.e2e.test_trading_at_a_venue import Binance, book_of, connected, exchange, trading_at
from tests.support.server import Client, free_port, open_directory

BY_HAND = {"symbol": "BTCUSDT", "side": "BUY"}
COMPARED_WITHIN_S = 100


def open_kinds(page: dict[str, Any]) -> list[str]:
    return sorted(each["kind"] for each in page["items"])


def refused(client: Client, path: str, **body: str) -> str:
    """The code with which the server says no."""
    code: str = client.post(path, body, expect=(409, 422))["code"]
    return code


def test_a_trade_and_an_order_by_hand_are_adopted_explained_and_proven() -> None:
    port = free_port()
    with (
        open_directory() as directory,
        exchange(Binance, port) as venue,
        trading_at(venue, directory) as server,
    ):
        client, account_id = connected(server, venue)
        # So little that the best price has it all: else it is several fills.
        venue.ask("POST", "/api/v3/order", type="MARKET", quantity="0.0005", **BY_HAND)
        price = {"price": "20000", "quantity": "0.01", "timeInForce": "GTC"}
        venue.ask("POST", "/api/v3/order", type="LIMIT", **price, **BY_HAND)
        path = f"/v1/accounts/{account_id}/differences"
        both = client.wait_until(
            f"{path}?status=open", lambda page: len(page["items"]) == 4, timeout_s=COMPARED_WITHIN_S
        )
        assert open_kinds(both) == ["balance", "balance", "outside_order", "unmatched_fill"]
        ids = {each["kind"]: each["difference_id"] for each in both["items"]}

        assert refused(client, f"{path}/{ids['balance']}/adopt") == "fills_first"
        assert refused(client, f"{path}/{ids['outside_order']}/adopt") == "not_adoptable"
        planned = client.get(f"{path}/{ids['unmatched_fill']}/adoption")["postings"]
        assert {each["ledger_account"] for each in planned} == {"suspense", "available"}
        told = server.cli("reconciliation", "list", "There", "--json")
        assert len(json.loads(told.stdout)["items"]) == 4
        wanted = ids["unmatched_fill"][:8]
        adopted = server.cli("reconciliation", "adopt", "There", wanted, "--yes", "--json")
        assert json.loads(adopted.stdout)["postings"] == planned
        explained = server.cli("reconciliation", "explain", "There", ids["outside_order"], "a test")
        assert "Nothing was posted." in explained.stdout

        client.wait_for_views()
        assert book_of(client, account_id) == venue.balances()
        every = client.get(path)["items"]
        assert {each["status"] for each in every} == {"adopted", "explained", "superseded"}
        late = f"{path}/{ids['unmatched_fill']}/explain"
        assert refused(client, late, reason="too late") == "already_resolved"
        report = client.get(f"/v1/accounts/{account_id}/reconciliation")
        assert (report["stage"], {each["difference"] for each in report["balances"]}) == ("trading", {"0"})
        assert server.stop() == 0
        verified = server.cli("audit", "verify", "--json")
        assert verified.returncode == 0, verified.stdout
