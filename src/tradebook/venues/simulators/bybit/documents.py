"""Orders, executions and wallets as Bybit tells them, on the stream and when it is asked.

https://bybit-exchange.github.io/docs/v5/order/open-order, ``/execution``, ``/account/wallet-balance``
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import derive_id
from tradebook.kernel.money import ZERO, divide, multiply, plain
from tradebook.market.values import Instrument
from tradebook.trading.orders import Side
from tradebook.venues.messages.account import Cause
from tradebook.venues.simulators.bybit.accounts import BybitAccount
from tradebook.venues.simulators.bybit.orders import (
    TPSL,
    AnyOrder,
    BybitContractOrder,
    BybitOrder,
    cancel_type,
    reject_reason,
    status,
)
from tradebook.venues.simulators.bybit.symbols import milliseconds
from tradebook.venues.simulators.spot.orders import SpotFill, SpotOrder

PRICE_STEP = Decimal("0.00000001")
CREATED_BY = {
    Cause.LIQUIDATION: "CreateByLiq",
    Cause.DELEVERAGING: "CreateByAdl_PassThrough",
    Cause.SETTLEMENT: "CreateBySettle",
}
"""https://bybit-exchange.github.io/docs/v5/enum#createtype"""
EXECUTED_AS = {
    Cause.LIQUIDATION: "BustTrade",
    Cause.DELEVERAGING: "AdlTrade",
    Cause.SETTLEMENT: "Settle",
}
"""https://bybit-exchange.github.io/docs/v5/enum#exectype"""


def order(order: AnyOrder) -> dict[str, Any]:
    """How an order stands."""
    request, by_value = order.request, order.terms.quote_quantity
    price, left = order.price or ZERO, order.remaining
    fees = sum((each.fee for each in order.fills), ZERO)
    return {
        **_ids(order),
        "blockTradeId": "",
        "price": plain(price),
        "qty": plain(order.quantity if by_value is None else by_value),
        "isLeverage": "0" if isinstance(order, BybitOrder) else "",
        "positionIdx": request.position_idx,
        "orderStatus": status(order),
        "createType": created_by(order),
        "cancelType": "UNKNOWN" if order.is_open else cancel_type(order),
        "rejectReason": "EC_NoError" if order.is_open else reject_reason(order),
        "avgPrice": plain(_average(order)) if order.filled else "",
        "leavesQty": plain(left if order.is_open else ZERO),
        "leavesValue": plain(multiply(price, left) if order.is_open else ZERO),
        "cumExecQty": plain(order.filled),
        "cumExecValue": plain(order.quote_filled),
        "cumExecFee": plain(fees),
        "cumFeeDetail": {order.receives: plain(fees)} if fees else {},
        "timeInForce": "IOC" if request.order_type == "Market" else request.time_in_force,
        "orderType": request.order_type,
        "stopOrderType": stop_order_type(order),
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
        "triggerDirection": request.trigger_direction,
        "triggerBy": "LastPrice" if request.trigger_direction else "",
        "lastPriceOnCreated": plain(order.last_price_on_created or ZERO),
        "reduceOnly": order.terms.reduce_only,
        "closeOnTrigger": request.close_on_trigger,
        "placeType": "",
        "smpType": request.smp_type,
        "smpGroup": 0,
        "smpOrderId": "",
        "createdTime": str(milliseconds(order.created_at)),
        "updatedTime": str(milliseconds(order.updated_at)),
    }


