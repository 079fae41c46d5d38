"""What Binance lets a key do that may trade: place orders, cancel them, change them."""

from __future__ import annotations

from typing import Any

import msgspec

from tradebook.venues.simulators.binance import documents
from tradebook.venues.simulators.binance.accounts import SpotAsked
from tradebook.venues.simulators.binance.exchange import SpotExchange
from tradebook.venues.simulators.binance.finding import Handlers, order_of
from tradebook.venues.simulators.binance.orders import OrderRequest, SpotOrder
from tradebook.venues.simulators.binance.placing import read_order, require_filters
from tradebook.venues.simulators.binance.rejections import Rejection, missing, unknown_to_cancel
from tradebook.venues.simulators.binance.symbols import Symbols

_MODES = ("STOP_ON_FAILURE", "ALLOW_FAILURE")
_RESTRICTIONS = {"ONLY_NEW": "NEW", "ONLY_PARTIALLY_FILLED": "PARTIALLY_FILLED"}


class TradingSide:
    """Requests by method and path. Each may raise Rejection."""

    def __init__(self, symbols: Symbols, exchange: SpotExchange) -> None:
        self._symbols = symbols
        self._exchange = exchange
        self.handlers: Handlers = {
            ("POST", "/api/v3/order"): self._place,
            ("POST", "/api/v3/order/test"): self._test,
            ("DELETE", "/api/v3/order"): self._cancel,
            ("DELETE", "/api/v3/openOrders"): self._cancel_all,
            ("PUT", "/api/v3/order/amend/keepPriority"): self._amend,
            ("POST", "/api/v3/order/cancelReplace"): self._replace,
        }

    def _place(self, asked: SpotAsked) -> dict[str, Any]:
        return documents.order_placed(self._exchange.place(asked.account, self._request(asked)))

    def _test(self, asked: SpotAsked) -> dict[str, Any]:
        self._exchange.check(asked.account, self._request(asked))
        return {}

    def _cancel(self, asked: SpotAsked) -> dict[str, Any]:
        order = self._to_cancel(asked, "orderId", "origClientOrderId")
        self._exchange.cancel(asked.account, order, client_order_id=asked.client_order_id("newClientOrderId"))
        return documents.order_cancelled(order)

    def _cancel_all(self, asked: SpotAsked) -> list[dict[str, Any]]:
        self._symbols.require(asked.text("symbol"))
        orders = asked.account.open_orders(asked.text("symbol"))
        if not orders:
            raise unknown_to_cancel()
        for each in orders:
            self._exchange.cancel(asked.account, each, client_order_id=None)
        return [documents.order_cancelled(each) for each in orders]

    def _amend(self, asked: SpotAsked) -> dict[str, Any]:
        order = self._to_cancel(asked, "orderId", "origClientOrderId")
        quantity = asked.amount("newQty")
        smaller = msgspec.structs.replace(order.request, quantity=quantity)
        require_filters(smaller, self._symbols.require(order.symbol))
        self._exchange.amend(
            asked.account, order, quantity=quantity, client_order_id=asked.client_order_id("newClientOrderId")
        )
        return documents.order_amended(order, self._exchange.executions)

    def _replace(self, asked: SpotAsked) -> dict[str, Any]:
        """Cancel one order and place another; the second is tried whatever became of the first, if wished."""
        mode = asked.word("cancelReplaceMode", _MODES, missing("cancelReplaceMode"))
        request = self._request(asked)
        data: dict[str, Any] = {"cancelResult": "SUCCESS", "newOrderResult": "NOT_ATTEMPTED"}
        try:
            order = self._to_cancel(asked, "cancelOrderId", "cancelOrigClientOrderId")
            self._exchange.cancel(
                asked.account, order, client_order_id=asked.client_order_id("cancelNewClientOrderId")
            )
            data["cancelResponse"] = documents.order_cancelled(order)
        except Rejection as rejection:
            data |= {"cancelResult": "FAILURE", "cancelResponse": rejection.document}
        data["newOrderResponse"] = None
        if data["cancelResult"] == "SUCCESS" or mode == "ALLOW_FAILURE":
            try:
                placed = documents.order_placed(self._exchange.place(asked.account, request))
                data |= {"newOrderResult": "SUCCESS", "newOrderResponse": placed}
            except Rejection as rejection:
                data |= {"newOrderResult": "FAILURE", "newOrderResponse": rejection.document}
        succeeded = [data["cancelResult"], data["newOrderResult"]].count("SUCCESS")
        if succeeded == 0:
            raise Rejection(-2022, "Order cancel-replace failed.", data=data)
        if succeeded == 1:
            raise Rejection(-2021, "Order cancel-replace partially failed.", status=409, data=data)
        return data

    def _request(self, asked: SpotAsked) -> OrderRequest:
        return read_order(asked, self._symbols.require(asked.text("symbol")))

    def _to_cancel(self, asked: SpotAsked, id_name: str, client_id_name: str) -> SpotOrder:
        """An order that works, if it is in the state in which it is to be cancelled."""
        order = order_of(asked, self._symbols, id_name, client_id_name)
        if order is None or not order.is_open:
            raise unknown_to_cancel()
        if "cancelRestrictions" in asked:
            rejection = Rejection(
                -1145, "cancelRestrictions has to be either ONLY_NEW or ONLY_PARTIALLY_FILLED."
            )
            status = _RESTRICTIONS[asked.word("cancelRestrictions", _RESTRICTIONS, rejection)]
            if order.status != status:
                raise Rejection(-2011, "Order was not canceled due to cancel restrictions.")
        return order
