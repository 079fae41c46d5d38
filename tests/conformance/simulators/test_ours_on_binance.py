"""What we say to Binance and how we read it, on the simulated one: the same round as a stock client's."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal

import msgspec
import pytest
from tests.conformance.venues.binance_orders import order
from tests.support import virtual_time
from tests.support.simulated_binance import KEY, SECRET, Exchange

from tradebook.kernel.ids import Asset
from tradebook.trading.orders import Liquidity, OrderStatus, OrderType, Side, TimeInForce
from tradebook.trading.ports import VenueOrder
from tradebook.venues.binance import problems, spot_answers, spot_execution
from tradebook.venues.binance.limits import pause_s, used_of
from tradebook.venues.binance.market_answers import decode_server_time
from tradebook.venues.binance.requests import Request, public
from tradebook.venues.binance.signing import Credentials, sign, signer_of, user_stream_subscription
from tradebook.venues.binance.spot_account import decode_spot_frame
from tradebook.venues.binance.symbols import decode_budgets, decode_spot_instruments
from tradebook.venues.connections.http import HttpAnswer
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    ExecType,
    Execution,
    ExecutionReport,
    FeeRates,
)
from tradebook.venues.messages.limits import Used
from tradebook.venues.simulators.binance.budgets import Budgets
from tradebook.venues.simulators.clocks import SkewedClock
from tradebook.venues.simulators.faults import (
    Faults,
    FrameFate,
    FrameFault,
    RequestFate,
    RequestFault,
    ScriptedFaults,
)
from tradebook.venues.simulators.in_process import InProcessConnector, InProcessHttp
from tradebook.venues.simulators.venue import SimulatedRequest
from tradebook.venues.symbols import SymbolTable

URL = "http://binance.test"
CREDENTIALS = Credentials(KEY, signer_of(SECRET))
SYMBOL = "BTCUSDT"


class Ours:
    """Our requests, signed by us and read by us, on a venue in this process."""

    def __init__(
        self, *, faults: Faults | None = None, budgets: Budgets | None = None, venue_ahead_s: float = 0
    ) -> None:
        self.clock = virtual_time.VirtualClock()
        self.ahead = timedelta()
        """Of the venue's clock, as far as we know."""
        theirs = SkewedClock(self.clock, ahead_s=venue_ahead_s)
        self.exchange = Exchange(clock=theirs, budgets=budgets, USDT="1000", BTC="2")
        self.exchange.quote("99", "101")
        self.exchange.trade("100")
        self._http = InProcessHttp(self.exchange.venue, faults=faults)
        self._connector = InProcessConnector(self.exchange.venue, faults=faults)
        listing = SimulatedRequest(method="GET", path="/api/v3/exchangeInfo", query="", headers={})
        self.listing = self.exchange.venue.answer(listing).body
        self.symbols = SymbolTable(decode_spot_instruments(self.listing).listed)
        self.heard: list[AccountMessage] = []

    async def send(self, request: Request) -> HttpAnswer:
        signed = sign(request, CREDENTIALS, at=self.clock.now() + self.ahead)
        query = f"?{signed.query}" if signed.query else ""
        return await self._http(signed.method, f"{URL}{signed.path}{query}", headers=signed.headers)

    async def ask(self, request: Request) -> bytes:
        answer = await self.send(request)
        assert answer.is_ok, answer.body
        return answer.body

    async def refusal(self, request: Request) -> str:
        answer = await self.send(request)
        assert not answer.is_ok
        return problems.decode_problem(answer.status, answer.body).code

    async def place(self, wanted: VenueOrder) -> Sequence[AccountMessage]:
        body = await self.ask(spot_execution.place_spot_order(wanted, SYMBOL))
        return spot_answers.decode_spot_placement(body, wanted, self.symbols, self.clock.now())

    async def query(self, wanted: VenueOrder) -> ExecutionReport:
        body = await self.ask(spot_execution.query_spot_order(wanted, SYMBOL))
        return spot_answers.decode_spot_orders(body, self.symbols, self.clock.now())[0]

    async def fills(self) -> Sequence[Execution]:
        return spot_answers.decode_spot_fills(await self.ask(spot_execution.spot_fills(SYMBOL)), self.symbols)

    async def listen(self) -> None:
        socket = await self._connector("ws://binance.test/ws-api/v3", self._take)
        at = self.clock.now()
        socket.send(user_stream_subscription(CREDENTIALS, request_id="1", at=at))
        await asyncio.sleep(0.1)

    def _take(self, frame: bytes) -> None:
        self.heard += decode_spot_frame(frame, self.symbols)

    def reports(self) -> list[tuple[ExecType, OrderStatus]]:
        return [(each.exec_type, each.status) for each in self.heard if isinstance(each, ExecutionReport)]


BUY_AT_90 = order(price=Decimal(90), quantity=Decimal(1))
MARKET = order(OrderType.MARKET, order_id="at-market")


