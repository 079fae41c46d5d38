"""What Bybit lets a key do that may trade: place orders, change them, cancel them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tradebook.venues.simulators.bybit import documents
from tradebook.venues.simulators.bybit.exchange import SpotExchange
from tradebook.venues.simulators.bybit.orders import PLAIN, BybitOrder
from tradebook.venues.simulators.bybit.rejections import no_such_order, strange
from tradebook.venues.simulators.bybit.security import Asked

Handlers = dict[tuple[str, str], Callable[[Asked], dict[str, Any]]]
"""By method and path."""


class TradingSide:
    """Each request may raise Rejection."""

    def __init__(self, exchange: SpotExchange) -> None:
        self._exchange = exchange
        self.handlers: Handlers = {
            ("POST", "/v5/order/create"): self._create,
            ("POST", "/v5/order/amend"): self._amend,
            ("POST", "/v5/order/cancel"): self._cancel,
            ("POST", "/v5/order/cancel-all"): self._cancel_all,
        }

    def _create(self, asked: Asked) -> dict[str, Any]:
        return documents.ids(self._exchange.place(asked.account, asked))

    def _amend(self, asked: Asked) -> dict[str, Any]:
        order = _open_order(asked)
        self._exchange.amend(asked.account, order, asked)
        return documents.ids(order)

    def _cancel(self, asked: Asked) -> dict[str, Any]:
        order = _open_order(asked)
        if asked.word("orderFilter", _FILTERS, otherwise=PLAIN, no=170202) != order.filter:
            raise no_such_order()
        self._exchange.cancel(asked.account, order)
        return documents.ids(order)

    def _cancel_all(self, asked: Asked) -> dict[str, Any]:
        chosen = asked.word("orderFilter", _FILTERS, otherwise=PLAIN, no=170202)
        symbol = asked.text("symbol") if "symbol" in asked else None
        orders = [each for each in asked.account.open_orders(symbol) if each.filter == chosen]
        for each in orders:
            self._exchange.cancel(asked.account, each)
        return {"list": [documents.ids(each) for each in orders], "success": "1"}


_FILTERS = ("Order", "tpslOrder", "StopOrder", "OcoOrder", "BidirectionalTpslOrder")


def _open_order(asked: Asked) -> BybitOrder:
    order_id = asked.text("orderId") if "orderId" in asked else None
    client_order_id = asked.client_order_id()
    if order_id is None and client_order_id is None:
        raise strange("orderId")
    if order_id is not None and not order_id.isdigit():
        raise no_such_order()
    order = asked.account.find(
        asked.text("symbol"),
        order_id=None if order_id is None else int(order_id),
        client_order_id=client_order_id,
    )
    if order is None or not order.is_open:
        raise no_such_order()
    return order
