"""A venue that outlives the core, and the unreliable connection to it that each life of the core has."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from random import Random
from typing import Any

import msgspec

from tests.simulation.market import WalkingMarket
from tests.support.market import nothing_missed
from tradebook.kernel.clock import Clock
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.trading.commands import RecordFill, VenueReport
from tradebook.trading.ports import Attempt, Reconcile, ReportSink, VenueHealth, VenueOrder, VenueOrderState
from tradebook.venues.paper.venue import PaperVenue

REQUEST_EXPIRY_S = 2.0
FOREVER = datetime.max.replace(tzinfo=UTC)

Trace = Callable[[str], None]


class VenueSide:
    """The other end. It either survives crashes of the core or, like the paper venue of a server, forgets."""

    def __init__(
        self,
        random: Random,
        market: WalkingMarket,
        clock: Clock,
        *,
        forgets: bool,
        rests_conditionals: bool,
        trace: Trace,
    ) -> None:
        self.random = random
        self.forgets = forgets
        self.trace = trace
        self.is_calm = False
        """True once faults have ended."""
        self.attempts: Counter[OrderId] = Counter()
        """How often each order was sent to it, as far as it remembers."""
        self.fills: dict[str, RecordFill] = {}
        self.connection: Connection | None = None
        self._market = market
        self._clock = clock
        self._rests_conditionals = rests_conditionals
        self._lives = 0
        self.paper = self._new_paper()

    def _new_paper(self) -> PaperVenue:
        self._lives += 1
        return PaperVenue(
            "sim",
            self._market,
            run_id=f"run {self._lives}",
            latency_ms=(0, self.random.choice((0, 300))),
            rests_conditionals=self._rests_conditionals,
            clock=self._clock,
        )

    async def start(self) -> None:
        await self.paper.start(self._report, nothing_missed)

    async def crash(self) -> None:
        """The core is gone; with it the connection and, if the venue forgets, the venue."""
        if self.connection is not None:
            self.connection.is_closed = True
            self.connection = None
        if self.forgets:
            self.attempts.clear()
            await self.paper.stop()
            self.paper = self._new_paper()
            await self.start()

    async def _report(self, report: VenueReport) -> None:
        if isinstance(report, RecordFill):
            self.fills[report.fill_id] = report
        if self.connection is not None:
            self.connection.deliver(report)

    def happens(self, probability: float) -> bool:
        return not self.is_calm and self.random.random() < probability


class Connection:
    """Implements ``Venue`` for one life of the core: loses, repeats, delays and reorders."""

    def __init__(self, side: VenueSide) -> None:
        self.name = "sim"
        self.capabilities = msgspec.structs.replace(
            side.paper.capabilities,
            forgets=side.forgets,
            request_expiry_s=side.paper.capabilities.request_expiry_s + REQUEST_EXPIRY_S,
        )
        self.is_closed = False
        self._side = side
        self._sink: ReportSink | None = None
        self._late: set[asyncio.Task[None]] = set()
        side.connection = self

    def health(self) -> VenueHealth:
        return self._side.paper.health()

    def remember(self, orders: Iterable[Attempt]) -> None:
        """It knows the core's orders by the core's own ids."""

    async def start(self, reports: ReportSink, reconcile: Reconcile) -> None:
        self._sink = reports

    async def stop(self) -> None:
        self._sink = None

    # --- requests

    async def submit(self, order: VenueOrder, *, send_before: datetime) -> None:
        self._require_open()
        if not order.restored:
            self._side.attempts[order.order_id] += 1
        await self._request("submit", order, lambda: self._side.paper.submit(order, send_before=FOREVER))

    async def cancel(self, order: VenueOrder) -> None:
        self._require_open()
        await self._request("cancel", order, lambda: self._side.paper.cancel(order))

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> None:
        self._require_open()
        await self._request(
            "replace",
            order,
            lambda: self._side.paper.replace(order, quantity=quantity, price=price, stop_price=stop_price),
        )

    async def query(self, order: VenueOrder) -> VenueOrderState | None:
        self._require_open()
        await self._perhaps_away("query", order)
        return await self._side.paper.query(order)

    async def open_orders(self, account_id: AccountId) -> Sequence[VenueOrderState]:
        self._require_open()
        return await self._side.paper.open_orders(account_id)

    async def _request(
        self, what: str, order: VenueOrder, forward: Callable[[], Coroutine[Any, Any, None]]
    ) -> None:
        side = self._side
        if order.restored or not side.happens(0.2):
            await forward()
            return
        fate = side.random.choice(("lost", "late", "received"))
        side.trace(f"{what} of {order.order_id[:8]} times out, {fate}")
        if fate == "received":
            await forward()
        elif fate == "late":
            self._later(forward(), side.random.uniform(0, REQUEST_EXPIRY_S))
        raise TimeoutError(what)

    async def _perhaps_away(self, what: str, order: VenueOrder) -> None:
        if self._side.happens(0.2):
            self._side.trace(f"{what} of {order.order_id[:8]} times out")
            raise TimeoutError(what)

    def _require_open(self) -> None:
        if self.is_closed:
            raise ConnectionError("this life is over")

    # --- reports

    def deliver(self, report: VenueReport) -> None:
        """Hand a report over: late, twice, or, where the venue keeps it for a query, never."""
        side = self._side
        if not side.forgets and side.happens(0.1):
            side.trace(f"lost {_name(report)}")
            return
        for _ in range(2 if side.happens(0.1) else 1):
            if side.happens(0.2):
                self._later(self._hand_over(report), side.random.uniform(0, 3))
            else:
                self._give(report)

    async def _hand_over(self, report: VenueReport) -> None:
        self._give(report)

    def _give(self, report: VenueReport) -> None:
        if not self.is_closed and self._sink is not None:
            self._side.trace(_name(report))
            self._sink(report)

    def _later(self, work: Coroutine[Any, Any, None], delay_s: float) -> None:
        async def wait() -> None:
            await asyncio.sleep(delay_s)
            await work

        task = asyncio.create_task(wait())
        self._late.add(task)
        task.add_done_callback(self._late.discard)


def _name(report: VenueReport) -> str:
    return f"{type(report).__name__} {(getattr(report, 'order_id', None) or '')[:8]}"
