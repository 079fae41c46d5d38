"""Fills: booked in every state of the order, once per venue fill id; what does not fit is kept aside."""

from __future__ import annotations

from decimal import Decimal

from tradebook.kernel.money import ZERO, plain
from tradebook.trading.commands import RecordFill
from tradebook.trading.events import (
    UNMATCHED_FILL,
    DifferenceFound,
    OrderFilled,
    TradingEvent,
    UnmatchedFillRecorded,
    unmatched_key,
)
from tradebook.trading.model.brackets import after_fill, order_id_of
from tradebook.trading.model.contracts import settled_by
from tradebook.trading.model.facts import about
from tradebook.trading.model.holds import Holding
from tradebook.trading.model.state import Account, Order
from tradebook.trading.orders import Hold, OrderStatus


def fill(command: RecordFill, account: Account) -> list[TradingEvent]:
    """OrderFilled and what it sets off; UnmatchedFillRecorded for a trade of an order that is not ours,
    unless what it brought is in the opening balances.
    """
    order = _order(command, account)
    if order is None:
        return _unmatched(command, account)
    if command.fill_id in order.fill_ids:
        return []
    cumulative = order.filled + command.quantity
    complete = command.leaves_nothing or (bool(order.quantity) and cumulative >= order.quantity_at_most)
    holding = Holding.of(account, order, less=command.quantity)
    side = order.terms.position_side
    filled = OrderFilled(
        **about(order.order_id, command),
        fill_id=command.fill_id,
        instrument_id=command.instrument_id,
        side=command.side,
        quantity=command.quantity,
        price=command.price,
        base_asset=command.base_asset,
        quote_asset=command.quote_asset,
        fee=command.fee,
        fee_asset=command.fee_asset,
        liquidity=command.liquidity,
        released=_released(command, order, holding, complete=complete),
        cumulative_quantity=cumulative,
        is_complete=complete,
        position_side=side,
        settled=None if order.contract is None else settled_by(command, account, order.contract, side),
    )
    events: list[TradingEvent] = [filled, *after_fill(filled, account, order, holding)]
    if order.quantity and cumulative > order.quantity_at_most:
        events.append(_overfill(command, order, cumulative))
    return events


def _order(command: RecordFill, account: Account) -> Order | None:
    """The order that the trade can belong to: ours, sent, of that instrument and side."""
    order_id = command.order_id
    if order_id is None and command.client_order_id is not None:
        order_id = order_id_of(account.account_id, command.client_order_id)
    order = account.find(order_id) if order_id is not None else None
    if order is None or order.status is OrderStatus.DENIED:
        return None
    fits = (order.terms.instrument_id, order.terms.side) == (command.instrument_id, command.side)
    return order if fits else None


def _released(command: RecordFill, order: Order, holding: Holding, *, complete: bool) -> Hold:
    if complete:
        return holding.drop(order.order_id)
    if order.quantity:
        return holding.settle()
    spent = command.quantity
    if order.is_buy:
        spent = command.quantity * command.price
        spent += command.fee if command.fee_asset == order.quote_asset else ZERO
    return holding.spend(order.order_id, spent)


def _overfill(command: RecordFill, order: Order, cumulative: Decimal) -> DifferenceFound:
    return DifferenceFound(
        account_id=command.account_id,
        at=command.at,
        kind="overfill",
        detail="The venue filled more than was ordered.",
        figures={
            "order_id": order.order_id,
            "quantity": plain(order.quantity),
            "filled_quantity": plain(cumulative),
        },
        client_order_id=order.terms.client_order_id,
    )


def _unmatched(command: RecordFill, account: Account) -> list[TradingEvent]:
    if unmatched_key(command.instrument_id, command.fill_id) in account.noted:
        return []
    if not account.covers(command.at):
        return []
    return [
        UnmatchedFillRecorded(
            account_id=command.account_id,
            at=command.at,
            venue_order_id=command.venue_order_id,
            fill_id=command.fill_id,
            instrument_id=command.instrument_id,
            side=command.side,
            quantity=command.quantity,
            price=command.price,
            base_asset=command.base_asset,
            quote_asset=command.quote_asset,
            fee=command.fee,
            fee_asset=command.fee_asset,
            position_side=command.position_side,
            contract=command.contract,
            realised=command.realised,
        ),
        DifferenceFound(
            account_id=command.account_id,
            at=command.at,
            kind=UNMATCHED_FILL,
            detail="The venue reports a fill that fits no order in this book.",
            figures={
                "fill_id": command.fill_id,
                "instrument_id": command.instrument_id,
                "side": command.side.value,
                "quantity": plain(command.quantity),
                "price": plain(command.price),
                "fee": plain(command.fee),
                "fee_asset": command.fee_asset,
            },
            client_order_id=command.client_order_id,
        ),
    ]
