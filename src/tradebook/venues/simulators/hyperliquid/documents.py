"""Orders, fills and balances as Hyperliquid writes them.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradebook.kernel.money import plain
from tradebook.venues.simulators.hyperliquid.accounts import Customer
from tradebook.venues.simulators.hyperliquid.orders import LIQUIDATION, AnyOrder
from tradebook.venues.simulators.hyperliquid.symbols import milliseconds
from tradebook.venues.simulators.spot.orders import SpotFill

NO_HASH = "0x" + "0" * 64
AVERAGE_STEP = Decimal("0.00000001")


def placed(order: AnyOrder) -> dict[str, Any]:
    """What became of an order at once."""
    named = {} if order.request.cloid is None else {"cloid": order.request.cloid}
    if order.filled:
        average = (order.quote_filled / order.filled).quantize(AVERAGE_STEP)
        return {
            "filled": {
                "totalSz": plain(order.filled),
                "avgPx": plain(average.normalize()),
                "oid": order.order_id,
                **named,
            }
        }
    return {"resting": {"oid": order.order_id, **named}}


def order_update(order: AnyOrder) -> dict[str, Any]:
    """As it is pushed."""
    return {"order": _short(order, order.standing.left), **_status(order)}


def open_order(order: AnyOrder) -> dict[str, Any]:
    """A line of ``openOrders``."""
    return _short(order, order.remaining)


def open_order_in_full(order: AnyOrder) -> dict[str, Any]:
    """A line of ``frontendOpenOrders``."""
    return _full(order, order.remaining)


def order_in_full(order: AnyOrder) -> dict[str, Any]:
    """A line of ``historicalOrders``, and what ``orderStatus`` tells: as it was when its status changed."""
    return {"order": _full(order, order.standing.left), **_status(order)}


def fill(order: AnyOrder, each: SpotFill, *, start: Decimal, direction: str, gain: Decimal) -> dict[str, Any]:
    """A trade. ``start`` is what there was before it, of the base token or as a position; ``gain`` what
    closing one brought, before the fee.
    """
    told: dict[str, Any] = {
        "coin": order.request.coin,
        "px": plain(each.price),
        "sz": plain(each.quantity),
        "side": _side(is_buy=each.is_buyer),
        "time": milliseconds(each.at),
        "startPosition": plain(start),
        "dir": direction,
        "closedPnl": plain(gain),
        "hash": NO_HASH,
        "oid": order.order_id,
        "crossed": not each.is_maker,
        "fee": plain(each.fee),
        "tid": each.trade_id,
        "feeToken": each.fee_asset,
        "twapId": None,
    }
    return told if order.request.cloid is None else {**told, "cloid": order.request.cloid}


def balances(customer: Customer, numbers: dict[str, int]) -> dict[str, Any]:
    """``spotClearinghouseState``; ``numbers`` are those of the tokens."""
    return {
        "balances": [
            {
                "coin": token,
                "token": numbers[token],
                "total": plain(holding.free + holding.locked),
                "hold": plain(holding.locked),
                "entryNtl": "0.0",
            }
            for token, holding in customer.spot.balances
        ]
    }


def spot_transfer(customer: Customer, token: str, amount: Decimal, other: str) -> dict[str, Any]:
    """A token came from somebody, or with a negative amount went to him."""
    sender, receiver = (other, customer.address) if amount > 0 else (customer.address, other)
    return {
        "type": "spotTransfer",
        "token": token,
        "amount": plain(abs(amount)),
        "usdcValue": "0.0",
        "user": sender,
        "destination": receiver,
        "fee": "0.0",
        "nativeTokenFee": "0.0",
        "nonce": None,
        "feeToken": "",
    }


def internal_transfer(customer: Customer, amount: Decimal, other: str) -> dict[str, Any]:
    """Collateral came from somebody, or with a negative amount went to him."""
    sender, receiver = (other, customer.address) if amount > 0 else (customer.address, other)
    return {
        "type": "internalTransfer",
        "usdc": plain(abs(amount)),
        "user": sender,
        "destination": receiver,
        "fee": "0.0",
    }


def class_transfer(amount: Decimal, *, to_perp: bool) -> dict[str, Any]:
    """It went from one of the customer's wallets to the other."""
    return {"type": "accountClassTransfer", "usdc": plain(amount), "toPerp": to_perp}


def _status(order: AnyOrder) -> dict[str, Any]:
    return {"status": order.standing.status, "statusTimestamp": milliseconds(order.standing.at)}


def _short(order: AnyOrder, left: Decimal) -> dict[str, Any]:
    request = order.request
    told: dict[str, Any] = {
        "coin": request.coin,
        "side": _side(is_buy=request.is_buy),
        "limitPx": plain(request.price),
        "sz": plain(left),
        "oid": order.order_id,
        "timestamp": milliseconds(order.created_at),
        "origSz": plain(request.size),
    }
    if request.reduce_only:
        told["reduceOnly"] = True
    return told if request.cloid is None else {**told, "cloid": request.cloid}


def _full(order: AnyOrder, left: Decimal) -> dict[str, Any]:
    return {
        **_short(order, left),
        **_waits_for(order),
        "children": [],
        "isPositionTpsl": False,
        "reduceOnly": order.request.reduce_only,
        "orderType": _type(order),
        "tif": order.request.tif if order.request.trigger is None else None,
        "cloid": order.request.cloid,
    }


def _waits_for(order: AnyOrder) -> dict[str, Any]:
    request, trigger = order.request, order.request.trigger
    if trigger is None:
        return {"triggerCondition": "N/A", "isTrigger": False, "triggerPx": "0.0"}
    side = "above" if request.is_buy is not trigger.is_profit else "below"
    return {
        "triggerCondition": f"Price {side} {plain(trigger.price)}",
        "isTrigger": True,
        "triggerPx": plain(trigger.price),
    }


def _type(order: AnyOrder) -> str:
    trigger = order.request.trigger
    if trigger is None:
        return "Market" if order.request.tif == LIQUIDATION else "Limit"
    kind = "Take Profit" if trigger.is_profit else "Stop"
    return f"{kind} {'Market' if trigger.is_market else 'Limit'}"


def _side(*, is_buy: bool) -> str:
    return "B" if is_buy else "A"