def execution(order: AnyOrder, fill: SpotFill) -> dict[str, Any]:
    """One trade of an order."""
    instrument = order.instrument
    rate = instrument.maker_fee_rate if fill.is_maker else instrument.taker_fee_rate
    return {
        **_ids(order),
        "category": order.category,
        "orderPrice": plain(order.price or ZERO),
        "orderQty": plain(order.quantity),
        "leavesQty": plain(fill.leaves),
        "createType": created_by(order),
        "orderType": order.request.order_type,
        "stopOrderType": stop_order_type(order),
        "marketUnit": order.request.market_unit,
        "execFee": plain(fill.fee),
        "feeCurrency": fill.fee_asset if isinstance(order, BybitOrder) else "",
        "execId": execution_id(order, fill),
        "execPrice": plain(fill.price),
        "execQty": plain(fill.quantity),
        "execType": "Trade" if isinstance(order, BybitOrder) else EXECUTED_AS.get(order.cause, "Trade"),
        "execValue": plain(_value(instrument, fill)),
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
        "seq": fill.trade_id,
        **_settled(order, fill),
    }


def execution_id(order: SpotOrder, fill: SpotFill) -> str:
    """Unique among all trades."""
    return derive_id("bybit-simulator", order.symbol, str(fill.trade_id))


def stop_order_type(order: AnyOrder) -> str:
    """Which kind of an order that waits for a price."""
    if order.terms.stop_price is None:
        return "" if isinstance(order, BybitOrder) else "UNKNOWN"
    return TPSL if isinstance(order, BybitOrder) else "Stop"


def created_by(order: AnyOrder) -> str:
    """Who made it."""
    if isinstance(order, BybitOrder):
        return "CreateByUser"
    return CREATED_BY.get(order.cause, "CreateByUser")


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
        "coin": [_coin(account, asset) for asset in assets],
    }


def _coin(account: BybitAccount, asset: str) -> dict[str, Any]:
    """``locked`` is what orders of pairs hold; contracts have fields of their own."""
    holding = account.balances.of(asset)
    positions = sum(
        (each.held.margin for each in account.positions() if each.contract.settle_asset == asset), ZERO
    )
    works = (each for each in account.open_orders() if isinstance(each, BybitContractOrder))
    orders = sum((each.locked for each in works if each.gives == asset), ZERO)
    total = plain(holding.free + holding.locked)
    return {
        "coin": asset,
        "equity": total,
        "usdValue": "",
        "walletBalance": total,
        "locked": plain(holding.locked - positions - orders),
        "spotHedgingQty": "0",
        "borrowAmount": "0",
        "spotBorrow": "0",
        "availableToWithdraw": "",
        "availableToBorrow": "",
        "accruedInterest": "0",
        "totalOrderIM": plain(orders),
        "totalPositionIM": plain(positions),
        "totalPositionMM": "0",
        "unrealisedPnl": "0",
        "cumRealisedPnl": "0",
        "bonus": "0",
        "marginCollateral": True,
        "collateralSwitch": True,
    }


def ids(order: AnyOrder) -> dict[str, Any]:
    """What is answered to whoever placed, changed or cancelled it."""
    return {"orderId": str(order.order_id), "orderLinkId": order.client_order_id}


def _ids(order: AnyOrder) -> dict[str, Any]:
    return {"symbol": order.request.symbol, **ids(order), "side": order.terms.side.capitalize()}


def _average(order: AnyOrder) -> Decimal:
    if isinstance(order, BybitOrder):
        return divide(order.quote_filled, order.filled).quantize(PRICE_STEP)
    return order.average_price.quantize(PRICE_STEP)


def _value(instrument: Instrument, fill: SpotFill) -> Decimal:
    if instrument.contract is None:
        return multiply(fill.price, fill.quantity)
    return instrument.contract.value(fill.quantity, fill.price).quantize(PRICE_STEP)


def _settled(order: AnyOrder, fill: SpotFill) -> dict[str, Any]:
    """How much of a position a trade closed, and what that gained."""
    if isinstance(order, BybitOrder):
        return {"closedSize": ""}
    settled = order.settled[fill.trade_id]
    signed = fill.quantity if order.terms.side is Side.BUY else -fill.quantity
    before = settled.quantity - signed
    closed = min(abs(before), fill.quantity) if before * signed < ZERO else ZERO
    return {"closedSize": plain(closed), "execPnl": plain(settled.realised)}
