"""Every open order of all accounts, folded from the journal: what process managers act on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from decimal import Decimal

import msgspec

from tradebook.kernel.ids import AccountId, OrderId
from tradebook.kernel.messages import Event
from tradebook.kernel.money import ZERO, multiply
from tradebook.market.values import Instrument
from tradebook.trading.conditions import CONDITIONAL_TYPES, end_of, moved_protection, triggered_type
from tradebook.trading.events import (
    OrderAccepted,
    OrderCancelRejected,
    OrderEvent,
    OrderFilled,
    OrderPlaced,
    OrderReplaced,
    OrderReplaceRejected,
    OrderReplaceRequested,
    OrderSubmitted,
    OrderTriggered,
    TrailingStopMoved,
)
from tradebook.trading.lifecycle import TERMINAL, TRANSITIONS, next_status, works_on
from tradebook.trading.orders import OrderStatus, OrderTerms, RestsAt, TermsInForce
from tradebook.trading.ports import VenueOrder

SETTLED = frozenset({OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED})
"""At the venue, with nothing asked that it has not answered."""


UNVERIFIED_MAX = 1_000
"""How many ended orders are kept to be compared with the venue; the oldest go first."""


class Wanted(msgspec.Struct, frozen=True):
    """New terms that the venue was or will be asked for; ``quantity`` is the new total."""

    quantity: Decimal
    price: Decimal | None
    stop_price: Decimal | None


class OpenOrder(msgspec.Struct, kw_only=True):
    """An order that is not done, with the terms in force."""

    account_id: AccountId
    order_id: OrderId
    terms: OrderTerms
    placed_at: datetime
    rests_at: RestsAt
    status: OrderStatus
    quantity: Decimal
    price: Decimal | None
    stop_price: Decimal | None
    anchor: Decimal | None
    filled: Decimal = ZERO
    spent: Decimal = ZERO
    """Cost of the fills with fees in the quote asset: what a ``quote_quantity`` has left is less by it."""
    is_triggered: bool = False
    attempt: int = 0
    venue_order_id: str = ""
    """Empty until the venue has told it."""
    send_before: datetime | None = None
    is_answered: bool = False
    """Whether the venue has shown that it has the order."""
    wanted: Wanted | None = None
    protection_price: Decimal | None = None
    """As in OrderPlaced, moved along with the stop price."""

    @property
    def end(self) -> datetime | None:
        """When a GTD or DAY order ends."""
        return end_of(self.terms, self.placed_at)

    @property
    def may_miss_fills(self) -> bool:
        """Whether it ended at the venue in a way that does not prove that all its fills are booked."""
        return self.was_sent and (self.terms.quote_quantity is not None or self.filled < self.quantity)

    @property
    def in_force(self) -> TermsInForce:
        """What may be changed of it."""
        stop_price = None if self.is_triggered else self.stop_price
        return TermsInForce.of(self.terms.type, self.quantity, self.price, stop_price)

    @property
    def was_sent(self) -> bool:
        """Whether it may be at the venue; it is there too when only the venue's word of it was recorded."""
        return self.attempt > 0 or self.is_answered

    def evolve(self, event: OrderEvent) -> None:
        """Take in a later event of the order."""
        match event:
            case OrderSubmitted():
                self.attempt, self.send_before = event.attempt, event.send_before
            case OrderAccepted():
                self.is_answered, self.venue_order_id = True, event.venue_order_id
            case OrderFilled():
                self.is_answered = True
                self.filled = event.cumulative_quantity
                self.spent += multiply(event.quantity, event.price)
                self.spent += event.fee if event.fee_asset == event.quote_asset else ZERO
            case OrderTriggered():
                self.is_triggered = True
            case TrailingStopMoved():
                self.anchor, self.stop_price = event.anchor, event.stop_price
            case OrderReplaceRequested():
                self.wanted = Wanted(
                    self.quantity if event.quantity is None else event.quantity,
                    event.price,
                    event.stop_price,
                )
            case OrderReplaceRejected():
                self.wanted = None
            case OrderReplaced():
                if self.wanted is not None and event.quantity in (None, self.wanted.quantity):
                    self.wanted = None
                self.quantity = self.quantity if event.quantity is None else event.quantity
                self.price = self.price if event.price is None else event.price
                self.protection_price = moved_protection(
                    self.protection_price, stop_price=self.stop_price, moved_to=event.stop_price
                )
                self.stop_price = self.stop_price if event.stop_price is None else event.stop_price
            case _:
                pass
        self.status = self._status_after(event)

    def _status_after(self, event: OrderEvent) -> OrderStatus:
        fact = type(event).__name__
        if isinstance(event, OrderFilled) and not event.is_complete:
            fact = "OrderPartiallyFilled"
        if fact not in TRANSITIONS:
            return self.status
        if isinstance(event, OrderCancelRejected | OrderReplaced | OrderReplaceRejected):
            return works_on(fact, self.status, is_accepted=self.is_answered, has_fills=bool(self.filled))
        return next_status(fact, self.status)

    def for_venue(self, instrument: Instrument, *, restored: bool = False) -> VenueOrder:
        """The order as it goes to the venue now: a triggered one as what it became."""
        type_ = self.terms.type
        if self.is_triggered and type_ in CONDITIONAL_TYPES:
            type_ = triggered_type(self.price)
        budget = self.terms.quote_quantity
        return VenueOrder(
            account_id=self.account_id,
            order_id=self.order_id,
            instrument=instrument,
            terms=msgspec.structs.replace(
                self.terms,
                type=type_,
                quantity=self.quantity,
                quote_quantity=None if budget is None else budget - self.spent,
                price=self.price,
                stop_price=self.stop_price,
                expires_at=self.end,
            ),
            quantity=max(self.quantity - self.filled, ZERO),
            attempt=self.attempt,
            venue_order_id=self.venue_order_id,
            placed_at=self.placed_at,
            restored=restored,
            anchor=self.anchor,
            protection_price=self.protection_price,
        )


