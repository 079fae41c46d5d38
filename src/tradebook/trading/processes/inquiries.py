"""Asks the venue about orders whose answer did not come, until it is known what became of them.

Nothing is sent again. That the venue does not have an order is concluded only from an answer to a question
that was put after the order could last be sent and the venue's own request expiry had passed. That it has an
order no more, which it had, only where it says so twice, some time apart, and does not list it: by then all
that the order traded is recorded.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId, OrderId
from tradebook.matching.deadlines import Deadlines
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus
from tradebook.trading.ports import OrderNotThere, Venue, VenueOrderState
from tradebook.trading.processes.open_orders import SETTLED, OpenOrder, OpenOrders
from tradebook.trading.processes.recorder import Recorder
from tradebook.trading.processes.requests import REQUEST_TIMEOUT_S, Requests

log = structlog.get_logger(__name__)

INTERVAL_S = 0.5
ASK_AGAIN_S = 2
RECONCILE_EVERY_S = 60
VERIFY_AFTER_S = 2
"""How long after an order's end its last reports may still be on their way."""
NOT_THERE_FOR_S = 15
"""So long a venue has to say that it has no such order, which it had: its parts do not all know at once."""
DELISTED_FOR_S = 15
"""So long an instrument has to be on no list: when a process begins, these come one after the other."""
AT_ONCE_MAX = 16

_AWAITS_ANSWER = frozenset(
    {OrderStatus.SUBMITTED, OrderStatus.UNKNOWN, OrderStatus.PENDING_CANCEL, OrderStatus.PENDING_REPLACE}
)


