"""Which orders are conditional, when they trigger and when timed orders end.

Pure, and the same wherever an order rests: with the decider, with our own watchers, at the paper venue.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from tradebook.kernel.money import ZERO
from tradebook.matching.stops import Direction, StopIndex
from tradebook.trading.orders import LegTerms, OffsetType, OrderTerms, OrderType, Side, TimeInForce

TRAILING_STEP = Decimal("0.05")
"""A trailing stop is moved when its anchor gained at least this fraction of the offset: no event per tick."""
CONDITIONAL_TYPES = frozenset(
    {OrderType.STOP, OrderType.STOP_LIMIT, OrderType.TAKE_PROFIT, OrderType.TRAILING_STOP}
)


def triggers_of(terms: OrderTerms) -> frozenset[OrderType]:
    """The conditional types that somebody has to watch for the order: its own, and those of its exits."""
    kinds = [terms.type] if terms.type in CONDITIONAL_TYPES else []
    if terms.take_profit is not None:
        kinds.append(OrderType.TAKE_PROFIT)
    if terms.stop_loss is not None:
        kinds.append(stop_loss_type(terms.stop_loss))
    return frozenset(kinds)


def stop_loss_type(leg: LegTerms) -> OrderType:
    """What a bracket's stop-loss is placed as."""
    return OrderType.STOP if leg.price is None else OrderType.STOP_LIMIT


def direction_of(terms: OrderTerms) -> Direction:
    """Which way the last price must move: against the position for stops, in favour for take-profits."""
    rises = (terms.side is Side.BUY) is not (terms.type is OrderType.TAKE_PROFIT)
    return Direction.RISE if rises else Direction.FALL


def has_come(terms: OrderTerms, stop_price: Decimal, price: Decimal) -> bool:
    """Whether a trade at ``price`` triggers an order that waits for ``stop_price``."""
    rises = direction_of(terms) is Direction.RISE
    return price >= stop_price if rises else price <= stop_price


def await_trigger(
    stops: StopIndex, key: str, terms: OrderTerms, *, stop_price: Decimal | None, anchor: Decimal | None
) -> None:
    """Enter a conditional order: by its ``anchor`` when it trails, else by its ``stop_price``."""
    if terms.type is OrderType.TRAILING_STOP:
        if anchor is None or terms.trailing_offset is None:
            raise ValueError(f"order {key} trails without an anchor and an offset")
        is_fraction = terms.trailing_offset_type is OffsetType.PERCENT
        stops.add_trailing(
            key,
            direction_of(terms),
            anchor=anchor,
            offset=terms.trailing_offset / 100 if is_fraction else terms.trailing_offset,
            is_fraction=is_fraction,
        )
    elif stop_price is None:
        raise ValueError(f"order {key} has no stop price")
    else:
        stops.add(key, direction_of(terms), stop_price)


def better_anchor(side: Side, *prices: Decimal | None) -> Decimal | None:
    """The best of the known prices for a trailing stop: the highest for a sell, the lowest for a buy."""
    known = [price for price in prices if price is not None]
    return (max if side is Side.SELL else min)(known, default=None)


def trailing_stop_price(terms: OrderTerms, anchor: Decimal) -> Decimal:
    """Where a trailing stop stands for an anchor: behind it by the offset (above it for buys)."""
    offset = terms.trailing_offset or ZERO
    if terms.trailing_offset_type is OffsetType.PERCENT:
        offset = anchor * offset / 100
    return anchor + offset if terms.side is Side.BUY else anchor - offset


def is_a_step(side: Side, best: Decimal, *, anchor: Decimal, stop_price: Decimal) -> bool:
    """Whether ``best`` is far enough in favour of the anchor that is journaled to be worth an event."""
    gained = anchor - best if side is Side.BUY else best - anchor
    return gained > 0 and gained >= abs(anchor - stop_price) * TRAILING_STEP


def moved_protection(
    protection: Decimal | None, *, stop_price: Decimal | None, moved_to: Decimal | None
) -> Decimal | None:
    """The protection price once the stop price has moved: as far from the stop as it was, in proportion."""
    if protection is None or not stop_price or moved_to is None or moved_to == stop_price:
        return protection
    return protection * moved_to / stop_price


def triggered_type(price: Decimal | None) -> OrderType:
    """What a conditional order becomes: with a price a limit order, else a market order."""
    return OrderType.MARKET if price is None else OrderType.LIMIT


def end_of(terms: OrderTerms, placed_at: datetime) -> datetime | None:
    """When a GTD or DAY order ends; a day ends at the next 00:00 UTC. None for orders without an end."""
    if terms.time_in_force is TimeInForce.DAY and terms.expires_at is None:
        midnight = placed_at.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
        return midnight + timedelta(days=1)
    return terms.expires_at
