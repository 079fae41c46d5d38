"""What is asked of the venue: send, restore, cancel, replace; and what is recorded when that gets lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import structlog

from tradebook.kernel.clock import Clock
from tradebook.kernel.errors import TradebookError
from tradebook.kernel.ids import AccountId
from tradebook.market.ports import MarketData
from tradebook.matching.deadlines import Deadlines
from tradebook.trading.commands import (
    MarkUnknown,
    NoteDifference,
    RecordCancellation,
    RecordRejection,
    RecordReplaceRejection,
)
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.orders import OrderStatus
from tradebook.trading.ports import Venue, VenueOrder
from tradebook.trading.processes.lanes import Lanes
from tradebook.trading.processes.open_orders import OpenOrder
from tradebook.trading.processes.recorder import Recorder

log = structlog.get_logger(__name__)

SEND_WINDOW_S = 5
"""From recording that an order is about to be sent to the last moment at which it may be sent."""
REQUEST_TIMEOUT_S = 10
RESTORE_AGAIN_S = 1
ANSWER_TIMEOUT_S = 5
"""How long after a request its answer may take before the venue is asked."""


class Requests:
    """Requests to one venue, in order per account. ``answers`` says by when the venue is asked about each."""

    def __init__(
        self, venue: Venue, market: MarketData, clock: Clock, *, findings: Recorder, answers: Deadlines
    ) -> None:
        self._venue = venue
        self._market = market
        self._clock = clock
        self._findings = findings
        self._answers = answers
        self._lanes = Lanes()

    def send(self, order: OpenOrder) -> None:
        """Send an order that was just recorded as submitted."""
        self._lanes.add(order.account_id, partial(self._send, order))

    def restore(self, order: OpenOrder) -> None:
        """Let an order that the venue has forgotten work again, and repeat what was asked since."""
        self._lanes.add(order.account_id, partial(self._restore, order))

    def cancel(self, order: OpenOrder) -> None:
        """Ask to cancel, behind whatever is on its way for the account."""
        self._lanes.add(order.account_id, partial(self._cancel, order))

    def take_back(self, order: OpenOrder) -> None:
        """Have the venue forget an order that is over in the journal."""
        self._lanes.add(order.account_id, partial(self._take_back, order))

    def replace(self, order: OpenOrder) -> None:
        """Ask for the wanted terms."""
        self._lanes.add(order.account_id, partial(self._replace, order))

    @property
    def waiting(self) -> int:
        """Requests that have not been made."""
        return self._lanes.waiting

    async def room(self) -> None:
        """Wait until there is room for more requests."""
        await self._lanes.room()

    async def close(self) -> None:
        """Send nothing more."""
        await self._lanes.close()

    def for_venue(self, order: OpenOrder, *, restored: bool = False) -> VenueOrder | None:
        """The order in the venue's terms; None while its instrument is not known."""
        instrument = self._market.instrument(order.terms.instrument_id)
        return order.for_venue(instrument, restored=restored) if instrument else None

    def is_delisted(self, order: OpenOrder) -> bool:
        """Whether the venue does not list the order's instrument, and lists others."""
        if self._market.instrument(order.terms.instrument_id) is not None:
            return False
        return any(each.venue == self._venue.name for each in self._market.instruments())

    def mark_unknown(self, order: OpenOrder, reason: str) -> None:
        """Record that it is not known whether the venue has the order."""
        now = self._market.now()
        self._findings.take(
            MarkUnknown(account_id=order.account_id, at=now, order_id=order.order_id, reason=reason)
        )

    def reject(self, order: OpenOrder, reason: str) -> None:
        """Record that the venue does not have the order and never will."""
        now = self._market.now()
        self._findings.take(
            RecordRejection(account_id=order.account_id, at=now, order_id=order.order_id, reason=reason)
        )

    def refuse_change(self, order: OpenOrder, reason: str) -> None:
        """Record that the venue keeps the order's terms."""
        now = self._market.now()
        self._findings.take(
            RecordReplaceRejection(
                account_id=order.account_id, at=now, order_id=order.order_id, reason=reason
            )
        )

    def end(self, order: OpenOrder, reason: str) -> None:
        """Record that nothing of the order works at the venue any more."""
        now = self._market.now()
        self._findings.take(
            RecordCancellation(account_id=order.account_id, at=now, order_id=order.order_id, reason=reason)
        )

    def note(self, account_id: AccountId, *, kind: str, detail: str, figures: dict[str, str]) -> None:
        """Record that the venue and the books do not fit together."""
        now = self._market.now()
        self._findings.take(
            NoteDifference(account_id=account_id, at=now, kind=kind, detail=detail, figures=figures)
        )

    async def _send(self, order: OpenOrder) -> None:
        request, send_before = self.for_venue(order), order.send_before
        assert send_before is not None
        if request is None:
            self.reject(order, "unknown_instrument")
            return
        self._answers.set(order.order_id, send_before + timedelta(seconds=ANSWER_TIMEOUT_S))
        if self._clock.now() >= send_before:
            return
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                await self._venue.submit(request, send_before=send_before)
        except OSError as error:  # TimeoutError and ConnectionError are its kinds
            self.mark_unknown(order, type(error).__name__)
        except TradebookError as error:
            self.reject(order, error.code)

    async def _restore(self, order: OpenOrder) -> None:
        request = self.for_venue(order, restored=True)
        if request is None:
            log.error("the instrument of a working order is not known", order_id=order.order_id)
            return
        await self._submit_again(request)
        if order.status is OrderStatus.PENDING_CANCEL:
            await self._cancel(order)
        elif order.wanted is not None:
            await self._replace(order)

    async def _submit_again(self, request: VenueOrder) -> None:
        """Try until the venue, which has forgotten the order, takes it back."""
        while True:
            send_before = self._clock.now() + timedelta(seconds=SEND_WINDOW_S)
            try:
                await self._venue.submit(request, send_before=send_before)
            except (OSError, TradebookError) as error:
                log.warning("an order was not restored yet", order_id=request.order_id, error=repr(error))
                await self._clock.sleep(RESTORE_AGAIN_S)
            else:
                return

    async def _cancel(self, order: OpenOrder) -> None:
        await self._ask(order, self._venue.cancel)

    async def _take_back(self, order: OpenOrder) -> None:
        subject = self.for_venue(order)
        if subject is None:
            return
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                await self._venue.cancel(subject)
        except (OSError, TradebookError) as error:
            log.warning("an ended order was not cancelled", order_id=order.order_id, error=repr(error))

    async def _replace(self, order: OpenOrder) -> None:
        wanted = order.wanted
        if wanted is None:
            return
        await self._ask(
            order,
            partial(
                self._venue.replace,
                quantity=wanted.quantity,
                price=wanted.price,
                stop_price=wanted.stop_price,
            ),
        )

    async def _ask(self, order: OpenOrder, request: Callable[[VenueOrder], Awaitable[None]]) -> None:
        """Make a request that may be repeated: a lost one is noticed because no answer comes."""
        subject = self.for_venue(order)
        if subject is None or order.status in TERMINAL:
            return
        self._answers.set(order.order_id, self._clock.now() + timedelta(seconds=ANSWER_TIMEOUT_S))
        try:
            async with asyncio.timeout(REQUEST_TIMEOUT_S):
                await request(subject)
        except (OSError, TradebookError) as error:
            log.warning("a request to the venue got lost", order_id=order.order_id, error=repr(error))