class Inquiries:
    """Watches ``answers`` run out. From time to time it compares all working orders with the venue."""

    def __init__(
        self,
        venue: Venue,
        clock: Clock,
        *,
        orders: OpenOrders,
        serves: Callable[[AccountId], bool],
        requests: Requests,
        reports: Recorder,
        answers: Deadlines,
    ) -> None:
        self._venue = venue
        self._clock = clock
        self._orders = orders
        self._serves = serves
        self._requests = requests
        self._reports = reports
        self._answers = answers
        self._endings = Deadlines()
        self._not_there: dict[OrderId, datetime] = {}
        """When the venue first said that it has no such order, of those that it had."""
        self._delisted: dict[OrderId, datetime] = {}
        """Orders in what is on no list, and since when that is so."""

    def verify(self, order: OpenOrder) -> None:
        """Compare an ended order with the venue soon: a fill may have been lost before its end was told."""
        if not self._venue.capabilities.forgets:
            self._endings.set(order.order_id, self._clock.now() + timedelta(seconds=VERIFY_AFTER_S))

    async def run(self) -> None:
        """Ask without end. A venue in this process loses no reports, so it is not compared."""
        compare_at = self._clock.now()
        while True:
            if not self._venue.capabilities.forgets and self._clock.now() >= compare_at:
                await self._compare_all()
                compare_at = self._clock.now() + timedelta(seconds=RECONCILE_EVERY_S)
            await self._ask_about(
                [
                    order
                    for key in self._answers.pop_due(self._clock.now())
                    if (order := self._orders.get(OrderId(key))) and self._is_to_be_asked_for(order)
                ]
            )
            for key in self._endings.pop_due(self._clock.now()):
                ended = self._orders.unverified.get(OrderId(key))
                if ended is not None:
                    await self._verify(ended)
            await self._clock.sleep(INTERVAL_S)

    async def compare(self, account_id: AccountId) -> None:
        """Find orders of which the venue knows more, or other things, than the books, and take that over.

        Raises TimeoutError, ConnectionError or TradebookError where the venue does not tell all of it.
        """
        open_before = set(self._orders)
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            theirs = {state.order_id: state for state in await self._venue.open_orders(account_id)}
        for order_id in theirs.keys() - open_before - self._orders.keys():
            self._works_after_its_end(account_id, theirs[order_id])
        sent = [each for each in self._orders.values() if each.was_sent and each.account_id == account_id]
        to_ask = [
            each
            for each in sent
            if not (_agrees(each, theirs.get(each.order_id)) or self._may_still_go(each))
        ]
        delisted = {
            each.order_id: each
            for each in to_ask
            if each.order_id not in theirs and self._requests.is_delisted(each)
        }
        told = await self._ask_about([each for each in to_ask if each.order_id not in delisted])
        for each in delisted.values():
            told &= self._end_delisted(each)
        for ended in [each for each in self._orders.unverified.values() if each.account_id == account_id]:
            told &= self._requests.is_delisted(ended) or await self._verify(ended)
        if not told:
            raise ConnectionError("the venue did not say how every order stands")

    def _end_delisted(self, order: OpenOrder) -> bool:
        """Whether it is over: the venue does not list its instrument any more, and so works nothing in it and
        cannot be asked what became of it. A last fill that was missed shows in the balances.
        """
        now = self._clock.now()
        since = self._delisted.setdefault(order.order_id, now)
        if now < since + timedelta(seconds=DELISTED_FOR_S):
            return False
        del self._delisted[order.order_id]
        self._requests.note(
            order.account_id,
            kind="order_of_delisted",
            detail="The venue lists the instrument of an order no more; whether it traded last is not known.",
            figures={"order_id": order.order_id, "instrument_id": order.terms.instrument_id},
        )
        self._requests.end(order, "delisted")
        return True

    def _may_still_go(self, order: OpenOrder) -> bool:
        """Whether it may not have been sent yet; its answer is awaited as any other."""
        if order.status is not OrderStatus.SUBMITTED or order.send_before is None:
            return False
        return self._clock.now() < order.send_before

    def _works_after_its_end(self, account_id: AccountId, state: VenueOrderState) -> None:
        """Nothing is held for it here any more, so it is named, and cancelled where its terms are known."""
        self._requests.note(
            account_id,
            kind="works_after_its_end",
            detail="The venue works an order of ours that is over in this book.",
            figures={"order_id": state.order_id, "venue_order_id": state.venue_order_id},
        )
        ended = self._orders.unverified.get(state.order_id)
        if ended is not None:
            self._requests.take_back(ended)

    async def _compare_all(self) -> None:
        accounts = {each.account_id for each in self._orders.values() if each.is_answered}
        for account_id in sorted(filter(self._serves, accounts)):
            try:
                await self.compare(account_id)
            except (OSError, TradebookError) as error:
                log.warning("the venue did not list its orders", account_id=account_id, error=repr(error))

    async def _ask_about(self, orders: Sequence[OpenOrder]) -> bool:
        """Whether the venue said how all of them stand."""
        told = True
        for first in range(0, len(orders), AT_ONCE_MAX):
            told &= all(
                await asyncio.gather(*(self._ask(order) for order in orders[first : first + AT_ONCE_MAX]))
            )
        return told

    async def _ask(self, order: OpenOrder) -> bool:
        asked_at, was_there = self._clock.now(), order.is_answered
        self._answers.set(order.order_id, asked_at + timedelta(seconds=ASK_AGAIN_S))
        try:
            state = await self._query(order)
            if isinstance(state, OrderNotThere):
                await self._miss(order, state, asked_at)
                return True
        except OSError as error:  # TimeoutError and ConnectionError are its kinds
            self._stays_open(order, type(error).__name__)
            return False
        except TradebookError as error:
            self._stays_open(order, error.code)
            return False
        self._not_there.pop(order.order_id, None)
        if state is None and was_there:
            self._requests.note(
                order.account_id,
                kind="order_not_known",
                detail="The venue does not know an order that it had.",
                figures={"order_id": order.order_id},
            )
            return True
        if state is None:
            self._conclude_absence(order, asked_at)
            return True
        await self._take_over(state)
        self._repeat(order, state)
        return True

    async def _miss(self, order: OpenOrder, state: OrderNotThere, asked_at: datetime) -> None:
        """End an order that the venue had, once it has said for long enough that it has no such order.

        Raises as a question where the venue does not say what it has.
        """
        await self._take_over(state)
        self._not_there = {each: at for each, at in self._not_there.items() if each in self._orders}
        said_at = self._not_there.setdefault(order.order_id, asked_at)
        again_at = said_at + timedelta(seconds=NOT_THERE_FOR_S)
        if asked_at < again_at:
            self._answers.set(order.order_id, again_at)
            return
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            listed = {each.order_id for each in await self._venue.open_orders(order.account_id)}
        self._not_there.pop(order.order_id, None)
        if order.order_id not in listed:
            self._requests.end(order, "no_longer_known")

    def _is_to_be_asked_for(self, order: OpenOrder) -> bool:
        return order.status in _AWAITS_ANSWER or order.order_id in self._not_there

    async def _verify(self, order: OpenOrder) -> bool:
        """Take over what is missing until nothing is; whether the venue said how it stands."""
        try:
            state = await self._query(order)
        except (OSError, TradebookError):
            self.verify(order)
            return False
        if isinstance(state, OrderNotThere):
            await self._take_over(state)
            state = None
        if state is None or (state.status in TERMINAL and state.filled_quantity == order.filled):
            self._orders.unverified.pop(order.order_id, None)
            return True
        if state.status not in TERMINAL:
            self._works_after_its_end(order.account_id, state)
        if state.filled_quantity != order.filled:
            log.warning("fills of an ended order were missing", order_id=order.order_id)
            await self._take_over(state)
        self.verify(order)
        return True

    async def _query(self, order: OpenOrder) -> VenueOrderState | OrderNotThere | None:
        request = self._requests.for_venue(order)
        if request is None:
            raise ConnectionError("its instrument is not known")
        async with asyncio.timeout(REQUEST_TIMEOUT_S):
            return await self._venue.query(request)

    async def _take_over(self, state: VenueOrderState | OrderNotThere) -> None:
        for recorded in [self._reports.take(report) for report in state.reports]:
            await recorded

    def _repeat(self, order: OpenOrder, state: VenueOrderState) -> None:
        """Ask again for what the venue has not done; saying it twice is harmless.

        What is filled is not changed any more, though more of it was asked for.
        """
        if state.status is OrderStatus.FILLED and order.status is OrderStatus.PENDING_REPLACE:
            self._requests.refuse_change(order, "order_closed")
        if state.status not in SETTLED:
            return
        if order.status is OrderStatus.PENDING_CANCEL:
            self._requests.cancel(order)
        elif order.status is OrderStatus.PENDING_REPLACE:
            self._requests.replace(order)

    def _conclude_absence(self, order: OpenOrder, asked_at: datetime) -> None:
        if order.is_answered or order.send_before is None:
            return  # it came to be known while the question was on its way
        expiry = timedelta(seconds=self._venue.capabilities.request_expiry_s)
        if asked_at > order.send_before + expiry:
            self._requests.reject(order, "not_received")
        else:
            self._stays_open(order, "no_answer")

    def _stays_open(self, order: OpenOrder, reason: str) -> None:
        if order.status is OrderStatus.SUBMITTED:
            self._requests.mark_unknown(order, reason)


def _agrees(order: OpenOrder, state: VenueOrderState | None) -> bool:
    if state is None or order.status not in SETTLED or state.filled_quantity != order.filled:
        return False
    return state.terms is None or state.terms.upon(order.in_force) == order.in_force