def opened(event: OrderPlaced) -> OpenOrder:
    """The order at its first event."""
    terms = event.terms
    return OpenOrder(
        account_id=event.account_id,
        order_id=event.order_id,
        terms=terms,
        placed_at=event.at,
        rests_at=event.rests_at,
        status=OrderStatus.PARKED if event.parked else OrderStatus.PENDING,
        quantity=terms.quantity,
        price=terms.price,
        stop_price=terms.stop_price if event.stop_price is None else event.stop_price,
        anchor=event.anchor,
        protection_price=event.protection_price,
    )


class OpenOrders(Mapping[OrderId, OpenOrder]):
    """The open orders by id, in the order they were placed."""

    def __init__(self) -> None:
        self._orders: dict[OrderId, OpenOrder] = {}
        self.unverified: dict[OrderId, OpenOrder] = {}
        """Ended orders of which a fill may have been lost, until the venue was asked."""

    def __getitem__(self, order_id: OrderId) -> OpenOrder:
        return self._orders[order_id]

    def __iter__(self) -> Iterator[OrderId]:
        return iter(self._orders)

    def __len__(self) -> int:
        return len(self._orders)

    def restore(self, order: OpenOrder) -> None:
        """Take over an order from a snapshot."""
        self._keep(order)

    def fold(self, event: Event) -> OpenOrder | None:
        """Take in an event; answers the order it is about, for the last time when that is done."""
        if isinstance(event, OrderPlaced):
            order = self._orders[event.order_id] = opened(event)
            return order
        if not isinstance(event, OrderEvent):
            return None
        found = self._orders.get(event.order_id) or self.unverified.get(event.order_id)
        if found is not None:
            found.evolve(event)
            self._keep(found)
        return found

    def _keep(self, order: OpenOrder) -> None:
        order_id = order.order_id
        if order.status not in TERMINAL:
            self._orders[order_id] = order
            return
        self._orders.pop(order_id, None)
        if order.may_miss_fills:
            self.unverified[order_id] = order
            if len(self.unverified) > UNVERIFIED_MAX:
                del self.unverified[next(iter(self.unverified))]
        else:
            self.unverified.pop(order_id, None)
