"""What a fill sets off: OCO siblings shrink or go, bracket legs appear and grow."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import ClientOrderId, OrderId, derive_id
from tradebook.kernel.money import ONE, ZERO
from tradebook.trading.events import (
    OrderCancelled,
    OrderCancelRequested,
    OrderFilled,
    OrderPlaced,
    OrderReplaced,
    OrderReplaceRequested,
    TradingEvent,
)
from tradebook.trading.lifecycle import TERMINAL
from tradebook.trading.model.state import Account, Order
from tradebook.trading.orders import (
    Hold,
    LegTerms,
    OrderStatus,
    OrderTerms,
    OrderType,
    RestsAt,
    Side,
    leg_order_id,
)


def order_id_of(account_id: str, client_order_id: str) -> OrderId:
    """Our id of an order: a function of who calls it what."""
    return OrderId(derive_id("order", account_id, client_order_id))


def after_fill(fill: OrderFilled, account: Account, order: Order) -> list[TradingEvent]:
    """The consequences of a fill, in the same decision."""
    if order.status in TERMINAL:
        return []
    return [*_siblings(fill, account, order), *_legs(fill, account, order)]


def _siblings(fill: OrderFilled, account: Account, order: Order) -> list[TradingEvent]:
    events: list[TradingEvent] = []
    for sibling in account.siblings(order):
        facts = {"account_id": fill.account_id, "at": fill.at, "order_id": sibling.order_id}
        nothing = Hold(asset=sibling.hold_asset, amount=ZERO)
        is_ours = sibling.status in (OrderStatus.PARKED, OrderStatus.PENDING)
        is_over = fill.is_complete or sibling.remaining <= fill.quantity
        quantity = sibling.quantity - sibling.reduced - fill.quantity
        if is_over and is_ours:
            events.append(OrderCancelled(**facts, reason="oco", released=nothing))  # type: ignore[arg-type]  # one mapping
        elif is_over and sibling.status is not OrderStatus.PENDING_CANCEL:
            events.append(OrderCancelRequested(**facts, reason="oco"))  # type: ignore[arg-type]  # one mapping
        elif is_ours:
            events.append(OrderReplaced(**facts, quantity=quantity))  # type: ignore[arg-type]  # one mapping
        elif sibling.status in (OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED):
            events.append(OrderReplaceRequested(**facts, quantity=quantity, held=nothing))  # type: ignore[arg-type]  # one mapping
    return events


def _legs(fill: OrderFilled, account: Account, entry: Order) -> list[TradingEvent]:
    """Exits for what has been bought so far: placed at the first fill, enlarged at later ones."""
    events: list[TradingEvent] = []
    legs = (("take_profit", entry.terms.take_profit), ("stop_loss", entry.terms.stop_loss))
    held = ZERO
    for name, leg in legs:
        if leg is None:
            continue
        client_order_id = ClientOrderId(leg_order_id(entry.order_id, name))
        existing = account.orders.get(order_id_of(account.account_id, client_order_id))
        amount = ZERO if held else fill.quantity
        hold = Hold(asset=entry.base_asset, amount=amount)
        if existing is not None:
            events.append(_enlarged(fill, existing, hold))
        elif account.find(order_id_of(account.account_id, client_order_id)) is None:
            events.append(_leg(fill, entry, name, leg, hold))
        else:
            continue
        held += amount
    return events


def _enlarged(fill: OrderFilled, leg: Order, hold: Hold) -> TradingEvent:
    quantity = leg.quantity + fill.quantity
    facts = {
        "account_id": fill.account_id,
        "at": fill.at,
        "order_id": leg.order_id,
        "quantity": quantity,
        "held": hold,
    }
    if leg.status is OrderStatus.PARKED:
        return OrderReplaced(**facts)  # type: ignore[arg-type]  # one mapping for two facts
    return OrderReplaceRequested(**facts)  # type: ignore[arg-type]  # same


def _leg(fill: OrderFilled, entry: Order, name: str, leg: LegTerms, hold: Hold) -> OrderPlaced:
    client_order_id = ClientOrderId(leg_order_id(entry.order_id, name))
    if name == "take_profit":
        kind = OrderType.TAKE_PROFIT
    else:
        kind = OrderType.STOP_LIMIT if leg.price is not None else OrderType.STOP
    terms = OrderTerms(
        client_order_id=client_order_id,
        instrument_id=entry.terms.instrument_id,
        side=Side.SELL,
        type=kind,
        quantity=_bought(entry, fill),
        price=leg.price,
        stop_price=leg.stop_price,
        reduce_only=True,
        oco_group=f"bracket:{entry.order_id}",
        tags=entry.terms.tags,
    )
    return OrderPlaced(
        account_id=fill.account_id,
        at=fill.at,
        order_id=order_id_of(fill.account_id, client_order_id),
        terms=terms,
        rests_at=RestsAt.TRADING,
        base_asset=entry.base_asset,
        quote_asset=entry.quote_asset,
        hold=hold,
        unit_hold=ONE,
        parked=True,
        parent_order_id=entry.order_id,
    )


def _bought(entry: Order, fill: OrderFilled) -> Decimal:
    return entry.filled + fill.quantity
