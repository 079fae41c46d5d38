"""``/v1/trade`` of a running server: nobody waits for answers, and all happens in the order of sending."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

from tests.e2e.edge.conftest import Book
from websockets.sync.client import connect

SOL = "SOL-USDT.SIM"


def test_what_is_sent_without_waiting_is_done_in_that_order(book: Book) -> None:
    account = book.client.open_account(deposits={"USDT": "100000"})
    bid = Decimal(book.client.get(f"/v1/quotes/{SOL}")["bid"])
    price = str((bid * Decimal("0.97")).quantize(Decimal("0.01")))

    def order(name: str) -> dict[str, Any]:
        terms = {"account_id": account, "instrument": SOL, "price": price, "quantity": "1"}
        return {"op": "place", "order": book.order_request(name, **terms)}

    requests: list[dict[str, Any]] = [order(f"before-{n}") for n in range(30)]
    requests.append({"op": "cancel_all", "instrument": SOL})
    requests += [order(f"after-{n}") for n in range(30)]
    url = f"{book.server.url.replace('http', 'ws')}/v1/trade"
    with connect(url, additional_headers={"authorization": f"Bearer {book.client.token}"}) as socket:
        for number, request in enumerate(requests):
            socket.send(json.dumps({"id": number, **request}))
        answers = {}
        for _ in requests:
            answer = json.loads(socket.recv(timeout=10))
            answers[answer["id"]] = answer["result"]
    assert (answers[30]["orders"], answers[30]["failures"]) == (30, {})
    path = f"/v1/orders?account_id={account}&status=accepted&limit=100"
    names = {f"after-{n}" for n in range(30)}
    book.client.wait_until(path, lambda page: {each["client_order_id"] for each in page["items"]} == names)
    assert len(book.client.all_items(f"/v1/orders?account_id={account}&status=cancelled")) == 30
