"""Orders, fills and balances as Hyperliquid writes them.

https://hyperliquid.gitbook.io/hyperliquid-docs/for-developers/api/info-endpoint
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradebook.kernel.money import plain
from tradebook.venues.simulators.hyperliquid.accounts import Customer, Transfer
from tradebook.venues.simulators.hyperliquid.orders import SpotFill, SpotOrder

NO_HASH = "0x" + "0" * 64


def placed(order: SpotOrder) -> dict[str, Any]:
    """What became of an order at once."""
    named = {} if order.request.cloid is None else {"cloid": order.request.cloid}
    if order.filled:
        average = (order.spent / order.filled).quantize(Decimal("0.00000001"))
        return {
            "filled": {
                "totalSz": plain(order.filled),
                "avgPx": plain(average.normalize()),
                "oid": order.oid,
                **named,
            }
        }
    return {"resting": {"oid": order.oid, **named}}


def order_update(order: SpotOrder) -> dict[str, Any]:
    """As it is pushed."""
    return {
        "order": _short(order, order.left_at_status),
        "status": order.status,
        "statusTimestamp": order.status_time,
    }


def open_order(order: SpotOrder) -> dict[str, Any]:
    """A line of ``openOrders``."""
    return _short(order, order.left)


def open_order_in_full(order: SpotOrder) -> dict[str, Any]:
    """A line of ``frontendOpenOrders``."""
    return _full(order, order.left)


def order_in_full(order: SpotOrder) -> dict[str, Any]:
    """A line of ``historicalOrders``, and what ``orderStatus`` tells: as it was when its status changed."""
    return {
        "order": _full(order, order.left_at_status),
        "status": order.status,
        "statusTimestamp": order.status_time,
    }


def fill(each: SpotFill) -> dict[str, Any]:
    """A fill."""
    told: dict[str, Any] = {
        "coin": each.coin,
        "px": plain(each.price),
        "sz": plain(each.size),
        "side": _side(is_buy=each.is_buy),
        "time": each.time,
        "startPosition": plain(each.start),
        "dir": "Buy" if each.is_buy else "Sell",
        "closedPnl": "0.0",
        "hash": NO_HASH,
        "oid": each.oid,
        "crossed": each.is_taker,
        "fee": plain(each.fee),
        "tid": each.tid,
        "feeToken": each.fee_token,
        "twapId": None,
    }
    return told if each.cloid is None else {**told, "cloid": each.cloid}


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
            for token, holding in customer.balances
        ]
    }


def no_positions(now: int) -> dict[str, Any]:
    """``clearinghouseState`` of who has nothing there."""
    nothing = {
        "accountValue": "0.0",
        "totalNtlPos": "0.0",
        "totalRawUsd": "0.0",
        "totalMarginUsed": "0.0",
    }
    return {
        "marginSummary": nothing,
        "crossMarginSummary": nothing,
        "crossMaintenanceMarginUsed": "0.0",
        "withdrawable": "0.0",
        "assetPositions": [],
        "time": now,
    }


def transfer(customer: Customer, each: Transfer) -> dict[str, Any]:
    """A line of ``userNonFundingLedgerUpdates``."""
    comes = each.amount > 0
    return {
        "time": each.time,
        "hash": each.hash,
        "delta": {
            "type": "spotTransfer",
            "token": each.token,
            "amount": plain(abs(each.amount)),
            "usdcValue": "0.0",
            "user": each.other if comes else customer.address,
            "destination": customer.address if comes else each.other,
            "fee": "0.0",
            "nativeTokenFee": "0.0",
            "nonce": None,
            "feeToken": "",
        },
    }


def _short(order: SpotOrder, left: Decimal) -> dict[str, Any]:
    request = order.request
    told: dict[str, Any] = {
        "coin": request.coin,
        "side": _side(is_buy=request.is_buy),
        "limitPx": plain(request.price),
        "sz": plain(left),
        "oid": order.oid,
        "timestamp": order.time,
        "origSz": plain(request.size),
    }
    if request.reduce_only:
        told["reduceOnly"] = True
    return told if request.cloid is None else {**told, "cloid": request.cloid}


def _full(order: SpotOrder, left: Decimal) -> dict[str, Any]:
    return {
        **_short(order, left),
        "triggerCondition": "N/A",
        "isTrigger": False,
        "triggerPx": "0.0",
        "children": [],
        "isPositionTpsl": False,
        "reduceOnly": order.request.reduce_only,
        "orderType": "Limit",
        "tif": order.request.tif,
        "cloid": order.request.cloid,
    }


def _side(*, is_buy: bool) -> str:
    return "B" if is_buy else "A"
