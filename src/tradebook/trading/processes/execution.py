"""Execution: brings orders to the venue and what the venue says into the books.

An order is sent once, and only after the journal says that it is about to be sent: its ``OrderSubmitted``
comes back through the tail, and only the process that asked for it sends. Whoever finds one that it did not
ask for asks the venue instead (see inquiries).

A venue that forgets everything when this process ends cannot know an order of which the journal does not: it
is sent ahead, as soon as its ``OrderSubmitted`` is on its way, and what the venue says of it stands behind
that in the journal::

    OrderPlaced ──► OrderSubmitted on its way ─┬─ venue forgets: send, its reports share the commit
                                               └─ else: wait for the commit, then send
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime, timedelta

import msgspec

from tradebook.journal.records import Metadata
from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId, OrderId, new_id
from tradebook.market.ports import MarketData
from tradebook.matching.deadlines import Deadlines
from tradebook.trading.commands import MarkSubmitted, VenueReport
from tradebook.trading.events import (
    OrderCancelRejected,
    OrderCancelRequested,
    OrderReplaceRequested,
    OrderSubmitted,
)
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus
from tradebook.trading.ports import Venue
from tradebook.trading.processes.follower import Change
from tradebook.trading.processes.giving_way import ROUND_MAX
from tradebook.trading.processes.inquiries import Inquiries
from tradebook.trading.processes.making_room import MakingRoom
from tradebook.trading.processes.open_orders import SETTLED, OpenOrder, OpenOrders
from tradebook.trading.processes.recorder import (
    RETRY_DELAY_S,
    ROUNDS_MAX,
    CommandHandler,
    Recorder,
    Slices,
    begin_all,
    may_pass,
    outcomes_of,
)
from tradebook.trading.processes.requests import SEND_WINDOW_S, Requests

MARKS_WAITING_MAX = 50_000
"""Orders that wait to be sent; with more of them the tail is held back."""

_MARKS = Metadata(actor="system:execution", command_id="")


class Backlog(msgspec.Struct, frozen=True, kw_only=True):
    """What waits in execution, in numbers."""

    to_mark: int
    """Orders of which the journal does not yet say that they are about to be sent."""
    requests: int
    """Requests that have not been made of the venue."""
    reports: int
    """Reports of the venue that are not recorded."""
    findings: int
    """Our own findings about orders (no answer, no such order) that are not recorded."""


class Execution:
    """One venue's process manager."""

    def __init__(
        self,
        *,
        orders: OpenOrders,
        writer: CommandHandler,
        venue: Venue,
        market: MarketData,
        clock: Clock,
        serves: Callable[[AccountId], bool],
    ) -> None:
        """``serves`` tells which accounts are at this venue; ``orders`` are those of all venues."""
        self._orders = orders
        self._serves = serves
        self._writer = writer
        self._venue = venue
        self._market = market
        self._clock = clock
        self._reports = Recorder(writer, actor=f"venue:{venue.name}", clock=clock)
        self._findings = Recorder(writer, actor="system:execution", clock=clock)
        self._answers = Deadlines()
        self._requests = Requests(venue, market, clock, findings=self._findings, answers=self._answers)
        self._inquiries = Inquiries(
            venue,
            clock,
            orders=orders,
            serves=serves,
            requests=self._requests,
            reports=self._reports,
            answers=self._answers,
        )
        self._room = MakingRoom(orders, venue.capabilities, market, wishes=self._findings)
        self._marked: dict[OrderId, str] = {}
        """Orders that this process has asked, or is about to ask, the journal to mark as submitted, each with
        the id of the request. Another process may be a moment earlier; then it is the one that sends."""
        self._sent_ahead: set[OrderId] = set()
        """Orders that the venue has before the journal was seen to say so."""
        self._to_mark: deque[OrderId] = deque()
        self._has_marks = asyncio.Event()
        self._may_begin = asyncio.Semaphore(ROUNDS_MAX)
        self._has_room = asyncio.Event()
        self._has_room.set()

    # --- what the venue and the books tell

    async def run(self) -> None:
        """Record reports and submissions, and ask about what stays unanswered, without end."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._reports.run())
            tasks.create_task(self._findings.run())
            tasks.create_task(self._mark())
            tasks.create_task(self._inquiries.run())

    @property
    def is_quiet(self) -> bool:
        """Whether nothing waits to be recorded or to be asked of the venue."""
        return not (self._marked or self._requests.waiting or self._reports.waiting or self._findings.waiting)

    @property
    def backlog(self) -> Backlog:
        """What waits here."""
        return Backlog(
            to_mark=len(self._to_mark),
            requests=self._requests.waiting,
            reports=self._reports.waiting,
            findings=self._findings.waiting,
        )

    async def close(self) -> None:
        """Send nothing more."""
        await self._requests.close()

    def take_report(self, report: VenueReport) -> Awaitable[None]:
        """The venue's sink."""
        return self._reports.take(report)

    async def reconcile(self, account_id: AccountId) -> None:
        """Compare the account's working orders with the venue. Raises what the venue's questions raise."""
        await self._inquiries.compare(account_id)

    async def recover(self) -> None:
        """Take up every order where the journal left it."""
        for order in [each for each in self._orders.values() if self._serves(each.account_id)]:
            if order.status is OrderStatus.PENDING:
                self._go_out(order)
            elif order.was_sent and not order.is_answered:
                self._answers.set(order.order_id, self._clock.now())
            elif order.was_sent and self._venue.capabilities.forgets:
                self._requests.restore(order)
                await self._requests.room()
        for order in self._orders.unverified.values():
            if self._serves(order.account_id):
                self._inquiries.verify(order)

    async def react(self, changes: Sequence[Change]) -> None:
        """Do what each order's state now asks for."""
        for change in changes:
            if self._serves(change.order.account_id):
                self._react_to(change)
        await self._requests.room()
        await self._has_room.wait()

    def _react_to(self, change: Change) -> None:
        order = change.order
        if order.status in TERMINAL or order.status in SETTLED:
            self._answers.discard(order.order_id)
        if order.status in TERMINAL:
            self._ended(order)
        if order.status is OrderStatus.PENDING:
            self._go_out(order)
        match change.event:
            case OrderSubmitted():
                self._submitted(order, change.command_id)
            case OrderCancelRequested() if order.status is OrderStatus.PENDING_CANCEL:
                self._requests.cancel(order)
            case OrderReplaceRequested() if order.was_sent:
                self._requests.replace(order)
            case OrderCancelRejected():
                self._let_siblings_out(order)
            case _:
                pass
        if order.status in TERMINAL and order.order_id in self._sent_ahead:
            self._take_back(order)

    def _ended(self, order: OpenOrder) -> None:
        self._marked.pop(order.order_id, None)
        if order.may_miss_fills:
            self._inquiries.verify(order)
        self._let_siblings_out(order)

    # --- submitting

    def _go_out(self, order: OpenOrder) -> None:
        if not self._room.must_wait(order):
            self._queue_mark(order.order_id)

    def _let_siblings_out(self, order: OpenOrder) -> None:
        for each in self._room.made_by(order):
            self._queue_mark(each)

    def _queue_mark(self, order_id: OrderId) -> None:
        if order_id in self._marked:
            return
        self._marked[order_id] = new_id()
        self._to_mark.append(order_id)
        self._has_marks.set()
        if len(self._to_mark) >= MARKS_WAITING_MAX:
            self._has_room.clear()

    async def _mark(self) -> None:
        async with asyncio.TaskGroup() as rounds:
            while True:
                await self._has_marks.wait()
                await self._requests.room()
                await self._may_begin.acquire()
                orders = self._take_to_mark()
                slices = await self._begin_marks(orders)
                rounds.create_task(self._settle_marks(orders, slices))

    def _take_to_mark(self) -> list[OpenOrder]:
        taken = [self._to_mark.popleft() for _ in range(min(len(self._to_mark), ROUND_MAX))]
        if not self._to_mark:
            self._has_marks.clear()
        if len(self._to_mark) < MARKS_WAITING_MAX:
            self._has_room.set()
        orders = [
            order
            for order_id in taken
            if (order := self._orders.get(order_id)) is not None and order.status is OrderStatus.PENDING
        ]
        for order_id in set(taken) - {order.order_id for order in orders}:
            self._marked.pop(order_id, None)
        return orders

    async def _begin_marks(self, orders: Sequence[OpenOrder]) -> Slices:
        """Say that the orders are about to be sent, on the way to the journal."""
        send_before = self._clock.now() + timedelta(seconds=SEND_WINDOW_S)

        def send_ahead(index: int) -> None:
            self._send_ahead(orders[index], send_before)

        commands = [
            MarkSubmitted(
                account_id=order.account_id,
                at=self._market.now(),
                order_id=order.order_id,
                send_before=send_before,
                request_id=self._marked.get(order.order_id, ""),
            )
            for order in orders
        ]
        return await begin_all(
            self._writer,
            commands,
            metadata=_MARKS,
            on_way=send_ahead if self._venue.capabilities.forgets else None,
        )

    async def _settle_marks(self, orders: Sequence[OpenOrder], slices: Slices) -> None:
        again: list[OrderId] = []
        for order, outcome in zip(orders, await outcomes_of(slices), strict=True):
            if isinstance(outcome, TradebookError) and may_pass(outcome):
                again.append(order.order_id)
            elif isinstance(outcome, TradebookError) or order.order_id not in self._orders:
                self._marked.pop(order.order_id, None)  # it ended before it was sent
        if again:
            await self._clock.sleep(RETRY_DELAY_S)
            self._to_mark.extendleft(reversed(again))
            self._has_marks.set()
        self._may_begin.release()

    def _send_ahead(self, order: OpenOrder, send_before: datetime) -> None:
        if order.order_id in self._sent_ahead:
            return
        self._sent_ahead.add(order.order_id)
        self._requests.send(
            msgspec.structs.replace(order, attempt=order.attempt + 1, send_before=send_before)
        )

    def _take_back(self, order: OpenOrder) -> None:
        """Its submission got lost on the way to the journal, and then it ended before it was recorded."""
        self._sent_ahead.discard(order.order_id)
        self._requests.take_back(order)

    def _submitted(self, order: OpenOrder, request_id: str) -> None:
        is_own = self._marked.pop(order.order_id, None) == request_id
        if order.order_id in self._sent_ahead:
            self._sent_ahead.discard(order.order_id)
        elif is_own:
            self._requests.send(order)
        else:
            self._answers.set(order.order_id, order.send_before or self._clock.now())
