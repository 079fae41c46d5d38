"""An account's side in memory, and what a venue may say of the account."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Collection, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import msgspec
from tests.support.market import BTC_USDT
from tests.support.streams import ENDPOINT, FakeWords
from tests.support.virtual_time import VirtualClock

from tradebook.kernel.ids import AccountId, Asset, InstrumentId, OrderId
from tradebook.market.values import Contract, Instrument
from tradebook.trading.commands import VenueReport
from tradebook.trading.orders import Liquidity, MarginMode, OrderStatus, OrderType, Side, TimeInForce
from tradebook.trading.ports import Attempt, VenueOrder
from tradebook.venues.accounts.reports import Reports
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import (
    AccountMessage,
    Balance,
    ExecType,
    Execution,
    ExecutionReport,
    FundingPayment,
    LeverageSetting,
    Position,
    StreamEnded,
    StreamReady,
)

AT = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)
MAIN = AccountId("main")
BTC, USDT, BNB = Asset("BTC"), Asset("USDT"), Asset("BNB")
OURS, ORDER_ID = "client-of-ours", OrderId("ours")


def reports() -> Reports:
    """Of an account with one order of ours."""
    return Reports(MAIN, order_id_of={OURS: ORDER_ID}.get, instrument_of=lambda _: BTC_USDT)


def execution(**differing: Any) -> Execution:
    facts: dict[str, Any] = {
        "fill_id": "f1",
        "instrument_id": BTC_USDT.instrument_id,
        "venue_order_id": "v1",
        "client_order_id": OURS,
        "side": Side.BUY,
        "quantity": Decimal(1),
        "price": Decimal(100),
        "fee": Decimal("0.001"),
        "fee_asset": BTC,
        "liquidity": Liquidity.TAKER,
        "at": AT,
    }
    return Execution(**(facts | differing))


def report(
    exec_type: ExecType, status: OrderStatus = OrderStatus.ACCEPTED, **differing: Any
) -> ExecutionReport:
    facts: dict[str, Any] = {
        "exec_type": exec_type,
        "instrument_id": BTC_USDT.instrument_id,
        "venue_order_id": "v1",
        "client_order_id": OURS,
        "status": status,
        "side": Side.BUY,
        "type": OrderType.LIMIT,
        "time_in_force": TimeInForce.GTC,
        "quantity": Decimal(2),
        "price": Decimal(100),
        "at": AT,
    }
    return ExecutionReport(**(facts | differing))


def balance(asset: Asset, total: str) -> Balance:
    return Balance(asset=asset, total=Decimal(total), available=Decimal(total))


class FakeSide(FakeWords):
    """Answers as the test says; frames are words."""

    endpoint = ENDPOINT
    streams: Sequence[str] = ("account",)

    def __init__(self) -> None:
        self.has: list[list[Balance]] = [[balance(USDT, "10")]]
        """Balances, one look after the other; the last one stays."""
        self.works: list[ExecutionReport] = []
        self.fills: list[Execution] = []
        self.told: dict[str, Sequence[AccountMessage]] = {}
        """What a frame says."""
        self.asked: list[str] = []
        self.fails: list[Exception] = []
        """What the next questions raise."""
        self.prepares_badly: list[Exception] = []
        self.ahead = timedelta()
        """Of us, by its clock."""

    def _ask(self, what: str) -> None:
        self.asked.append(what)
        if self.fails:
            raise self.fails.pop(0)

    def client_order_id_of(self, attempt: Attempt) -> str:
        return f"client-of-{attempt.order_id}"

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        assert instrument_id == BTC_USDT.instrument_id
        return BTC_USDT

    def venue_now(self) -> datetime:
        return VirtualClock().now() + self.ahead

    async def prepare(self) -> None:
        self.asked.append("prepare")
        if self.prepares_badly:
            raise self.prepares_badly.pop(0)

    def decode(self, frame: bytes, received_at: datetime) -> Sequence[AccountMessage]:
        match frame:
            case b"ready":
                return (StreamReady(),)
            case b"ended":
                return (StreamEnded(reason="it may not read"),)
            case _ if frame.decode() in self.told:
                return self.told[frame.decode()]
            case _:
                raise UndecodableFrame("venue", "frame", "not a word")

    async def place(self, order: VenueOrder, *, send_before: datetime) -> Sequence[AccountMessage]:
        raise AssertionError((order, send_before))

    async def cancel(self, order: VenueOrder) -> Sequence[AccountMessage]:
        raise AssertionError(order)

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> Sequence[AccountMessage]:
        raise AssertionError((order, quantity, price, stop_price))

    async def order(self, order: VenueOrder) -> ExecutionReport | None:
        raise AssertionError(order)

    async def fills_of(self, instrument_id: InstrumentId, venue_order_id: str) -> Sequence[Execution]:
        self._ask(f"fills of {venue_order_id}")
        return self.fills

    async def open_orders(self) -> Sequence[ExecutionReport]:
        self._ask("open orders")
        return self.works

    async def balances(self) -> Sequence[Balance]:
        self._ask("balances")
        return self.has.pop(0) if len(self.has) > 1 else self.has[0]


class TellingSide(FakeSide):
    """It can also say what was traded since a moment."""

    fills_are_one_question = False
    stream_tells_fills = True

    def __init__(self) -> None:
        super().__init__()
        self.theirs: list[Execution] = []
        self.silent: list[Exception | None] = []
        """What becomes of the next questions for fills."""

    async def fills_since(
        self, assets: Collection[Asset], since: datetime, *, held: Collection[Asset]
    ) -> Sequence[Execution]:
        self._ask(f"fills of {'+'.join(sorted({*assets, *held}))} since {since:%d %H:%M:%S}")
        problem = self.silent.pop(0) if self.silent else None
        if problem is not None:
            raise problem
        return self.theirs

    async def named(self, fills: Sequence[Execution]) -> Sequence[Execution]:
        return fills


PERP = msgspec.structs.replace(
    BTC_USDT,
    instrument_id=InstrumentId("BTC-USDT-PERP.VENUE"),
    is_derivative=True,
    contract=Contract(settle_asset=USDT),
)


def on_perp(**differing: Any) -> Execution:
    return execution(instrument_id=PERP.instrument_id, fee_asset=USDT, **differing)


class HoldingSide(FakeSide):
    """Contracts are traded on it, and whoever opens its stream hears everything as long as it is kept."""

    streams: Sequence[str] = ()
    fills_are_one_question = False
    stream_tells_fills = True

    def __init__(self) -> None:
        super().__init__()
        self.open: list[Position] = []
        self.secured: list[LeverageSetting] = []
        self.paid: list[FundingPayment] = []
        self.theirs: list[Execution] = []
        self.is_kept = True

    def instrument(self, instrument_id: InstrumentId) -> Instrument:
        return {each.instrument_id: each for each in (BTC_USDT, PERP)}[instrument_id]

    async def prepare(self) -> None:
        await super().prepare()
        self.is_kept = True

    async def keep_stream(self) -> bool:
        self._ask("keep")
        return self.is_kept

    async def positions(self) -> Sequence[Position]:
        self._ask("positions")
        return self.open

    async def leverages(self) -> Sequence[LeverageSetting]:
        self._ask("leverages")
        return self.secured

    async def fundings_since(self, since: datetime) -> Sequence[FundingPayment]:
        self._ask(f"fundings since {since:%d %H:%M:%S}")
        return self.paid

    async def fills_since(
        self, assets: Collection[Asset], since: datetime, *, held: Collection[Asset]
    ) -> Sequence[Execution]:
        self._ask(f"fills of {'+'.join(sorted({*assets, *held}))} since {since:%d %H:%M:%S}")
        return self.theirs

    async def named(self, fills: Sequence[Execution]) -> Sequence[Execution]:
        return fills

    async def set_leverage(self, instrument_id: InstrumentId, leverage: Decimal, mode: MarginMode) -> None:
        raise AssertionError((instrument_id, leverage, mode))


class Sink:
    """What was reported; durable at once."""

    def __init__(self) -> None:
        self.taken: list[VenueReport] = []

    def __call__(self, report: VenueReport) -> Awaitable[None]:
        self.taken.append(report)
        done = asyncio.get_running_loop().create_future()
        done.set_result(None)
        return done

    def kinds(self) -> list[str]:
        return [type(each).__name__.removeprefix("Record") for each in self.taken]
