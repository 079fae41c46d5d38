"""What Bybit says of an order, in FIX terms."""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

from tradebook.kernel.money import ZERO
from tradebook.trading.orders import OrderStatus, OrderType, PositionSide, Side, TimeInForce
from tradebook.venues.bybit.symbols import Category, Markets, category_named
from tradebook.venues.bybit.wire.account import Order
from tradebook.venues.bybit.wire.base import amount, moment_of, told_price, word_of
from tradebook.venues.messages.account import DEAD_MANS_SWITCH, Cause, ExecType, ExecutionReport

SIDES = {"Buy": Side.BUY, "Sell": Side.SELL}

POSITION_SIDES = {"0": PositionSide.NET, "1": PositionSide.LONG, "2": PositionSide.SHORT}
"""https://bybit-exchange.github.io/docs/v5/enum#positionidx"""


class Standing(NamedTuple):
    """A status of the venue in our words."""

    status: OrderStatus
    news: ExecType
    """Why a stream tells it. That an order was filled is told by its fills."""


STANDINGS = {
    "New": Standing(OrderStatus.ACCEPTED, ExecType.NEW),
    "PartiallyFilled": Standing(OrderStatus.PARTIALLY_FILLED, ExecType.STATUS),
    "Untriggered": Standing(OrderStatus.ACCEPTED, ExecType.NEW),
    "Rejected": Standing(OrderStatus.REJECTED, ExecType.REJECTED),
    "PartiallyFilledCanceled": Standing(OrderStatus.CANCELLED, ExecType.CANCELLED),
    "Filled": Standing(OrderStatus.FILLED, ExecType.STATUS),
    "Cancelled": Standing(OrderStatus.CANCELLED, ExecType.CANCELLED),
    "Triggered": Standing(OrderStatus.ACCEPTED, ExecType.TRIGGERED),
    "Deactivated": Standing(OrderStatus.CANCELLED, ExecType.CANCELLED),
}
"""https://bybit-exchange.github.io/docs/v5/enum#orderstatus"""

_CANCELLED = Standing(OrderStatus.CANCELLED, ExecType.CANCELLED)
_EXPIRED = Standing(OrderStatus.EXPIRED, ExecType.EXPIRED)

ENDED_BY_VENUE = frozenset(
    {
        "CancelByReduceOnly",
        "CancelByPrepareLiq",
        "CancelAllBeforeLiq",
        "CancelByPrepareAdl",
        "CancelAllBeforeAdl",
        "CancelByAdmin",
        "CancelBySettle",
        "CancelByTpSlTsClear",
        "CancelBySmp",
        "CancelByRebalance",
        "CancelByCannotAffordOrderCost",
        "CancelByPmTrialMmOverEquity",
        "CancelByAccountBlocking",
        "CancelByDelivery",
        "CancelByMmpTriggered",
        "CancelByCrossSelfMuch",
        "CancelByCrossReachMaxTradeNum",
    }
)
"""Of https://bybit-exchange.github.io/docs/v5/enum#canceltype: what nobody asked for. A cancel by the owner,
by the owner's dead man's switch (DCP) or by the other leg of an OCO was asked for."""

CANCELLED_BY_PROTECTION = "CancelByDCP"
NO_REASON = frozenset({"", "UNKNOWN", "EC_NoError"})
ASKED_FOR = frozenset({"EC_PerCancelRequest", "EC_CancelReplaceOrder"})
"""Reject reasons that only say that a cancel was asked for."""

TIMES_IN_FORCE = {
    "GTC": (TimeInForce.GTC, False),
    "IOC": (TimeInForce.IOC, False),
    "FOK": (TimeInForce.FOK, False),
    "PostOnly": (TimeInForce.GTC, True),
    "RPI": (TimeInForce.GTC, True),
}
"""Time in force, and whether it only ever makes (https://bybit-exchange.github.io/docs/v5/enum#timeinforce)."""

HAS_LIMIT = {"Market": False, "Limit": True}

STOP_ORDER_TYPES: dict[str, OrderType | None] = {
    "": None,
    "UNKNOWN": None,
    "TakeProfit": OrderType.TAKE_PROFIT,
    "PartialTakeProfit": OrderType.TAKE_PROFIT,
    "StopLoss": OrderType.STOP,
    "PartialStopLoss": OrderType.STOP,
    "TrailingStop": OrderType.TRAILING_STOP,
    "Stop": OrderType.STOP,
    "tpslOrder": OrderType.STOP,
    "OcoOrder": OrderType.STOP,
    "BidirectionalTpslOrder": OrderType.STOP,
    "MmRateClose": None,
}
"""https://bybit-exchange.github.io/docs/v5/enum#stopordertype; ``UNKNOWN`` and nothing are a plain order.
An order that closes when a margin rate is reached (``MmRateClose``) waits for no price."""

EITHER_WAY = frozenset({"Stop", "tpslOrder", "OcoOrder", "BidirectionalTpslOrder"})
"""Kinds that are a stop or a take-profit, as their trigger lies."""

CAUSES = {
    "CreateByLiq": Cause.LIQUIDATION,
    "CreateByTakeOver_PassThrough": Cause.LIQUIDATION,
    "CreateByAdl_PassThrough": Cause.DELEVERAGING,
    "CreateBySettle": Cause.SETTLEMENT,
}
"""Who made it, where it was not the owner or a tool of the owner
(https://bybit-exchange.github.io/docs/v5/enum#createtype)."""


