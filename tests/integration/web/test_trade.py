from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from tests.integration.web.conftest import Edge, client_frame, closing, receive, send, until

from tradebook.web import sockets, trade_socket


def an_order(client_order_id: str = "c1", **fields: Any) -> dict[str, Any]:
    return {
        "account_id": "a1",
        "client_order_id": client_order_id,
        "instrument": "BTC-USDT.SIM",
        "side": "buy",
        "type": "limit",
        "quantity": "1",
        "price": "100",
        **fields,
    }


async def test_an_order_is_placed_and_answered_under_its_id(edge: Edge) -> None:
    async with edge.connect("/v1/trade") as socket:
        await send(socket, id=1, op="place", order=an_order())
        answer = await receive(socket)
        assert (answer["id"], answer["result"]["journal_position"]) == (1, "7")
        assert answer["result"]["order"]["client_order_id"] == "c1"


async def test_a_refusal_is_a_problem_with_its_figures(edge: Edge) -> None:
    async with edge.connect("/v1/trade") as socket:
        await send(socket, id="x", op="place", order=an_order(quantity="13"))
        answer = await receive(socket)
        assert (answer["id"], answer["problem"]["code"]) == ("x", "insufficient_funds")
        assert answer["problem"]["needed"] == "2"


async def test_a_batch_is_answered_order_by_order(edge: Edge) -> None:
    async with edge.connect("/v1/trade") as socket:
        await send(socket, id=1, op="batch", orders=[an_order("c1"), an_order("c2", quantity="13")])
        first, second = (await receive(socket))["result"]
        assert first["order"]["client_order_id"] == "c1"
        assert second["problem"]["code"] == "insufficient_funds"


async def test_the_other_wishes_reach_order_entry(edge: Edge) -> None:
    async with edge.connect("/v1/trade") as socket:
        await send(socket, id=1, op="replace", order_id="o1", price="99")
        assert (await receive(socket))["result"]["order"]["price"] == "99"
        await send(socket, id=2, op="cancel", order_id="o1")
        assert (await receive(socket))["problem"]["code"] == "not_found"
        await send(socket, id=3, op="cancel_all", account_id="a1")
        swept = (await receive(socket))["result"]
        assert (swept["orders"], swept["journal_position"]) == (3, "9")
        assert swept["failures"] == {"a2": "It is away."}


async def test_many_orders_are_under_way_at_once_and_a_burst_is_one_decision(edge: Edge) -> None:
    edge.orders.gate = asyncio.Event()
    async with edge.connect("/v1/trade") as socket:
        for n in range(50):
            await send(socket, id=n, op="place", order=an_order(f"c{n}"))
        await until(lambda: edge.orders.waiting == 50)
        edge.orders.gate.set()
        assert [(await receive(socket))["id"] for _ in range(50)] == list(range(50))
    assert len(edge.orders.bursts) < 50
    assert [c for burst in edge.orders.bursts for c in burst] == [f"c{n}" for n in range(50)]


async def test_orders_that_cannot_be_decided_yet_are_not_overtaken(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trade_socket, "TOGETHER_MAX", 30)
    edge.orders.deciding = asyncio.Event()
    async with edge.connect("/v1/trade") as socket:
        await send(socket, id=0, op="place", order=an_order("c0"))
        await until(lambda: edge.orders.waiting == 1)
        for n in range(1, 50):
            await send(socket, id=n, op="place", order=an_order(f"c{n}"))
        await asyncio.sleep(0.05)
        assert edge.orders.bursts == [["c0"]]
        edge.orders.deciding.set()
        assert [(await receive(socket))["id"] for _ in range(50)] == list(range(50))
    assert [len(burst) for burst in edge.orders.bursts] == [1, 30, 19]


async def test_cancellations_of_different_orders_share_their_commit(edge: Edge) -> None:
    edge.orders.gate = asyncio.Event()
    async with edge.connect("/v1/trade") as socket:
        frames = [json.dumps({"id": n, "op": "cancel", "order_id": f"o{n % 3}"}) for n in range(5)]
        socket.transport.write(b"".join(map(client_frame, frames)))
        await until(lambda: edge.orders.waiting == 3)
        await asyncio.sleep(0.02)
        assert edge.orders.waiting == 3
        edge.orders.gate.set()
        assert sorted([(await receive(socket))["id"] for _ in range(5)]) == list(range(5))


async def test_an_order_sent_after_a_cancellation_of_all_is_decided_after_it(edge: Edge) -> None:
    edge.orders.sweeping = asyncio.Event()
    async with edge.connect("/v1/trade") as socket:
        await send(socket, id=1, op="cancel_all")
        await until(lambda: bool(edge.orders.served))
        await send(socket, id=2, op="place", order=an_order())
        await asyncio.sleep(0.05)
        assert [what for what, _ in edge.orders.served] == ["cancel_all"]
        edge.orders.sweeping.set()
        assert [(await receive(socket))["id"] for _ in range(2)] == [1, 2]
    assert [what for what, _ in edge.orders.served] == ["cancel_all", "c1"]


