"""What a fill sets off: OCO siblings shrink or go, bracket legs appear and grow."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.ids import Asset, ClientOrderId, OrderId, derive_id
from tradebook.kernel.money import ONE, ZERO, round_down
from tradebook.trading.conditions import stop_loss_type
from tradebook.trading.events import OrderFilled, OrderPlaced, TradingEvent
from tradebook.trading.model.changing import end, resize
from tradebook.trading.model.exits import exits_group
from tradebook.trading.model.facts import about
from tradebook.trading.model.holds import Holding
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


def after_fill(fill: OrderFilled, account: Account, order: Order, holding: Holding) -> list[TradingEvent]:
    """The consequences of a fill, in the same decision. ``holding`` knows of the fill already."""
    events: list[TradingEvent] = []
    if order.group:
        events += _siblings(fill, account, order, holding)
    if order.parent_order_id is not None:
        events += _entry(fill, account, order.parent_order_id)
    if order.terms.take_profit is not None or order.terms.stop_loss is not None:
        events += _legs(fill, account, order)
    return events


def _siblings(fill: OrderFilled, account: Account, order: Order, holding: Holding) -> list[TradingEvent]:
    events: list[TradingEvent] = []
    for sibling in account.siblings(order):
        if fill.is_complete or sibling.remaining <= fill.quantity or sibling.status is OrderStatus.UNKNOWN:
            # What is not known to be there cannot be changed, only cancelled.
            events += end(sibling, holding, fill, "oco")
        elif sibling.status is not OrderStatus.PENDING_CANCEL:
            events.append(resize(sibling, wanted(sibling) - fill.quantity, _nothing(sibling), fill))
    return events


def wanted(order: Order) -> Decimal:
    """The total that the order is, or was asked, to have."""
    if order.replacement is not None:
        return order.replacement.quantity
    return order.quantity - order.reduced


def _nothing(order: Order) -> Hold:
    return Hold(asset=order.hold_asset, amount=ZERO)


def _entry(fill: OrderFilled, account: Account, entry_id: OrderId) -> list[TradingEvent]:
    """Once an exit has filled, the rest of the entry is not wanted any more."""
    entry = account.orders.get(entry_id)
    return [] if entry is None else end(entry, Holding.of(account, entry), fill, "bracket")


def _legs(fill: OrderFilled, account: Account, entry: Order) -> list[TradingEvent]:
    """Exits for what has been bought so far: placed at the first fill, enlarged at later ones.

    When a later fill finds them done, it gets exits of its own.
    """
    own_before, fee = entry.filled, ZERO
    if entry.contract is None:  # a fee may be taken out of what was bought
        own_before -= entry.fees.get(entry.base_asset, ZERO)
        fee = fill.fee if fill.fee_asset == entry.base_asset else ZERO
    covered = _sellable(entry, own_before)
    events: list[TradingEvent] = []
    more = _sellable(entry, own_before + fill.quantity - fee) - covered
    if more <= 0:
        return events
    holding = Holding.of_group(account, exits_group(entry), _exit_asset(entry))
    legs = [
        leg for leg in account.members(exits_group(entry)) if leg.status is not OrderStatus.PENDING_CANCEL
    ]
    if legs:
        return [
            resize(leg, wanted(leg) + more, holding.grow(leg.order_id, more * leg.unit_hold), fill)
            for leg in legs
        ]
    suffix = f"-{fill.fill_id}" if covered else ""
    for name, leg in (("take_profit", entry.take_profit), ("stop_loss", entry.stop_loss)):
        if leg is not None:
            client_order_id = ClientOrderId(leg_order_id(entry.order_id, name + suffix))
            terms = _leg_terms(entry, leg, client_order_id, _kind(name, leg), more)
            held = holding.grow(order_id_of(fill.account_id, client_order_id), more * _exit_unit(entry))
            events.append(_leg(fill, entry, terms, held))
    return events


def _exit_asset(entry: Order) -> Asset:
    return entry.base_asset if entry.contract is None else entry.contract.settle_asset


def _exit_unit(entry: Order) -> Decimal:
    """What an exit holds for each unit: what it sells, or nothing where it reduces a contract's position."""
    return ONE if entry.contract is None else ZERO


def _sellable(entry: Order, quantity: Decimal) -> Decimal:
    return round_down(quantity, entry.lot_size) if entry.lot_size else quantity


def _kind(name: str, leg: LegTerms) -> OrderType:
    return OrderType.TAKE_PROFIT if name == "take_profit" else stop_loss_type(leg)


def _leg_terms(
    entry: Order, leg: LegTerms, client_order_id: ClientOrderId, kind: OrderType, quantity: Decimal
) -> OrderTerms:
    return OrderTerms(
        client_order_id=client_order_id,
        instrument_id=entry.terms.instrument_id,
        side=Side.SELL if entry.is_buy else Side.BUY,
        type=kind,
        quantity=quantity,
        price=leg.price,
        stop_price=leg.stop_price,
        reduce_only=True,
        position_side=entry.terms.position_side,
        oco_group=exits_group(entry),
        tags=entry.terms.tags,
    )


def _leg(fill: OrderFilled, entry: Order, terms: OrderTerms, held: Hold) -> OrderPlaced:
    return OrderPlaced(
        **about(order_id_of(fill.account_id, terms.client_order_id), fill),
        terms=terms,
        rests_at=entry.rests_at,
        base_asset=entry.base_asset,
        quote_asset=entry.quote_asset,
        hold=held,
        unit_hold=_exit_unit(entry),
        parked=entry.rests_at is RestsAt.TRADING,
        parent_order_id=entry.order_id,
        contract=entry.contract,
    )
