"""One seeded run of an account at a simulated venue: requests, answers and frames get lost, late, doubled
and overtaken, lines break, the venue is overloaded or bans us, we crash between any two steps, and a person
trades and moves money on the same account.

At the end the venue, the account and the journal agree on every order, fill, fee and balance, or the
difference is a recorded event; and no order was ever sent twice by us (see ``agreement``).
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Any

from tests.simulation.agreement import Agreement
from tests.support import virtual_time
from tests.support.binance_account import Desk as BinanceDesk
from tests.support.bybit_account import Desk as BybitDesk
from tests.support.ccxt_account import CcxtDesk, ListeningDesk
from tests.support.core import ALICE
from tests.support.desk import VenueDesk
from tests.support.hyperliquid_account import Desk as HyperliquidDesk
from tradebook.kernel.errors import TradebookError
from tradebook.trading.commands import CancelAllOrders, CancelOrder, PlaceOrder
from tradebook.trading.orders import LegTerms, OrderType, Side, TimeInForce
from tradebook.venues.simulators.faults import FrameFate, FrameFault, RequestFate, RequestFault, SeededFaults
from tradebook.venues.simulators.venue import SimulatedRequest

Trace = Callable[[str], None]
STEPS = 60
SETTLE_S = 400
"""Longer than any window, ban and interval of reconciliation."""
RATE = 0.06
TWICE_RATE = 0.005
"""No transport of a venue sends a request twice; what if one did?"""
NEAR_S, FAR_S = 0.01, 0.3
"""From us to the venue, and on a bad day."""
PONG_WITHIN_S = 20.0
_TYPES = (OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.TRAILING_STOP)
_WEIGHTS = (4, 6, 2, 1)
_UNARRIVED = frozenset(
    {RequestFault.LOST, RequestFault.FAILS_BEFORE, RequestFault.MAINTENANCE, RequestFault.TOO_MANY}
)


class Way:
    """Implements ``Faults``: the way to the venue is long, and it remembers what was sent on it."""

    def __init__(self, seed: int, trace: Trace, desk: VenueDesk) -> None:
        self.faults = SeededFaults(seed, RATE)
        self.sent: Counter[str] = Counter()
        """Sendings of each order, by its client order id; not those that the venue has certainly not seen."""
        self.doubled: set[str] = set()
        """Client order ids of orders that something on the way sent twice."""
        self._random = Random(seed + 1)
        self._trace = trace
        self._desk = desk

    def refuses(self, path: str) -> bool:
        return self.faults.refuses(path)

    def of_request(self, request: SimulatedRequest) -> RequestFate:
        fate = self.faults.of_request(request)
        if fate.fault is RequestFault.BANNED and self._random.random() < 0.9:
            fate = RequestFate(fault=RequestFault.TOO_MANY)  # else there would be little else than bans
        is_placing = self._desk.is_placing(request)
        if is_placing and not self.faults.is_calm and self._random.random() < TWICE_RATE:
            fate = RequestFate(fault=RequestFault.TWICE)
        if fate.fault is not None:
            self._trace(f"{fate.fault} {fate.delay_s:.1f} {request.method} {request.path}")
        if is_placing:
            self._note(request, fate)
        if fate.fault is not None or self.faults.is_calm:
            return fate
        slow = self._random.choice((RequestFault.LATE, RequestFault.ANSWER_LATE))
        return RequestFate(fault=slow, delay_s=self._random.choice((NEAR_S, NEAR_S, FAR_S)))

    def _note(self, request: SimulatedRequest, fate: RequestFate) -> None:
        client_order_id = self._desk.name_in(request)
        if fate.fault is RequestFault.TWICE and not self._desk.names_once:
            self.doubled.add(client_order_id)
        if fate.fault not in _UNARRIVED:
            self.sent[client_order_id] += 1

    def of_frame(self, frame: bytes) -> FrameFate:
        fate = self.faults.of_frame(frame)
        if fate.fault is not None:
            self._trace(f"frame {fate.fault} {fate.delay_s:.1f} {frame[:300]!r}")
        if fate.fault is FrameFault.HALF_OPEN and self._random.random() < 0.5:
            # Nobody answers our pings.
            asyncio.get_running_loop().call_later(PONG_WITHIN_S, self._desk.way.hang_up)
        return fate


class Run:
    """Everything of one run."""

    agreement: type[Agreement] = Agreement

    def __init__(self, seed: int, trace: Trace, desk: VenueDesk) -> None:
        self.random = Random(seed)
        self._trace = trace
        self.desk = desk
        self.way = Way(seed, self.trace, desk)
        self.has_a_person = seed % 2 == 1
        self.placed: list[PlaceOrder] = []
        self.moved: list[tuple[str, Decimal]] = []
        """Assets and amounts that came to the account beside trading."""
        self._price = Decimal(100)

    def trace(self, text: str) -> None:
        self._trace(f"{self.desk.clock.now():%H:%M:%S.%f} {text}")

    async def run(self) -> None:
        """Live, end all faults, come to rest, and hold everything against the promises."""
        self._walk()
        await self.desk.open()
        self.desk.way.faults = self.way
        for _ in range(STEPS):
            await self._step()
        self.trace("calm")
        self.way.faults.is_calm = True
        await self._come_to_rest()
        await self.desk.core.handle(CancelAllOrders(account_id=ALICE, at=self.desk.market.now()))
        await self._come_to_rest()
        assert not await self.desk.core.writer.read(ALICE, lambda account: list(account.orders))
        await self.desk.core.stop()

    async def _come_to_rest(self) -> None:
        await asyncio.sleep(SETTLE_S)
        self.trace("does it agree?")
        await self.agreement(
            self.desk,
            moved=self.moved,
            sent=self.way.sent,
            doubled=self.way.doubled,
        ).check()

    # --- what happens

    async def _step(self) -> None:
        self._walk()
        kind = self.random.random()
        with suppress(TradebookError):
            if kind < 0.6 or not self.placed:
                await self._place()
            elif kind < 0.8:
                await self._cancel()
            elif kind < 0.95 and self.desk.replaces:
                await self._replace()
        if self.has_a_person and self.random.random() < 0.2:
            self._act_by_hand()
        if self.random.random() < 0.06:
            await self._cut()
        if self.random.random() < 0.06:
            self.trace("crash")
            await self.desk.crash()
            await self.desk.core.start()
        await asyncio.sleep(self.random.choice((0, 0.01, 0.2, 1, 5)))

    def _walk(self) -> None:
        self._price += Decimal(self.random.randint(-100, 100)) / 100
        self.desk.price(str(self._price), str(self._price + 1))
        if self.random.random() < 0.7:
            self.desk.print(str(self._price), str(Decimal(self.random.randint(1, 400)) / 100))

    async def _place(self) -> None:
        random = self.random
        side = random.choice(list(Side))
        type_ = random.choices(_TYPES, _WEIGHTS)[0]
        terms: dict[str, Any] = {"type": type_, "quantity": self._quantity()}
        if type_ is OrderType.LIMIT:
            terms["price"] = self._price + Decimal(random.randint(-300, 300)) / 100
            terms["time_in_force"] = random.choice((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC))
        if type_ is OrderType.STOP:
            away = Decimal(random.randint(50, 300)) / 100
            terms["stop_price"] = self._price + 1 + away if side is Side.BUY else self._price - away
        if type_ is OrderType.TRAILING_STOP:
            terms["trailing_offset"] = Decimal(random.randint(50, 300)) / 100
        if type_ is OrderType.MARKET and side is Side.BUY and random.random() < 0.5:
            terms |= self._exits()
        if side is Side.SELL and random.random() < 0.3:
            terms["oco_group"] = f"exit {len(self.placed) // 4}"
        if type_ is OrderType.MARKET and side is Side.BUY and random.random() < 0.3:
            terms |= {"quantity": Decimal(0), "quote_quantity": terms["quantity"] * 100}
        command = self.desk.core.place(f"order {len(self.placed)}", side, **terms)
        self.placed.append(command)
        self.trace(f"place {command.order_id[:8]} {side} {terms}")
        await self.desk.core.handle(command)

    def _exits(self) -> dict[str, LegTerms]:
        above = self._price + Decimal(self.random.randint(100, 300)) / 100
        below = self._price - Decimal(self.random.randint(100, 300)) / 100
        return {
            "take_profit": LegTerms(stop_price=above, price=self.random.choice((None, above))),
            "stop_loss": LegTerms(stop_price=below),
        }

    async def _cancel(self) -> None:
        order_id = self.random.choice(self.placed).order_id
        self.trace(f"cancel {order_id[:8]}")
        await self.desk.core.handle(
            CancelOrder(account_id=ALICE, at=self.desk.market.now(), order_id=order_id)
        )

    async def _replace(self) -> None:
        """Another quantity, another price, or both."""
        terms: dict[str, str] = {}
        if self.random.random() < 0.7:
            terms["quantity"] = str(self._quantity())
        if not terms or self.random.random() < 0.5:
            terms["price"] = str(self._price + Decimal(self.random.randint(-300, 300)) / 100)
        order_id = self.random.choice(self.placed).order_id
        self.trace(f"replace {order_id[:8]} {terms}")
        await self.desk.core.replace(order_id, ALICE, **terms)

    async def _cut(self) -> None:
        self.trace("the line breaks")
        if self.random.random() < 0.5:
            self.desk.way.cut()
        else:
            self.desk.way.hang_up()
        if self.has_a_person and self.random.random() < 0.5:
            self._act_by_hand()
        await asyncio.sleep(self.random.choice((0.1, 2, 20)))
        self.desk.way.is_cut = False

    def _quantity(self, least: int = 1, most: int = 300) -> Decimal:
        """Some of what is traded."""
        return self.random.randint(least, most) * self.desk.unit

    # --- the person

    def _act_by_hand(self) -> None:
        self.random.choice((self._trade_by_hand, self._cancel_by_hand, self._move_money))()

    def _trade_by_hand(self) -> None:
        price = None
        if self.random.random() < 0.5:
            price = str(self._price + Decimal(self.random.randint(-300, 300)) / 100)
        quantity = str(self._quantity(10, 200))
        side = self.random.choice(("buy", "sell"))
        self.trace(f"by hand: {side} {quantity} {price} {self.desk.place_by_hand(side, quantity, price)}")

    def _cancel_by_hand(self) -> None:
        """Whatever works, ours or not."""
        works = list(self.desk.customer.open_orders(self.desk.symbol))
        if works:
            order = self.random.choice(works)
            self.desk.cancel_by_hand(order)
            self.trace(f"by hand: cancel {order.order_id}")

    def _move_money(self) -> None:
        self.desk.rearrange(self.random)
        asset = self.random.choice(self.desk.assets)
        most = max(min(self.desk.customer.balances.of(asset).free, Decimal(100)), Decimal(0))
        amount = (most * self.random.randint(-9, 9) / 10).quantize(Decimal("0.00001"))
        if amount:
            self.trace(f"by hand: {amount} {asset} come")
            self.moved.append((asset, amount))
            self.desk.deposit(asset, amount)


DESKS: Mapping[str, Callable[[], VenueDesk]] = {
    "binance": lambda: BinanceDesk(USDT="5000", BTC="40"),
    "bybit": lambda: BybitDesk(USDT="5000", BTC="40"),
    "hyperliquid": lambda: HyperliquidDesk(USDC="5000", UBTC="40"),
    "ccxt": lambda: ListeningDesk(USDT="5000", BTC="40"),
    "ccxt-asked": lambda: CcxtDesk(USDT="5000", BTC="40"),
}


def run(venue: str, seed: int, trace: Trace = lambda _: None) -> Run:
    """Live one run in virtual time."""
    return live(lambda: Run(seed, trace, DESKS[venue]()))


def live(new: Callable[[], Run]) -> Run:
    """The same for any run, which is made in it."""

    async def main() -> Run:
        it = new()
        await it.run()
        return it

    return virtual_time.run(main())
