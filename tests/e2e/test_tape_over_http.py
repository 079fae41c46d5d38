"""The main job on real input: 46 s of BTC/USDT over HTTP, with fills worked out by hand from the tape.

Where a line of the tape decides, it stands beside the figure. Without the recorded tape (it is no part of the
project) the same orders run over an excerpt with just those lines.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.support.server import Client, Server
from tests.support.vectors import TAPES

TRADES = """\
timestamp,trade_id,price,quantity,buyer_maker
2021-01-08T00:00:09.947000Z,553287908,39479.23,0.35289,False
2021-01-08T00:00:10.715000Z,553287931,39469.39,0.001521,True
2021-01-08T00:00:20.413000Z,553288240,39500.0,0.004976,False
2021-01-08T00:00:22.423000Z,553288357,39500.01,0.0055490000000000001,False
2021-01-08T00:00:22.423000Z,553288358,39500.01,0.000356,False
2021-01-08T00:00:22.423000Z,553288359,39500.88,0.6,False
2021-01-08T00:00:24.074000Z,553288477,39520.0,0.025974,False
2021-01-08T00:00:34.533000Z,553289011,39550.0,0.000899,False
2021-01-08T00:00:37.850000Z,553289181,39519.75,0.004692,True
2021-01-08T00:00:46.355000Z,553289559,39491.76,0.014596,True
"""
QUOTES = """\
timestamp,symbol,ask_size,ask,bid_size,bid
2021-01-08T00:00:09.992000Z,BTC/USDT,2.84711,39479.23,0.146799,39479.22
2021-01-08T00:00:10.662000Z,BTC/USDT,1.583421,39476.04,5e-06,39475.92
2021-01-08T00:00:24.068000Z,BTC/USDT,0.004176,39519.75,0.46754,39519.74
2021-01-08T00:00:37.816000Z,BTC/USDT,0.160683,39531.97,0.003193,39531.96
"""
BTC = "BTC-USDT.REPLAY"


@pytest.fixture
def tape(tmp_path_open: Path) -> str:
    recorded = TAPES / "nautilus" / "btcusdt-trades.csv", TAPES / "nautilus" / "btcusdt-quotes.csv"
    if not all(file.exists() for file in recorded):
        recorded = tmp_path_open / "btcusdt-trades.csv", tmp_path_open / "btcusdt-quotes.csv"
        recorded[0].write_text(TRADES)
        recorded[1].write_text(QUOTES)
    return ",".join(map(str, recorded))


@pytest.fixture(params=["true", "false"], ids=["stops rest at the venue", "stops rest with trading"])
def server(
    tmp_path_open: Path, tape: str, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> Iterator[Server]:
    monkeypatch.setenv("TRADEBOOK_PAPER_RESTS_CONDITIONALS", request.param)
    monkeypatch.setenv("TRADEBOOK_REPLAY_START", "paused")
    running = Server(tmp_path_open / "data", "--market", f"replay:{tape}", "--replay-speed", "max").start()
    yield running
    running.stop()


def place(client: Client, account_id: str, name: str, **terms: Any) -> None:
    body = {"account_id": account_id, "client_order_id": name, "instrument": BTC, **terms}
    client.post("/v1/orders", body)


def run_tape(client: Client, until: str) -> None:
    client.call("PUT", "/v1/market/replay", {"state": "running", "until": until})


def fills_of(client: Client, account_id: str) -> dict[str, list[tuple[str, str]]]:
    names = {
        o["order_id"]: o["client_order_id"] for o in client.all_items(f"/v1/orders?account_id={account_id}")
    }
    fills: dict[str, list[tuple[str, str]]] = {}
    for fill in reversed(client.all_items(f"/v1/accounts/{account_id}/fills")):
        fills.setdefault(names[fill["order_id"]], []).append((fill["quantity"], fill["price"]))
    return fills


def test_orders_fill_where_the_tape_says_they_must(server: Server) -> None:
    client = server.login()
    account_id = client.open_account(deposits={"USDT": "100000"})
    run_tape(client, "2021-01-08T00:00:10Z")
    # The last quote at 10 s is that of 09.992: ask 39479.23.
    place(client, account_id, "market", side="buy", type="market", quantity="0.5")
    client.wait_until(f"/v1/accounts/{account_id}/fills", lambda page: len(page["items"]) == 1)
    # 39500.00 prints at 20.413 and often after that: touches. At 22.423 553288357 (0.005549 at 39500.01),
    # 553288358 (0.000356 at 39500.01) and 553288359 (0.6 at 39500.88) print through it.
    place(client, account_id, "limit", side="sell", type="limit", quantity="0.006", price="39500")
    # 553287931 prints 39469.39 at 10.715; the last quote then is that of 10.662: bid 39475.92.
    place(client, account_id, "stop", side="sell", type="stop", quantity="0.1", stop_price="39470")
    # The highest print before it falls by 30 is 39550.00 (34.533); 39519.75 prints at 37.850; bid 39531.96.
    place(
        client, account_id, "trail", side="sell", type="trailing_stop", quantity="0.1", trailing_offset="30"
    )
    # 39520.00 prints at 24.074; the last quote is that of 24.068: bid 39519.74. Its sibling goes.
    exits = {"side": "sell", "quantity": "0.1", "oco_group": "exit"}
    place(client, account_id, "profit", type="take_profit", stop_price="39520", **exits)
    place(client, account_id, "loss", type="stop", stop_price="39000", **exits)
    place(client, account_id, "never", side="buy", type="limit", quantity="0.1", price="39000")

    run_tape(client, "2021-01-08T00:00:47Z")
    client.wait_for_views()

    assert fills_of(client, account_id) == {
        "market": [("0.5", "39479.23")],
        "stop": [("0.1", "39475.92")],
        "limit": [("0.005549", "39500"), ("0.000356", "39500"), ("0.000095", "39500")],
        "profit": [("0.1", "39519.74")],
        "trail": [("0.1", "39531.96")],
    }
    statuses = {o["client_order_id"]: o["status"] for o in client.all_items("/v1/orders")}
    assert statuses["loss"] == "cancelled"
    assert statuses["never"] == "accepted"
    balances = {b["asset"]: b for b in client.get(f"/v1/accounts/{account_id}/balances")["items"]}
    assert balances["BTC"]["total"] == "0.194"