async def test_a_new_token_counts_for_what_follows_it(edge: Edge) -> None:
    async with edge.connect("/v1/trade") as socket:
        messages = [
            {"id": 1, "op": "place", "order": an_order("c1")},
            {"id": 2, "op": "auth", "token": "viewer"},
            {"id": 3, "op": "place", "order": an_order("c2")},
        ]
        socket.transport.write(b"".join(client_frame(json.dumps(message)) for message in messages))
        placed, authenticated, refused = [await receive(socket) for _ in messages]
        assert "order" in placed["result"]
        assert "expires_at" in authenticated["result"]
        assert refused["problem"]["code"] == "forbidden"
    assert edge.orders.served == [("c1", "owner")]


async def test_a_socket_stays_with_its_user(edge: Edge) -> None:
    async with edge.connect("/v1/trade") as socket:
        await send(socket, id=1, op="place", order=an_order("c1"))
        await receive(socket)
        await send(socket, id=2, op="auth", token="other")
        assert (await receive(socket))["problem"]["code"] == "other_user"
        await send(socket, id=3, op="place", order=an_order("c2"))
        assert "result" in await receive(socket)


async def test_a_minute_that_is_spent_refuses_only_what_is_beyond_it(edge: Edge) -> None:
    edge.tokens.limit = 2
    async with edge.connect("/v1/trade") as socket:
        frames = [json.dumps({"id": n, "op": "place", "order": an_order(f"c{n}")}) for n in range(3)]
        socket.transport.write(b"".join(map(client_frame, frames)))
        answers = {answer["id"]: answer for answer in [await receive(socket) for _ in frames]}
        assert answers[2]["problem"]["code"] == "rate_limited"
    assert edge.orders.bursts == [["c0", "c1"]]


async def test_no_more_is_read_while_too_much_is_under_way(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trade_socket, "IN_FLIGHT_MAX", 4)
    edge.orders.gate = asyncio.Event()
    async with edge.connect("/v1/trade") as socket:
        for n in range(40):
            await send(socket, id=n, op="place", order=an_order(f"c{n}"))
            await asyncio.sleep(0.001)
        assert edge.orders.waiting < 40
        edge.orders.gate.set()
        assert len([await receive(socket) for _ in range(40)]) == 40


@pytest.mark.parametrize(
    ("message", "request_id", "code"),
    [
        ("{", None, "malformed_json"),
        ('{"id":1,"op":"dance"}', 1, "invalid_input"),
        ('{"op":"cancel","order_id":"o"}', None, "invalid_input"),
        (json.dumps({"id": 1, "op": "place", "order": an_order(quantity=1.5)}), 1, "invalid_input"),
        (json.dumps({"id": 1, "op": "place", "order": an_order(quantity="NaN")}), 1, "invalid_input"),
        (json.dumps({"id": 1, "op": "place", "order": an_order(colour="red")}), 1, "invalid_input"),
        ('{"id":{},"op":"place"}', None, "invalid_input"),
    ],
)
async def test_an_unfit_message_is_told_and_the_socket_stays(
    edge: Edge, message: str, request_id: int | None, code: str
) -> None:
    async with edge.connect("/v1/trade") as socket:
        await socket.send(message)
        answer = await receive(socket)
        assert (answer["id"], answer["problem"]["code"]) == (request_id, code)
        await send(socket, id=2, op="place", order=an_order())
        assert (await receive(socket))["id"] == 2


async def test_who_may_only_look_cannot_trade(edge: Edge) -> None:
    async with edge.connect("/v1/trade", token="viewer") as socket:
        await send(socket, id=1, op="place", order=an_order())
        assert (await receive(socket))["problem"]["code"] == "forbidden"
    assert edge.orders.bursts == []


async def test_the_token_may_come_in_a_frame(edge: Edge) -> None:
    async with edge.connect("/v1/trade", token=None) as socket:
        await send(socket, id=0, op="auth", token="owner")
        assert "expires_at" in (await receive(socket))["result"]
        await send(socket, id=1, op="place", order=an_order())
        assert "result" in await receive(socket)


async def test_a_revoked_token_trades_no_more(edge: Edge) -> None:
    async with edge.connect("/v1/trade") as socket:
        await send(socket, id=1, op="place", order=an_order())
        await receive(socket)
        del edge.tokens.known["owner"]
        await send(socket, id=2, op="place", order=an_order("c2"))
        assert (await receive(socket))["problem"]["status"] == 401
        assert (await closing(socket))[0] == sockets.UNAUTHENTICATED
    assert edge.orders.bursts == [["c1"]]


async def test_without_a_token_in_time_the_socket_is_closed(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(trade_socket, "AUTH_WITHIN_S", 0.02)
    async with edge.connect("/v1/trade", token=None) as socket:
        assert (await closing(socket))[0] == sockets.UNAUTHENTICATED


async def test_requests_count_against_their_minute(edge: Edge) -> None:
    edge.tokens.limit = 1
    async with edge.connect("/v1/trade") as socket:
        for n in (1, 2):
            await send(socket, id=n, op="place", order=an_order(f"c{n}"))
            answer = await receive(socket)
        assert (answer["problem"]["code"], answer["problem"]["retry_after_s"]) == ("rate_limited", "7")


async def test_a_defect_ends_the_socket_with_a_code(edge: Edge) -> None:
    async with edge.connect("/v1/trade") as socket:
        await send(socket, id=1, op="cancel", order_id="boom")
        assert (await closing(socket))[0] == sockets.INTERNAL_ERROR
