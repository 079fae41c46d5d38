"""Our words on the simulated Binance while everything goes wrong: what is asked for afterwards is the truth.

The client here does what execution has to do: it never sends an order again, it asks by its id once the
window of the request is over, and it reads on in the trades from the last that it knows.
"""

from __future__ import annotations

import asyncio
from decimal import Decimal
from random import Random

import pytest
from tests.conformance.venues.binance_orders import order
from tests.support import virtual_time
from tests.support.simulated_binance import KEY, SECRET, Exchange

from tradebook.trading.orders import OrderType, Side
from tradebook.trading.ports import VenueOrder
from tradebook.venues.binance import problems, spot_answers, spot_execution
from tradebook.venues.binance.capabilities import REQUEST_EXPIRY_S
from tradebook.venues.binance.requests import Request
from tradebook.venues.binance.signing import Credentials, sign, signer_of, user_stream_subscription
from tradebook.venues.binance.spot_account import decode_spot_frame
from tradebook.venues.binance.symbols import decode_spot_instruments
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.messages.account import Execution, ExecutionReport
from tradebook.venues.simulators.faults import SeededFaults
from tradebook.venues.simulators.in_process import InProcessConnector, InProcessHttp
from tradebook.venues.simulators.venue import SimulatedRequest
from tradebook.venues.symbols import SymbolTable

SYMBOL, ORDERS = "BTCUSDT", 40
CREDENTIALS = Credentials(KEY, signer_of(SECRET))


class Client:
    """Places orders at random and keeps what it is told of them."""

    def __init__(self, seed: int) -> None:
        self.random = Random(seed)
        self.clock = virtual_time.VirtualClock()
        self.exchange = Exchange(clock=self.clock, USDT="100000", BTC="100")
        self.exchange.quote("99", "101", size="5")
        self.exchange.trade("100")
        self.faults = SeededFaults(seed, 0.3)
        self.http = InProcessHttp(self.exchange.venue, faults=self.faults)
        self.connect = InProcessConnector(self.exchange.venue, faults=self.faults)
        listing = SimulatedRequest(method="GET", path="/api/v3/exchangeInfo", query="", headers={})
        self.symbols = SymbolTable(decode_spot_instruments(self.exchange.venue.answer(listing).body).listed)
        self.unknown: list[VenueOrder] = []
        self.taken: dict[str, VenueOrder] = {}
        """By the venue's id."""
        self.fills: dict[str, Execution] = {}
        self.losses = 0

    async def send(self, request: Request) -> HttpAnswer:
        signed = sign(request, CREDENTIALS, at=self.clock.now())
        url = f"http://venue.test{signed.path}?{signed.query}"
        return await self.http(signed.method, url, headers=signed.headers)

    async def place(self, number: int) -> None:
        side = self.random.choice((Side.BUY, Side.SELL))
        price = Decimal(self.random.randint(95, 105))
        wanted = order(OrderType.LIMIT, side, price=price, order_id=f"order-{number}")
        try:
            answer = await self.send(spot_execution.place_spot_order(wanted, SYMBOL))
        except TimeoutError:
            self.unknown.append(wanted)
            return
        if answer.is_ok:
            report, *_ = spot_answers.decode_spot_placement(
                answer.body, wanted, self.symbols, self.clock.now()
            )
            assert isinstance(report, ExecutionReport)
            self.taken[report.venue_order_id] = wanted
        elif problems.is_outcome_unknown(answer.status, problems.decode_problem(answer.status, answer.body)):
            self.unknown.append(wanted)

    async def listen(self) -> None:
        """Again and again: whatever ends a stream, another follows."""
        while True:
            try:
                socket = await self.connect("ws://venue.test/ws-api/v3", self.hear)
            except ConnectionError:
                await asyncio.sleep(1)
                continue
            socket.send(user_stream_subscription(CREDENTIALS, request_id="1", at=self.clock.now()))
            try:
                async with asyncio.timeout(20):
                    await socket.ended()
            except TimeoutError:
                socket.close()
            self.losses += 1

    def hear(self, frame: bytes) -> None:
        for each in decode_spot_frame(frame, self.symbols):
            if isinstance(each, ExecutionReport) and each.last is not None:
                known = self.fills.setdefault(each.last.fill_id, each.last)
                assert known == each.last

    async def settle(self) -> None:
        """Ask what became of what is not known, and for the fills that were not heard."""
        await asyncio.sleep(REQUEST_EXPIRY_S + 20)
        for wanted in self.unknown:
            answer = await self.send(spot_execution.query_spot_order(wanted, SYMBOL))
            if answer.is_ok:
                (found,) = spot_answers.decode_spot_orders(answer.body, self.symbols, self.clock.now())
                self.taken[found.venue_order_id] = wanted
            else:
                problem = problems.decode_problem(answer.status, answer.body)
                assert problem.code == problems.ORDER_IS_NOT_KNOWN
        from_id: int | None = 0
        while from_id is not None:
            request = spot_execution.spot_fills(SYMBOL, from_id=from_id, limit=7)
            page = spot_answers.decode_spot_fills((await self.send(request)).body, self.symbols)
            for each in page:
                self.fills.setdefault(each.fill_id, each)
            from_id = int(page[-1].fill_id.partition("-")[0]) + 1 if page else None


@pytest.mark.parametrize("seed", range(12))
def test_the_client_and_the_venue_agree_on_every_order_and_fill(seed: int) -> None:
    async def round_() -> None:
        client = Client(seed)
        listening = asyncio.create_task(client.listen())
        for number in range(ORDERS):
            await client.place(number)
            middle = client.random.randint(97, 103)
            client.exchange.quote(str(middle - 1), str(middle + 1), size="5")
            client.exchange.trade(str(middle), "0.7")
            await asyncio.sleep(client.random.choice((0, 0.1, 3)))
        client.faults.is_calm = True
        await client.settle()
        listening.cancel()

        theirs = client.exchange.account.orders(SYMBOL)
        assert {str(each.order_id) for each in theirs} == set(client.taken)
        assert len({each.client_order_id for each in theirs}) == len(theirs)
        filled = {f"{each.trade_id}-{each.order_id}": each for each in client.exchange.account.fills[SYMBOL]}
        assert set(client.fills) == set(filled)
        for fill_id, fill in filled.items():
            known = client.fills[fill_id]
            assert (known.quantity, known.price, known.fee) == (fill.quantity, fill.price, fill.fee)
        assert client.unknown
        assert client.losses
        assert any(each.status == "FILLED" for each in theirs)

    virtual_time.run(round_())
