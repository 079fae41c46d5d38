"""One seeded run of an account at the simulated Binance: lost, late, doubled and reordered messages, broken
lines, refusals for load, and crashes between any two steps.

At the end the venue, the account and the journal agree on every order, fill, fee and balance, and no order
was ever sent twice.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from decimal import Decimal
from random import Random
from typing import Any

from tests.support import virtual_time
from tests.support.binance_account import Desk
from tests.support.core import ALICE
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import OrderId
from tradebook.trading.commands import CancelAllOrders, CancelOrder, PlaceOrder
from tradebook.trading.events import DifferenceFound, OrderFilled
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus, OrderType, Side, TimeInForce
from tradebook.venues.connections.http import HttpAnswer

Trace = Callable[[str], None]
STEPS = 60
SETTLE_S = 200
"""Longer than any window, expiry and interval of reconciliation."""
_BUSY = HttpAnswer(
    status=429, headers={"retry-after": "2"}, body=b'{"code":-1003,"msg":"Too many requests."}'
)
_DOWN = HttpAnswer(status=503, headers={}, body=b"<html>Service Unavailable</html>")


class Run:
    """Everything of one run."""

    def __init__(self, seed: int, trace: Trace) -> None:
        self.random = Random(seed)
        self._trace = trace
        self.desk = Desk(USDT="5000", BTC="40")
        self.placed: list[PlaceOrder] = []
        self._price = Decimal(100)
        self._is_calm = True
        line = self.desk.line
        line.loses_request = lambda *which: self._happens(0.05, "lost request", which)
        line.loses_answer = lambda *which: self._happens(0.05, "lost answer", which)
        line.loses_frame = lambda frame: "event" in frame and self._happens(0.1, "lost frame", frame)
        line.doubles_frame = lambda frame: self._happens(0.1, "doubled frame", frame)
        line.delay_s = lambda: self.random.choice((0.01, 0.03, 0.5)) if not self._is_calm else 0.03
        line.answers_instead = self._answers_instead

    def trace(self, text: str) -> None:
        self._trace(f"{self.desk.clock.now():%H:%M:%S.%f} {text}")

    async def run(self) -> None:
        """Live, end all faults, come to rest, and hold everything against the promises."""
        self._walk()
        await self.desk.open()
        self._is_calm = False
        for _ in range(STEPS):
            await self._step()
        self.trace("calm")
        self._is_calm = True
        self.desk.line.is_cut = False
        await asyncio.sleep(SETTLE_S)
        await self._check()
        await self.desk.core.handle(CancelAllOrders(account_id=ALICE, at=self.desk.market.now()))
        await asyncio.sleep(SETTLE_S)
        await self._check()
        assert not await self.desk.core.writer.read(ALICE, lambda account: list(account.orders))
        await self.desk.core.stop()

    # --- what happens

    async def _step(self) -> None:
        self._walk()
        kind = self.random.random()
        with suppress(TradebookError):
            if kind < 0.6 or not self.placed:
                await self._place()
            elif kind < 0.8:
                await self._cancel()
        if self.random.random() < 0.08:
            await self._cut()
        if self.random.random() < 0.08:
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
        type_ = random.choices((OrderType.MARKET, OrderType.LIMIT, OrderType.STOP), (3, 6, 2))[0]
        terms: dict[str, Any] = {"type": type_, "quantity": Decimal(random.randint(1, 300)) / 100}
        if type_ is OrderType.LIMIT:
            terms["price"] = self._price + Decimal(random.randint(-300, 300)) / 100
            terms["time_in_force"] = random.choice((TimeInForce.GTC, TimeInForce.GTC, TimeInForce.IOC))
        if type_ is OrderType.STOP:
            away = Decimal(random.randint(50, 300)) / 100
            terms["stop_price"] = self._price + 1 + away if side is Side.BUY else self._price - away
        command = self.desk.core.place(f"order {len(self.placed)}", side, **terms)
        self.placed.append(command)
        self.trace(f"place {command.order_id[:8]} {side} {terms}")
        await self.desk.core.handle(command)

    async def _cancel(self) -> None:
        order_id = self.random.choice(self.placed).order_id
        self.trace(f"cancel {order_id[:8]}")
        await self.desk.core.handle(
            CancelOrder(account_id=ALICE, at=self.desk.market.now(), order_id=order_id)
        )

    async def _cut(self) -> None:
        self.trace("the line breaks")
        self.desk.line.is_cut = self.random.random() < 0.5
        self.desk.line.hang_up()
        await asyncio.sleep(self.random.choice((0.1, 2, 20)))
        self.desk.line.is_cut = False

    def _happens(self, probability: float, what: str, which: object) -> bool:
        if self._is_calm or self.random.random() >= probability:
            return False
        self.trace(f"{what} {which}")
        return True

    def _answers_instead(self, method: str, path: str) -> HttpAnswer | None:
        if self._is_calm or self.random.random() >= 0.05:
            return None
        self.trace(f"refused for load: {method} {path}")
        return self.random.choice((_BUSY, _DOWN))

    # --- what must hold

    async def _check(self) -> None:
        desk = self.desk
        sendings = Counter(desk.orders_at_venue())
        assert all(count == 1 for count in sendings.values()), sendings
        await self._check_orders()
        fills = {each.fill_id: each for each in await desk.core.history() if isinstance(each, OrderFilled)}
        theirs = {
            f"{each['id']}-{each['orderId']}": each
            for each in desk.by_hand("GET", "/api/v3/myTrades", symbol="BTCUSDT", limit="1000")
        }
        assert fills.keys() == theirs.keys()
        for fill_id, fill in fills.items():
            told = theirs[fill_id]
            assert fill.fee == Decimal(told["commission"])
            assert fill.fee_asset == told["commissionAsset"]
            assert (fill.quantity, fill.price) == (Decimal(told["qty"]), Decimal(told["price"]))
        assert await desk.book() == desk.theirs()
        differences = [each for each in await desk.core.history() if isinstance(each, DifferenceFound)]
        assert not differences, differences

    async def _check_orders(self) -> None:
        side = self.desk.venue.side_of(ALICE)
        statuses = await self.desk.core.writer.read(
            ALICE, lambda account: {each.order_id: each.status for each in account.orders.values()}
        )
        at_venue = {each.client_order_id: each for each in self.desk.customer.orders("BTCUSDT")}
        for command in self.placed:
            ours = statuses.get(command.order_id)
            there = at_venue.get(_client_order_id(side, command.order_id))
            is_open_there = there is not None and there.is_open
            assert is_open_there == (ours is not None and ours not in TERMINAL), (
                command.order_id,
                ours,
                there,
            )
            assert ours not in (OrderStatus.UNKNOWN, OrderStatus.SUBMITTED, OrderStatus.PENDING_CANCEL)


def _client_order_id(side: Any, order_id: OrderId) -> str:
    class _First:
        account_id = ALICE
        attempt = 1

        def __init__(self) -> None:
            self.order_id = order_id

    told: str = side.client_order_id_of(_First())
    return told


def run(seed: int, trace: Trace = lambda _: None) -> Run:
    """Live one run in virtual time."""

    async def main() -> Run:
        it = Run(seed, trace)
        await it.run()
        return it

    return virtual_time.run(main())
