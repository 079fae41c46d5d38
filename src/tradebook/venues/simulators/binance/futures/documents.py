"""Orders, trades, wallets and positions as Binance answers them.

https://developers.binance.com/docs/derivatives/usds-margined-futures, trade and account, rest-api
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from tradebook.kernel.messages import Value
from tradebook.kernel.money import ZERO
from tradebook.market.values import Instrument
from tradebook.trading.orders import MarginMode, Side
from tradebook.venues.simulators.binance.futures.accounts import FuturesAccount, Income
from tradebook.venues.simulators.binance.futures.events import POSITION_SIDES
from tradebook.venues.simulators.binance.futures.orders import FuturesOrder
from tradebook.venues.simulators.binance.futures.symbols import contract_of
from tradebook.venues.simulators.binance.numbers import digits, milliseconds
from tradebook.venues.simulators.spot.orders import SpotFill


def order(told: FuturesOrder) -> dict[str, Any]:
    """As it is placed, changed, cancelled or asked for."""
    request = told.request
    return {
        "orderId": told.order_id,
        "symbol": told.symbol,
        "status": told.status,
        "clientOrderId": told.client_order_id,
        "price": digits(told.price or ZERO),
        "avgPrice": digits(told.average_price),
        "origQty": digits(told.quantity),
        "executedQty": digits(told.filled),
        "cumQty": digits(told.filled),
        "cumQuote": digits(told.quote_filled),
        "timeInForce": request.time_in_force,
        "type": told.plain_type,
        "reduceOnly": request.reduce_only,
        "closePosition": False,
        "side": request.side,
        "positionSide": request.position_side,
        "stopPrice": digits(ZERO),
        "workingType": "CONTRACT_PRICE",
        "priceProtect": False,
        "origType": request.type,
        "priceMatch": "NONE",
        "selfTradePreventionMode": "NONE",
        "goodTillDate": 0,
        "time": milliseconds(told.created_at),
        "updateTime": milliseconds(told.updated_at),
    }


def algo_order(told: FuturesOrder) -> dict[str, Any]:
    """A conditional order, as it is placed or asked for."""
    request = told.request
    return {
        "algoId": told.algo_id,
        "clientAlgoId": told.client_order_id,
        "algoType": "CONDITIONAL",
        "orderType": request.type,
        "symbol": told.symbol,
        "side": request.side,
        "positionSide": request.position_side,
        "timeInForce": request.time_in_force,
        "quantity": digits(told.quantity),
        "algoStatus": told.algo_status,
        "actualOrderId": str(told.order_id) if told.is_order else "",
        "actualPrice": digits(told.average_price),
        "triggerPrice": digits(request.trigger_price or ZERO),
        "price": digits(told.price or ZERO),
        "icebergQuantity": None,
        "selfTradePreventionMode": "NONE",
        "workingType": "CONTRACT_PRICE",
        "priceMatch": "NONE",
        "closePosition": False,
        "priceProtect": False,
        "reduceOnly": request.reduce_only,
        "activatePrice": "",
        "callbackRate": "",
        "createTime": milliseconds(told.created_at),
        "updateTime": milliseconds(told.updated_at),
        "triggerTime": 0 if told.working_at is None else milliseconds(told.working_at),
        "goodTillDate": 0,
    }


def algo_cancelled(told: FuturesOrder) -> dict[str, Any]:
    """``DELETE /fapi/v1/algoOrder``."""
    return {
        "algoId": told.algo_id,
        "clientAlgoId": told.client_order_id,
        "code": "200",
        "msg": "success",
    }


def trade(told: FuturesOrder, fill: SpotFill) -> dict[str, Any]:
    """A line of ``GET /fapi/v1/userTrades``."""
    return {
        "symbol": told.symbol,
        "id": fill.trade_id,
        "orderId": fill.order_id,
        "side": told.request.side,
        "price": digits(fill.price),
        "qty": digits(fill.quantity),
        "realizedPnl": digits(told.settled[fill.trade_id].realised),
        "quoteQty": digits(told.contract.value(fill.quantity, fill.price)),
        "commission": digits(fill.fee),
        "commissionAsset": fill.fee_asset,
        "time": milliseconds(fill.at),
        "positionSide": told.request.position_side,
        "buyer": told.terms.side is Side.BUY,
        "maker": fill.is_maker,
    }


def income(told: Income) -> dict[str, Any]:
    """A line of ``GET /fapi/v1/income``."""
    return {
        "symbol": told.symbol,
        "incomeType": told.kind,
        "income": digits(told.amount),
        "asset": told.asset,
        "info": told.kind,
        "time": milliseconds(told.at),
        "tranId": told.transaction_id,
        "tradeId": "",
    }


def balance(account: FuturesAccount, asset: str, *, gained: Decimal) -> dict[str, Any]:
    """A line of ``GET /fapi/v3/balance``."""
    wallets = account.balances
    available = digits(max(wallets.of(asset).free + gained, ZERO))
    return {
        "accountAlias": f"alias{account.uid}",
        "asset": asset,
        "balance": digits(wallets.total(asset)),
        "crossWalletBalance": digits(wallets.total(asset)),
        "crossUnPnl": digits(gained),
        "availableBalance": available,
        "maxWithdrawAmount": available,
        "marginAvailable": True,
        "updateTime": 0,
    }


def asset_of_account(account: FuturesAccount, asset: str, *, gained: Decimal) -> dict[str, Any]:
    """A wallet within ``GET /fapi/v3/account``."""
    wallets = account.balances
    total, locked = wallets.total(asset), wallets.of(asset).locked
    available = digits(max(wallets.of(asset).free + gained, ZERO))
    return {
        "asset": asset,
        "walletBalance": digits(total),
        "unrealizedProfit": digits(gained),
        "marginBalance": digits(total + gained),
        "maintMargin": digits(ZERO),
        "initialMargin": digits(locked),
        "positionInitialMargin": digits(locked),
        "openOrderInitialMargin": digits(ZERO),
        "crossWalletBalance": digits(total),
        "crossUnPnl": digits(gained),
        "availableBalance": available,
        "maxWithdrawAmount": available,
        "marginAvailable": True,
        "updateTime": 0,
    }


class PositionFigures(Value, frozen=True, kw_only=True):
    """A position as it stands in the market; flat where ``quantity`` is zero."""

    side: str
    quantity: Decimal = ZERO
    entry_price: Decimal = ZERO
    mark_price: Decimal = ZERO
    gained: Decimal = ZERO
    liquidation_price: Decimal | None = None
    margin: Decimal = ZERO


def position(
    account: FuturesAccount, symbol: str, instrument: Instrument, figures: PositionFigures
) -> dict[str, Any]:
    """A line of ``GET /fapi/v2/positionRisk``; the third version leaves some of it out."""
    secured = account.leverage(instrument.instrument_id)
    isolated = secured.mode is MarginMode.ISOLATED
    notional = digits(figures.quantity * figures.mark_price)
    margin = digits(figures.margin)
    return {
        "symbol": symbol,
        "positionSide": figures.side,
        "positionAmt": digits(figures.quantity),
        "entryPrice": digits(figures.entry_price),
        "breakEvenPrice": digits(figures.entry_price),
        "markPrice": digits(figures.mark_price),
        "unRealizedProfit": digits(figures.gained),
        "liquidationPrice": digits(figures.liquidation_price or ZERO),
        "leverage": str(int(secured.leverage)),
        "maxNotionalValue": "10000000",
        "marginType": "isolated" if isolated else "cross",
        "isolatedMargin": margin if isolated else digits(ZERO),
        "isAutoAddMargin": "false",
        "notional": notional,
        "isolatedWallet": margin if isolated else "0",
        "marginAsset": contract_of(instrument).settle_asset,
        "initialMargin": margin,
        "positionInitialMargin": margin,
        "openOrderInitialMargin": digits(ZERO),
        "maintMargin": digits(abs(figures.quantity) * figures.mark_price * _rate(instrument)),
        "adl": 0,
        "bidNotional": "0",
        "askNotional": "0",
        "updateTime": 0,
    }


def position_of_account(line: dict[str, Any]) -> dict[str, Any]:
    """The same within ``GET /fapi/v2/account``, where names differ a little."""
    return {
        **line,
        "unrealizedProfit": line["unRealizedProfit"],
        "isolated": line["marginType"] == "isolated",
    }


def bracket(symbol: str, instrument: Instrument) -> dict[str, Any]:
    """A line of ``GET /fapi/v1/leverageBracket``: one bracket for positions of any size."""
    leverage = int(contract_of(instrument).max_leverage)
    return {
        "symbol": symbol,
        "notionalCoef": 1.0,
        "brackets": [
            {
                "bracket": 1,
                "initialLeverage": leverage,
                "notionalCap": 1_000_000_000,
                "notionalFloor": 0,
                "maintMarginRatio": float(_rate(instrument)),
                "cum": 0.0,
            }
        ],
    }


def symbol_config(account: FuturesAccount, symbol: str, instrument: Instrument) -> dict[str, Any]:
    """A line of ``GET /fapi/v1/symbolConfig``."""
    secured = account.leverage(instrument.instrument_id)
    return {
        "symbol": symbol,
        "marginType": "ISOLATED" if secured.mode is MarginMode.ISOLATED else "CROSSED",
        "isAutoAddMargin": False,
        "leverage": int(secured.leverage),
        "maxNotionalValue": "10000000",
    }


def side_words(account: FuturesAccount) -> tuple[str, ...]:
    """The sides that a symbol has a position of."""
    words = tuple(POSITION_SIDES.values())
    return words if account.is_hedged else words[:1]


def _rate(instrument: Instrument) -> Decimal:
    return contract_of(instrument).maintenance_rate
