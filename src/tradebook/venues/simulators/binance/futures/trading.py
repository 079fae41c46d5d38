"""What Binance lets a key do that may trade futures: orders, and how positions are secured."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from tradebook.trading.model.state import Leverage
from tradebook.trading.orders import MarginMode
from tradebook.venues.simulators.binance.futures import documents
from tradebook.venues.simulators.binance.futures.accounts import FuturesAsked
from tradebook.venues.simulators.binance.futures.countdowns import Countdowns
from tradebook.venues.simulators.binance.futures.exchange import FuturesExchange
from tradebook.venues.simulators.binance.futures.orders import FuturesOrder
from tradebook.venues.simulators.binance.futures.placing import (
    read_algo_order,
    read_order,
    require_filters,
)
from tradebook.venues.simulators.binance.futures.symbols import FuturesSymbols, contract_of
from tradebook.venues.simulators.binance.rejections import Rejection, missing, unknown_to_cancel

FuturesHandlers = dict[tuple[str, str], Callable[[FuturesAsked], Any]]
"""By method and path."""
_MODES = {"CROSSED": MarginMode.CROSS, "ISOLATED": MarginMode.ISOLATED}


class FuturesTrading:
    """Requests by method and path. Each may raise Rejection."""

    def __init__(self, symbols: FuturesSymbols, exchange: FuturesExchange, countdowns: Countdowns) -> None:
        self._symbols = symbols
        self._exchange = exchange
        self._countdowns = countdowns
        self.handlers: FuturesHandlers = {
            ("POST", "/fapi/v1/order"): self._place,
            ("PUT", "/fapi/v1/order"): self._change,
            ("DELETE", "/fapi/v1/order"): self._cancel,
            ("DELETE", "/fapi/v1/allOpenOrders"): self._cancel_all,
            ("POST", "/fapi/v1/countdownCancelAll"): self._count_down,
            ("POST", "/fapi/v1/algoOrder"): self._place_algo,
            ("DELETE", "/fapi/v1/algoOrder"): self._cancel_algo,
            ("DELETE", "/fapi/v1/algoOpenOrders"): self._cancel_all_algo,
            ("POST", "/fapi/v1/leverage"): self._set_leverage,
            ("POST", "/fapi/v1/marginType"): self._set_margin_type,
            ("POST", "/fapi/v1/positionSide/dual"): self._set_hedge_mode,
        }

    def _place(self, asked: FuturesAsked) -> dict[str, Any]:
        instrument = self._symbols.require(asked.text("symbol"))
        request = read_order(asked, instrument, is_hedged=asked.account.is_hedged)
        return documents.order(self._exchange.place(asked.account, request))

    def _place_algo(self, asked: FuturesAsked) -> dict[str, Any]:
        instrument = self._symbols.require(asked.text("symbol"))
        request = read_algo_order(asked, instrument, is_hedged=asked.account.is_hedged)
        return documents.algo_order(self._exchange.place(asked.account, request))

    def _change(self, asked: FuturesAsked) -> dict[str, Any]:
        order = self._open_order(asked)
        if order.plain_type != "LIMIT":
            raise Rejection(-5023, "Only limit order is supported.")
        quantity, price = asked.amount("quantity"), asked.amount("price")
        require_filters(order.instrument, quantity=quantity, prices=(price,))
        self._exchange.change(asked.account, order, quantity=quantity, price=price)
        return documents.order(order)

    def _cancel(self, asked: FuturesAsked) -> dict[str, Any]:
        order = self._open_order(asked)
        self._exchange.cancel(asked.account, order)
        return documents.order(order)

    def _cancel_all(self, asked: FuturesAsked) -> dict[str, Any]:
        self._symbols.require(asked.text("symbol"))
        self._exchange.cancel_all(asked.account, asked.text("symbol"))
        return {"code": 200, "msg": "The operation of cancel all open order is done."}

    def _cancel_algo(self, asked: FuturesAsked) -> dict[str, Any]:
        order = find_algo(asked)
        if order is None or not order.is_open or order.is_order:
            raise unknown_to_cancel()
        self._exchange.cancel(asked.account, order)
        return documents.algo_cancelled(order)

    def _cancel_all_algo(self, asked: FuturesAsked) -> dict[str, Any]:
        self._symbols.require(asked.text("symbol"))
        for each in asked.account.open_orders(asked.text("symbol")):
            if each.is_conditional and not each.is_order:
                self._exchange.cancel(asked.account, each)
        return {"code": 200, "msg": "The operation of cancel all open order is done."}

    def _count_down(self, asked: FuturesAsked) -> dict[str, Any]:
        symbol, milliseconds = asked.text("symbol"), asked.integer("countdownTime")
        self._symbols.require(symbol)
        if symbol in self._symbols.unlisted:
            raise Rejection(-4141, "Symbol is closed.")
        if milliseconds is None:
            raise missing("countdownTime")
        self._countdowns.begin(asked.account, symbol, milliseconds)
        return {"symbol": symbol, "countdownTime": str(milliseconds)}

    def _set_leverage(self, asked: FuturesAsked) -> dict[str, Any]:
        symbol = asked.text("symbol")
        instrument = self._symbols.require(symbol)
        leverage = asked.integer("leverage") or 0
        if not 1 <= leverage <= contract_of(instrument).max_leverage:
            raise Rejection(-4028, f"Leverage {leverage} is not valid")
        mode = asked.account.leverage(instrument.instrument_id).mode
        self._exchange.secure(asked.account, symbol, Leverage(Decimal(leverage), mode))
        return {"leverage": leverage, "maxNotionalValue": "10000000", "symbol": symbol}

    def _set_margin_type(self, asked: FuturesAsked) -> dict[str, Any]:
        symbol = asked.text("symbol")
        instrument = self._symbols.require(symbol)
        mode = _MODES[asked.word("marginType", _MODES, missing("marginType"))]
        before = asked.account.leverage(instrument.instrument_id)
        if before.mode is mode:
            raise Rejection(-4046, "No need to change margin type.")
        if asked.account.open_orders(symbol):
            raise Rejection(-4047, "Margin type cannot be changed if there exists open orders.")
        if any(each.instrument == instrument for each in asked.account.positions()):
            raise Rejection(-4048, "Margin type cannot be changed if there exists position.")
        self._exchange.secure(asked.account, symbol, Leverage(before.leverage, mode))
        return {"code": 200, "msg": "success"}

    def _set_hedge_mode(self, asked: FuturesAsked) -> dict[str, Any]:
        account, wanted = asked.account, asked.flag("dualSidePosition")
        if account.is_hedged is wanted:
            raise Rejection(-4059, "No need to change position side.")
        if account.open_orders():
            raise Rejection(-4067, "Position side cannot be changed if there exists open orders.")
        if account.positions():
            raise Rejection(-4068, "Position side cannot be changed if there exists position.")
        account.is_hedged = wanted
        return {"code": 200, "msg": "success"}

    def _open_order(self, asked: FuturesAsked) -> FuturesOrder:
        order = find_order(asked, self._symbols)
        if order is None or not order.is_open:
            raise unknown_to_cancel()
        return order


def find_order(asked: FuturesAsked, symbols: FuturesSymbols) -> FuturesOrder | None:
    """The order that a request names; one that still waits for its price is none. Raises Rejection."""
    symbol = asked.text("symbol")
    symbols.require(symbol)
    order_id, name = asked.integer("orderId"), asked.client_order_id("origClientOrderId")
    if order_id is None and name is None:
        raise Rejection(
            -1102, "Param 'origClientOrderId' or 'orderId' must be sent, but both were empty/null!"
        )
    order = asked.account.find(symbol, order_id=order_id, client_order_id=name)
    return order if order is not None and order.is_order else None


def find_algo(asked: FuturesAsked) -> FuturesOrder | None:
    """The conditional order that a request names. Raises Rejection."""
    algo_id, name = asked.integer("algoId"), asked.client_order_id("clientAlgoId")
    if algo_id is None and name is None:
        raise Rejection(-1102, "Param 'algoid' or 'clientalgoid' must be sent, but both were empty/null!")
    return asked.account.find_algo(algo_id=algo_id, client_algo_id=name)
