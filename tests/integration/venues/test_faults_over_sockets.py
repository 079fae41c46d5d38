"""Faults of a simulated venue, as our HTTP and our sockets meet them."""

from __future__ import annotations

import asyncio

import pytest
from tests.support.simulated_binance import KEY, SECRET, Exchange, StillMarket
from tests.support.waiting import eventually

from tradebook.kernel.clock import SystemClock
from tradebook.venues.binance.signing import Credentials, signer_of, user_stream_subscription
from tradebook.venues.connections.http import HttpxHttp
from tradebook.venues.connections.picows_socket import connect
from tradebook.venues.simulators.faults import (
    FrameFate,
    FrameFault,
    RequestFate,
    RequestFault,
    ScriptedFaults,
)
from tradebook.venues.simulators.server import serving

CLOCK = SystemClock()
ORDER = {
    "symbol": "BTCUSDT",
    "side": "BUY",
    "type": "LIMIT",
    "timeInForce": "GTC",
    "quantity": "1",
    "price": "90",
}


@pytest.mark.parametrize(
    ("fault", "status", "orders"),
    [
        (RequestFault.LOST, 0, 0),
        (RequestFault.ANSWER_LOST, 0, 1),
        (RequestFault.ANSWER_LATE, 0, 1),
        (RequestFault.FAILS_AFTER, 502, 1),
        (RequestFault.BANNED, 418, 0),
    ],
)
async def test_what_becomes_of_an_order(fault: RequestFault, status: int, orders: int) -> None:
    exchange = Exchange(clock=CLOCK, USDT="1000")
    faults = ScriptedFaults(requests=[RequestFate(fault=fault, delay_s=0.8)])
    http = HttpxHttp(timeout_s=0.5)
    async with serving(exchange.venue, StillMarket(), port=0, faults=faults) as url:
        request = f"{url}/api/v3/order?{exchange.signed(ORDER)}"
        if status:
            answer = await http("POST", request, headers={"X-MBX-APIKEY": KEY})
            assert (answer.status, "retry-after" in answer.headers) == (status, status == 418)
        else:
            with pytest.raises(TimeoutError):
                await http("POST", request, headers={"X-MBX-APIKEY": KEY})
        assert len(exchange.account.open_orders()) == orders
    await http.close()


@pytest.mark.parametrize(
    ("fault", "heard"),
    [(FrameFault.TWICE, 3), (FrameFault.CLOSED, 0), (FrameFault.HALF_OPEN, 0)],
)
async def test_what_becomes_of_a_report(fault: FrameFault, heard: int) -> None:
    exchange = Exchange(clock=CLOCK, USDT="1000")
    faults = ScriptedFaults(frames=[FrameFate(fault=fault)], words=b"executionReport")
    frames: list[bytes] = []
    async with serving(exchange.venue, StillMarket(), port=0, faults=faults) as url:
        socket = await connect(f"{url.replace('http', 'ws')}/ws-api/v3", frames.append)
        credentials = Credentials(KEY, signer_of(SECRET))
        socket.send(user_stream_subscription(credentials, request_id="1", at=CLOCK.now()))
        await eventually(lambda: len(frames) == 1)
        frames.clear()
        exchange.limit("BUY", "90", "1")
        if fault is FrameFault.CLOSED:
            assert "closed" in await asyncio.wait_for(socket.ended(), 5)
        elif heard:
            await eventually(lambda: len(frames) == heard)
        else:
            await asyncio.sleep(0.2)
        assert len(frames) == heard
        socket.close()
