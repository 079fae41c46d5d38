"""The paper venue: its exchange behind the port that real venues implement, with latency and reports."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial

from tradebook.kernel.clock import Clock, SystemClock
from tradebook.kernel.ids import AccountId
from tradebook.market.ports import MarketData
from tradebook.market.values import MarketEvent, Trade
from tradebook.matching.deadlines import Deadlines
from tradebook.trading.commands import OrderReport, RecordClosing, RecordFunding
from tradebook.trading.conditions import CONDITIONAL_TYPES, end_of
from tradebook.trading.orders import OrderStatus, TimeInForce
from tradebook.trading.ports import (
    Attempt,
    Capabilities,
    Reconcile,
    ReportSink,
    VenueHealth,
    VenueOrder,
    VenueOrderState,
    VenueState,
)
from tradebook.venues.paper.clearing import ROUND_S, Books, ClearingHouse, Positions
from tradebook.venues.paper.exchange import PaperExchange
from tradebook.venues.paper.rules import latency_of

UNRECORDED_REPORTS_MAX = 20_000
"""With more reports than this waiting to be recorded the venue takes no orders and ignores the market."""

ANCHORS_TOLD_EVERY_S = 1
"""Trailing stops that moved a step are reported once in so many seconds of the market's time."""

_ANCHORS, _CLEARING = "anchors", "clearing"
_TIMER_MIN_S = 0.005
"""The shortest wait for the market's time, which may stand still while a tape is paused."""


PaperReport = OrderReport | RecordClosing | RecordFunding


