"""A perpetual on paper, as a person trades it: leverage, a position both ways, what figures rest on."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from tests.support.server import Client, Server, open_directory

PERP = "BTC-USDT-PERP.SIM"


@pytest.fixture(scope="module")
def client() -> Iterator[Client]:
    with open_directory() as directory:
        server = Server(directory / "data", "--market", "simulated").start()
        try:
            client = server.login()
            client.wait_until(f"/v1/quotes/{PERP}", lambda quote: bool(quote["bid"]))
            yield client
        finally:
            ended_with = server.stop()
        assert ended_with == 0


@pytest.fixture(scope="module")
def account_id(client: Client) -> str:
    return client.open_account(deposits={"USDT": "10000"})


def traded(client: Client, account_id: str, name: str, side: str, quantity: str, **more: Any) -> None:
    order = client.post(
        "/v1/orders",
        {
            "account_id": account_id,
            "client_order_id": name,
            "instrument": PERP,
            "side": side,
            "type": "market",
            "quantity": quantity,
            **more,
        },
    )["order"]
    client.wait_until(f"/v1/orders/{order['order_id']}", lambda told: told["status"] == "filled")


def position(client: Client, account_id: str) -> dict[str, Any]:
    client.wait_for_views()
    [found] = client.get(f"/v1/accounts/{account_id}/positions")["items"]
    return dict(found)


def test_an_instrument_says_that_it_is_a_contract(client: Client) -> None:
    told = client.get(f"/v1/instruments/{PERP}")
    assert told["contract"]["settle_asset"] == "USDT"
    assert client.get("/v1/instruments/BTC-USDT.SIM")["contract"] is None


def test_a_position_is_opened_with_leverage_turned_round_and_closed(client: Client, account_id: str) -> None:
    leverage = f"/v1/accounts/{account_id}/leverage"
    told = client.call("PUT", leverage, {"instrument": PERP, "leverage": "5"})
    assert (told["leverage"], told["mode"]) == ("5", "cross")
    assert (
        client.call("PUT", leverage, {"instrument": PERP, "leverage": "20"}, expect=422)["code"]
        == "limit_exceeded"
    )
    traded(client, account_id, "long", "buy", "0.1")
    long = position(client, account_id)
    assert (long["quantity"], long["settle_asset"]) == ("0.1", "USDT")
    assert Decimal(long["margin"]) == pytest.approx(Decimal(long["cost"]) / 5, abs=Decimal("0.00000001"))
    traded(client, account_id, "turned", "sell", "0.3")
    assert position(client, account_id)["quantity"] == "-0.2"
    more = {"reduce_only": True}
    traded(client, account_id, "closed", "buy", "0.2", **more)
    closed = position(client, account_id)
    assert (closed["quantity"], closed["margin"]) == ("0", "0")
    fills = client.all_items(f"/v1/accounts/{account_id}/fills")
    [balance] = client.get(f"/v1/accounts/{account_id}/balances")["items"]
    gained = sum(Decimal(each["realised_pnl"]) - Decimal(each["fee"]) for each in fills)
    assert Decimal(balance["total"]) == 10_000 + gained
    assert balance["held"] == "0"
    assert Decimal(closed["realised_pnl"]) == sum(Decimal(each["realised_pnl"]) for each in fills)


@pytest.mark.parametrize("figure", ["quantity", "cost", "realised_pnl", "margin", "average_entry_price"])
def test_every_figure_of_the_position_is_explained(client: Client, account_id: str, figure: str) -> None:
    shown = position(client, account_id)
    told = client.get(f"/v1/explain?of=position:{account_id}:{PERP}:{figure}")
    assert told["value"] == shown[figure]
    assert len(told["fills"]) >= 3


def test_what_would_be_reduced_has_to_be_there(client: Client, account_id: str) -> None:
    wish = {
        "account_id": account_id,
        "instrument": PERP,
        "side": "sell",
        "type": "market",
        "quantity": "1",
        "reduce_only": True,
    }
    told = client.post("/v1/orders/preview", wish)
    assert (told["verdict"], told["code"]) == ("denied", "reduce_only")
