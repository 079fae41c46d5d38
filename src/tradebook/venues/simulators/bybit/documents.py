"""Orders, executions and wallets as Bybit tells them, on the stream and when it is asked.

https://bybit-exchange.github.io/docs/v5/order/open-order, ``/execution``, ``/account/wallet-balance``
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import derive_id
from tradebook.kernel.money import ZERO, divide, multiply, plain
from tradebook.venues.simulators.balances import Holding
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.orders import TPSL, BybitOrder
from tradebook.venues.simulators.bybit.symbols import milliseconds
from tradebook.venues.simulators.spot.orders import SpotFill, SpotOrder

_PRICE_STEP = Decimal("0.00000001")


def order(order: BybitOrder) -> dict[str, Any]:
    """How an order stands."""
    request, by_value = order.request, order.terms.quote_quantity
    price, left = order.price or ZERO, order.remaining
    average = divide(order.quote_filled, order.filled).quantize(_PRICE_STEP) if order.filled else ZERO
    fees = sum((each.fee for each in order.fills), ZERO)
    return {
        **_ids(order),
        "blockTradeId": "",
        "price": plain(price),
        "qty": plain(order.quantity if by_value is None else by_value),
        "isLeverage": "0",
        "positionIdx": 0,
        "orderStatus": order.status,
        "createType": "CreateByUser",
        "cancelType": "UNKNOWN" if order.is_open else order.cancel_type,
        "rejectReason": "EC_NoError" if order.is_open else order.reject_reason,
        "avgPrice": plain(average) if order.filled else "",
        "leavesQty": plain(left if order.is_open else ZERO),
        "leavesValue": plain(multiply(price, left) if order.is_open else ZERO),
        "cumExecQty": plain(order.filled),
        "cumExecValue": plain(order.quote_filled),
        "cumExecFee": plain(fees),
        "cumFeeDetail": {order.receives: plain(fees)} if fees else {},
        "timeInForce": "IOC" if request.order_type == "Market" else request.time_in_force,
        "orderType": request.order_type,
        "stopOrderType": TPSL if order.terms.stop_price is not None else "",
        "orderIv": "",
        "marketUnit": request.market_unit,
        "triggerPrice": plain(order.stop_price or ZERO),
        "takeProfit": "",
        "stopLoss": "",
        "tpslMode": "",
        "tpLimitPrice": "",
        "slLimitPrice": "",
        "tpTriggerBy": "",
        "slTriggerBy": "",
        "triggerDirection": 0,
        "triggerBy": "",
        "lastPriceOnCreated": plain(order.last_price_on_created or ZERO),
        "reduceOnly": False,
        "closeOnTrigger": False,
        "placeType": "",
        "smpType": request.smp_type,
        "smpGroup": 0,
        "smpOrderId": "",
        "createdTime": str(milliseconds(order.created_at)),
        "updatedTime": str(milliseconds(order.updated_at)),
    }


def execution(order: BybitOrder, fill: SpotFill) -> dict[str, Any]:
    """One trade of an order."""
    instrument = order.instrument
    rate = instrument.maker_fee_rate if fill.is_maker else instrument.taker_fee_rate
    return {
        **_ids(order),
        "orderPrice": plain(order.price or ZERO),
        "orderQty": plain(order.quantity),
        "leavesQty": plain(fill.leaves),
        "createType": "CreateByUser",
        "orderType": order.request.order_type,
        "stopOrderType": TPSL if order.terms.stop_price is not None else "",
        "marketUnit": order.request.market_unit,
        "execFee": plain(fill.fee),
        "feeCurrency": fill.fee_asset,
        "execId": execution_id(order, fill),
        "execPrice": plain(fill.price),
        "execQty": plain(fill.quantity),
        "execType": "Trade",
        "execValue": plain(multiply(fill.price, fill.quantity)),
        "execTime": str(milliseconds(fill.at)),
        "isMaker": fill.is_maker,
        "feeRate": plain(rate),
        "isLeverage": "0",
        "tradeIv": "",
        "markIv": "",
        "markPrice": "",
        "indexPrice": "",
        "underlyingPrice": "",
        "blockTradeId": "",
        "closedSize": "",
        "seq": fill.trade_id,
    }


def execution_id(order: SpotOrder, fill: SpotFill) -> str:
    """Unique among all trades."""
    return derive_id("bybit-simulator", order.symbol, str(fill.trade_id))


def wallet(account: BybitAccount, assets: Iterable[str]) -> dict[str, Any]:
    """What the account has of some assets; what cannot be told without prices stays empty."""
    return {
        "accountType": "UNIFIED",
        "accountLTV": "",
        "accountIMRate": "",
        "accountMMRate": "",
        "totalEquity": "",
        "totalWalletBalance": "",
        "totalMarginBalance": "",
        "totalAvailableBalance": "",
        "totalPerpUPL": "",
        "totalInitialMargin": "",
        "totalMaintenanceMargin": "",
        "coin": [_coin(asset, account.balances.of(asset)) for asset in assets],
    }


def _coin(asset: str, holding: Holding) -> dict[str, Any]:
    total = plain(holding.free + holding.locked)
    return {
        "coin": asset,
        "equity": total,
        "usdValue": "",
        "walletBalance": total,
        "locked": plain(holding.locked),
        "spotHedgingQty": "0",
        "borrowAmount": "0",
        "spotBorrow": "0",
        "availableToWithdraw": "",
        "availableToBorrow": "",
        "accruedInterest": "0",
        "totalOrderIM": "0",
        "totalPositionIM": "0",
        "totalPositionMM": "0",
        "unrealisedPnl": "0",
        "cumRealisedPnl": "0",
        "bonus": "0",
        "marginCollateral": True,
        "collateralSwitch": True,
    }


def ids(order: BybitOrder) -> dict[str, Any]:
    """What is answered to whoever placed, changed or cancelled it."""
    return {"orderId": str(order.order_id), "orderLinkId": order.client_order_id}


def _ids(order: BybitOrder) -> dict[str, Any]:
    return {"symbol": order.symbol, **ids(order), "side": order.terms.side.capitalize()}
