"""What ccxt makes of an account's answers and frames → our words. Pure.

https://docs.ccxt.com/#/README?id=unified-api says what the fields of its dictionaries mean.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import Asset
from tradebook.kernel.money import ZERO
from tradebook.trading.orders import (
    Liquidity,
    MarginMode,
    OrderStatus,
    OrderType,
    PositionSide,
    Side,
    TimeInForce,
)
from tradebook.venues.ccxt.fields import Fields
from tradebook.venues.errors import UndecodableFrame
from tradebook.venues.messages.account import Balance, ExecType, Execution, ExecutionReport, Position
from tradebook.venues.symbols import Symbols

Told = Mapping[str, Any]

SIDES = {"buy": Side.BUY, "sell": Side.SELL}
_STATUSES = {
    "open": OrderStatus.ACCEPTED,
    "closed": OrderStatus.FILLED,
    "canceled": OrderStatus.CANCELLED,
    "canceling": OrderStatus.PENDING_CANCEL,
    "expired": OrderStatus.EXPIRED,
    "rejected": OrderStatus.REJECTED,
}
_TIMES_IN_FORCE = {
    "GTC": TimeInForce.GTC,
    "IOC": TimeInForce.IOC,
    "FOK": TimeInForce.FOK,
    "PO": TimeInForce.GTC,
    "GTD": TimeInForce.GTD,
}
_LIQUIDITIES = {"maker": Liquidity.MAKER, "taker": Liquidity.TAKER}
_ENDINGS = {
    OrderStatus.CANCELLED: ExecType.CANCELLED,
    OrderStatus.EXPIRED: ExecType.EXPIRED,
    OrderStatus.REJECTED: ExecType.REJECTED,
    OrderStatus.PENDING_CANCEL: ExecType.PENDING_CANCEL,
}
_NOT_AN_ASSET = frozenset({"info", "timestamp", "datetime", "free", "used", "total", "debt"})


def decode_order(told: Told, venue: str, symbols: Symbols, now: datetime) -> ExecutionReport:
    """How an order stands. Raises UndecodableFrame: ccxt leaves out what it does not find."""
    read = Fields(venue, "order", told)
    quantity, filled = read.decimal_or_none("amount"), read.decimal_or_none("filled")
    status = status_of(read, quantity, filled)
    if quantity is None:
        if read.decimal_or_none("cost") is None and filled is None:
            raise read.wrong("amount", "is missing")
        quantity = ZERO  # it was sized in the quote asset
    price = read.decimal_or_none("price")
    return ExecutionReport(
        exec_type=ExecType.STATUS,
        instrument_id=read.instrument(symbols),
        venue_order_id=read.text("id"),
        client_order_id=read.text_or_empty("clientOrderId"),
        status=status,
        side=read.word("side", SIDES),
        type=type_of(read),
        time_in_force=_TIMES_IN_FORCE.get(read.text_or_empty("timeInForce")),
        quantity=quantity,
        price=price if price and read.text_or_empty("type") != "market" else None,
        stop_price=read.decimal_or_none("triggerPrice") or None,
        cumulative_quantity=filled,
        average_price=read.decimal_or_none("average") or None,
        post_only=read.get("postOnly") is True or read.get("timeInForce") == "PO",
        reduce_only=read.get("reduceOnly") is True,
        at=read.moment_or_none("lastUpdateTimestamp") or read.moment_or_none("timestamp") or now,
    )


def as_news(report: ExecutionReport) -> ExecType:
    """What has become of an order, where it is told because something has."""
    if report.status is OrderStatus.ACCEPTED:
        return ExecType.NEW
    return _ENDINGS.get(report.status, ExecType.STATUS)


def status_of(read: Fields, quantity: Decimal | None, filled: Decimal | None) -> OrderStatus:
    """ccxt says ``closed`` of whatever has ended by trading, and ``open`` of what has traded in part."""
    status: OrderStatus = read.word("status", _STATUSES)
    if status is OrderStatus.ACCEPTED and filled:
        return OrderStatus.PARTIALLY_FILLED
    if status is OrderStatus.FILLED and filled is None:
        raise read.wrong("filled", "is missing of an order that has ended")
    if status is OrderStatus.FILLED and quantity is not None and filled is not None and filled < quantity:
        return OrderStatus.CANCELLED
    if status in (OrderStatus.CANCELLED, OrderStatus.EXPIRED) and filled and filled == quantity:
        return OrderStatus.FILLED
    return status


def type_of(read: Fields) -> OrderType | None:
    """None for what has no word of ours; conditional orders are told by their trigger."""
    has_price = read.text_or_empty("type") == "limit"
    if read.decimal_or_none("takeProfitPrice"):
        return OrderType.TAKE_PROFIT
    if read.decimal_or_none("triggerPrice"):
        return OrderType.STOP_LIMIT if has_price else OrderType.STOP
    words = {"market": OrderType.MARKET, "limit": OrderType.LIMIT}
    return words.get(read.text_or_empty("type"))


def decode_trade(told: Told, venue: str, symbols: Symbols, *, client_order_id: str = "") -> Execution:
    """One fill of the account. Raises UndecodableFrame."""
    read = Fields(venue, "fill", told)
    fee, fee_asset = fee_of(read)
    at = read.moment_or_none("timestamp")
    if at is None:
        raise read.wrong("timestamp", "is missing")
    venue_order_id = read.text("order")
    return Execution(
        # One trade of an account with itself is two fills.
        fill_id=f"{read.text('id')}-{venue_order_id}",
        instrument_id=read.instrument(symbols),
        venue_order_id=venue_order_id,
        client_order_id=client_order_id,
        side=read.word("side", SIDES),
        quantity=read.decimal("amount"),
        price=read.decimal("price"),
        fee=fee,
        fee_asset=fee_asset,
        liquidity=_LIQUIDITIES.get(read.text_or_empty("takerOrMaker")),
        at=at,
    )


def fee_of(read: Fields) -> tuple[Decimal | None, Asset | None]:
    """ccxt's ``cost`` is positive when paid. None where it is not told."""
    fee = read.inner("fee")
    cost = fee.decimal_or_none("cost")
    if cost is None or not fee.text_or_empty("currency"):
        return None, None
    return cost, fee.asset("currency")