def test_instruments_permissions_fees_and_balances_are_read() -> None:
    async def round_() -> None:
        ours = Ours()
        listing = await ours.ask(public("/api/v3/exchangeInfo"))
        first = decode_spot_instruments(listing).listed[0]
        assert (first.venue_symbol, first.instrument.tick_size) == (SYMBOL, Decimal("0.01"))
        assert first.instrument.min_notional == 5
        assert {each.limit for each in decode_budgets(listing)} == {6000, 100}

        body = await ours.ask(spot_execution.key_permissions())
        may = spot_answers.decode_permissions(body, for_futures=False)
        assert (may.can_read, may.can_trade, may.can_withdraw) == (True, True, False)

        fees = spot_answers.decode_spot_fees(
            await ours.ask(spot_execution.trading_fees(SYMBOL)), ours.symbols
        )
        btc = ours.symbols.instrument_of(SYMBOL)
        assert fees == [FeeRates(instrument_id=btc, maker=Decimal("0.001"), taker=Decimal("0.001"))]
        account = spot_answers.decode_spot_account(await ours.ask(spot_execution.spot_account()))
        assert [(each.asset, each.total) for each in account if isinstance(each, Balance)] == [
            (Asset("BTC"), Decimal(2)),
            (Asset("USDT"), Decimal(1000)),
        ]

    virtual_time.run(round_())


def test_an_order_is_placed_found_made_smaller_and_cancelled_and_all_of_it_heard() -> None:
    async def round_() -> None:
        ours = Ours()
        await ours.listen()
        (placed,) = await ours.place(BUY_AT_90)
        assert isinstance(placed, ExecutionReport)
        assert (placed.status, placed.price) == (OrderStatus.ACCEPTED, Decimal(90))
        await ours.ask(spot_execution.reduce_spot_order(BUY_AT_90, SYMBOL, quantity=Decimal("0.5")))
        assert (await ours.query(BUY_AT_90)).quantity == Decimal("0.5")
        body = await ours.ask(spot_execution.cancel_spot_order(BUY_AT_90, SYMBOL))
        cancelled = spot_answers.decode_spot_cancellation(body, ours.symbols, ours.clock.now())[0]
        assert isinstance(cancelled, ExecutionReport)
        assert cancelled.status is OrderStatus.CANCELLED
        await asyncio.sleep(0.1)
        assert ours.reports() == [
            (ExecType.NEW, OrderStatus.ACCEPTED),
            (ExecType.REPLACED, OrderStatus.ACCEPTED),
            (ExecType.CANCELLED, OrderStatus.CANCELLED),
        ]
        last = [each for each in ours.heard if isinstance(each, Balance)][-1]
        assert (last.asset, last.available, last.locked) == (Asset("USDT"), Decimal(1000), Decimal(0))

    virtual_time.run(round_())


def test_a_fill_is_the_same_by_the_answer_by_the_stream_and_among_the_trades() -> None:
    async def round_() -> None:
        ours = Ours()
        await ours.listen()
        report, answered = await ours.place(MARKET)
        assert isinstance(report, ExecutionReport)
        assert report.status is OrderStatus.FILLED
        assert isinstance(answered, Execution)
        await asyncio.sleep(0.1)
        (streamed,) = [each.last for each in ours.heard if isinstance(each, ExecutionReport) and each.last]
        (asked,) = await ours.fills()
        assert streamed == answered
        assert msgspec.structs.replace(asked, client_order_id=streamed.client_order_id) == streamed
        assert (asked.price, asked.quantity) == (Decimal(101), Decimal("0.5"))
        assert (asked.fee, asked.fee_asset, asked.liquidity) == (
            Decimal("0.0005"),
            Asset("BTC"),
            Liquidity.TAKER,
        )

    virtual_time.run(round_())


@pytest.mark.parametrize(
    "wanted",
    [
        order(price=Decimal(90), post_only=True),
        order(price=Decimal(101), time_in_force=TimeInForce.IOC),
        order(price=Decimal(101), time_in_force=TimeInForce.FOK),
        order(OrderType.MARKET, quote_quantity=Decimal(50), quantity=Decimal(0)),
        order(OrderType.MARKET, protection_price=Decimal(102)),
        order(OrderType.STOP, Side.SELL, stop_price=Decimal(95)),
        order(OrderType.STOP_LIMIT, Side.SELL, stop_price=Decimal(95), price=Decimal(94)),
        order(OrderType.TAKE_PROFIT, Side.SELL, stop_price=Decimal(105)),
        order(OrderType.TAKE_PROFIT, Side.SELL, stop_price=Decimal(105), price=Decimal(106)),
    ],
)
def test_every_kind_of_order_that_we_send_is_taken(wanted: VenueOrder) -> None:
    async def round_() -> None:
        ours = Ours()
        await ours.place(wanted)
        found = await ours.query(wanted)
        assert found.side is wanted.terms.side
        assert found.status in (OrderStatus.ACCEPTED, OrderStatus.FILLED)

    virtual_time.run(round_())


