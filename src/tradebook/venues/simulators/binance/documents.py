"""Orders, trades and balances as Binance answers them.

https://github.com/binance/binance-spot-api-docs/blob/master/rest-api.md
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradebook.kernel.money import ZERO, multiply
from tradebook.venues.simulators.binance.accounts import SpotAccount
from tradebook.venues.simulators.binance.numbers import digits, milliseconds
from tradebook.venues.simulators.binance.orders import SpotOrder
from tradebook.venues.simulators.spot.orders import SpotFill


def order_asked_for(order: SpotOrder) -> dict[str, Any]:
    """``GET /api/v3/order`` and its like."""
    document = {
        **_ids(order),
        "clientOrderId": order.client_order_id,
        **_terms(order),
        "icebergQty": digits(ZERO),
        "time": milliseconds(order.created_at),
        "updateTime": milliseconds(order.updated_at),
        "isWorking": order.working_at is not None,
        "workingTime": -1 if order.working_at is None else milliseconds(order.working_at),
        "selfTradePreventionMode": order.request.self_trade_prevention,
    }
    document.setdefault("stopPrice", digits(ZERO))
    return document


def order_placed(order: SpotOrder) -> dict[str, Any]:
    """``POST /api/v3/order``, as long as was wished."""
    ack = {
        **_ids(order),
        "clientOrderId": order.client_order_id,
        "transactTime": milliseconds(order.created_at),
    }
    if order.request.response == "ACK":
        return ack
    result = {
        **ack,
        **_terms(order),
        "workingTime": -1 if order.working_at is None else milliseconds(order.working_at),
        "selfTradePreventionMode": order.request.self_trade_prevention,
    }
    if order.request.response == "RESULT":
        return result
    return {**result, "fills": [_fill_of_placement(each) for each in order.fills]}


def order_cancelled(order: SpotOrder) -> dict[str, Any]:
    """``DELETE /api/v3/order``."""
    return {
        "symbol": order.symbol,
        "origClientOrderId": order.client_order_id,
        "orderId": order.order_id,
        "orderListId": -1,
        "clientOrderId": order.cancellation_id,
        "transactTime": milliseconds(order.updated_at),
        **_terms(order),
        "selfTradePreventionMode": order.request.self_trade_prevention,
    }


def order_amended(order: SpotOrder, execution_id: int) -> dict[str, Any]:
    """``PUT /api/v3/order/amend/keepPriority``, where quantities have names of their own."""
    request = order.request
    return {
        "transactTime": milliseconds(order.updated_at),
        "executionId": execution_id,
        "amendedOrder": {
            **_ids(order),
            "origClientOrderId": order.former_client_order_id,
            "clientOrderId": order.client_order_id,
            "price": digits(request.price or ZERO),
            "qty": digits(order.quantity),
            "executedQty": digits(order.filled),
            "preventedQty": digits(ZERO),
            "quoteOrderQty": digits(request.quote_quantity),
            "cumulativeQuoteQty": digits(order.quote_filled),
            "status": order.status,
            "timeInForce": request.time_in_force,
            "type": request.type,
            "side": request.side,
            "workingTime": -1 if order.working_at is None else milliseconds(order.working_at),
            "selfTradePreventionMode": request.self_trade_prevention,
        },
    }


def trade(symbol: str, fill: SpotFill) -> dict[str, Any]:
    """A line of ``GET /api/v3/myTrades``."""
    return {
        "symbol": symbol,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "orderListId": -1,
        "price": digits(fill.price),
        "qty": digits(fill.quantity),
        "quoteQty": digits(multiply(fill.price, fill.quantity)),
        "commission": digits(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": milliseconds(fill.at),
        "isBuyer": fill.is_buyer,
        "isMaker": fill.is_maker,
        "isBestMatch": True,
    }


def account_asked_for(
    account: SpotAccount, *, maker: Decimal, taker: Decimal, can_trade: bool, without_zeros: bool
) -> dict[str, Any]:
    """``GET /api/v3/account``. ``canWithdraw`` is of the account and says nothing about the key."""
    return {
        "makerCommission": int(maker * 10_000),
        "takerCommission": int(taker * 10_000),
        "buyerCommission": 0,
        "sellerCommission": 0,
        "commissionRates": {
            "maker": digits(maker),
            "taker": digits(taker),
            "buyer": digits(ZERO),
            "seller": digits(ZERO),
        },
        "canTrade": can_trade,
        "canWithdraw": True,
        "canDeposit": True,
        "brokered": False,
        "requireSelfTradePrevention": False,
        "preventSor": False,
        "updateTime": account.updated_at,
        "accountType": "SPOT",
        "balances": [
            {"asset": asset, "free": digits(holding.free), "locked": digits(holding.locked)}
            for asset, holding in account.balances
            if not without_zeros or holding.free or holding.locked
        ],
        "permissions": ["SPOT"],
        "uid": account.uid,
    }


def coin(asset: str, account: SpotAccount) -> dict[str, Any]:
    """A line of ``GET /sapi/v1/capital/config/getall``: nothing can be sent here or from here."""
    holding = account.balances.of(asset)
    return {
        "coin": asset,
        "name": asset,
        "depositAllEnable": False,
        "withdrawAllEnable": False,
        "free": digits(holding.free),
        "locked": digits(holding.locked),
        "freeze": "0",
        "withdrawing": "0",
        "ipoing": "0",
        "ipoable": "0",
        "storage": "0",
        "isLegalMoney": False,
        "trading": True,
        "networkList": [],
    }


def _ids(order: SpotOrder) -> dict[str, Any]:
    return {"symbol": order.symbol, "orderId": order.order_id, "orderListId": -1}


def _terms(order: SpotOrder) -> dict[str, Any]:
    request = order.request
    terms = {
        "price": digits(request.price or ZERO),
        "origQty": digits(order.quantity),
        "executedQty": digits(order.filled),
        "origQuoteOrderQty": digits(request.quote_quantity),
        "cummulativeQuoteQty": digits(order.quote_filled),
        "status": order.status,
        "timeInForce": request.time_in_force,
        "type": request.type,
        "side": request.side,
    }
    if request.stop_price is not None:
        terms["stopPrice"] = digits(request.stop_price)
    if order.expiry_reason:
        terms["expiryReason"] = order.expiry_reason
    if order.prevented_match_id is not None:
        terms["preventedQuantity"] = digits(order.prevented)
    return terms


def _fill_of_placement(fill: SpotFill) -> dict[str, Any]:
    return {
        "price": digits(fill.price),
        "qty": digits(fill.quantity),
        "commission": digits(fill.fee),
        "commissionAsset": fill.fee_asset,
        "tradeId": fill.trade_id,
    }
