"""What was just written can be read, figures explain themselves, and the server says how it is."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from tests.e2e.edge.conftest import BTC, Book
from websockets.sync.client import connect

from tradebook.kernel.ids import new_id


def test_an_account_is_there_as_soon_as_it_is_open(book: Book) -> None:
    for _ in range(20):
        opened = book.client.post("/v1/accounts", {"name": "new"})
        path = f"/v1/accounts/{opened['account_id']}"
        assert book.client.get(path)["account_id"] == opened["account_id"]
        for part in ("balances", "positions", "fills", "ledger", "risk"):
            book.client.get(f"{path}/{part}")
        assert book.client.get(f"/v1/orders?account_id={opened['account_id']}")["items"] == []


def test_an_order_is_there_as_soon_as_it_is_placed(book: Book) -> None:
    for _ in range(20):
        order_id = book.order(new_id())["order_id"]
        assert book.client.get(f"/v1/orders/{order_id}")["order_id"] == order_id
        book.client.call("DELETE", f"/v1/orders/{order_id}")


@pytest.mark.parametrize("key", [{}, {"idempotency-key": "a key"}], ids=["short way", "long way"])
def test_a_write_says_where_it_stands_and_a_read_can_wait_for_that(book: Book, key: dict[str, str]) -> None:
    account_id = book.client.open_account(deposits={})
    for total in ("500", "1000", "1500"):
        answer = book.client.http.post(
            f"/v1/accounts/{account_id}/deposits", json={"asset": "USDT", "amount": "500"}
        )
        place = {"tradebook-position": answer.headers["tradebook-position"]}
        shown = book.client.get(f"/v1/accounts/{account_id}/balances", headers=place)["items"]
        assert [each["total"] for each in shown] == [total]
    order = book.order_request(new_id(), account_id=account_id)
    placed = book.client.http.post("/v1/orders", json=order, headers=key)
    assert placed.headers["tradebook-position"] == placed.json()["journal_position"]


def test_two_accounts_are_compared_over_the_edge_and_in_the_shell(book: Book) -> None:
    one, other = (book.client.open_account(deposits={"USDT": "5000"}) for _ in range(2))
    for account_id, price in ((one, "50000"), (other, "50001")):
        book.client.post("/v1/orders", book.order_request("same", account_id=account_id, price=price))
    told = book.client.get(f"/v1/accounts/{one}/parity?other={other}")
    assert {
        "order": "same",
        "fact": "OrderPlaced",
        "field": "terms.price",
        "one": "50000",
        "other": "50001",
    } in (told["findings"])
    assert told["orders"] == 1
    assert told["findings_count"] == len(told["findings"])
    told_later = book.client.get(f"/v1/accounts/{one}/parity?other={other}&since={book.head()}")
    assert told_later["facts"] == 0
    in_shell = book.server.cli("accounts", "parity", one, other)
    assert "terms.price" in in_shell.stdout, in_shell.stderr
    refused = book.client.call("GET", f"/v1/accounts/{one}/parity?other={other}&since=soon", expect=422)
    assert refused["field"] == "since"


# --- explain


@pytest.fixture(scope="module")
def traded(book: Book) -> str:
    """An account with a deposit, two buys, a sell and an order that holds."""
    account_id = book.client.open_account(deposits={"USDT": "5000"})
    for side, quantity in (("buy", "0.01"), ("buy", "0.02"), ("sell", "0.015")):
        terms = {
            "account_id": account_id,
            "side": side,
            "quantity": quantity,
            "type": "market",
            "price": None,
        }
        order_id = book.order(new_id(), **terms)["order_id"]
        book.client.wait_until(f"/v1/orders/{order_id}", lambda order: order["status"] == "filled")
    book.order(new_id(), account_id=account_id)
    book.client.wait_for_views()
    return account_id


def explain(book: Book, of: str, **query: Any) -> dict[str, Any]:
    explained: dict[str, Any] = book.client.get("/v1/explain", params={"of": of, **query})
    return explained


@pytest.mark.parametrize("figure", ["total", "available", "held"])
@pytest.mark.parametrize("asset", ["USDT", "BTC"])
def test_a_balance_is_the_sum_of_its_postings(book: Book, traded: str, asset: str, figure: str) -> None:
    balances = book.client.get(f"/v1/accounts/{traded}/balances")["items"]
    shown = next(each for each in balances if each["asset"] == asset)
    explained = explain(book, f"balance:{traded}:{asset}:{figure}", limit=500)
    assert (explained["value"], explained["unit"]) == (shown[figure], asset)
    total = sum((Decimal(each["amount"]) for each in explained["postings"]), Decimal(0))
    assert total == Decimal(shown[figure])
    accounts = {"total": {"available", "held"}}.get(figure, {figure})
    assert {each["ledger_account"] for each in explained["postings"]} <= accounts
    inputs = {each["name"]: each["value"] for each in explained["inputs"]}
    assert inputs["postings"] == str(len(explained["postings"]))
    for event in explained["events"]:
        assert book.client.get(f"/v1/journal/{event['position']}")["type"] == event["type"]
    assert {each["position"] for each in explained["postings"]} == {
        each["position"] for each in explained["events"]
    }


def test_the_postings_of_one_event_are_those_of_the_ledger_and_sum_to_zero(book: Book, traded: str) -> None:
    ledger = book.client.get(f"/v1/accounts/{traded}/ledger?limit=500")["items"]
    for position in {each["position"] for each in ledger}:
        page = book.client.get(f"/v1/accounts/{traded}/ledger?position={position}&limit=100")
        assert page == {
            "items": [each for each in ledger if each["position"] == position],
            "next_cursor": None,
        }
        for asset in {each["asset"] for each in page["items"]}:
            amounts = (Decimal(each["amount"]) for each in page["items"] if each["asset"] == asset)
            assert sum(amounts, Decimal(0)) == 0


def test_a_position_is_what_its_fills_made_it(book: Book, traded: str) -> None:
    [shown] = book.client.get(f"/v1/accounts/{traded}/positions")["items"]
    fills = book.client.get(f"/v1/accounts/{traded}/fills")["items"]
    for figure in ("quantity", "average_entry_price", "cost", "realised_pnl"):
        explained = explain(book, f"position:{traded}:{BTC}:{figure}")
        assert explained["value"] == shown[figure]
        assert explained["formula"]
        inputs = {each["name"]: each["value"] for each in explained["inputs"]}
        assert (inputs["bought"], inputs["sold"], inputs["fills"]) == ("0.03", "0.015", str(len(fills)))
        left = Decimal(inputs["bought"]) - Decimal(inputs["sold"]) - Decimal(inputs["base_fees"])
        assert left == Decimal(shown["quantity"])
        assert [event["type"] for event in explained["events"]] == ["trading.OrderFilled"] * len(fills)
        assert explained["journal_position"] == explained["events"][0]["position"]
        assert {each["asset"] for each in explained["postings"]} == {"BTC", "USDT"}


@pytest.mark.parametrize("what", ["balance:{}:USDT:total", f"position:{{}}:{BTC}:cost"])
def test_what_is_behind_a_figure_comes_in_pages(book: Book, traded: str, what: str) -> None:
    of = what.format(traded)
    whole = explain(book, of, limit=500)
    positions, cursor = [], None
    while True:
        page = explain(book, of, limit=2, **({"cursor": cursor} if cursor else {}))
        assert page["value"] == whole["value"]
        positions += [event["position"] for event in page["events"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert positions == [event["position"] for event in whole["events"]]


def test_a_figure_of_nothing_is_nothing(book: Book) -> None:
    account_id = book.client.open_account(deposits={})
    explained = explain(book, f"balance:{account_id}:USDT:total")
    assert (explained["value"], explained["postings"], explained["journal_position"]) == ("0", [], "0")
    assert explain(book, f"position:{account_id}:{BTC}:average_entry_price")["value"] is None


@pytest.mark.parametrize(
    "of",
    ["x", "balance", "balance:a", "balance:a:USDT", "balance:a:USDT:cost", "position:a:X:held", "a:b:c:d"],
)
def test_what_names_no_figure_is_told_what_would(book: Book, of: str) -> None:
    problem = book.client.get("/v1/explain", params={"of": of}, expect=422)
    assert problem["field"] == "of"


# --- worth, and the past


def test_what_an_account_is_worth_is_told_and_explained(book: Book, traded: str) -> None:
    worth = book.client.get(f"/v1/accounts/{traded}/valuation")
    assert worth["is_complete"]
    values = {each["asset"]: Decimal(each["value"]) for each in worth["items"]}
    assert Decimal(worth["equity"]) == sum(values.values())
    then = book.client.get(f"/v1/accounts/{traded}/valuation?as_of={worth['journal_position']}")
    assert [each["total"] for each in then["items"]] == [each["total"] for each in worth["items"]]
    assert {each["price_source"] for each in then["items"]} == {BTC, None}
    for asset, figure in (("BTC", f"valuation:{traded}:BTC"), ("all", f"equity:{traded}:equity")):
        explained = explain(book, figure, as_of=worth["journal_position"])
        shown = {each["asset"]: each["value"] for each in then["items"]} | {"all": then["equity"]}
        assert explained["value"] == shown[asset]


def test_a_deposit_is_no_profit(book: Book) -> None:
    account_id = book.client.open_account(deposits={"USDT": "500"})
    book.client.wait_for_views()
    curve = book.client.get(f"/v1/accounts/{account_id}/equity")
    assert [point["equity"] for point in curve["points"]] == ["500"]
    assert [(flow["kind"], flow["value"]) for flow in curve["flows"]] == [("deposit", "500")]
    assert (curve["opening"], curve["closing"], curve["net_flows"], curve["pnl"]) == ("0", "500", "500", "0")


def test_every_event_of_an_account_shows_what_it_changed(book: Book, traded: str) -> None:
    stream = f"account-{traded}"
    events = book.client.get("/v1/journal", params={"stream": stream, "limit": 500})["items"]
    before = None
    for event in events:
        change = book.client.get(f"/v1/journal/{event['position']}/change")
        assert (change["type"], change["stream"]) == (event["type"], stream)
        if before is not None:
            assert {**change["before"], "journal_position": ""} == {**before, "journal_position": ""}
        before = change["after"]
    state = book.client.get(f"/v1/accounts/{traded}/state?as_of={events[-1]['position']}")
    assert {**state, "journal_position": ""} == {**(before or {}), "journal_position": ""}
    book.client.get("/v1/journal/1/change", expect=404)
    book.client.get("/v1/journal/x/change", expect=404)
    book.client.get(f"/v1/accounts/{traded}/state?as_of=1", expect=404)


# --- how it is


def test_venues_say_what_they_hold_and_how_they_are(book: Book) -> None:
    [venue] = book.client.get("/v1/venues")["items"]
    [health] = book.client.get("/v1/venues/health")["items"]
    assert (venue["venue"], health["venue"], health["state"]) == ("paper", "paper", "ok")
    assert (venue["connectable"], health["accounts"], health["connections"]) == (False, [], [])


def test_the_system_channel_begins_with_how_the_server_is(book: Book) -> None:
    url = f"{book.server.url.replace('http', 'ws')}/v1/stream"
    with connect(url, additional_headers={"authorization": f"Bearer {book.client.token}"}) as socket:
        socket.send(json.dumps({"op": "subscribe", "channels": ["system"]}))
        while (message := json.loads(socket.recv(timeout=10))).get("type") != "snapshot":
            assert "problem" not in message
    assert message["channel"] == "system"
    assert set(message["data"]["parts"]) == {"database", "redis", "projections", "feed", "venue paper"}
