"""Positions, funding and the account's log as Bybit tells them, on the stream and when it is asked.

https://bybit-exchange.github.io/docs/v5/position, ``/account/transaction-log``
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from tradebook.kernel.ids import derive_id
from tradebook.kernel.money import ZERO, plain
from tradebook.trading.orders import PositionSide
from tradebook.venues.simulators.bybit.documents import PRICE_STEP
from tradebook.venues.simulators.bybit.symbols import milliseconds
from tradebook.venues.simulators.contracts.accounts import Funding, OpenPosition

LOGGED_AS = {
    "Trade": "TRADE",
    "Funding": "SETTLEMENT",
    "BustTrade": "LIQUIDATION",
    "AdlTrade": "ADL",
    "Settle": "DELIVERY",
}
"""https://bybit-exchange.github.io/docs/v5/enum#typeuta-translog"""
INDICES = {PositionSide.NET: 0, PositionSide.LONG: 1, PositionSide.SHORT: 2}
"""https://bybit-exchange.github.io/docs/v5/enum#positionidx"""


def position(
    symbol: str,
    position: OpenPosition,
    *,
    leverage: Decimal,
    mark: Decimal | None,
    gained: Decimal,
    liquidated_at: Decimal | None,
    at: datetime,
) -> dict[str, Any]:
    """A position, or that there is none of its side."""
    quantity, held = position.held.quantity, position.held
    entry = plain(position.entry_price.quantize(PRICE_STEP)) if quantity else "0"
    side = ("Buy" if quantity > ZERO else "Sell") if quantity else ""
    return {
        "positionIdx": INDICES[position.side],
        "riskId": 1,
        "riskLimitValue": "2000000",
        "symbol": symbol,
        "side": side,
        "size": plain(abs(quantity)),
        "avgPrice": entry,
        "entryPrice": entry,
        "positionValue": plain(held.cost),
        "tradeMode": 0,
        "positionStatus": "Normal",
        "autoAddMargin": 0,
        "adlRankIndicator": 2 if quantity else 0,
        "leverage": plain(leverage),
        "positionBalance": plain(held.margin),
        "markPrice": plain(mark or ZERO),
        "liqPrice": "" if liquidated_at is None else plain(liquidated_at.quantize(PRICE_STEP)),
        "bustPrice": "",
        "positionMM": "0",
        "positionIM": plain(held.margin),
        "tpslMode": "Full",
        "takeProfit": "",
        "stopLoss": "",
        "trailingStop": "0",
        "sessionAvgPrice": "",
        "unrealisedPnl": plain(gained),
        "curRealisedPnl": "0",
        "cumRealisedPnl": "0",
        "seq": 1,
        "isReduceOnly": False,
        "mmrSysUpdatedTime": "",
        "leverageSysUpdatedTime": "",
        "createdTime": "1698645219000",
        "updatedTime": str(milliseconds(at)),
    }


def funding(symbol: str, category: str, payment: Funding) -> dict[str, Any]:
    """Funding, which is told among the executions: its fee is what was paid."""
    return {
        "category": category,
        "symbol": symbol,
        "orderId": f"funding-{payment.payment_id}",
        "orderLinkId": "",
        "side": "Buy" if payment.quantity > ZERO else "Sell",
        "orderPrice": "0",
        "orderQty": "0",
        "leavesQty": "0",
        "createType": "",
        "orderType": "UNKNOWN",
        "stopOrderType": "UNKNOWN",
        "execFee": plain(-payment.amount),
        "feeCurrency": "",
        "execId": derive_id("bybit-simulator", "funding", str(payment.payment_id)),
        "execPrice": "0",
        "execQty": plain(abs(payment.quantity)),
        "execType": "Funding",
        "execValue": "0",
        "execTime": str(milliseconds(payment.at)),
        "isMaker": False,
        "feeRate": plain(payment.rate),
        "closedSize": "0",
        "seq": payment.payment_id,
    }


def transaction(told: Mapping[str, Any], asset: str, position: Decimal) -> dict[str, Any]:
    """What an execution of a contract did to the wallet, in the account's log; ``position`` is what it left.

    https://bybit-exchange.github.io/docs/v5/account/transaction-log
    """
    is_funding = told["execType"] == "Funding"
    fee, gain = Decimal(told["execFee"]), Decimal(told.get("execPnl", "0"))
    return {
        "id": f"{told['symbol']}_{told['execId']}",
        "symbol": told["symbol"],
        "category": told["category"],
        "side": told["side"],
        "transactionTime": told["execTime"],
        "type": LOGGED_AS[told["execType"]],
        "qty": told["execQty"],
        "size": plain(position),
        "currency": asset,
        "tradePrice": told["execPrice"],
        "funding": plain(-fee) if is_funding else "",
        "fee": "0" if is_funding else told["execFee"],
        "cashFlow": plain(gain),
        "change": plain(gain - fee),
        "cashBalance": "",
        "feeRate": told["feeRate"],
        "bonusChange": "",
        "tradeId": told["execId"],
        "orderId": told["orderId"],
        "orderLinkId": told["orderLinkId"],
    }