def decode_balances(told: Told, venue: str, *, wallet: str = "") -> list[Balance]:
    """Everything that the account has. Raises UndecodableFrame: half of it must not pass for all of it."""
    Fields(venue, "balance", told)
    found = []
    for name, each in told.items():
        if name in _NOT_AN_ASSET:
            continue
        read = Fields(venue, "balance", {**each, "asset": name})
        total = read.decimal_or_none("total")
        if total is None:
            raise read.wrong("total", f"of {name[:20]} is missing")
        debt = read.decimal_or_none("debt") or ZERO
        if total or debt:
            found.append(
                Balance(
                    asset=read.asset("asset"),
                    total=total,
                    available=read.decimal_or_none("free"),
                    locked=read.decimal_or_none("used"),
                    borrowed=debt,
                    wallet=wallet,
                    at=Fields(venue, "balance", told).moment_or_none("timestamp"),
                )
            )
    return found


def decode_position(told: Told, venue: str, symbols: Symbols) -> Position:
    """A position in a derivative. Raises UndecodableFrame."""
    read = Fields(venue, "position", told)
    contracts = read.decimal("contracts")
    side = read.text_or_empty("side")
    if contracts and side not in ("long", "short"):
        raise read.wrong("side", "is missing of a position that is not flat")
    is_hedged = read.get("hedged") is True
    return Position(
        instrument_id=read.instrument(symbols),
        quantity=-contracts if side == "short" else contracts,
        position_side=PositionSide(side) if is_hedged and side else PositionSide.NET,
        entry_price=read.decimal_or_none("entryPrice") or None,
        mark_price=read.decimal_or_none("markPrice"),
        liquidation_price=read.decimal_or_none("liquidationPrice") or None,
        leverage=read.decimal_or_none("leverage"),
        margin_mode=_margin_mode(read),
        unrealised_pnl=read.decimal_or_none("unrealizedPnl"),
        realised_pnl=read.decimal_or_none("realizedPnl"),
        at=read.moment_or_none("timestamp"),
    )


def _margin_mode(read: Fields) -> MarginMode | None:
    word = read.text_or_empty("marginMode")
    if word and word not in set(MarginMode):
        raise UndecodableFrame(read.venue, read.what, f"marginMode: {word[:40]!r} is not known")
    return MarginMode(word) if word else None