class PaperVenue:
    """Matches orders of all accounts against a live, simulated or replayed market.

    It forgets everything when it stops; working orders come back as restored ones, at the back of the queue.
    """

    def __init__(
        self,
        name: str,
        market: MarketData,
        *,
        run_id: str,
        seed: int = 0,
        latency_ms: tuple[int, int] = (0, 0),
        rests_conditionals: bool = False,
        clock: Clock | None = None,
        books: Books = dict,
    ) -> None:
        """``books``: what every account has, as recorded; for its contracts."""
        self.name = name
        self.capabilities = Capabilities(
            rests=CONDITIONAL_TYPES if rests_conditionals else frozenset(),
            times_in_force=frozenset(TimeInForce),
            post_only=True,
            reduce_only=False,
            replace=True,
            request_expiry_s=latency_ms[1] / 1000,
            forgets=True,
        )
        self._market = market
        self._seed = seed
        self._latency_ms = latency_ms
        self._clock = clock or SystemClock()
        positions = Positions(books)
        self._exchange = PaperExchange(
            market, self._emit, positions=positions, run_id=run_id, rests_conditionals=rests_conditionals
        )
        self._clearing = ClearingHouse(
            name,
            market,
            books,
            positions=positions,
            run_id=run_id,
            cancel=self._exchange.cancel_all,
            emit=self._emit,
        )
        self._due = Deadlines()
        self._actions: dict[str, Callable[[], None]] = {}
        self._request_count = 0
        self._timer: asyncio.TimerHandle | None = None
        self._travelling: set[str] = set()
        self._without_price: list[VenueOrder] = []
        self._unreported: deque[PaperReport] = deque()
        self._unrecorded = 0
        """Reports that were made and are not recorded yet."""
        self._has_reports = asyncio.Event()
        self._reporter: asyncio.Task[None] | None = None
        self._unsubscribe: Callable[[], None] | None = None

    def health(self) -> VenueHealth:
        """It fails while it does not run or its reports are not being recorded."""
        if self._reporter is None or self._reporter.done():
            return VenueHealth(state=VenueState.FAILED, detail="it does not run")
        if self._is_shut:
            return VenueHealth(state=VenueState.FAILED, detail="it waits until its reports are recorded")
        return VenueHealth(state=VenueState.OK, detail=f"{self._unrecorded} reports to be recorded")

    def remember(self, orders: Iterable[Attempt]) -> None:
        """Nothing: what works here is submitted again as restored."""

    async def start(self, reports: ReportSink, reconcile: Reconcile) -> None:  # noqa: ARG002  # misses nothing
        """Listen to the market and report to ``reports``."""
        self._unsubscribe = self._market.subscribe(self._on_market)
        self._reporter = asyncio.create_task(self._report(reports), name=f"{self.name}-reports")
        if self._clearing.has_work:
            self._clear_soon()

    async def stop(self) -> None:
        """Stop matching and reporting; what was not reported is forgotten with everything else."""
        if self._unsubscribe is not None:
            self._unsubscribe()
            self._unsubscribe = None
        if self._timer is not None:
            self._timer.cancel()
        if self._reporter is not None:
            self._reporter.cancel()
            await asyncio.gather(self._reporter, return_exceptions=True)

    async def submit(self, order: VenueOrder, *, send_before: datetime) -> None:
        """Take an order; the same order again changes nothing.

        Raises ConnectionError while the venue is shut because its reports are not being recorded.
        """
        if self._clock.now() >= send_before:
            return
        if self._is_shut:
            raise ConnectionError("the paper venue waits until its reports are recorded")
        if order.order_id in self._travelling or self._exchange.find(order.order_id) is not None:
            return
        self._travelling.add(order.order_id)
        self._send(order, partial(self._arrive, order))

    async def cancel(self, order: VenueOrder) -> None:
        """Ask to cancel; on its way it never overtakes the order."""
        self._send(order, partial(self._exchange.cancel, order))

    async def replace(
        self, order: VenueOrder, *, quantity: Decimal, price: Decimal | None, stop_price: Decimal | None
    ) -> None:
        """Ask for new terms; ``quantity`` is the new total."""
        self._send(
            order,
            partial(self._exchange.replace, order, quantity=quantity, price=price, stop_price=stop_price),
        )

    async def query(self, order: VenueOrder) -> VenueOrderState | None:
        """What is known of the order, while it is on its way too."""
        found = self._exchange.find(order.order_id)
        if found is not None:
            return found.state()
        if order.order_id in self._travelling:
            return VenueOrderState(
                order_id=order.order_id,
                venue_order_id="",
                status=OrderStatus.SUBMITTED,
                filled_quantity=Decimal(0),
            )
        return None

    async def open_orders(self, account_id: AccountId) -> Sequence[VenueOrderState]:
        """What works for the account."""
        return [order.state() for order in self._exchange.open_orders(account_id)]

    @property
    def is_quiet(self) -> bool:
        """Whether everything it said is recorded."""
        return not self._unrecorded

    @property
    def _is_shut(self) -> bool:
        return self._unrecorded >= UNRECORDED_REPORTS_MAX

    def _send(self, order: VenueOrder, arrive: Callable[[], None]) -> None:
        """Let a request arrive after its latency, counted in market time; without any, at once."""
        latency = latency_of(self._seed, order.order_id, order.attempt, range_ms=self._latency_ms)
        if latency and not order.restored:
            self._request_count += 1
            self._schedule(f"request {self._request_count}", self._market.now() + latency, arrive)
        else:
            arrive()

    def _arrive(self, order: VenueOrder) -> None:
        if self._exchange.waits_for_price(order):
            self._without_price.append(order)
            return
        self._travelling.discard(order.order_id)
        if order.instrument.contract is not None:
            self._clear_soon()
        self._exchange.accept(order)
        end = end_of(order.terms, self._market.now())
        if end is not None and self._exchange.is_open(order.order_id):
            self._schedule(order.order_id, end, partial(self._exchange.expire, order.order_id))

    def _on_market(self, event: MarketEvent) -> None:
        """What rested meets the event; then arrive those whose time has come, to the market as it now is."""
        if self._is_shut:
            return
        if isinstance(event, Trade):
            self._exchange.on_trade(event)
            if _ANCHORS not in self._actions and self._exchange.trailing:
                at = self._market.now() + timedelta(seconds=ANCHORS_TOLD_EVERY_S)
                self._schedule(_ANCHORS, at, self._exchange.trailing.tell_all)
        if self._without_price:
            waiting, self._without_price = self._without_price, []
            for order in waiting:
                self._arrive(order)
        self._run_due()

    def _clear_soon(self) -> None:
        """From the first order of a contract on, once in so many seconds."""
        self._clearing.begin()
        if _CLEARING not in self._actions:
            self._schedule(_CLEARING, self._market.now() + timedelta(seconds=ROUND_S), self._clear)

    def _clear(self) -> None:
        if not self._is_shut:
            self._clearing.round()
        self._clear_soon()

    def _emit(self, report: PaperReport) -> None:
        if isinstance(report, RecordClosing | RecordFunding):
            self._queue(report)
            return
        if self._actions and report.order_id and not self._exchange.is_open(report.order_id):
            self._due.discard(report.order_id)
            self._actions.pop(report.order_id, None)
        self._queue(report)

    def _queue(self, report: PaperReport) -> None:
        self._unreported.append(report)
        self._unrecorded += 1
        self._has_reports.set()

    async def _report(self, sink: ReportSink) -> None:
        while True:
            await self._has_reports.wait()
            self._has_reports.clear()
            while self._unreported:
                asyncio.ensure_future(sink(self._unreported.popleft())).add_done_callback(self._recorded)

    def _recorded(self, _: asyncio.Future[None]) -> None:
        self._unrecorded -= 1

    # --- what is due at a time of the market: run with its events, and by a timer while it is quiet

    def _schedule(self, key: str, at: datetime, action: Callable[[], None]) -> None:
        self._due.set(key, at)
        self._actions[key] = action
        if self._due.next_at() == at:
            self._set_timer()

    def _run_due(self) -> None:
        for key in self._due.pop_due(self._market.now()):
            action = self._actions.pop(key, None)
            if action is not None:
                action()

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        next_at = self._due.next_at()
        if next_at is not None:
            wait_s = max((next_at - self._market.now()).total_seconds(), _TIMER_MIN_S)
            self._timer = asyncio.get_running_loop().call_later(wait_s, self._on_timer)

    def _on_timer(self) -> None:
        self._run_due()
        self._set_timer()