def test_refusals_have_the_codes_that_we_look_for() -> None:
    async def round_() -> None:
        ours = Ours()
        unknown = spot_execution.query_spot_order(BUY_AT_90, SYMBOL)
        assert await ours.refusal(unknown) == problems.ORDER_IS_NOT_KNOWN
        gone = spot_execution.cancel_spot_order(BUY_AT_90, SYMBOL)
        assert await ours.refusal(gone) == problems.NOTHING_TO_CANCEL
        await ours.place(BUY_AT_90)
        assert await ours.refusal(spot_execution.place_spot_order(BUY_AT_90, SYMBOL)) == "-2010"

    virtual_time.run(round_())


def test_limits_are_counted_told_and_enforced() -> None:
    async def round_() -> None:
        ours = Ours(budgets=Budgets(weight_per_minute=70))
        assert decode_budgets(ours.listing)[0].limit == 70
        answer = await ours.send(spot_execution.spot_account())
        assert used_of(answer.headers)[-1] == Used(kind="REQUEST_WEIGHT", interval_s=60, used=40)
        placed = await ours.send(spot_execution.place_spot_order(BUY_AT_90, SYMBOL))
        assert Used(kind="ORDERS", interval_s=10, used=1) in used_of(placed.headers)
        await ours.send(spot_execution.spot_account())
        refused = await ours.send(spot_execution.spot_account())
        assert (refused.status, pause_s(refused.status, refused.headers)) == (429, 61)

    virtual_time.run(round_())


@pytest.mark.parametrize(("ahead_s", "is_taken"), [(-0.9, True), (-1.1, False), (4, True), (6, False)])
def test_a_clock_that_differs_from_ours_is_told_by_its_own_code(ahead_s: float, is_taken: bool) -> None:
    async def round_() -> None:
        ours = Ours(venue_ahead_s=ahead_s)
        answer = await ours.send(spot_execution.spot_account())
        assert answer.is_ok is is_taken
        if not is_taken:
            assert problems.decode_problem(answer.status, answer.body).code == problems.CLOCK_IS_WRONG
            told = decode_server_time(await ours.ask(public("/api/v3/time")))
            ours.ahead = told - ours.clock.now()
            assert (await ours.send(spot_execution.spot_account())).is_ok

    virtual_time.run(round_())


def test_an_order_whose_answer_is_lost_is_found_by_its_id() -> None:
    async def round_() -> None:
        faults = ScriptedFaults(requests=[RequestFate(fault=RequestFault.ANSWER_LOST)])
        ours = Ours(faults=faults)
        with pytest.raises(TimeoutError):
            await ours.place(BUY_AT_90)
        assert (await ours.query(BUY_AT_90)).status is OrderStatus.ACCEPTED

    virtual_time.run(round_())


def test_an_order_that_comes_after_its_window_is_not_taken() -> None:
    async def round_() -> None:
        late = RequestFate(fault=RequestFault.LATE, delay_s=5.2)
        ours = Ours(faults=ScriptedFaults(requests=[late]))
        assert await ours.refusal(spot_execution.place_spot_order(BUY_AT_90, SYMBOL)) == "-1021"

    virtual_time.run(round_())


def test_an_order_that_its_sender_gave_up_may_still_arrive() -> None:
    async def round_() -> None:
        late = RequestFate(fault=RequestFault.ANSWER_LATE, delay_s=15)
        ours = Ours(faults=ScriptedFaults(requests=[late]))
        with pytest.raises(TimeoutError):
            await ours.place(BUY_AT_90)
        assert (await ours.query(BUY_AT_90)).status is OrderStatus.ACCEPTED

    virtual_time.run(round_())


@pytest.mark.parametrize(
    ("fault", "is_taken"),
    [(RequestFault.FAILS_BEFORE, False), (RequestFault.FAILS_AFTER, True), (RequestFault.MAINTENANCE, False)],
)
def test_an_answer_of_5xx_says_nothing_of_whether_an_order_was_taken(
    fault: RequestFault, is_taken: bool
) -> None:
    async def round_() -> None:
        ours = Ours(faults=ScriptedFaults(requests=[RequestFate(fault=fault)]))
        answer = await ours.send(spot_execution.place_spot_order(BUY_AT_90, SYMBOL))
        problem = problems.decode_problem(answer.status, answer.body)
        assert problems.is_outcome_unknown(answer.status, problem)
        body = await ours.ask(spot_execution.open_spot_orders(SYMBOL))
        assert (body != b"[]") is is_taken

    virtual_time.run(round_())


@pytest.mark.parametrize(
    ("fault", "heard"),
    [
        (FrameFault.LOST, 1),
        (FrameFault.TWICE, 3),
        (FrameFault.LATE, 2),
        (FrameFault.CLOSED, 0),
        (FrameFault.HALF_OPEN, 0),
    ],
)
def test_what_becomes_of_a_report_on_its_way(fault: FrameFault, heard: int) -> None:
    async def round_() -> None:
        fate = FrameFate(fault=fault, delay_s=1)
        ours = Ours(faults=ScriptedFaults(frames=[fate], words=b'"x":"NEW"'))
        await ours.listen()
        await ours.place(MARKET)
        await asyncio.sleep(2)
        reports = [exec_type for exec_type, _ in ours.reports()]
        assert len(reports) == heard
        if fault is FrameFault.LATE:
            assert reports == [ExecType.TRADE, ExecType.NEW]

    virtual_time.run(round_())