def report_of(markets: Markets, order: Order, category: Category | None, *, is_news: bool) -> ExecutionReport:
    """An order's standing. A stream's order names its category; a REST answer's is the one asked for.

    Raises UndecodableFrame for a symbol that is not listed and for a status, side, type or time in force
    that is not in the tables above.
    """
    category = category or category_named(order.category, "order.category")
    listed = markets.listed(category, order.symbol, "order.symbol")
    filled = amount(order.cum_exec_qty, "order.cumExecQty") if order.cum_exec_qty else ZERO
    standing = _standing(order, filled)
    has_limit = word_of(HAS_LIMIT, order.order_type, "order.orderType")
    time_in_force, post_only = word_of(TIMES_IN_FORCE, order.time_in_force, "order.timeInForce")
    by_value = _is_by_value(order, category, has_limit=has_limit)
    quantity = order.qty
    closes_all = order.tpsl_mode == "Full" or not quantity
    has_own_price = has_limit and not _is_bounded(order, time_in_force)
    return ExecutionReport(
        exec_type=standing.news if is_news else ExecType.STATUS,
        instrument_id=listed.instrument.instrument_id,
        venue_order_id=order.order_id,
        client_order_id=order.order_link_id,
        status=standing.status,
        side=word_of(SIDES, order.side, "order.side"),
        type=_type(order, has_price=has_own_price),
        time_in_force=time_in_force,
        quantity=ZERO if by_value else quantity,
        quote_quantity=quantity if by_value else None,
        # A market order's price is how far it may slip: no limit of its owner.
        price=told_price(order.price, "order.price") if has_own_price else None,
        stop_price=told_price(order.trigger_price, "order.triggerPrice"),
        cumulative_quantity=filled,
        average_price=told_price(order.avg_price, "order.avgPrice"),
        post_only=post_only,
        reduce_only=order.reduce_only,
        close_position=order.close_on_trigger and closes_all,
        position_side=position_side_of(category, order.position_idx),
        order_list_id=order.parent_order_link_id,
        cause=CAUSES.get(order.create_type, Cause.ORDER),
        reason=_reason(order),
        at=moment_of(order.updated_time, "order.updatedTime"),
    )


def position_side_of(category: Category, index: int) -> PositionSide:
    """Which position an order or a position is. Spot has none, whatever stands in the field."""
    if category is Category.SPOT:
        return PositionSide.NET
    return word_of(POSITION_SIDES, str(index), "positionIdx")


def _standing(order: Order, filled: Decimal) -> Standing:
    standing = word_of(STANDINGS, order.order_status, "order.orderStatus")
    if standing.status is OrderStatus.REJECTED and filled:
        # The matching engine filled a part and refused to go on: that part stands.
        return _EXPIRED
    if standing.status is not OrderStatus.CANCELLED:
        return standing
    if order.cancel_type in ENDED_BY_VENUE or order.reject_reason not in NO_REASON | ASKED_FOR:
        return _EXPIRED
    return _CANCELLED


def _reason(order: Order) -> str:
    if order.cancel_type == CANCELLED_BY_PROTECTION:
        return DEAD_MANS_SWITCH
    for words in (order.reject_reason, order.cancel_type):
        if words not in NO_REASON:
            return words
    return ""


def _is_by_value(order: Order, category: Category, *, has_limit: bool) -> bool:
    # On spot a market buy is by value unless it says otherwise
    # (https://bybit-exchange.github.io/docs/v5/order/create-order, qty).
    if category is not Category.SPOT or has_limit:
        return False
    return order.market_unit == "quoteCoin" or (not order.market_unit and order.side == "Buy")


def _is_bounded(order: Order, time_in_force: TimeInForce) -> bool:
    """Whether it trades at the market once its trigger has come, and its price only says how far: our stops
    without a price go so, and one that is not to rest has no other use for it.
    """
    return _waits(order) is not None and time_in_force is TimeInForce.IOC


def _waits(order: Order) -> OrderType | None:
    return word_of(STOP_ORDER_TYPES, order.stop_order_type, "order.stopOrderType")


def _type(order: Order, *, has_price: bool) -> OrderType:
    kind = _waits(order)
    if kind is None:
        return OrderType.LIMIT if has_price else OrderType.MARKET
    if order.stop_order_type in EITHER_WAY and _is_in_favour(order):
        kind = OrderType.TAKE_PROFIT
    if kind is OrderType.STOP and has_price:
        return OrderType.STOP_LIMIT
    return kind


def _is_in_favour(order: Order) -> bool:
    """Whether the trigger lies where a take-profit's does: below for a buy, above for a sell."""
    if order.trigger_direction in (1, 2):
        rises = order.trigger_direction == 1
    else:
        # Spot orders have no direction, and old ones none either: from where it was placed the trigger can
        # only be reached one way. Where that is not told it counts as a stop.
        trigger = told_price(order.trigger_price, "order.triggerPrice")
        last = told_price(order.last_price_on_created, "order.lastPriceOnCreated")
        if trigger is None or last is None:
            return False
        rises = trigger > last
    return rises is (order.side == "Sell")
