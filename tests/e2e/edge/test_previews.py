"""What the ticket shows before it sends is what sending does."""

from __future__ import annotations

from typing import Any

from tests.e2e.edge.conftest import Book

from tradebook.trading.services.previews import PREVIEWS_PER_MINUTE

PREVIEW = "/v1/orders/preview"


def held(book: Book) -> str:
    items = book.client.get(f"/v1/accounts/{book.account_id}/balances")["items"]
    return next(str(each["held"]) for each in items if each["asset"] == "USDT")


def wish(book: Book, **terms: Any) -> dict[str, Any]:
    request = book.order_request("preview", **terms)
    del request["client_order_id"]
    return request


def test_a_preview_records_nothing_and_names_what_is_then_held(book: Book) -> None:
    book.client.wait_for_views()
    before, head = float(held(book)), book.head()
    shown = book.client.post(PREVIEW, wish(book))
    assert (shown["verdict"], shown["code"], shown["price_used"]) == ("ok", None, "50000")
    assert (shown["hold"], shown["fee"]) == (
        {"asset": "USDT", "amount": "50.05"},
        {"asset": "USDT", "amount": "0.05", "rate": "0.001"},
    )
    assert {each["name"] for each in shown["limits"]} >= {"max_position_notional", "max_open_orders"}
    workings = {each["name"]: each["value"] for each in shown["workings"]}
    assert (workings["notional"], workings["hold"], workings["fee"]) == (shown["notional"], "50.05", "0.05")
    assert book.head() == head
    order = book.order("previewed")
    book.client.wait_for_views()
    assert float(held(book)) - before == 50.05
    repeated = {**wish(book), "client_order_id": "previewed"}
    assert book.client.post(PREVIEW, repeated)["detail"].startswith("It is placed already")
    reused = book.client.post(PREVIEW, {**repeated, "price": "49999"})
    assert (reused["verdict"], reused["code"]) == ("denied", "client_order_id_reused")
    book.client.call("DELETE", f"/v1/orders/{order['order_id']}")


def test_a_denial_is_an_answer_and_a_malformed_order_a_problem(book: Book) -> None:
    poor = book.client.post(PREVIEW, wish(book, quantity="1000"))
    assert (poor["verdict"], poor["code"]) == ("denied", "limit_exceeded")
    assert poor["figures"]["limit"] == "max_position_notional"
    assert book.client.post(PREVIEW, wish(book, price="50000.001"))["code"] == "price_tick"
    refused = book.client.post(PREVIEW, wish(book, type="stop", price=None), expect=422)
    assert (refused["code"], refused["field"]) == ("invalid_order", "stop_price")
    nowhere = book.client.post(PREVIEW, wish(book, account_id="nobody"), expect=404)
    assert nowhere["code"] == "not_found"


def test_previews_have_a_rate_of_their_own(book: Book) -> None:
    client = book.key("read")
    for _ in range(PREVIEWS_PER_MINUTE):
        if client.http.post(PREVIEW, json=wish(book)).status_code == 429:
            break
    limited = client.post(PREVIEW, wish(book), expect=(200, 429))
    while limited.get("code") != "rate_limited":
        limited = client.post(PREVIEW, wish(book), expect=(200, 429))
    assert int(limited["retry_after_s"]) >= 1
    assert book.client.post(PREVIEW, wish(book))["verdict"] == "ok"


def test_usage_shows_every_limit_in_force(book: Book) -> None:
    path = f"/v1/accounts/{book.account_id}/risk/usage"
    found = {each["name"]: each for each in book.client.get(path)["items"]}
    assert set(found) >= {
        "daily_loss",
        "drawdown",
        "max_open_orders",
        "max_position_notional",
        "price_collar",
    }
    position = found["max_position_notional"]
    assert (position["instrument"], position["unit"], position["limit"]) == ("BTC-USDT.SIM", "USDT", "50000")
    assert 0 < float(position["used"]) < 50000
    assert 0 < float(position["share"]) < 1
    assert found["max_open_orders"]["used"] == str(
        len(book.client.get(f"/v1/orders?account_id={book.account_id}&status=open")["items"])
    )
    assert len(book.client.all_items(f"{path}")) == len(found)
    assert book.client.get(f"{path}?limit=1")["next_cursor"]
