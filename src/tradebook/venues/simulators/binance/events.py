"""What Binance tells an account by its stream.

https://github.com/binance/binance-spot-api-docs/blob/master/user-data-stream.md
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.money import ZERO, multiply
from tradebook.venues.simulators.balances import Balances
from tradebook.venues.simulators.binance.numbers import digits, milliseconds
from tradebook.venues.simulators.binance.orders import SpotOrder
from tradebook.venues.simulators.spot.orders import SpotFill


def execution_report(
    order: SpotOrder,
    execution: str,
    at: datetime,
    *,
    execution_id: int,
    fill: SpotFill | None = None,
) -> dict[str, Any]:
    """An order, and what has become of it; ``execution`` is the type of the execution."""
    request = order.request
    named = {
        "CANCELED": (order.cancellation_id, order.client_order_id),
        "REPLACED": (order.client_order_id, order.former_client_order_id),
    }
    client_order_id, original = named.get(execution, (order.client_order_id, ""))
    report: dict[str, Any] = {
        "e": "executionReport",
        "E": milliseconds(at),
        "s": order.symbol,
        "c": client_order_id,
        "S": request.side,
        "o": request.type,
        "f": request.time_in_force,
        "q": digits(order.quantity),
        "p": digits(request.price or ZERO),
        "P": digits(request.stop_price or ZERO),
        "F": digits(ZERO),
        "g": -1,
        "C": original,
        "x": execution,
        "X": order.status,
        "r": "NONE",
        "i": order.order_id,
        "l": digits(fill.quantity if fill else ZERO),
        "z": digits(order.filled),
        "L": digits(fill.price if fill else ZERO),
        "n": digits(fill.fee) if fill else "0",
        "N": fill.fee_asset if fill else None,
        "T": milliseconds(at),
        "t": fill.trade_id if fill else -1,
        "I": execution_id,
        "w": order.is_working,
        "m": fill is not None and fill.is_maker,
        "M": fill is not None,
        "O": milliseconds(order.created_at),
        "Z": digits(order.quote_filled),
        "Y": digits(multiply(fill.price, fill.quantity) if fill else ZERO),
        "Q": digits(request.quote_quantity),
        "V": request.self_trade_prevention,
    }
    if order.working_at is not None:
        report["W"] = milliseconds(order.working_at)
    if order.expiry_reason:
        report["eR"] = order.expiry_reason
    if order.prevented_match_id is not None:
        report |= {
            "v": order.prevented_match_id,
            "A": digits(order.prevented),
            "B": digits(order.prevented),
        }
    return report


def account_position(balances: Balances, assets: Iterable[str], at: datetime) -> dict[str, Any]:
    """The balances that an event may have changed."""
    held = ((asset, balances.of(asset)) for asset in assets)
    return {
        "e": "outboundAccountPosition",
        "E": milliseconds(at),
        "u": milliseconds(at),
        "B": [
            {"a": asset, "f": digits(holding.free), "l": digits(holding.locked)} for asset, holding in held
        ],
    }


def balance_update(asset: str, delta: Decimal, at: datetime) -> dict[str, Any]:
    """Money came or went beside trading."""
    return {
        "e": "balanceUpdate",
        "E": milliseconds(at),
        "a": asset,
        "d": digits(delta),
        "T": milliseconds(at),
    }


def stream_terminated(at: datetime) -> dict[str, Any]:
    """The subscription has ended."""
    return {"e": "eventStreamTerminated", "E": milliseconds(at)}


def server_shutdown(at: datetime) -> dict[str, Any]:
    """The connection is about to end."""
    return {"e": "serverShutdown", "E": milliseconds(at)}
